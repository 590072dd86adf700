//! The dead-man timer: an account that has armed it loses all its orders unless it says in time that it
//! lives. It goes on when the session that armed it ends, which is what it is for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use protocol::client;
use protocol::errors::WireError;
use protocol::server::CancelAfterResult;
use types::{AccountId, CancelReason, MassCancel};

use super::cod;
use super::conversation::Conversation;
use super::dispatch::Call;
use crate::config::Scope;
use crate::ingress;
use crate::throttle::Bucket;
use crate::venue::{Venue, wall_ns};

/// The shortest and the longest, in milliseconds.
const BOUNDS_MS: (u32, u32) = (1_000, 3_600_000);

/// Armed timers.
#[derive(Debug, Default)]
pub(crate) struct Deadlines(Mutex<Armed>);

#[derive(Debug, Default)]
struct Armed {
    times: u64,
    /// Which time it was armed, and when it fires by the clock of this machine.
    of_accounts: HashMap<AccountId, (u64, i64)>,
}

impl Deadlines {
    /// Arms the timer of an account anew; which time it was.
    fn arm(&self, account: AccountId, at_ns: i64) -> u64 {
        let mut armed = self.0.lock().expect("nothing panics while it holds the timers");
        armed.times += 1;
        let time = armed.times;
        armed.of_accounts.insert(account, (time, at_ns));
        time
    }

    fn disarm(&self, account: AccountId) {
        let mut armed = self.0.lock().expect("nothing panics while it holds the timers");
        armed.of_accounts.remove(&account);
    }

    /// Whether a timer was neither disarmed nor armed anew; it is then over.
    fn fires(&self, account: AccountId, time: u64) -> bool {
        let mut armed = self.0.lock().expect("nothing panics while it holds the timers");
        let is_it = armed.of_accounts.get(&account).is_some_and(|(armed, _)| *armed == time);
        if is_it {
            armed.of_accounts.remove(&account);
        }
        is_it
    }

    /// When the orders of an account are cancelled.
    pub(super) fn of(&self, account: AccountId) -> Option<i64> {
        let armed = self.0.lock().expect("nothing panics while it holds the timers");
        armed.of_accounts.get(&account).map(|(_, at_ns)| *at_ns)
    }
}

impl Conversation {
    pub(super) fn cancel_after(
        &mut self,
        call: &mut Call,
        after: client::CancelAfter,
    ) -> Result<(), WireError> {
        let account = self.sender_for(Scope::Quote)?.account;
        self.pay(call, Bucket::Cancels, 1)?;
        let (shortest, longest) = BOUNDS_MS;
        let cancel_at_ns = match after.ms {
            0 => {
                self.venue.deadlines.disarm(account);
                None
            }
            ms if (shortest..=longest).contains(&ms) => Some(self.arm(account, ms).to_string()),
            _ => return Err(ingress::invalid("ms", "0, or 1000 to 3600000")),
        };
        self.answer(call, &CancelAfterResult { cancel_at_ns });
        Ok(())
    }

    fn arm(&self, account: AccountId, ms: u32) -> i64 {
        let at_ns = wall_ns().saturating_add(i64::from(ms) * 1_000_000);
        let time = self.venue.deadlines.arm(account, at_ns);
        tokio::spawn(fire(Arc::clone(&self.venue), account, time, ms));
        at_ns
    }
}

async fn fire(venue: Arc<Venue>, account: AccountId, time: u64, ms: u32) {
    tokio::time::sleep(Duration::from_millis(ms.into())).await;
    if venue.deadlines.fires(account, time) {
        let cancel = MassCancel {
            account,
            instrument: None,
            side: None,
            tag: None,
            session: None,
            reason: CancelReason::Disconnected,
        };
        cod::submit(&venue, cancel).await;
    }
}
