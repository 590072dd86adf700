//! What one client has said so far: whether it is logged in, how fast it asks, what it listens to.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use protocol::client::Cod;
use rand::Rng;
use types::{AccountId, SessionId};

use super::cod::Lost;
use crate::admission::{Admission, Endpoint};
use crate::link::Link;
use crate::login::KeyHolder;
use crate::throttle::{Refusals, Throttle};
use crate::venue::{SharedThrottle, Venue};

/// A client's side of the conversation, without its socket.
pub(super) struct Conversation {
    pub(super) venue: Arc<Venue>,
    pub(super) link: Arc<Link>,
    pub(super) admission: Admission,
    /// What the next login must sign; used up by the first attempt.
    pub(super) nonce: Option<String>,
    pub(super) login: Option<Login>,
    pub(super) throttle: SharedThrottle,
    pub(super) refusals: Refusals,
    pub(super) malformed: Refusals,
    pub(super) channels: BTreeSet<String>,
}

/// Who the client is.
pub(super) struct Login {
    pub(super) holder: KeyHolder,
    pub(super) key_id: String,
    pub(super) session: SessionId,
    pub(super) policy: Cod,
    pub(super) has_logged_out: bool,
}

impl Login {
    pub(super) fn account(&self) -> AccountId {
        self.holder.account
    }
}

impl Conversation {
    pub(super) fn new(venue: Arc<Venue>, link: Arc<Link>, admission: Admission) -> Self {
        let nonce: [u8; 16] = rand::rngs::OsRng.r#gen();
        let nonce = nonce.iter().map(|byte| format!("{byte:02x}")).collect();
        Self {
            venue,
            link,
            admission,
            nonce: Some(nonce),
            login: None,
            throttle: Arc::new(Mutex::new(Throttle::anonymous(Instant::now()))),
            refusals: Refusals::default(),
            malformed: Refusals::default(),
            channels: BTreeSet::new(),
        }
    }

    pub(super) fn endpoint(&self) -> Endpoint {
        self.admission.endpoint
    }

    pub(super) fn is_logged_in(&self) -> bool {
        self.login.is_some()
    }

    /// The connection has ended: its orders go too, unless it logged out or the venue closes.
    pub(super) fn part(self) {
        let Some(login) = self.login else { return };
        if login.has_logged_out || !login.cancels() || self.venue.is_closing() {
            return;
        }
        let lost = Lost {
            venue: self.venue,
            link: self.link,
            account: login.holder.account,
            session: login.session,
            key_id: login.key_id,
            grace_ms: login.policy.grace_ms,
        };
        tokio::spawn(lost.cancel_orders());
    }
}
