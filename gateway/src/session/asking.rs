//! Requests for quotes: a member asks, others answer with blocks they have signed, the member signs one.

use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::channels::Private;
use protocol::client::{Block, QuoteRequestId, RequestQuote, SignedForRequest};
use protocol::errors::{Code, WireError};
use protocol::server::{ClosedData, DoneResult};
use types::Proof;

use super::conversation::Conversation;
use super::dispatch::Call;
use crate::config::Scope;
use crate::egress::Recipient;
use crate::ingress;
use crate::names;
use crate::offers::{Offer, Terms};
use crate::quote_requests::{QuoteRequest, answered};
use crate::throttle::Bucket;

/// What a list costs.
const LIST_COST: u32 = 5;

impl Conversation {
    pub(super) fn request_quote(
        &mut self,
        call: &mut Call,
        wanted: &RequestQuote,
    ) -> Result<(), WireError> {
        let account = self.sender_for(Scope::Block)?.account;
        self.pay(call, Bucket::Orders, 1)?;
        let request = ingress::quote_request(&self.venue.directory, account, wanted)?;
        self.venue.desk.requests.open(request.clone())?;
        self.answer(call, &DoneResult::default());
        self.tell_asked(&request, "request", &request.data());
        Ok(())
    }

    /// Whoever answers proposes a block to whoever asked.
    pub(super) fn answer_request(
        &mut self,
        call: &mut Call,
        answer: &SignedForRequest,
    ) -> Result<(), WireError> {
        let account = self.sender_for(Scope::Block)?.account;
        self.pay(call, Bucket::Orders, 1)?;
        let name = ingress::client_order_id(&answer.rfq_id)?;
        let (block, payload, proof) = self.block_of(answer)?;
        if block.parties[0] != account {
            return Err(ingress::invalid("payload.parties", "who answers, then who asked"));
        }
        let requester = block.parties[1];
        let offer = Offer { block, payload, proof, made: Instant::now() };
        let told = answered(name, &offer);
        self.venue.desk.requests.answer(name, offer)?;
        self.answer(call, &DoneResult::default());
        self.tell(Recipient::One(requester), Private::Rfq, "quote", &told);
        Ok(())
    }

    /// Both have signed the same bytes: the exchange decides.
    pub(super) fn accept_quote(
        &mut self,
        call: &mut Call,
        accepted: &SignedForRequest,
    ) -> Result<(), WireError> {
        let account = self.sender_for(Scope::Block)?.account;
        self.pay(call, Bucket::Orders, 1)?;
        self.refuse_new_risk()?;
        let name = ingress::client_order_id(&accepted.rfq_id)?;
        let (block, payload, proof) = self.block_of(accepted)?;
        if block.parties[1] != account {
            return Err(WireError::new(Code::RfqNotFound));
        }
        let (request, offer) = self.venue.desk.requests.accept(account, name, &payload)?;
        self.tell_asked(&request, "closed", &closed(&request, "accepted"));
        self.trade_block(call, block, [offer.proof, proof])
    }

    pub(super) fn cancel_request(
        &mut self,
        call: &mut Call,
        which: &QuoteRequestId,
    ) -> Result<(), WireError> {
        let account = self.sender_for(Scope::Block)?.account;
        self.pay(call, Bucket::Cancels, 1)?;
        let name = ingress::client_order_id(&which.rfq_id)?;
        let request = self.venue.desk.requests.cancel(account, name)?;
        self.answer(call, &DoneResult::default());
        self.tell_asked(&request, "closed", &closed(&request, "canceled"));
        Ok(())
    }

    pub(super) fn list_requests(&mut self, call: &mut Call) -> Result<(), WireError> {
        let account = self.sender_for(Scope::Block)?.account;
        self.pay(call, Bucket::Requests, LIST_COST)?;
        self.answer(call, &self.venue.desk.requests.of(account));
        Ok(())
    }

    fn block_of(&self, signed: &SignedForRequest) -> Result<(Terms, Vec<u8>, Proof), WireError> {
        let (block, proof) = self.proven::<Block>("block", &signed.signed())?;
        let block = ingress::block(&self.venue.directory, &block)?;
        let payload = STANDARD.decode(&signed.payload).expect("it was decoded for its signature");
        Ok((block, payload, proof))
    }

    fn tell_asked(&self, request: &QuoteRequest, kind: &'static str, data: &impl serde::Serialize) {
        if request.to.is_empty() {
            return self.tell(Recipient::Others(request.requester), Private::Rfq, kind, data);
        }
        for account in request.to.iter().filter(|account| request.asks(**account)) {
            self.tell(Recipient::One(*account), Private::Rfq, kind, data);
        }
    }
}

fn closed(request: &QuoteRequest, reason: &str) -> ClosedData {
    ClosedData {
        requester: names::account(request.requester),
        rfq_id: request.name.to_string(),
        reason: reason.to_owned(),
    }
}
