//! Signed requests about deliveries on their way: receipts, disputes, probes, standby nodes, bonds and
//! warrants.

use protocol::client::{
    AcceptTransfer, BidHours, BondAmount, ClaimHour, Countersign, Method, OfferNodes, Transfer,
};
use protocol::decimal;
use protocol::server::DoneResult;
use types::{Lots, Mills, Ticks, Timestamp};

use super::Client;
use crate::Error;

impl Client {
    /// Signs, as the buyer, what the seller has reported of the hour that began at `hour`.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn countersign(
        &mut self,
        obligation_id: &str,
        hour: Timestamp,
    ) -> Result<DoneResult, Error> {
        let (obligation_id, hour_ns) = (obligation_id.to_owned(), hour.0.to_string());
        let signed = self.sign("delivery.countersign", &Countersign { obligation_id, hour_ns })?;
        self.ask(Method::Countersign(signed)).await
    }

    /// Says, as the buyer, that nodes delivered less in an hour than was reported: node and GPU-hours.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn dispute(
        &mut self,
        obligation_id: &str,
        hour: Timestamp,
        readings: &[(u32, u8)],
    ) -> Result<DoneResult, Error> {
        let signed = self.sign("delivery.dispute", &claim(obligation_id, hour, readings))?;
        self.ask(Method::Dispute(signed)).await
    }

    /// Says, as a probe, what nodes delivered in an hour: node and GPU-hours.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn probe(
        &mut self,
        obligation_id: &str,
        hour: Timestamp,
        readings: &[(u32, u8)],
    ) -> Result<DoneResult, Error> {
        let signed = self.sign("delivery.probe", &claim(obligation_id, hour, readings))?;
        self.ask(Method::Probe(signed)).await
    }

    /// Offers nodes that stand by for what is left of a month; none to offer nothing any more.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn stand_by(
        &mut self,
        symbol: &str,
        nodes: &[u32],
        price: Ticks,
    ) -> Result<DoneResult, Error> {
        let (symbol, price) = (symbol.to_owned(), decimal::price(price));
        let offer = OfferNodes { symbol, nodes: nodes.to_vec(), price };
        let signed = self.sign("delivery.standby", &offer)?;
        self.ask(Method::Standby(signed)).await
    }

    /// Bids for hours that are resold for what is left of a month; no lots to bid no more.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn bid_hours(
        &mut self,
        symbol: &str,
        lots: Lots,
        price: Ticks,
    ) -> Result<DoneResult, Error> {
        let (symbol, lots, price) = (symbol.to_owned(), decimal::lots(lots), decimal::price(price));
        let signed = self.sign("delivery.bid", &BidHours { symbol, lots, price })?;
        self.ask(Method::Bid(signed)).await
    }

    /// Offers the rest of a window to another account, at a price that may be below zero.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn transfer(
        &mut self,
        obligation_id: &str,
        to: &str,
        price: Mills,
    ) -> Result<DoneResult, Error> {
        let (obligation_id, to) = (obligation_id.to_owned(), to.to_owned());
        let transfer = Transfer { obligation_id, to, price: decimal::money(price) };
        let signed = self.sign("delivery.transfer", &transfer)?;
        self.ask(Method::Transfer(signed)).await
    }

    /// Takes the rest of a window that was offered to the account.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn accept_transfer(&mut self, obligation_id: &str) -> Result<DoneResult, Error> {
        let accept = AcceptTransfer { obligation_id: obligation_id.to_owned() };
        let signed = self.sign("delivery.accept_transfer", &accept)?;
        self.ask(Method::AcceptTransfer(signed)).await
    }

    /// Turns cash into bond.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn post_bond(&mut self, amount: Mills) -> Result<DoneResult, Error> {
        let signed = self.sign("bond.post", &BondAmount { amount: decimal::money(amount) })?;
        self.ask(Method::PostBond(signed)).await
    }

    /// Turns bond that deliveries do not need into cash.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn release_bond(&mut self, amount: Mills) -> Result<DoneResult, Error> {
        let signed = self.sign("bond.release", &BondAmount { amount: decimal::money(amount) })?;
        self.ask(Method::ReleaseBond(signed)).await
    }
}

fn claim(obligation_id: &str, hour: Timestamp, readings: &[(u32, u8)]) -> ClaimHour {
    let (obligation_id, hour_ns) = (obligation_id.to_owned(), hour.0.to_string());
    ClaimHour { obligation_id, hour_ns, readings: readings.to_vec() }
}
