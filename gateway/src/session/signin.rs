//! Hello and login, and what a session may ask about itself.

use std::sync::PoisonError;
use std::time::Instant;

use protocol::client::{self, CodMode};
use protocol::errors::{Code, WireError};
use protocol::login::login_message;
use protocol::server::{
    Bucket as BucketSize, DoneResult, Hello, Limits, LoginResult, PingResult, StatusResult,
    hello_text,
};
use protocol::{MAX_MESSAGE_BYTES, SCHEMA_REV, SUBPROTOCOL};
use types::SessionId;

use super::cod::LONGEST_GRACE_MS;
use super::conversation::{Conversation, Login};
use super::dispatch::{Call, MOST_IN_FLIGHT};
use super::{IDLE, LOGIN_DEADLINE, PING};
use crate::config::Scope;
use crate::egress::{ACCOUNT_EPOCH, Ask, Question, Requested};
use crate::ingress;
use crate::names;
use crate::throttle::{Bucket, Throttle};
use crate::venue::wall_ns;

impl Conversation {
    /// The first message.
    pub(super) fn hello(&self) {
        let millis =
            |time: std::time::Duration| u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
        let hello = Hello {
            env: self.venue.env.clone(),
            proto: SUBPROTOCOL.to_owned(),
            conn_id: format!("c-{}", self.link.no),
            host: self.admission.host.clone(),
            nonce: self.nonce.clone().unwrap_or_default(),
            server_ns: wall_ns().to_string(),
            market_ns: self.venue.market_time().0.to_string(),
            login_deadline_ms: millis(LOGIN_DEADLINE),
            ping_ms: millis(PING),
            idle_close_ms: millis(IDLE),
            max_msg_bytes: u32::try_from(MAX_MESSAGE_BYTES).unwrap_or(u32::MAX),
            schema_rev: SCHEMA_REV,
        };
        self.link.outbox.push_private(hello_text(&hello).into());
    }

    pub(super) fn pong(&self, call: &Call, ping: client::Ping) {
        let result = PingResult {
            ns: ping.ns,
            server_ns: wall_ns().to_string(),
            market_ns: self.venue.market_time().0.to_string(),
        };
        self.answer(call, &result);
    }

    /// One error for every way to fail, and the nonce is used up by each.
    pub(super) fn log_in(&mut self, call: &Call, login: &client::Login) -> Result<(), WireError> {
        if self.login.is_some() {
            return Err(WireError::new(Code::AlreadyLoggedIn));
        }
        if self.venue.is_closing() {
            return Err(WireError::new(Code::ShuttingDown));
        }
        let policy = policy(login.cod)?;
        let failed = || WireError::new(Code::AuthFailed);
        let nonce = self.nonce.take().ok_or_else(failed)?;
        if login.alg != "ed25519" {
            return Err(failed());
        }
        let host = &self.admission.host;
        let message = login_message(host, &login.key_id, &nonce, &login.client_nonce, &login.ts_ns);
        let holder = self.venue.keys.verify(&login.key_id, &message, &login.sig);
        let holder = holder.map_err(|_| failed())?.clone();
        self.throttle = self.venue.throttle(holder.account, holder.tier);
        let session = self.session(login);
        let key_id = login.key_id.clone();
        self.login = Some(Login { holder, key_id, session, policy, has_logged_out: false });
        self.welcome(call, login)
    }

    /// The session this login resumes, if it may, else a new one.
    fn session(&self, login: &client::Login) -> SessionId {
        let wanted = login.resume_session.as_deref().and_then(names::parse_session);
        let resumed = wanted.filter(|id| self.venue.graces.resume(*id, &login.key_id));
        resumed.unwrap_or_else(|| self.venue.next_session())
    }

