//! The demonstration as one watches it: market time runs by itself, every bot acts when it likes, and
//! the operator publishes the index each market hour.

use std::time::{Duration, Instant};

use clients::bots::Crew;
use tokio::time::{MissedTickBehavior, interval};
use types::Timestamp;

use super::report::is_settled;
use super::screen::Screen;
use super::stage::Stage;
use super::{End, Error, Until, interrupted};
use crate::Server;

/// Market time outside the sequencer: a little behind its own, never ahead.
#[derive(Clone, Copy, Debug)]
pub(super) struct MarketClock {
    start: Timestamp,
    started: Instant,
    speed: u32,
}

impl MarketClock {
    /// A clock that shows `start` now.
    pub(super) fn new(start: Timestamp, speed: u32) -> Self {
        Self { start, started: Instant::now(), speed }
    }

    /// The time.
    pub(super) fn now(self) -> Timestamp {
        let elapsed = self.started.elapsed().as_nanos() * u128::from(self.speed);
        Timestamp(self.start.0.saturating_add(i64::try_from(elapsed).unwrap_or(i64::MAX)))
    }

    /// How long an hour of the market lasts.
    fn hour(self) -> Duration {
        Duration::from_secs(3_600) / self.speed.max(1)
    }
}

/// Runs until the first month is billed, if that is the end, or somebody interrupts.
pub(super) async fn run(
    server: &Server,
    stage: &Stage,
    crew: Crew,
    screen: &mut Screen,
    clock: MarketClock,
    until: Until,
) -> anyhow::Result<End> {
    let pulse = crew.pulse();
    let _bots = crew.set_free(move || clock.now());
    let mut index = ticker(clock.hour().max(Duration::from_millis(20)));
    let mut second = ticker(Duration::from_secs(1));
    let mut interrupted = std::pin::pin!(interrupted());
    loop {
        tokio::select! {
            () = server.failed() => return Ok(End::Failed),
            _ = &mut interrupted => return Ok(End::Interrupted),
            _ = index.tick() => stage.publish(&server.operator, clock.now()).await?,
            _ = second.tick() => {
                let summary = server.operator.summary().await?;
                let is_over = until == Until::Delivered && is_settled(&summary);
                screen.show(summary, &pulse);
                if is_over {
                    return Ok(End::Delivered);
                }
                if until == Until::Delivered && Stage::deadline() < clock.now() {
                    return Err(Error::NotSettled(clock.now()).into());
                }
            }
        }
    }
}

fn ticker(period: Duration) -> tokio::time::Interval {
    let mut ticker = interval(period);
    ticker.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticker
}
