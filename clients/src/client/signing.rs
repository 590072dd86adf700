//! Signing the order flow of a session: the lines of what was sent, in the order of the replies, and
//! a signature over their hash every so many.

use protocol::client::{CodMode, Method, Sign};
use protocol::flow::{self, Running};
use protocol::server::LoginResult;
use serde_json::Value;

use super::Client;
use crate::Error;

/// What has been sent in this session.
#[derive(Debug)]
pub(super) struct Flow {
    running: Running,
    /// How many commands are signed.
    signed: u64,
    /// After how many the next signature is due.
    every: u32,
    /// Whether orders end with the session unless they say otherwise.
    ends_orders: bool,
}

impl Client {
    /// How many commands of this session the exchange has decided, and how many are signed; nothing
    /// where nothing is signed, or where an answer was lost, so that what was decided is not known.
    #[must_use]
    pub fn signed(&self) -> Option<(u64, u64)> {
        self.flow.as_ref().map(|flow| (flow.running.count(), flow.signed))
    }

    /// Signs what has been sent so far, if there is anything new. If that is refused, nothing of this
    /// session is signed any more.
    pub async fn sign_flow(&mut self) {
        let Some(Flow { running, signed, .. }) = &self.flow else { return };
        let (count, hash) = (running.count(), running.hash());
        let (Some(credentials), Some(session)) = (&self.credentials, &self.session) else { return };
        if count <= *signed {
            return;
        }
        let (host, id) = (&self.connection.host, &session.session_id);
        let message = flow::message(host, &credentials.key_id, id, count, &hash);
        let sig = credentials.sign(&message);
        let answer = self.exchange(Method::Sign(Sign { count, sig })).await;
        match (&mut self.flow, answer) {
            (Some(flow), Ok(_)) => flow.signed = count,
            (_, answer) => {
                if answer.is_err() {
                    self.flow = None;
                }
            }
        }
    }

    /// Signs nothing of this session any more.
    pub fn stop_signing(&mut self) {
        self.flow = None;
    }

    /// A login begins a new flow, if the exchange waits for its signatures.
    pub(super) fn begin_flow(&mut self, login: &[u8], session: &LoginResult) {
        self.flow = session.sign_every.map(|every| Flow {
            running: Running::of_login(login),
            signed: 0,
            every,
            ends_orders: session.cod.mode == CodMode::Cancel,
        });
    }

    /// What is signed of a request, when it has been decided.
    pub(super) fn line(&mut self, method: &Method) -> Option<String> {
        let flow = self.flow.as_mut()?;
        if let Method::SetCod(cod) = method {
            flow.ends_orders = cod.mode == CodMode::Cancel;
        }
        flow::line(method, flow.ends_orders)
    }

    /// Adds what the exchange has decided: what it did, and what it refused at a time of its own.
    pub(super) fn note(&mut self, line: Option<String>, answer: &Result<Value, Error>) {
        let (Some(line), Some(flow)) = (line, &mut self.flow) else { return };
        match answer {
            Ok(_) => flow.running.add(&line),
            Err(Error::Refused { data, .. }) if data.contains_key("eng_ns") => {
                flow.running.add(&line);
            }
            Err(error) if error.is_final() => {}
            Err(_) => self.flow = None,
        }
    }

    pub(super) fn is_signature_due(&self) -> bool {
        let is_due = |flow: &Flow| flow.signed + u64::from(flow.every) <= flow.running.count();
        self.flow.as_ref().is_some_and(is_due)
    }
}
