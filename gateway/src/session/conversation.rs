//! What one client has said so far: whether it is logged in, how fast it asks, what it listens to.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::client::Cod;
use rand::Rng;
use types::{AccountId, SessionId};

use super::IDLE;
use super::cod::Lost;
use crate::admission::{Admission, Endpoint};
use crate::crowd::Place;
use crate::link::Link;
use crate::login::KeyHolder;
use crate::throttle::Refusals;
use crate::venue::{SharedThrottle, Venue, wall_ns};

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
    /// Where it comes from.
    pub(super) peer: IpAddr,
    /// How long it may be silent.
    pub(super) idle: Duration,
    /// How far the clock it is told is ahead, in a sandbox.
    pub(super) skew_ns: i64,
}

/// Who the client is.
pub(super) struct Login {
    pub(super) holder: KeyHolder,
    pub(super) key_id: String,
    pub(super) session: SessionId,
    pub(super) policy: Cod,
    pub(super) has_logged_out: bool,
    /// Its place among the sessions of the key.
    pub(super) _place: Place<String>,
}

impl Login {
    pub(super) fn account(&self) -> AccountId {
        self.holder.account
    }
}

impl Conversation {
    pub(super) fn new(
        venue: Arc<Venue>,
        link: Arc<Link>,
        admission: Admission,
        peer: IpAddr,
    ) -> Self {
        let nonce: [u8; 16] = rand::rngs::OsRng.r#gen();
        let nonce = nonce.iter().map(|byte| format!("{byte:02x}")).collect();
        let throttle = venue.strangers.throttle(peer, Instant::now());
        Self {
            venue,
            link,
            admission,
            nonce: Some(nonce),
            login: None,
            throttle,
            refusals: Refusals::default(),
            malformed: Refusals::default(),
            channels: BTreeSet::new(),
            peer,
            idle: IDLE,
            skew_ns: 0,
        }
    }

    pub(super) fn endpoint(&self) -> Endpoint {
        self.admission.endpoint
    }

    pub(super) fn is_logged_in(&self) -> bool {
        self.login.is_some()
    }

    /// Whether the key it logged in with is no longer good.
    pub(super) fn is_revoked(&self) -> bool {
        self.login.as_ref().is_some_and(|login| {
            !self.venue.keys.still_admit(&login.key_id, &login.holder, self.peer, wall_ns())
        })
    }

    /// The connection has ended: its orders go too, unless it logged out or the venue closes.
    pub(super) fn part(self) {
        let Some(login) = self.login else { return };
        let enters_orders = self.admission.endpoint == Endpoint::Trade;
        if !enters_orders || login.has_logged_out || !login.cancels() || self.venue.is_closing() {
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
