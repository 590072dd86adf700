//! Watches the disk the log is on: below the reserve, or where it has no room for the next segment of
//! the log, no new order is taken, while cancels pass.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use protocol::server::SystemData;

use crate::egress::Ask;
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
            (false, true) => {
                tracing::error!(reserve_bytes, "disk nearly full: no new orders");
                announce(&venue, "maintenance", "Cancels are taken, new orders are not.");
            }
            (true, false) => {
                tracing::info!("disk has room again: new orders are taken");
                announce(&venue, "open", "New orders are taken again.");
            }
            (true, true) | (false, false) => {}
        }
    }
}

/// Says it on channel `system`. Whoever cannot be told finds out by the refusal of an order.
fn announce(venue: &Venue, kind: &str, text: &str) {
    let data = SystemData {
        kind: kind.to_owned(),
        text: Some(text.to_owned()),
        close_in_ms: None,
        reconnect_jitter_ms: None,
    };
    venue.asks.try_send(Ask::Announce(data)).ok();
}
