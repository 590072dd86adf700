//! From a message to whoever answers it: this session, the exchange, or the publisher.

use std::sync::Arc;
use std::time::Instant;

use protocol::client::{Method, Request, RequestId};
use protocol::errors::{Code, WireError};
use serde::Serialize;

use super::conversation::{Conversation, Login};
use crate::admission::{Encoding, Endpoint};
use crate::config::Scope;
use crate::egress::{Ask, Asked, Audience, Question, Requested, Since, Toll};
use crate::metrics::Metrics;
use crate::throttle::{Bucket, SUBSCRIPTION_BURST};
use crate::venue::wall_ns;
use crate::{ingress, reply};

/// Requests of one connection that may wait for their answer.
pub(super) const MOST_IN_FLIGHT: u32 = 64;
/// Channels of one connection.
pub(super) const MOST_CHANNELS: usize = 500;
/// What a list costs.
const LIST_COST: u32 = 5;
/// Fills in a list when nothing is said, and at most.
const FILLS: (u32, u32) = (100, 1000);

/// A request that is being handled.
pub(super) struct Call {
    pub(super) id: RequestId,
    pub(super) in_ns: i64,
    pub(super) started: Instant,
    pub(super) toll: Option<Toll>,
    /// How it was written, and so is its answer.
    pub(super) encoding: Encoding,
}

impl Conversation {
    /// Takes one message.
    pub(super) fn hear(&mut self, text: &str) {
        Metrics::add(&self.venue.metrics.requests, 1);
        let (in_ns, started) = (wall_ns(), Instant::now());
        match Request::parse(text) {
            Ok(Request { id, method }) => {
                let encoding = Encoding::Json;
                let mut call = Call { id, in_ns, started, toll: None, encoding };
                if let Err(error) = self.handle(&mut call, method) {
                    self.refuse(&call, error);
                }
            }
            Err(bad) => {
                self.push_failure(bad.id.as_ref(), &bad.error);
                if self.malformed.count(started) {
                    self.link.outbox.close(4003, "protocol abuse");
                }
            }
        }
    }

    fn handle(&mut self, call: &mut Call, method: Method) -> Result<(), WireError> {
        match method {
            Method::Ping(ping) => self.pong(call, ping),
            Method::Login(login) => self.log_in(call, &login)?,
            _ if self.venue.is_closing() => return Err(WireError::new(Code::ShuttingDown)),
            Method::Subscribe(wanted) => self.subscribe(call, wanted)?,
            Method::Unsubscribe(unwanted) => self.unsubscribe(call, unwanted.channels)?,
            Method::Resync(wanted) => self.resync(call, wanted.channel)?,
            Method::Logout(_) => self.log_out(call)?,
            Method::Limits(_) => self.limits(call)?,
            Method::SetCod(cod) => self.set_cod(call, cod)?,
            Method::SetHeartbeat(heartbeat) => self.set_heartbeat(call, heartbeat)?,
            Method::CancelAfter(after) => self.cancel_after(call, after)?,
            Method::Sign(sign) => self.sign(call, &sign)?,
            Method::MakeTicket(wanted) => self.make_ticket(call, &wanted)?,
            lever @ (Method::Gap(_)
            | Method::NewEpoch(_)
            | Method::Kick(_)
            | Method::Stall(_)
            | Method::HideOutcomes(_)
            | Method::Skew(_)) => self.pull(call, lever)?,
            Method::Place(order) => self.place(call, &order)?,
            Method::Preview(order) => self.preview(call, &order)?,
            Method::Amend(amend) => self.amend(call, &amend)?,
            Method::Cancel(cancel) => self.cancel(call, &cancel)?,
            Method::CancelAll(cancel) => self.cancel_all(call, &cancel)?,
            Method::Pledge(signed) => self.pledge(call, &signed)?,
            Method::Meter(signed) => self.meter(call, &signed)?,
            Method::Observe(signed) => self.observe(call, &signed)?,
            Method::Withdraw(signed) => self.withdraw(call, &signed)?,
            signed @ (Method::Register(_)
            | Method::Retire(_)
            | Method::Attest(_)
            | Method::Prefer(_)
            | Method::Tender(_)
            | Method::Elect(_)
            | Method::Accept(_)
            | Method::Replace(_)) => self.of_capacity(call, &signed)?,
            signed @ (Method::Countersign(_)
            | Method::Dispute(_)
            | Method::Probe(_)
            | Method::Standby(_)
            | Method::Bid(_)
            | Method::Transfer(_)
            | Method::AcceptTransfer(_)
            | Method::PostBond(_)
            | Method::ReleaseBond(_)) => self.of_delivery(call, &signed)?,
            Method::Quote(mass) => self.quote(call, &mass)?,
            Method::Protect(set) => self.protect(call, &set)?,
            Method::ResetQuotes(reset) => self.reset_quotes(call, &reset)?,
            Method::Kill(kill) => self.kill(call, kill)?,
            Method::Combine(combine) => self.combine(call, &combine)?,
            Method::ProposeBlock(signed) => self.propose(call, &signed)?,
            Method::ConfirmBlock(signed) => self.confirm(call, &signed)?,
            Method::WithdrawBlock(which) => self.withdraw_block(call, &which)?,
            Method::ListBlocks(_) => self.list_blocks(call)?,
            Method::RequestQuote(wanted) => self.request_quote(call, &wanted)?,
            Method::AnswerRequest(answer) => self.answer_request(call, &answer)?,
            Method::AcceptQuote(accepted) => self.accept_quote(call, &accepted)?,
            Method::CancelRequest(which) => self.cancel_request(call, &which)?,
            Method::ListRequests(_) => self.list_requests(call)?,
            Method::Status(_) => self.status(call)?,
            Method::GetMargin(_) => self.margin(call)?,
            Method::Get(_)
            | Method::ListOrders(_)
            | Method::ListFills(_)
            | Method::ListPositions(_)
            | Method::ListObligations(_)
            | Method::ListCapacity(_)
            | Method::ListInvoices(_)
            | Method::ListStatements(_) => self.question(call, &method)?,
        }
        Ok(())
    }

