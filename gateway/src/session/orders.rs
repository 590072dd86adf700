//! Requests that the exchange decides.

use std::sync::atomic::Ordering;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::client::{self, Signed};
use protocol::errors::{Code, WireError};
use protocol::login::command_message;
use sequencer::{Busy, Lane, Request, Submission};
use serde::de::DeserializeOwned;
use types::{Command, Proof};

use super::conversation::Conversation;
use super::dispatch::Call;
use crate::admission::Endpoint;
use crate::config::Scope;
use crate::egress::{Requested, Waiting};
use crate::ingress::{self, Sender};
use crate::said;
use crate::throttle::Bucket;

/// What a mass cancel costs.
const CANCEL_ALL_COST: u32 = 5;

impl Conversation {
    pub(super) fn place(
        &mut self,
        call: &mut Call,
        order: &client::PlaceOrder,
    ) -> Result<(), WireError> {
        let sender = self.sender()?;
        self.pay(call, Bucket::Orders, 1)?;
        self.refuse_new_risk()?;
        let order = ingress::place(&self.venue.directory, sender, order)?;
        let request = Request::Command(Command::PlaceOrder(order));
        self.submit(call, Requested::Place(order.session, order.side), Lane::Orders, request)
    }

    pub(super) fn preview(
        &mut self,
        call: &mut Call,
        order: &client::PlaceOrder,
    ) -> Result<(), WireError> {
        let sender = self.sender()?;
        self.pay(call, Bucket::Requests, 1)?;
        let order = ingress::place(&self.venue.directory, sender, order)?;
        self.submit(
            call,
            Requested::Preview(order.instrument, order.side),
            Lane::Orders,
            Request::Preview(order),
        )
    }

    /// The exchange says what an account has and must have, in order with its commands.
    pub(super) fn margin(&mut self, call: &mut Call) -> Result<(), WireError> {
        let account = self.login(Scope::Read)?.account();
        self.pay(call, Bucket::Requests, 1)?;
        self.submit(call, Requested::Margin, Lane::Orders, Request::Margin(account))
    }

    pub(super) fn amend(
        &mut self,
        call: &mut Call,
        amend: &client::AmendOrder,
    ) -> Result<(), WireError> {
        let sender = self.sender()?;
        self.pay(call, Bucket::Orders, 1)?;
        self.refuse_new_risk()?;
        let amend = ingress::amend(sender.account, amend)?;
        let request = Request::Command(Command::AmendOrder(amend));
        self.submit(call, Requested::Amend, Lane::Orders, request)
    }

    pub(super) fn cancel(
        &mut self,
        call: &mut Call,
        cancel: &client::CancelOrder,
    ) -> Result<(), WireError> {
        let account = self.sender_for(Scope::Quote)?.account;
        self.pay(call, Bucket::Cancels, 1)?;
        let (client, exchange) = (&cancel.client_order_id, &cancel.order_id);
        let order = ingress::order_ref(client.as_deref(), exchange.as_deref())?;
        let request = Request::Command(Command::CancelOrder { account, order });
        self.submit(call, Requested::Cancel, self.cancel_lane(), request)
    }

    pub(super) fn cancel_all(
        &mut self,
        call: &mut Call,
        cancel: &client::CancelAll,
    ) -> Result<(), WireError> {
        let account = self.sender_for(Scope::Quote)?.account;
        self.pay(call, Bucket::Cancels, CANCEL_ALL_COST)?;
        let cancel = ingress::cancel_all(&self.venue.directory, account, cancel)?;
        let request = Request::Command(Command::CancelOrders(cancel));
        self.submit(call, Requested::CancelAll, self.cancel_lane(), request)
    }

    pub(super) fn pledge(&mut self, call: &mut Call, signed: &Signed) -> Result<(), WireError> {
        let account = self.sender()?.account;
        self.pay(call, Bucket::Orders, 1)?;
        let (pledge, proof) = self.proven::<client::Pledge>("delivery.pledge", signed)?;
        let instrument = ingress::instrument(&self.venue.directory, &pledge.symbol)?;
        let nodes = ingress::nodes(&pledge.nodes);
        let command = Command::PledgeNodes { account, instrument, nodes, proof };
        self.submit(call, Requested::Plain, Lane::Orders, Request::Command(command))
    }

    pub(super) fn meter(&mut self, call: &mut Call, signed: &Signed) -> Result<(), WireError> {
        let account = self.sender()?.account;
        self.pay(call, Bucket::Orders, 1)?;
        let (meter, proof) = self.proven::<client::Meter>("delivery.meter", signed)?;
        let instrument = ingress::instrument(&self.venue.directory, &meter.symbol)?;
        let hour = ingress::time("payload.hour_ns", &meter.hour_ns)?;
        let readings = ingress::readings(&meter.readings);
        let command = Command::MeterHour { account, instrument, hour, readings, proof };
        self.submit(call, Requested::Plain, Lane::Orders, Request::Command(command))
    }