    /// The publisher answers, because only it knows the number of the account's last event.
    fn welcome(&self, call: &Call, said: &client::Login) -> Result<(), WireError> {
        let login = self.login(Scope::Read)?;
        let skew_ms =
            said.ts_ns.parse::<i64>().map_or(0, |ts| ts.saturating_sub(call.in_ns) / 1_000_000);
        let result = LoginResult {
            account: names::account(login.account()),
            scopes: login.holder.scopes.iter().map(|scope| scope.name().to_owned()).collect(),
            session_id: names::session(login.session),
            acct_epoch: ACCOUNT_EPOCH.to_owned(),
            acct_seq: 0,
            clock_skew_ms: skew_ms,
            cod: login.policy,
            limits: self.all_limits(),
        };
        let asked = self.asked(call, Requested::Answer)?;
        let question = Question::Login(Box::new(result));
        self.ask(Ask::Question { asked, account: login.account(), question })
    }

    /// Open orders stay, whatever was agreed.
    pub(super) fn log_out(&mut self, call: &Call) -> Result<(), WireError> {
        let login = self.login.as_mut().ok_or_else(|| WireError::new(Code::AuthRequired))?;
        login.has_logged_out = true;
        self.answer(call, &DoneResult::default());
        self.link.outbox.close(1000, "logged out");
        Ok(())
    }

    pub(super) fn set_cod(&mut self, call: &mut Call, cod: client::Cod) -> Result<(), WireError> {
        self.login(Scope::Trade)?;
        self.pay(call, Bucket::Requests, 1)?;
        let policy = policy(Some(cod))?;
        if let Some(login) = &mut self.login {
            login.policy = policy;
        }
        self.answer(call, &DoneResult::default());
        Ok(())
    }

    pub(super) fn limits(&mut self, call: &mut Call) -> Result<(), WireError> {
        self.login(Scope::Read)?;
        self.pay(call, Bucket::Requests, 1)?;
        self.answer(call, &self.all_limits());
        Ok(())
    }

    /// What only the session knows; the publisher adds what only it knows.
    pub(super) fn status(&mut self, call: &mut Call) -> Result<(), WireError> {
        let (account, session, cod) =
            self.login(Scope::Read).map(|l| (l.account(), l.session, l.policy))?;
        self.pay(call, Bucket::Requests, 1)?;
        let status = StatusResult {
            session_id: names::session(session),
            cod,
            cod_orders: 0,
            channels: self.channels.iter().cloned().collect(),
            pending_bytes: self.link.outbox.pending_bytes() as u64,
            acct_seq: 0,
        };
        let asked = self.asked(call, Requested::Answer)?;
        let question = Question::Status(Box::new(status), session);
        self.ask(Ask::Question { asked, account, question })
    }

    fn all_limits(&self) -> Limits {
        let now = Instant::now();
        let mut throttle = self.throttle.lock().unwrap_or_else(PoisonError::into_inner);
        Limits {
            orders: size(&mut throttle, Bucket::Orders, now),
            cancels: size(&mut throttle, Bucket::Cancels, now),
            quotes: size(&mut throttle, Bucket::Quotes, now),
            requests: size(&mut throttle, Bucket::Requests, now),
            subs: size(&mut throttle, Bucket::Subs, now),
            open_orders: self.venue.open_orders_limit(),
            in_flight: MOST_IN_FLIGHT,
        }
    }
}

fn size(throttle: &mut Throttle, bucket: Bucket, now: Instant) -> BucketSize {
    let (rate, _) = throttle.level(bucket, now);
    BucketSize { cap: rate.cap, per_s: rate.per_s }
}

/// What was asked for, if it can be had; by default orders end with their session at once.
fn policy(cod: Option<client::Cod>) -> Result<client::Cod, WireError> {
    let cod = cod.unwrap_or_default();
    if LONGEST_GRACE_MS < cod.grace_ms {
        return Err(ingress::invalid("cod.grace_ms", "0 to 30000"));
    }
    Ok(cod)
}

impl Login {
    /// Whether its orders end with it.
    pub(super) fn cancels(&self) -> bool {
        self.policy.mode == CodMode::Cancel
    }
}
