//! Requests that are signed one by one, since they move value.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::client::{Meter, Method, Observe, Pledge, Seen, Signed, Withdraw};
use protocol::decimal;
use protocol::server::DoneResult;
use serde::Serialize;
use types::{Date, Mills, Timestamp};

use super::Client;
use crate::Error;

impl Client {
    /// Pledges nodes to a contract month.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn pledge(&mut self, symbol: &str, nodes: &[u32]) -> Result<DoneResult, Error> {
        let pledge = Pledge { symbol: symbol.to_owned(), nodes: nodes.to_vec() };
        let signed = self.sign("delivery.pledge", &pledge)?;
        self.ask(Method::Pledge(signed)).await
    }

    /// Reports what the nodes of a contract month delivered in the hour that began at `hour`: node
    /// and GPU-hours, 0 to 8.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn meter(
        &mut self,
        symbol: &str,
        hour: Timestamp,
        readings: &[(u32, u8)],
    ) -> Result<DoneResult, Error> {
        let (symbol, hour_ns) = (symbol.to_owned(), hour.0.to_string());
        let meter = Meter { symbol, hour_ns, readings: readings.to_vec() };
        let signed = self.sign("delivery.meter", &meter)?;
        self.ask(Method::Meter(signed)).await
    }

    /// Reports prices of a product that were seen on a day.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn observe(
        &mut self,
        product: &str,
        date: Date,
        observations: Vec<Seen>,
    ) -> Result<DoneResult, Error> {
        let (product, date) = (product.to_owned(), date.to_string());
        let signed = self.sign("index.observe", &Observe { product, date, observations })?;
        self.ask(Method::Observe(signed)).await
    }

    /// Takes money out of the account.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn withdraw(&mut self, amount: Mills) -> Result<DoneResult, Error> {
        let signed = self.sign("account.withdraw", &Withdraw { amount: decimal::money(amount) })?;
        self.ask(Method::Withdraw(signed)).await
    }

    /// Signs the payload of a block, byte by byte, as `block.propose` and `block.confirm` want it.
    ///
    /// # Errors
    /// When nobody is logged in.
    pub fn sign_block(&mut self, payload: &[u8]) -> Result<Signed, Error> {
        self.sign_bytes("block", payload)
    }

    /// Numbers signed requests from `nonce` on, instead of by the clock: for runs that must be the
    /// same each time.
    pub fn number_signed_from(&mut self, nonce: u64) {
        self.next_nonce = nonce;
    }

    pub(super) fn sign(&mut self, method: &str, payload: &impl Serialize) -> Result<Signed, Error> {
        let payload = serde_json::to_vec(payload).expect("text and numbers are JSON");
        self.sign_bytes(method, &payload)
    }

    fn sign_bytes(&mut self, method: &str, payload: &[u8]) -> Result<Signed, Error> {
        let login_first = || Error::Protocol(format!("{method} needs a login"));
        let credentials = self.credentials.as_ref().ok_or_else(login_first)?;
        let nonce = self.next_nonce;
        self.next_nonce += 1;
        let sig = credentials.sign_command(method, nonce, payload);
        Ok(Signed { payload: STANDARD.encode(payload), nonce, sig })
    }
}

/// A nonce above all of earlier runs, unless they signed a million requests a second.
pub(super) fn nonce_now() -> u64 {
    u64::try_from(wall_ns() / 1_000).unwrap_or(1)
}

/// This machine's clock.
pub(super) fn wall_ns() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_nanos()).unwrap_or(i64::MAX)
}
