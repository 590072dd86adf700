//! Hello and login, and what a session may ask about itself.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::client::{self, CodMode};
use protocol::errors::{Code, WireError};
use protocol::login::login_message;
use protocol::server::{
    Bucket as BucketSize, DoneResult, Hello, Limits, LoginResult, PingResult, StatusResult,
    TicketResult, hello_text,
};
use protocol::{MAX_MESSAGE_BYTES, SCHEMA_REV};
use types::{Attestation, SessionId};

use super::cod::LONGEST_GRACE_MS;
use super::conversation::{Conversation, Login};
use super::dispatch::{Call, MOST_CHANNELS, MOST_IN_FLIGHT};
use super::{IDLE, LOGIN_DEADLINE};
use crate::config::{Scope, Tier};
use crate::egress::{ACCOUNT_EPOCH, Ask, Question, Requested};
use crate::ingress;
use crate::names;
use crate::throttle::{Bucket, Throttle};
use crate::tickets::{self, Ticket};
use crate::venue::wall_ns;

/// Sessions of one key.
const MOST_SESSIONS: usize = 20;
/// Longest nonce and time that a client may sign; the log keeps them.
const LONGEST: usize = 64;
/// How long a client may say that it is silent, in milliseconds.
const IDLE_BOUNDS_MS: (u32, u32) = (5_000, 60_000);

impl Conversation {
    /// The first message.
    pub(super) fn hello(&self) {
        let millis =
            |time: std::time::Duration| u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
        let hello = Hello {
            env: self.venue.env.clone(),
            proto: self.link.encoding.name().to_owned(),
            conn_id: format!("c-{}", self.link.no),
            host: self.admission.host.clone(),
            nonce: self.nonce.clone().unwrap_or_default(),
            server_ns: wall_ns().to_string(),
            market_ns: self.venue.market_time().0.to_string(),
            login_deadline_ms: millis(LOGIN_DEADLINE),
            ping_ms: millis(IDLE / 2),
            idle_close_ms: millis(IDLE),
            max_msg_bytes: u32::try_from(MAX_MESSAGE_BYTES).unwrap_or(u32::MAX),
            schema_rev: SCHEMA_REV,
        };
        self.link.outbox.push_private(hello_text(&hello));
    }

