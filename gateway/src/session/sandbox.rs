//! The levers of a sandbox: a client lets happen to itself what it must be able to bear. Elsewhere these
//! methods are not there.

use std::sync::Arc;
use std::time::Duration;

use protocol::client::{self, Method};
use protocol::errors::WireError;
use protocol::server::DoneResult;

use super::conversation::Conversation;
use super::dispatch::Call;
use crate::egress::{Ask, Lever, Requested};
use crate::ingress;
use crate::throttle::Bucket;

/// Most messages left out and most outcomes hidden at once.
const MOST: u32 = 1_000;
/// Longest stall, and furthest clock, in milliseconds.
const LONGEST_STALL_MS: u32 = 60_000;
const FURTHEST_MS: u64 = 3_600_000;

impl Conversation {
    pub(super) fn pull(&mut self, call: &mut Call, method: Method) -> Result<(), WireError> {
        if self.venue.env != "sandbox" {
            return Err(client::unknown_method(method.name()));
        }
        self.pay(call, Bucket::Requests, 1)?;
        match method {
            Method::Gap(gap) => {
                within("n", (1..=MOST).contains(&gap.n), "1 to 1000")?;
                return self.lever(call, Lever::Gap { channel: gap.channel, count: gap.n });
            }
            Method::NewEpoch(_) => return self.lever(call, Lever::Epoch),
            Method::Kick(kick) => {
                let is_code = matches!(kick.code, 1000 | 1001 | 1011..=1013 | 4000..=4999);
                within("code", is_code, "1000, 1001, 1011 to 1013, or 4000 to 4999")?;
                self.answer(call, &DoneResult::default());
                self.link.outbox.close(kick.code, "sandbox");
                return Ok(());
            }
            Method::Stall(stall) => {
                within("ms", (1..=LONGEST_STALL_MS).contains(&stall.ms), "1 to 60000")?;
                self.stall(call, Duration::from_millis(stall.ms.into()));
                return Ok(());
            }
            Method::HideOutcomes(unknown) => {
                within("next", unknown.next <= MOST, "0 to 1000")?;
                self.link.hide_outcomes(unknown.next);
            }
            Method::Skew(clock) => {
                let is_near = clock.skew_ms.unsigned_abs() <= FURTHEST_MS;
                within("skew_ms", is_near, "at most an hour")?;
                self.skew_ns = clock.skew_ms * 1_000_000;
            }
            other => return Err(client::unknown_method(other.name())),
        }
        self.answer(call, &DoneResult::default());
        Ok(())
    }

    /// The publisher has the channels.
    fn lever(&self, call: &Call, lever: Lever) -> Result<(), WireError> {
        let asked = self.asked(call, Requested::Answer)?;
        self.ask(Ask::Pull { asked, lever })
    }

    /// What waits, this answer included, is written first.
    fn stall(&self, call: &Call, time: Duration) {
        self.link.outbox.stall(time);
        self.answer(call, &DoneResult::default());
        let link = Arc::clone(&self.link);
        tokio::spawn(async move {
            while link.outbox.is_stalled() && !link.is_gone() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            link.outbox.wake();
        });
    }
}

fn within(path: &str, is_within: bool, bounds: &str) -> Result<(), WireError> {
    if is_within { Ok(()) } else { Err(ingress::invalid(path, bounds)) }
}
