//! What a client may say: one JSON-RPC 2.0 request a message.

mod admin;
mod blocks;
mod capacity;
mod delivery;
mod index;
mod params;
mod quotes;
mod requests;
mod session;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};

use crate::errors::{Code, WireError};
pub use admin::*;
pub use blocks::*;
pub use capacity::*;
pub use delivery::*;
pub use index::*;
pub use params::*;
pub use quotes::*;
pub use requests::*;
pub use session::*;

/// Longest text that may be a request id.
const LONGEST_ID: usize = 64;

/// Integers in JSON are exact below this.
const EXACT: u64 = 1 << 53;

/// The id of a request, given back with its reply.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RequestId {
    /// At most 64 characters.
    Text(String),
    /// Below 2^53.
    Number(u64),
}

/// A request.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Given back with the reply.
    pub id: RequestId,
    /// What is asked.
    pub method: Method,
}

/// A message that is no request, and as far as it could be read, whose reply the error is.
#[derive(Clone, Debug, PartialEq)]
pub struct BadRequest {
    /// The id, if it could be read.
    pub id: Option<RequestId>,
    /// What is wrong.
    pub error: WireError,
}

macro_rules! methods {
    ($($(#[doc = $doc:literal])* $name:ident($params:ty) = $wire:literal;)*) => {
        /// What is asked.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Method {
            $($(#[doc = $doc])* $name($params),)*
        }

        impl Method {
            /// The names of all methods.
            pub const NAMES: &[&str] = &[$($wire,)*];

            /// Its name on the wire.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => $wire,)*
                }
            }

            /// Its parameters as they stand on the wire.
            ///
            /// # Errors
            /// When they are no JSON, which no parameters here are.
            pub fn params(&self) -> Result<Value, serde_json::Error> {
                match self {
                    $(Self::$name(params) => serde_json::to_value(params),)*
                }
            }

            /// Name, meaning and schema of the parameters of each method.
            pub(crate) fn shapes(
                generator: &mut SchemaGenerator,
            ) -> Vec<(&'static str, &'static str, Schema)> {
                vec![$(($wire, concat!($($doc),*), generator.subschema_for::<$params>()),)*]
            }

            fn parse(name: &str, params: &str) -> Result<Self, WireError> {
                match name {
                    $($wire => params::read(params).map(Self::$name),)*
                    _ => Err(unknown_method(name)),
                }
            }
        }
    };
}

methods! {
    /// Logs in with a key.
    Login(Login) = "session.login";
    /// Logs out; open orders stay.
    Logout(Nothing) = "session.logout";
    /// How the session is, and what would be cancelled if it ended.
    Status(Nothing) = "session.status";
    /// All buckets and limits.
    Limits(Nothing) = "session.limits";
    /// Changes what happens to open orders when the session ends.
    SetCod(Cod) = "session.cod.set";
    /// Changes how long the client may be silent.
    SetHeartbeat(Heartbeat) = "session.heartbeat.set";
    /// Cancels all orders of the account unless it is asked again in time.
    CancelAfter(CancelAfter) = "session.cancel_after";
    /// Signs the order flow of the session so far.
    Sign(Sign) = "session.sign";
    /// A word that logs a browser in once.
    MakeTicket(MakeTicket) = "session.ticket";
    /// Leaves messages of a channel out; in a sandbox.
    Gap(SandboxGap) = "sandbox.gap";
    /// Begins a new epoch of every channel heard; in a sandbox.
    NewEpoch(Nothing) = "sandbox.epoch";
    /// Ends the connection; in a sandbox.
    Kick(SandboxKick) = "sandbox.kick";
    /// Writes nothing for a while; in a sandbox.
    Stall(SandboxStall) = "sandbox.stall";
    /// Answers with 5001 what is carried out; in a sandbox.
    HideOutcomes(SandboxUnknown) = "sandbox.unknown_outcome";
    /// Tells a wrong time; in a sandbox.
    Skew(SandboxClock) = "sandbox.clock";
    /// Answers with the venue's time.
    Ping(Ping) = "ping";
    /// Begins to hear channels.
    Subscribe(Subscribe) = "subscribe";
    /// Hears channels no longer.
    Unsubscribe(Channels) = "unsubscribe";
    /// Asks for a fresh snapshot of a channel.
    Resync(OneChannel) = "resync";
    /// Enters an order.
    Place(PlaceOrder) = "order.place";
    /// What an order would do.
    Preview(PlaceOrder) = "order.preview";
    /// Changes an order.
    Amend(AmendOrder) = "order.amend";
    /// Ends an order.
    Cancel(CancelOrder) = "order.cancel";
    /// Ends many orders.
    CancelAll(CancelAll) = "order.cancel_all";
    /// Replaces quotes of a market maker.
    Quote(QuoteMass) = "quote.mass";
    /// When the quotes of a group are pulled.
    Protect(MmpSet) = "mmp.set";
    /// A frozen group takes quotes again.
    ResetQuotes(MmpReset) = "mmp.reset";
    /// Ends all orders of the account and takes no new ones, or takes them again.
    Kill(Kill) = "account.kill";
    /// Lists a combination.
    Combine(Combine) = "combination.define";
    /// Offers a block to another member; signed.
    ProposeBlock(Signed) = "block.propose";
    /// Agrees to a block that was offered; signed.
    ConfirmBlock(Signed) = "block.confirm";
    /// Takes an offer back, or declines it.
    WithdrawBlock(BlockId) = "block.withdraw";
    /// Blocks that wait for the other side.
    ListBlocks(Nothing) = "block.list";
    /// Asks members for their prices.
    RequestQuote(RequestQuote) = "rfq.create";
    /// Answers such a request with a block, signed.
    AnswerRequest(SignedForRequest) = "rfq.quote";
    /// Agrees to one of the answers, signed.
    AcceptQuote(SignedForRequest) = "rfq.accept";
    /// Wants no more answers.
    CancelRequest(QuoteRequestId) = "rfq.cancel";
    /// Requests that are open, and the answers to one's own.
    ListRequests(Nothing) = "rfq.list";
    /// Where an order stands.
    Get(GetOrder) = "order.get";
    /// Open orders.
    ListOrders(ListOrders) = "orders.list";
    /// The latest fills.
    ListFills(ListFills) = "fills.list";
    /// Positions.
    ListPositions(Nothing) = "positions.list";
    /// Cash and margin.
    GetMargin(Nothing) = "margin.get";
    /// Obligations to deliver and to receive.
    ListObligations(Nothing) = "obligations.list";
    /// Invoices.
    ListInvoices(Nothing) = "invoices.list";
    /// Daily statements.
    ListStatements(ListStatements) = "statements.list";
    /// Pledges nodes; signed.
    Pledge(Signed) = "delivery.pledge";
    /// Meters an hour; signed.
    Meter(Signed) = "delivery.meter";
    /// Registers nodes; signed.
    Register(Signed) = "capacity.register";
    /// Takes nodes out of the registry; signed.
    Retire(Signed) = "capacity.retire";
    /// Attests nodes of a provider; signed.
    Attest(Signed) = "capacity.attest";
    /// Nodes that are registered.
    ListCapacity(Nothing) = "capacity.list";
    /// What a buyer would like to get; signed.
    Prefer(Signed) = "delivery.prefer";
    /// Blocks that a seller offers; signed.
    Tender(Signed) = "delivery.tender";
    /// Does without the house; signed.
    Elect(Signed) = "delivery.elect";
    /// What tests of nodes showed; signed.
    Accept(Signed) = "delivery.accept";
    /// Puts a spare in the place of a node that failed; signed.
    Replace(Signed) = "delivery.replace";
    /// Signs what the seller has reported of an hour; signed.
    Countersign(Signed) = "delivery.countersign";
    /// Says that nodes delivered less in an hour than reported; signed.
    Dispute(Signed) = "delivery.dispute";
    /// What a probe has read of nodes in an hour; signed.
    Probe(Signed) = "delivery.probe";
    /// Nodes that stand by for what is left of a month; signed.
    Standby(Signed) = "delivery.standby";
    /// A bid for hours that are resold; signed.
    Bid(Signed) = "delivery.bid";
    /// Offers the rest of a window to another account; signed.
    Transfer(Signed) = "delivery.transfer";
    /// Takes the rest of a window that was offered; signed.
    AcceptTransfer(Signed) = "delivery.accept_transfer";
    /// Turns cash into bond; signed.
    PostBond(Signed) = "bond.post";
    /// Turns bond into cash; signed.
    ReleaseBond(Signed) = "bond.release";
    /// Takes money out; signed.
    Withdraw(Signed) = "account.withdraw";
    /// Reports prices that were seen; signed.
    Observe(Signed) = "index.observe";
}

/// A request before its method is known.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<'a> {
    jsonrpc: String,
    #[serde(default)]
    id: Option<RequestId>,
    method: String,
    #[serde(default, borrow)]
    params: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Written<'a> {
    jsonrpc: &'static str,
    id: &'a RequestId,
    method: &'static str,
    params: Value,
}

