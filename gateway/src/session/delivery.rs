//! Signed requests about deliveries on their way: receipts, disputes, probes, standby nodes, bonds and
//! warrants. Chapter 9.

use protocol::client::{
    AcceptTransfer, BidHours, BondAmount, ClaimHour, Countersign, Method, OfferNodes, Signed,
    Transfer,
};
use protocol::errors::WireError;
use sequencer::{Lane, Request};
use types::{AccountId, Command, HourClaim, StandbyBid, StandbyOffer};

use super::conversation::Conversation;
use super::dispatch::Call;
use crate::egress::Requested;
use crate::ingress;
use crate::ingress::delivery as read;
use crate::throttle::Bucket;

impl Conversation {
    pub(super) fn of_delivery(
        &mut self,
        call: &mut Call,
        method: &Method,
    ) -> Result<(), WireError> {
        let account = self.sender()?.account;
        self.pay(call, Bucket::Orders, 1)?;
        let name = method.name();
        let command = match method {
            Method::Countersign(signed) => self.countersign(account, name, signed)?,
            Method::Dispute(signed) => Command::DisputeHour(self.claim(account, name, signed)?),
            Method::Probe(signed) => Command::ProbeHour(self.claim(account, name, signed)?),
            Method::Standby(signed) => self.standby(account, name, signed)?,
            Method::Bid(signed) => self.bid(account, name, signed)?,
            Method::Transfer(signed) => self.transfer(account, name, signed)?,
            Method::AcceptTransfer(signed) => self.accept_transfer(account, name, signed)?,
            Method::PostBond(signed) => {
                let (bond, proof) = self.proven::<BondAmount>(name, signed)?;
                Command::PostBond { account, amount: read::amount(&bond)?, proof }
            }
            Method::ReleaseBond(signed) => {
                let (bond, proof) = self.proven::<BondAmount>(name, signed)?;
                Command::ReleaseBond { account, amount: read::amount(&bond)?, proof }
            }
            _ => unreachable!("the dispatcher hands these over"),
        };
        self.submit(call, Requested::Plain, Lane::Orders, Request::Command(command))
    }

    fn countersign(
        &self,
        account: AccountId,
        name: &str,
        signed: &Signed,
    ) -> Result<Command, WireError> {
        let (countersign, proof) = self.proven::<Countersign>(name, signed)?;
        let (obligation, hour) = read::hour(&countersign.obligation_id, &countersign.hour_ns)?;
        Ok(Command::CountersignHour { account, obligation, hour, proof })
    }

    fn claim(
        &self,
        account: AccountId,
        name: &str,
        signed: &Signed,
    ) -> Result<HourClaim, WireError> {
        let (claim, proof) = self.proven::<ClaimHour>(name, signed)?;
        let (obligation, hour) = read::hour(&claim.obligation_id, &claim.hour_ns)?;
        let readings = ingress::readings(&claim.readings);
        Ok(HourClaim { account, obligation, hour, readings, proof })
    }

    fn standby(
        &self,
        account: AccountId,
        name: &str,
        signed: &Signed,
    ) -> Result<Command, WireError> {
        let (offer, proof) = self.proven::<OfferNodes>(name, signed)?;
        let instrument = ingress::instrument(&self.venue.directory, &offer.symbol)?;
        let (nodes, price) = read::offer(&offer)?;
        Ok(Command::OfferStandby(StandbyOffer { account, instrument, nodes, price, proof }))
    }

    fn bid(&self, account: AccountId, name: &str, signed: &Signed) -> Result<Command, WireError> {
        let (bid, proof) = self.proven::<BidHours>(name, signed)?;
        let instrument = ingress::instrument(&self.venue.directory, &bid.symbol)?;
        let (lots, price) = read::bid(&bid)?;
        Ok(Command::BidStandby(StandbyBid { account, instrument, lots, price, proof }))
    }

    fn transfer(
        &self,
        account: AccountId,
        name: &str,
        signed: &Signed,
    ) -> Result<Command, WireError> {
        let (transfer, proof) = self.proven::<Transfer>(name, signed)?;
        let (obligation, to, price) = read::transfer(&transfer)?;
        Ok(Command::TransferObligation { account, obligation, to, price, proof })
    }

    fn accept_transfer(
        &self,
        account: AccountId,
        name: &str,
        signed: &Signed,
    ) -> Result<Command, WireError> {
        let (accept, proof) = self.proven::<AcceptTransfer>(name, signed)?;
        let obligation = ingress::obligation(&accept.obligation_id)?;
        Ok(Command::AcceptObligation { account, obligation, proof })
    }
}
