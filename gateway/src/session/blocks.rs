//! Blocks: proposed by one member, confirmed by the other, traded when both have signed.

use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::channels::Private;
use protocol::client::{Block, BlockId, Signed};
use protocol::errors::{Code, WireError};
use protocol::server::{BlockClosedData, BlockList, DoneResult};
use sequencer::{Lane, Request};
use serde::Serialize;
use types::{AccountId, BlockTrade, Command, Proof};

use super::conversation::Conversation;
use super::dispatch::Call;
use crate::config::Scope;
use crate::egress::{Ask, Recipient, Requested};
use crate::ingress;
use crate::names;
use crate::offers::{Offer, Terms};
use crate::throttle::Bucket;

/// What a list costs.
const LIST_COST: u32 = 5;

impl Conversation {
    /// Keeps the offer until the other side has answered.
    pub(super) fn propose(&mut self, call: &mut Call, signed: &Signed) -> Result<(), WireError> {
        let account = self.sender_for(Scope::Block)?.account;
        self.pay(call, Bucket::Orders, 1)?;
        let (block, proof) = self.proven::<Block>("block", signed)?;
        let block = ingress::block(&self.venue.directory, &block)?;
        if block.parties[0] != account || block.parties[1] == account {
            return Err(ingress::invalid("payload.parties", "the proposer, then another member"));
        }
        let payload = STANDARD.decode(&signed.payload).expect("it was decoded for its signature");
        let parties = block.parties;
        let offer = Offer { block, payload, proof, made: Instant::now() };
        let told = offer.data();
        self.venue.desk.offers.add(offer)?;
        self.answer(call, &DoneResult::default());
        self.tell_parties(parties, "offer", &told);
        Ok(())
    }

    /// Both have signed the same bytes: the exchange decides.
    pub(super) fn confirm(&mut self, call: &mut Call, signed: &Signed) -> Result<(), WireError> {
        let account = self.sender_for(Scope::Block)?.account;
        self.pay(call, Bucket::Orders, 1)?;
        self.refuse_new_risk()?;
        let (block, proof) = self.proven::<Block>("block", signed)?;
        let block = ingress::block(&self.venue.directory, &block)?;
        let payload = STANDARD.decode(&signed.payload).expect("it was decoded for its signature");
        if block.parties[1] != account {
            return Err(WireError::new(Code::BlockNotFound));
        }
        let offer = self.venue.desk.offers.take(&block, &payload)?;
        self.tell_parties(block.parties, "closed", &closed(&block, "confirmed"));
        self.trade_block(call, block, [offer.proof, proof])
    }

    /// Both signatures are there: the exchange decides.
    pub(super) fn trade_block(
        &self,
        call: &Call,
        block: Terms,
        proofs: [Proof; 2],
    ) -> Result<(), WireError> {
        let trade = BlockTrade { parties: block.parties, legs: block.legs, proofs };
        let command = Command::TradeBlock(Box::new(trade));
        self.submit(call, Requested::Plain, Lane::Orders, Request::Command(command))
    }

    /// Either side may.
    pub(super) fn withdraw_block(
        &mut self,
        call: &mut Call,
        which: &BlockId,
    ) -> Result<(), WireError> {
        let account = self.sender_for(Scope::Block)?.account;
        self.pay(call, Bucket::Cancels, 1)?;
        let proposer = ingress::account("proposer", &which.proposer)?;
        let name = ingress::client_order_id(&which.block_id)?;
        let block = self.venue.desk.offers.withdraw(account, proposer, name)?;
        self.answer(call, &DoneResult::default());
        self.tell_parties(block.parties, "closed", &closed(&block, "withdrawn"));
        Ok(())
    }

    pub(super) fn list_blocks(&mut self, call: &mut Call) -> Result<(), WireError> {
        let account = self.sender_for(Scope::Block)?.account;
        self.pay(call, Bucket::Requests, LIST_COST)?;
        self.answer(call, &BlockList { blocks: self.venue.desk.offers.of(account) });
        Ok(())
    }

    fn tell_parties(&self, parties: [AccountId; 2], kind: &'static str, data: &impl Serialize) {
        for party in parties {
            self.tell(Recipient::One(party), Private::Block, kind, data);
        }
    }

    /// Tells members what is in no log. Whoever is not told sees it when it subscribes again.
    pub(super) fn tell(
        &self,
        to: Recipient,
        channel: Private,
        kind: &'static str,
        data: &impl Serialize,
    ) {
        let data = serde_json::to_value(data).expect("what is told is JSON");
        if self.venue.asks.try_send(Ask::Tell { to, channel, kind, data }).is_err() {
            tracing::warn!(channel = channel.name(), kind, "members could not be told");
        }
    }
}

fn closed(block: &Terms, reason: &str) -> BlockClosedData {
    BlockClosedData {
        proposer: names::account(block.parties[0]),
        block_id: block.name.to_string(),
        reason: reason.to_owned(),
    }
}