    pub(super) fn pong(&self, call: &Call, ping: client::Ping) {
        let result = PingResult {
            ns: ping.ns,
            server_ns: wall_ns().saturating_add(self.skew_ns).to_string(),
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
        let sign_every = self.signs_every(login)?;
        let nonce = self.nonce.take().ok_or_else(failed)?;
        let message = login_message(
            &self.admission.host,
            &login.key_id,
            &nonce,
            &login.client_nonce,
            &login.ts_ns,
        );
        let found = self.holder(login, &message)?;
        let attestation = attested(login, &found, &message, sign_every);
        let Ticket { holder, key_id, .. } = found;
        let place = self.venue.sessions.enter(&key_id, MOST_SESSIONS);
        let _place =
            place.ok_or_else(|| WireError::new(Code::SessionLimit).with("max", MOST_SESSIONS))?;
        self.throttle = self.venue.throttle(holder.account, holder.tier);
        let session = self.session(login, &key_id);
        let has_logged_out = false;
        self.login = Some(Login { holder, key_id, session, policy, has_logged_out, _place });
        if let Some(every) = sign_every {
            self.link.flow.begin(&message, every);
        }
        // Without its record nothing may follow.
        self.welcome(call, login, sign_every, attestation).inspect_err(|_| self.login = None)
    }

    /// Whom a key or a ticket stands for.
    fn holder(&self, login: &client::Login, message: &[u8]) -> Result<Ticket, WireError> {
        let found = match (login.alg.as_str(), &login.ticket) {
            ("ed25519", None) if login.client_nonce.len().max(login.ts_ns.len()) <= LONGEST => {
                let key_id = login.key_id.clone();
                let holder = self.venue.keys.verify(&key_id, message, &login.sig);
                let holder = holder.map_err(|_| failed())?;
                Ticket { holder, key_id, session: SessionId(0) }
            }
            ("ticket", Some(word)) => {
                self.venue.tickets.take(word, Instant::now()).ok_or_else(failed)?
            }
            _ => return Err(failed()),
        };
        let bounds = &found.holder.bounds;
        if bounds.until.is_some_and(|until| until.start().0 <= wall_ns()) {
            return Err(WireError::new(Code::KeyRevokedOrExpired));
        }
        if !bounds.admit(self.peer) {
            return Err(WireError::new(Code::IpNotAllowed));
        }
        Ok(found)
    }

    /// The session this login resumes, if it may, else a new one.
    fn session(&self, login: &client::Login, key_id: &str) -> SessionId {
        let wanted = login.resume_session.as_deref().and_then(names::parse_session);
        let resumed = wanted.filter(|id| self.venue.graces.resume(*id, key_id));
        resumed.unwrap_or_else(|| self.venue.next_session())
    }

    fn welcome(
        &self,
        call: &Call,
        said: &client::Login,
        sign_every: Option<u32>,
        attestation: Attestation,
    ) -> Result<(), WireError> {
        let login = self.login.as_ref().ok_or_else(|| WireError::new(Code::AuthRequired))?;
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
            sign_every,
            limits: self.all_limits(),
        };
        self.record_login(call, result, attestation)
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

    pub(super) fn set_heartbeat(
        &mut self,
        call: &mut Call,
        heartbeat: client::Heartbeat,
    ) -> Result<(), WireError> {
        self.pay(call, Bucket::Requests, 1)?;
        let (shortest, longest) = IDLE_BOUNDS_MS;
        if !(shortest..=longest).contains(&heartbeat.idle_ms) {
            return Err(ingress::invalid("idle_ms", "5000 to 60000"));
        }
        self.idle = Duration::from_millis(heartbeat.idle_ms.into());
        self.answer(call, &DoneResult::default());
        Ok(())
    }

    /// A word that logs a browser in once, as who this session is.
    pub(super) fn make_ticket(
        &mut self,
        call: &mut Call,
        wanted: &client::MakeTicket,
    ) -> Result<(), WireError> {
        let login = self.login.as_ref().ok_or_else(|| WireError::new(Code::AuthRequired))?;
        let (mut holder, key_id) = (login.holder.clone(), login.key_id.clone());
        let session = login.session;
        self.pay(call, Bucket::Requests, 1)?;
        if !wanted.scopes.is_empty() {
            let has = |name: &String| holder.scopes.iter().any(|scope| scope.name() == name);
            if let Some(more) = wanted.scopes.iter().find(|name| !has(name)) {
                return Err(WireError::new(Code::ScopeDenied).with("scope", more.clone()));
            }
            holder.scopes.retain(|scope| wanted.scopes.iter().any(|name| name == scope.name()));
        }
        let ticket = self.venue.tickets.make(Ticket { holder, key_id, session }, call.started);
        let ticket = ticket.ok_or_else(|| WireError::new(Code::EngineBusy))?;
        let expires_in_ms = u32::try_from(tickets::LIFE.as_millis()).unwrap_or(u32::MAX);
        self.answer(call, &TicketResult { ticket, expires_in_ms });
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
            idle_ms: u32::try_from(self.idle.as_millis()).unwrap_or(u32::MAX),
            cancel_at_ns: self.venue.deadlines.of(account).map(|at_ns| at_ns.to_string()),
            acct_seq: 0,
        };
        let asked = self.asked(call, Requested::Answer)?;
        let question = Question::Status(Box::new(status), session);
        self.ask(Ask::Question { asked, account, question })
    }

    fn all_limits(&self) -> Limits {
        let now = Instant::now();
        let mut throttle = self.throttle.lock().unwrap_or_else(PoisonError::into_inner);
        let tier = self.login.as_ref().map_or(Tier::Standard, |login| login.holder.tier);
        Limits {
            tier: tier.name().to_owned(),
            orders: size(&mut throttle, Bucket::Orders, now),
            cancels: size(&mut throttle, Bucket::Cancels, now),
            quotes: size(&mut throttle, Bucket::Quotes, now),
            requests: size(&mut throttle, Bucket::Requests, now),
            subs: size(&mut throttle, Bucket::Subs, now),
            open_orders: self.venue.open_orders_limit(),
            in_flight: MOST_IN_FLIGHT,
            channels: u32::try_from(MOST_CHANNELS).unwrap_or(u32::MAX),
            sessions: u32::try_from(MOST_SESSIONS).unwrap_or(u32::MAX),
        }
    }
}

/// What the log keeps of a login.
fn attested(
    login: &client::Login,
    found: &Ticket,
    message: &[u8],
    sign_every: Option<u32>,
) -> Attestation {
    let (account, key_id) = (found.holder.account, found.key_id.clone());
    if login.ticket.is_some() {
        return Attestation::Ticket { account, key_id, of: found.session };
    }
    Attestation::Login {
        account,
        key_id,
        key: found.holder.public(),
        message: message.to_vec(),
        signature: STANDARD.decode(&login.sig).unwrap_or_default(),
        sign_every: sign_every.unwrap_or(0),
    }
}

/// One error stands for every way to fail.
fn failed() -> WireError {
    WireError::new(Code::AuthFailed)
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
