//! Watches the disk the log is on: below the reserve, or where it has no room for the next segment of
//! the log, no new order is taken, while cancels pass.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::venue::Venue;

const INTERVAL: Duration = Duration::from_secs(1);

/// Looks once a second, until the task is dropped.
pub(super) async fn watch(venue: Arc<Venue>, data_dir: PathBuf, reserve_bytes: u64) {
    let mut interval = tokio::time::interval(INTERVAL);
    loop {
        interval.tick().await;
        let is_low = match fs4::available_space(&data_dir) {
            Ok(free) => free < reserve_bytes || venue.handle.stats().is_log_short,
            Err(error) => {
                tracing::warn!(%error, path = %data_dir.display(), "cannot read the free space");
                continue;
            }
        };
        let was_low = venue.is_disk_low.swap(is_low, Ordering::Relaxed);
        match (was_low, is_low) {
            (false, true) => tracing::error!(reserve_bytes, "disk nearly full: no new orders"),
            (true, false) => tracing::info!("disk has room again: new orders are taken"),
            (true, true) | (false, false) => {}
        }
    }
}