    /// Questions are answered by the publisher, in order with the account's events.
    fn question(&mut self, call: &mut Call, method: &Method) -> Result<(), WireError> {
        let account = self.login(Scope::Read)?.account();
        let cost = match method {
            Method::Get(_) => 1,
            _ => LIST_COST,
        };
        self.pay(call, Bucket::Requests, cost)?;
        let question = match method {
            Method::Get(order) => {
                let (client, exchange) = (&order.client_order_id, &order.order_id);
                Question::Order(ingress::order_ref(client.as_deref(), exchange.as_deref())?)
            }
            Method::ListOrders(list) => {
                let find = |symbol: &String| ingress::instrument(&self.venue.directory, symbol);
                Question::Orders(list.symbol.as_ref().map(find).transpose()?)
            }
            Method::ListFills(list) => Question::Fills(fills_wanted(list.limit)?),
            Method::ListPositions(_) => Question::Positions,
            Method::ListObligations(_) => Question::Obligations,
            Method::ListStatements(list) => {
                let day = |path: &str, text: &Option<String>| {
                    text.as_deref().map(|text| ingress::day(path, text)).transpose()
                };
                Question::Statements(day("from", &list.from)?, day("to", &list.to)?)
            }
            Method::ListCapacity(_) => Question::Capacity,
            _ => Question::Invoices,
        };
        let asked = self.asked(call, Requested::Answer)?;
        self.ask(Ask::Question { asked, account, question })
    }

    fn subscribe(
        &mut self,
        call: &mut Call,
        wanted: protocol::client::Subscribe,
    ) -> Result<(), WireError> {
        let audience = self.listener()?;
        let from = Since { acct_seq: wanted.from_acct_seq, firm_seq: wanted.from_firm_seq };
        if from != Since::default() && self.link.outbox.is_replaying() {
            let text = "Old events asked for before still wait to be read.";
            return Err(WireError::saying(Code::TooManyInFlight, text));
        }
        let count = u32::try_from(wanted.channels.len()).unwrap_or(u32::MAX);
        if SUBSCRIPTION_BURST < count {
            return Err(ingress::invalid("channels", "at most 100 at once"));
        }
        self.pay(call, Bucket::Subs, count)?;
        let new = wanted.channels.iter().filter(|name| !self.channels.contains(*name)).count();
        if MOST_CHANNELS < self.channels.len() + new {
            return Err(WireError::new(Code::SubscriptionLimit).with("max", MOST_CHANNELS));
        }
        let asked = self.asked(call, Requested::Answer)?;
        self.channels.extend(wanted.channels.iter().cloned());
        let channels = wanted.channels;
        self.ask(Ask::Subscribe { asked, audience, channels, from })
    }

