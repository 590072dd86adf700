//! Cancel on disconnect: when a session ends, so do the orders it entered, at once or after a grace
//! in which its owner may come back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sequencer::{Busy, Lane, Request, Submission};
use tokio::sync::oneshot;
use types::{AccountId, CancelReason, Command, MassCancel, SessionId};

use crate::link::Link;
use crate::venue::Venue;

/// How long answers of a lost session may take, so that no order of it comes after its cancel.
const LAST_ANSWERS: Duration = Duration::from_secs(5);
/// Pause before a full queue is asked again.
const PAUSE: Duration = Duration::from_millis(5);

/// Longest grace, in milliseconds.
pub(super) const LONGEST_GRACE_MS: u32 = 30_000;

/// Sessions whose orders wait for their owner to come back.
#[derive(Debug, Default)]
pub(crate) struct Graces(Mutex<HashMap<SessionId, Grace>>);

#[derive(Debug)]
struct Grace {
    key_id: String,
    /// Dropped when the owner is back.
    _disarm: oneshot::Sender<()>,
}

impl Graces {
    /// The owner is back: `true` when the session was waiting for this key.
    pub(super) fn resume(&self, session: SessionId, key_id: &str) -> bool {
        let mut waiting = self.0.lock().expect("nothing panics while it holds the map");
        let is_owner = waiting.get(&session).is_some_and(|grace| grace.key_id == key_id);
        if is_owner {
            waiting.remove(&session);
        }
        is_owner
    }

    /// Returns when the owner is back.
    fn wait(&self, session: SessionId, key_id: String) -> oneshot::Receiver<()> {
        let (disarm, disarmed) = oneshot::channel();
        let grace = Grace { key_id, _disarm: disarm };
        self.0.lock().expect("nothing panics while it holds the map").insert(session, grace);
        disarmed
    }

    fn expire(&self, session: SessionId) {
        self.0.lock().expect("nothing panics while it holds the map").remove(&session);
    }
}

/// A session that has been lost.
pub(super) struct Lost {
    pub(super) venue: Arc<Venue>,
    pub(super) link: Arc<Link>,
    pub(super) account: AccountId,
    pub(super) session: SessionId,
    pub(super) key_id: String,
    pub(super) grace_ms: u32,
}

impl Lost {
    /// Cancels its orders, unless its owner comes back in time or the venue closes.
    pub(super) async fn cancel_orders(self) {
        if 0 < self.grace_ms {
            let back = self.venue.graces.wait(self.session, self.key_id.clone());
            if tokio::time::timeout(Duration::from_millis(self.grace_ms.into()), back).await.is_ok()
            {
                return;
            }
            self.venue.graces.expire(self.session);
        }
        tokio::time::timeout(LAST_ANSWERS, self.last_answers()).await.ok();
        submit(&self.venue, self.all_its_orders()).await;
    }

    /// A cancel may overtake an order, so it waits until every order of the session is answered.
    async fn last_answers(&self) {
        while self.link.has_orders_ahead() {
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn all_its_orders(&self) -> MassCancel {
        MassCancel {
            account: self.account,
            instrument: None,
            side: None,
            tag: None,
            session: Some(self.session),
            reason: CancelReason::Disconnected,
        }
    }
}

/// Cancels orders for somebody who is not there; only a venue that closes does not.
pub(super) async fn submit(venue: &Venue, cancel: MassCancel) {
    let request = Request::Command(Command::CancelOrders(cancel));
    let submission = Submission { origin: None, author: 0, request };
    while !venue.is_closing() {
        match venue.handle.submit(Lane::Cancels, submission.clone()) {
            Err(Busy::Full) => tokio::time::sleep(PAUSE).await,
            Ok(()) | Err(Busy::Stopped | Busy::TooLarge) => return,
        }
    }
}
