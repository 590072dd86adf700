//! Blocks: proposed by one member, confirmed by the other, traded when both have signed.

use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::client::{Block, BlockId, Signed};
use protocol::errors::{Code, WireError};
use protocol::server::{BlockList, DoneResult};
use sequencer::{Lane, Request};
use types::{BlockTrade, Command};

use super::conversation::Conversation;
use super::dispatch::Call;
use crate::egress::Requested;
use crate::ingress;
use crate::offers::Offer;
use crate::throttle::Bucket;

/// What a list costs.
const LIST_COST: u32 = 5;

impl Conversation {
    /// Keeps the offer until the other side has answered.
    pub(super) fn propose(&mut self, call: &mut Call, signed: &Signed) -> Result<(), WireError> {
        let account = self.sender()?.account;
        self.pay(call, Bucket::Orders, 1)?;
        let (block, proof) = self.proven::<Block>("block", signed)?;
        let block = ingress::block(&self.venue.directory, &block)?;
        if block.parties[0] != account || block.parties[1] == account {
            return Err(ingress::invalid("payload.parties", "the proposer, then another member"));
        }
        let payload = STANDARD.decode(&signed.payload).expect("it was decoded for its signature");
        let offer = Offer { block, payload, proof, made: Instant::now() };
        self.venue.offers.add(offer)?;
        self.answer(call, &DoneResult::default());
        Ok(())
    }

    /// Both have signed the same bytes: the exchange decides.
    pub(super) fn confirm(&mut self, call: &mut Call, signed: &Signed) -> Result<(), WireError> {
        let account = self.sender()?.account;
        self.pay(call, Bucket::Orders, 1)?;
        self.refuse_when_disk_is_low()?;
        let (block, proof) = self.proven::<Block>("block", signed)?;
        let block = ingress::block(&self.venue.directory, &block)?;
        let payload = STANDARD.decode(&signed.payload).expect("it was decoded for its signature");
        if block.parties[1] != account {
            return Err(WireError::new(Code::BlockNotFound));
        }
        let offer = self.venue.offers.take(&block, &payload)?;
        let proofs = [offer.proof, proof];
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
        let account = self.sender()?.account;
        self.pay(call, Bucket::Cancels, 1)?;
        let proposer = ingress::account("proposer", &which.proposer)?;
        let name = ingress::client_order_id(&which.block_id)?;
        self.venue.offers.withdraw(account, proposer, name)?;
        self.answer(call, &DoneResult::default());
        Ok(())
    }

    pub(super) fn list_blocks(&mut self, call: &mut Call) -> Result<(), WireError> {
        let account = self.sender()?.account;
        self.pay(call, Bucket::Requests, LIST_COST)?;
        self.answer(call, &BlockList { blocks: self.venue.offers.of(account) });
        Ok(())
    }
}