    fn unsubscribe(&mut self, call: &mut Call, channels: Vec<String>) -> Result<(), WireError> {
        let audience = self.listener()?;
        self.pay(call, Bucket::Subs, 1)?;
        let asked = self.asked(call, Requested::Answer)?;
        for channel in &channels {
            self.channels.remove(channel);
        }
        self.ask(Ask::Unsubscribe { asked, audience, channels })
    }

    fn resync(&mut self, call: &mut Call, channel: String) -> Result<(), WireError> {
        self.listener()?;
        self.pay(call, Bucket::Subs, 1)?;
        let asked = self.asked(call, Requested::Answer)?;
        self.ask(Ask::Resync { asked, channel })
    }

    /// Whose private channels may be heard here: on `/v1/md` nobody's, on `/v1/trade` those of the
    /// login, which must be there, and on `/v1/drop` the copy of all.
    fn listener(&self) -> Result<Audience, WireError> {
        match self.endpoint() {
            Endpoint::MarketData if self.is_logged_in() => Ok(Audience::Member),
            Endpoint::MarketData => Ok(Audience::Anyone),
            Endpoint::Trade => self.login(Scope::Read).map(|l| Audience::Owner(l.account())),
            Endpoint::Drop => {
                let account = self.login(Scope::Drop)?.account();
                let is_of_firm = self.login(Scope::Firm).is_ok();
                Ok(if is_of_firm { Audience::Firm(account) } else { Audience::Copy(account) })
            }
        }
    }

    /// The login, when it may do this.
    pub(super) fn login(&self, scope: Scope) -> Result<&Login, WireError> {
        let login = self.login.as_ref().ok_or_else(|| WireError::new(Code::AuthRequired))?;
        if login.holder.may(scope) {
            return Ok(login);
        }
        Err(WireError::new(Code::ScopeDenied).with("scope", scope.name()))
    }

    /// Pays for a request, or says when to come again.
    pub(super) fn pay(
        &mut self,
        call: &mut Call,
        bucket: Bucket,
        cost: u32,
    ) -> Result<(), WireError> {
        let mut throttle = self.throttle.lock().expect("nothing panics while it holds the buckets");
        match throttle.take(bucket, cost, call.started) {
            Ok(left) => {
                let throttle = Arc::clone(&self.throttle);
                call.toll = Some(Toll { bucket, left, cost, throttle });
                Ok(())
            }
            Err(limited) => {
                drop(throttle);
                Metrics::add(&self.venue.metrics.limited, 1);
                if self.refusals.count(call.started) {
                    self.link.outbox.close(4029, "rate abuse");
                }
                Err(reply::limited(bucket.name(), limited))
            }
        }
    }

    /// Counts the request as in flight; its answer ends that.
    pub(super) fn asked(&self, call: &Call, requested: Requested) -> Result<Asked, WireError> {
        if MOST_IN_FLIGHT <= self.link.outbox.in_flight() {
            return Err(WireError::new(Code::TooManyInFlight).with("max", MOST_IN_FLIGHT));
        }
        self.link.outbox.begin();
        Ok(Asked {
            link: Arc::clone(&self.link),
            id: call.id.clone(),
            in_ns: call.in_ns,
            started: call.started,
            toll: call.toll.clone(),
            requested,
            encoding: call.encoding,
            account: self.login.as_ref().map(Login::account),
            line: None,
        })
    }

    pub(super) fn ask(&self, ask: Ask) -> Result<(), WireError> {
        self.venue.asks.try_send(ask).map_err(|_| {
            self.link.outbox.abandon();
            WireError::new(Code::EngineBusy)
        })
    }

    pub(super) fn answer(&self, call: &Call, result: &impl Serialize) {
        self.link.outbox.push_private(reply::success(&call.id, result));
    }

    pub(super) fn refuse(&self, call: &Call, error: WireError) {
        let error = reply::stamped(error, call.in_ns, None, call.toll.as_ref());
        self.push_failure(Some(&call.id), &error);
    }

    pub(super) fn push_failure(&self, id: Option<&RequestId>, error: &WireError) {
        Metrics::add(&self.venue.metrics.errors, 1);
        self.link.outbox.push_private(reply::failure(id, error));
    }
}

fn fills_wanted(limit: Option<u32>) -> Result<usize, WireError> {
    let (usual, most) = FILLS;
    match limit.unwrap_or(usual) {
        limit if (1..=most).contains(&limit) => Ok(limit as usize),
        _ => Err(ingress::invalid("limit", "1 to 1000")),
    }
}