    pub(super) fn observe(&mut self, call: &mut Call, signed: &Signed) -> Result<(), WireError> {
        let account = self.sender()?.account;
        self.pay(call, Bucket::Orders, 1)?;
        let (seen, proof) = self.proven::<client::Observe>("index.observe", signed)?;
        let product = self.venue.product(&seen.product);
        let product = product.ok_or_else(|| WireError::new(Code::UnknownProduct))?;
        let date = ingress::day("payload.date", &seen.date)?;
        let observations = ingress::observations(&seen.observations)?;
        let command = Command::ObserveIndex { account, product, date, observations, proof };
        self.submit(call, Requested::Plain, Lane::Orders, Request::Command(command))
    }

    pub(super) fn withdraw(&mut self, call: &mut Call, signed: &Signed) -> Result<(), WireError> {
        let account = self.sender()?.account;
        self.pay(call, Bucket::Orders, 1)?;
        let (withdraw, proof) = self.proven::<client::Withdraw>("account.withdraw", signed)?;
        let amount = ingress::money("payload.amount", &withdraw.amount)?;
        let command = Command::Withdraw { account, amount, proof };
        self.submit(call, Requested::Plain, Lane::Orders, Request::Command(command))
    }

    /// The payload of a signed command, read only after its signature has been found good.
    pub(super) fn proven<T: DeserializeOwned>(
        &self,
        method: &str,
        signed: &Signed,
    ) -> Result<(T, Proof), WireError> {
        let bad = |text: &str| WireError::saying(Code::BadSignedPayload, text);
        let login = self.login.as_ref().ok_or_else(|| WireError::new(Code::AuthRequired))?;
        let payload =
            STANDARD.decode(&signed.payload).map_err(|_| bad("`payload` is not base64."))?;
        let message = command_message(method, &login.key_id, signed.nonce, &payload);
        let proof = login.holder.prove(message, signed.nonce, &signed.sig);
        let proof = proof.map_err(|_| bad("The signature is not that of the account's key."))?;
        let read = serde_json::from_slice(&payload);
        Ok((read.map_err(|error| bad(&format!("The payload does not fit: {error}.")))?, proof))
    }

    pub(super) fn sender(&self) -> Result<Sender, WireError> {
        self.sender_for(Scope::Trade)
    }

    /// Who asks for what needs this scope.
    pub(super) fn sender_for(&self, scope: Scope) -> Result<Sender, WireError> {
        let login = self.login(scope)?;
        match self.endpoint() {
            Endpoint::Trade => Ok(Sender {
                account: login.account(),
                session: login.session,
                cancels_on_disconnect: login.cancels(),
            }),
            Endpoint::MarketData | Endpoint::Drop => {
                Err(WireError::saying(Code::ScopeDenied, "Orders go through /v1/trade."))
            }
        }
    }

    /// What must not stop anybody from reducing risk: a full disk, and a signature that is owed.
    pub(super) fn refuse_new_risk(&self) -> Result<(), WireError> {
        self.refuse_unsigned()?;
        if self.venue.is_disk_low.load(Ordering::Relaxed) {
            let text = "The disk of the log is nearly full; cancels are taken, new orders are not.";
            return Err(WireError::saying(Code::Maintenance, text));
        }
        Ok(())
    }

    /// A cancel must not overtake an order of its own session.
    pub(super) fn cancel_lane(&self) -> Lane {
        if self.link.has_orders_ahead() { Lane::Orders } else { Lane::Cancels }
    }

    pub(super) fn submit(
        &self,
        call: &Call,
        requested: Requested,
        lane: Lane,
        request: Request,
    ) -> Result<(), WireError> {
        let mut asked = self.asked(call, requested)?;
        if let (Request::Command(command), true) = (&request, self.link.flow.has_begun()) {
            asked.line = said::line(command, &|id| self.venue.directory.symbol(id));
        }
        self.link.order_begins(requested);
        let origin = self.venue.pending.insert(Waiting::Client(asked));
        let author = self.login.as_ref().map_or(0, |login| login.session.0);
        let submission = Submission { origin: Some(origin), author, request };
        // A cancel that follows an order and finds no room there takes its own way after all.
        let again = (requested.is_cancel() && lane == Lane::Orders).then(|| submission.clone());
        let submitted = match (self.venue.handle.submit(lane, submission), again) {
            (Err(Busy::Full), Some(again)) => self.venue.handle.submit(Lane::Cancels, again),
            (first, _) => first,
        };
        submitted.map_err(|busy| {
            self.venue.pending.take(origin);
            self.link.order_ends(requested);
            self.link.outbox.abandon();
            not_taken(busy)
        })
    }
}

/// Nothing has happened and nothing will.
pub(super) fn not_taken(busy: Busy) -> WireError {
    match busy {
        Busy::Full => WireError::new(Code::EngineBusy),
        Busy::Stopped => WireError::new(Code::ShuttingDown).with("final", true),
        Busy::TooLarge => WireError::new(Code::MessageTooLarge),
    }
}
