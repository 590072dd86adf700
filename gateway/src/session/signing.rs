//! What a session signs and the log keeps: its login, and its order flow every so many commands.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::client::{Login, Sign};
use protocol::errors::{Code, WireError};
use protocol::flow;
use protocol::server::LoginResult;
use sequencer::{Lane, Request, Submission};
use types::{Attestation, Command};

use super::conversation::Conversation;
use super::dispatch::Call;
use super::orders::not_taken;
use crate::admission::Endpoint;
use crate::config::Scope;
use crate::egress::{Ask, Question, Requested, Waiting};
use crate::throttle::Bucket;
use crate::{ingress, names};

/// How many commands may lie between two signatures.
const EVERY: std::ops::RangeInclusive<u32> = 1..=4_096;

/// How many it is where the venue wants signatures and the login says nothing.
const USUAL: u32 = 1_000;

impl Conversation {
    /// After how many commands a session will sign them: what it says, or what the venue wants. Only
    /// where orders are entered there is anything to sign.
    pub(super) fn signs_every(&self, said: &Login) -> Result<Option<u32>, WireError> {
        if said.sign_every.is_some_and(|every| !EVERY.contains(&every)) {
            return Err(ingress::invalid("sign_every", "1 to 4096"));
        }
        let wanted = self.venue.wants_signatures.then_some(USUAL);
        let enters_orders = self.endpoint() == Endpoint::Trade;
        Ok(said.sign_every.or(wanted).filter(|_| enters_orders))
    }

    /// The login becomes a record, where commands can follow it, and is answered when that is durable.
    /// Elsewhere the publisher answers: only it knows the number of the account's last event.
    pub(super) fn record_login(
        &self,
        call: &Call,
        result: LoginResult,
        attestation: Attestation,
    ) -> Result<(), WireError> {
        let login = self.login.as_ref().ok_or_else(|| WireError::new(Code::AuthRequired))?;
        let (account, author) = (login.account(), login.session.0);
        if self.endpoint() != Endpoint::Trade {
            let asked = self.asked(call, Requested::Answer)?;
            let question = Question::Login(Box::new(result));
            return self.ask(Ask::Question { asked, account, question });
        }
        let asked = self.asked(call, Requested::Login)?;
        self.link.order_begins(Requested::Login);
        let origin = self.venue.pending.insert(Waiting::Login(asked, account, Box::new(result)));
        let request = Request::Command(Command::Attest(Box::new(attestation)));
        let submission = Submission { origin: Some(origin), author, request };
        self.venue.handle.submit(Lane::Orders, submission).map_err(|busy| {
            self.venue.pending.take(origin);
            self.link.order_ends(Requested::Login);
            self.link.outbox.abandon();
            not_taken(busy)
        })
    }

    /// Checks a signature under the order flow and has it recorded.
    pub(super) fn sign(&mut self, call: &mut Call, sign: &Sign) -> Result<(), WireError> {
        self.login(Scope::Read)?;
        self.pay(call, Bucket::Requests, 1)?;
        let login = self.login(Scope::Read)?;
        let form = "a number of commands behind the last signature and not behind the last reply";
        let hash = self.link.flow.hash_at(sign.count);
        let hash = hash.ok_or_else(|| ingress::invalid("count", form))?;
        let (host, session) = (&self.admission.host, names::session(login.session));
        let message = flow::message(host, &login.key_id, &session, sign.count, &hash);
        login.holder.verify(&message, &sign.sig).map_err(|_| {
            let text = "The signature is not that of this key over this hash.";
            WireError::saying(Code::BadSignedPayload, text).with("hash", flow::hexadecimal(&hash))
        })?;
        let signature = STANDARD.decode(&sign.sig).unwrap_or_default();
        let (account, count) = (login.account(), sign.count);
        let attestation = Attestation::Flow { account, count, signature };
        let request = Request::Command(Command::Attest(Box::new(attestation)));
        self.submit(call, Requested::Plain, Lane::Orders, request)?;
        self.link.flow.sign(count);
        Ok(())
    }

    /// Whoever owes a signature may still cancel.
    pub(super) fn refuse_unsigned(&self) -> Result<(), WireError> {
        if self.venue.wants_signatures && self.link.flow.is_overdue() {
            return Err(WireError::new(Code::SignatureDue));
        }
        Ok(())
    }
}