impl Request {
    /// Reads a message.
    ///
    /// # Errors
    /// What is wrong with it; the connection can go on.
    pub fn parse(text: &str) -> Result<Self, BadRequest> {
        let envelope: Envelope<'_> =
            serde_json::from_str(text).map_err(|error| not_a_request(text, &error))?;
        let id = envelope.id.filter(is_legal).ok_or_else(|| BadRequest {
            id: None,
            error: WireError::saying(
                Code::InvalidRequest,
                "`id` is a text of 1 to 64 characters or an integer from 0 to 2^53 - 1.",
            ),
        })?;
        if envelope.jsonrpc != "2.0" {
            let error = WireError::saying(Code::InvalidRequest, "`jsonrpc` is \"2.0\".");
            return Err(BadRequest { id: Some(id), error });
        }
        let params = envelope.params.map_or("{}", RawValue::get);
        match Method::parse(&envelope.method, params) {
            Ok(method) => Ok(Self { id, method }),
            Err(error) => Err(BadRequest { id: Some(id), error }),
        }
    }

    /// The message.
    ///
    /// # Panics
    /// Never: every request is JSON.
    #[must_use]
    pub fn to_text(&self) -> String {
        let params = self.method.params().expect("parameters are JSON");
        let written = Written { jsonrpc: "2.0", id: &self.id, method: self.method.name(), params };
        serde_json::to_string(&written).expect("a request is JSON")
    }
}

fn is_legal(id: &RequestId) -> bool {
    match id {
        RequestId::Text(text) => !text.is_empty() && text.chars().count() <= LONGEST_ID,
        RequestId::Number(number) => *number < EXACT,
    }
}

fn not_a_request(text: &str, error: &serde_json::Error) -> BadRequest {
    let value: Result<Value, _> = serde_json::from_str(text);
    let Ok(value) = value else {
        return BadRequest {
            id: None,
            error: WireError::saying(
                Code::ParseError,
                format!("The message is not JSON: {error}."),
            ),
        };
    };
    let id =
        value.get("id").and_then(|id| serde_json::from_value(id.clone()).ok()).filter(is_legal);
    let text = format!("The message is no request: {error}.");
    BadRequest { id, error: WireError::saying(Code::InvalidRequest, text) }
}

/// There is no such method, here.
#[must_use]
pub fn unknown_method(name: &str) -> WireError {
    let shown: String = name.chars().take(64).collect();
    WireError::saying(Code::MethodNotFound, format!("There is no method `{shown}`."))
        .with("methods", Method::NAMES.to_vec())
}

#[cfg(test)]
mod tests;
