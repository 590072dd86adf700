//! The demonstration that repeats to the byte: the clock stands still until every bot has had its
//! turn, then moves by an hour. What is sent depends on the seed alone.

use std::time::{Duration, Instant};

use clients::bots::Crew;
use tokio::time::timeout;
use types::Timestamp;

use super::report::is_settled;
use super::screen::Screen;
use super::stage::Stage;
use super::{End, Error, Until, interrupted};
use crate::Server;

/// Longer than the bots' turns of one hour ever take.
const LONGEST_HOUR: Duration = Duration::from_secs(60);

/// Steps from `now` until the first month is billed, if that is the end, or somebody interrupts.
pub(super) async fn run(
    server: &Server,
    stage: &Stage,
    crew: &mut Crew,
    screen: &mut Screen,
    until: Until,
) -> anyhow::Result<End> {
    let mut now = server.operator.summary().await?.time.max(Stage::start()).hour_start();
    let mut interrupted = std::pin::pin!(interrupted());
    let mut shown = Instant::now();
    loop {
        now = now.plus(Timestamp::HOUR);
        tokio::select! {
            hour = hour(server, stage, crew, now) => hour?,
            () = server.failed() => return Ok(End::Failed),
            _ = &mut interrupted => return Ok(End::Interrupted),
        }
        if now == now.date().start() && until == Until::Delivered {
            if is_settled(&server.operator.summary().await?) {
                return Ok(End::Delivered);
            }
            if Stage::deadline() < now {
                return Err(Error::NotSettled(now).into());
            }
        }
        if Duration::from_secs(1) <= shown.elapsed() && screen.is_watched() {
            screen.show(server.operator.summary().await?, &crew.pulse());
            shown = Instant::now();
        }
    }
}

async fn hour(
    server: &Server,
    stage: &Stage,
    crew: &mut Crew,
    now: Timestamp,
) -> anyhow::Result<()> {
    server.operator.step(now).await?;
    stage.publish(&server.operator, now).await?;
    timeout(LONGEST_HOUR, crew.take_turns(now)).await.map_err(|_| Error::Stuck(now))??;
    Ok(())
}

#[cfg(test)]
mod tests;
