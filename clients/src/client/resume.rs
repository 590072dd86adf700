//! Going on after a loss: a new connection, the same session if it is in time, the same channels, the
//! account's events from the first one missed, and the requests that were never answered.

use std::time::Duration;

use protocol::channels::Channel;
use protocol::client::{Method, Subscribe};
use protocol::errors::Code;
use protocol::server::{ChannelError, SubscribeResult};
use rand::Rng;
use serde_json::Value;

use super::{Client, greeting};
use crate::Error;
use crate::connection::Connection;

/// Pauses before the first and at most between two attempts.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));
/// After so many attempts it gives up.
const ATTEMPTS: u32 = 20;

/// A request that was sent again after a loss, and its answer.
#[derive(Debug)]
pub struct Resent {
    /// What was asked.
    pub method: Method,
    /// What it came to. An order that had been entered before the loss says `"dup": true`.
    pub answer: Result<Value, Error>,
}

impl Client {
    /// Connects again, waiting longer from attempt to attempt, and goes on where the connection
    /// ended. An order whose answer was lost is sent again under its `client_order_id`, which the
    /// exchange does once.
    ///
    /// # Errors
    /// When it cannot connect for about a minute, or the login is refused.
    pub async fn resume(&mut self) -> Result<Vec<Resent>, Error> {
        self.connection = self.reconnect().await?;
        self.hello = greeting(&mut self.connection).await?;
        let unanswered = std::mem::take(&mut self.unanswered);
        let lost = self.session.as_ref().map(|session| session.session_id.clone());
        self.log_in(lost).await?;
        self.resubscribe().await?;
        let mut resent = Vec::new();
        for method in unanswered.into_iter().filter(is_safe_to_repeat) {
            let answer = self.call(method.clone()).await;
            resent.push(Resent { method, answer });
        }
        Ok(resent)
    }

    async fn reconnect(&self) -> Result<Connection, Error> {
        let (mut pause, longest) = PAUSES;
        let mut attempt = 1;
        loop {
            let jitter = rand::thread_rng().gen_range(0.5..1.0);
            tokio::time::sleep(pause.mul_f64(jitter)).await;
            match Connection::open(&self.url).await {
                Ok(connection) => return Ok(connection),
                Err(error) if attempt == ATTEMPTS => return Err(error),
                Err(_) => attempt += 1,
            }
            pause = (pause * 2).min(longest);
        }
    }

    async fn resubscribe(&mut self) -> Result<(), Error> {
        let (private, public): (Vec<String>, Vec<String>) =
            self.channels.iter().cloned().partition(|name| is_private(name));
        if !public.is_empty() {
            let wanted = Subscribe { channels: public, from_acct_seq: None, from_firm_seq: None };
            self.ask::<SubscribeResult>(Method::Subscribe(wanted)).await?;
        }
        if !private.is_empty() {
            let from_acct_seq = (0 < self.acct_seq).then_some(self.acct_seq + 1);
            let wanted = Subscribe { channels: private, from_acct_seq, from_firm_seq: None };
            let answer: SubscribeResult = self.ask(Method::Subscribe(wanted)).await?;
            self.start_anew(answer).await?;
        }
        Ok(())
    }

    /// Where the events missed are no longer kept, channels begin with a snapshot instead.
    async fn start_anew(&mut self, answer: SubscribeResult) -> Result<(), Error> {
        let too_old = |error: &ChannelError| error.code == Code::ResumeTooOld.number();
        let channels: Vec<String> =
            answer.err.into_iter().filter(too_old).map(|error| error.channel).collect();
        if !channels.is_empty() {
            let wanted = Subscribe { channels, from_acct_seq: None, from_firm_seq: None };
            self.ask::<SubscribeResult>(Method::Subscribe(wanted)).await?;
        }
        Ok(())
    }
}

fn is_private(channel: &str) -> bool {
    matches!(Channel::parse(channel), Ok(Channel::Private(_)))
}

/// Orders by their own id; cancels, since an order ends once; and signed requests by their nonce.
fn is_safe_to_repeat(method: &Method) -> bool {
    matches!(method, Method::Place(_) | Method::Cancel(_) | Method::CancelAll(_) | Method::Meter(_))
}
