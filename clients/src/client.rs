//! A client of the exchange: asks and hears the answer, and keeps what happens in between.
//!
//! Answers and events come on one connection, in one order: an answer comes before every event with
//! its `acct_seq` or a higher one. After a loss [`Client::resume`] goes on where it ended.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use protocol::client::{Method, Request, RequestId};
use protocol::errors::WireError;
use protocol::server::{Hello, LoginResult, Message};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::timeout;

use crate::connection::Connection;
use crate::{Credentials, Error};

mod capacity;
mod delivery;
mod login;
mod requests;
mod resume;
mod signed;
mod signing;

pub use resume::Resent;

use signing::Flow;

/// Something that happened on a channel; [`protocol::server`] has the types of its data.
pub type Event = protocol::server::Event<Value>;

/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(10);

/// A connection to the exchange, and what is needed to make it anew.
#[derive(Debug)]
pub struct Client {
    url: String,
    credentials: Option<Credentials>,
    connection: Connection,
    hello: Hello,
    session: Option<LoginResult>,
    next_id: u64,
    next_nonce: u64,
    /// Events that came while an answer was waited for.
    events: VecDeque<Event>,
    /// Channels to subscribe to again.
    channels: BTreeSet<String>,
    /// Number of the last account event heard.
    acct_seq: u64,
    /// Requests whose answer never came.
    unanswered: Vec<Method>,
    /// After how many commands it signs them, if it was asked to.
    sign_every: Option<u32>,
    /// What it has sent and signed in this session, while it is sure of it.
    flow: Option<Flow>,
}

impl Client {
    /// Connects, hears the greeting, and logs in if there are credentials.
    ///
    /// # Errors
    /// When nothing answers there, it speaks another protocol, or the login is refused.
    pub async fn connect(url: &str, credentials: Option<&Credentials>) -> Result<Self, Error> {
        Self::open(url, credentials, None).await
    }

    /// As [`Self::connect`], and signs its order flow after every so many commands, 1 to 4,096, and when
    /// it logs out. Without this it signs where the exchange wants it.
    ///
    /// # Errors
    /// As [`Self::connect`].
    pub async fn connect_signing(
        url: &str,
        credentials: &Credentials,
        sign_every: u32,
    ) -> Result<Self, Error> {
        Self::open(url, Some(credentials), Some(sign_every)).await
    }

    async fn open(
        url: &str,
        credentials: Option<&Credentials>,
        sign_every: Option<u32>,
    ) -> Result<Self, Error> {
        let mut connection = Connection::open(url).await?;
        let hello = greeting(&mut connection).await?;
        let mut client = Self {
            url: url.to_owned(),
            credentials: credentials.cloned(),
            connection,
            hello,
            session: None,
            next_id: 1,
            next_nonce: signed::nonce_now(),
            events: VecDeque::new(),
            channels: BTreeSet::new(),
            acct_seq: 0,
            unanswered: Vec::new(),
            sign_every,
            flow: None,
        };
        client.log_in(None).await?;
        Ok(client)
    }

    /// The greeting of this connection.
    #[must_use]
    pub fn hello(&self) -> &Hello {
        &self.hello
    }

    /// The session, once logged in.
    #[must_use]
    pub fn session(&self) -> Option<&LoginResult> {
        self.session.as_ref()
    }

    /// Waits for the next event. Dropping the future loses nothing.
    ///
    /// # Errors
    /// When the connection has ended.
    pub async fn next_event(&mut self) -> Result<Event, Error> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Ok(event);
            }
            let text = self.connection.next().await?;
            self.hear(&text)?;
        }
    }

    /// The events that have come, without waiting.
    pub fn take_events(&mut self) -> Vec<Event> {
        while let Some(text) = self.connection.try_next() {
            // What is no message of this protocol cannot be an event.
            self.hear(&text).ok();
        }
        self.events.drain(..).collect()
    }

    /// The next event that came while an answer was waited for.
    pub(crate) fn kept_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// The next message as it came, whatever it is.
    pub(crate) async fn next_message(&mut self) -> Result<String, Error> {
        self.connection.next().await
    }

    /// The same, if one has come.
    pub(crate) fn try_next_message(&mut self) -> Option<String> {
        self.connection.try_next()
    }

    /// Asks and waits for the answer, as the JSON that came.
    ///
    /// # Errors
    /// When the exchange refuses, the connection ends, or no answer comes in time.
    pub async fn call(&mut self, method: Method) -> Result<Value, Error> {
        if matches!(method, Method::Logout(_)) {
            self.sign_flow().await;
        }
        let line = self.line(&method);
        let answer = self.exchange(method).await;
        self.note(line, &answer);
        if self.is_signature_due() {
            self.sign_flow().await;
        }
        answer
    }

    async fn exchange(&mut self, method: Method) -> Result<Value, Error> {
        let name = method.name();
        let id = RequestId::Number(self.next_id);
        self.next_id += 1;
        let request = Request { id: id.clone(), method };
        let asked = async {
            self.connection.send(request.to_text()).await?;
            loop {
                let text = self.connection.next().await?;
                // Without an id it is to a message that could not be read, which was this one.
                if let Some((answered, result)) = self.hear(&text)?
                    && answered.is_none_or(|answered| answered == id)
                {
                    return result.map_err(Error::from);
                }
            }
        };
        let answer = timeout(ANSWER, asked).await.unwrap_or(Err(Error::TimedOut(name)));
        if answer.as_ref().is_err_and(|error| !error.is_final()) {
            self.unanswered.push(request.method);
        }
        answer
    }

    /// Asks and reads the answer.
    pub(crate) async fn ask<T: DeserializeOwned>(&mut self, method: Method) -> Result<T, Error> {
        let name = method.name();
        let value = self.call(method).await?;
        serde_json::from_value(value)
            .map_err(|error| Error::Protocol(format!("the answer to {name} is strange: {error}")))
    }

    /// Keeps an event, or gives an answer back.
    fn hear(&mut self, text: &str) -> Result<Option<Answer>, Error> {
        let strange = |error| Error::Protocol(format!("the exchange sent no message: {error}"));
        match Message::parse(text).map_err(strange)? {
            Message::Event(event) => self.keep(*event),
            Message::Reply { id, result } => return Ok(Some((id, result))),
            Message::Hello(_) | Message::Other => {}
        }
        Ok(None)
    }

    /// An account event that was heard before a loss is not heard again.
    fn keep(&mut self, event: Event) {
        if let Some(acct_seq) = event.acct_seq {
            let is_snapshot = event.kind == "snapshot";
            if !is_snapshot && acct_seq <= self.acct_seq && event.replay == Some(true) {
                return;
            }
            self.acct_seq = self.acct_seq.max(acct_seq);
        }
        self.events.push_back(event);
    }
}

/// The id of a request, if it could be read, and what the exchange said.
type Answer = (Option<RequestId>, Result<Value, WireError>);

async fn greeting(connection: &mut Connection) -> Result<Hello, Error> {
    let silent = Error::Protocol("no greeting came; is this an exchange?".to_owned());
    let text = timeout(ANSWER, connection.next()).await.map_err(|_| silent)??;
    match Message::parse(&text) {
        Ok(Message::Hello(hello)) => Ok(*hello),
        Ok(_) | Err(_) => Err(Error::Protocol("the first message is no greeting".to_owned())),
    }
}

#[cfg(test)]
mod tests;
