//! What the service manager hears of a venue: ready, alive, stopping. Nothing where none listens.
//! The only file that names the library that speaks to it.

use std::time::Duration;

use anyhow::Context;
use sd_notify::NotifyState;

/// Signs of life, as often as the service manager wants them.
pub(crate) struct Watchdog(Option<Duration>);

/// The venue listens.
pub(crate) fn ready() -> anyhow::Result<Watchdog> {
    tell(NotifyState::Ready)?;
    // An answer may take as long as the pause after it, and both end within the limit.
    Ok(Watchdog(sd_notify::watchdog_enabled().map(|limit| limit / 3)))
}

/// The venue has been asked to stop.
pub(crate) fn stopping() -> anyhow::Result<()> {
    tell(NotifyState::Stopping)
}

fn tell(state: NotifyState<'_>) -> anyhow::Result<()> {
    sd_notify::notify(&[state]).context("cannot tell the service manager")
}

impl Watchdog {
    /// Gives signs of life for as long as `is_alive` says yes in time; for ever where nobody waits
    /// for them.
    pub(crate) async fn feed<Answer: Future<Output = bool>>(self, is_alive: impl Fn() -> Answer) {
        let Self(Some(pause)) = self else { return std::future::pending().await };
        loop {
            let answer = tokio::time::timeout(pause, is_alive()).await;
            if answer != Ok(true) || tell(NotifyState::Watchdog).is_err() {
                return;
            }
            tokio::time::sleep(pause).await;
        }
    }
}
