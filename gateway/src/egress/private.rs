//! Events of an account as its owner hears them, and the state its channels begin with.

use bytes::Bytes;
use protocol::channels::Private;
use protocol::server::{
    Event, KillSwitchData, MakerData, NothingData, OpenedData, PledgeData, QuoteGroupData,
    ReasonData, event_text,
};
use serde::Serialize;
use serde_json::json;
use types::{AccountFact, AccountId, Timestamp};

use super::account_data as data;
use super::{binary, capacity_data, clearing_data, delivery_data, statement_data};
use crate::account_stream::{AccountStream, FillView, Record};
use crate::admission::Encoding;
use crate::feed::Markets;
use crate::names;
use crate::outbox::Frame;
use crate::read_model::ReadModel;

/// The log numbers the events of an account, so they have one epoch for ever.
pub(crate) const ACCOUNT_EPOCH: &str = "e-1";

/// The channel an event belongs to. Each belongs to one, so all of them together leave no gap.
pub(super) fn channel_of(fact: &AccountFact) -> Private {
    match fact {
        AccountFact::Order(_)
        | AccountFact::KillSwitch { .. }
        | AccountFact::ByOperator { .. }
        | AccountFact::Maker { .. } => Private::Orders,
        AccountFact::QuoteGroup { .. } => Private::Mmp,
        AccountFact::Fill(_) | AccountFact::Leg(_) => Private::Fills,
        AccountFact::Position(_) | AccountFact::Expired { .. } => Private::Positions,
        AccountFact::Opened { .. }
        | AccountFact::Suspended
        | AccountFact::Reinstated
        | AccountFact::Reporter { .. }
        | AccountFact::Clearing(_)
        | AccountFact::Margin(_)
        | AccountFact::Cash(_)
        | AccountFact::Statement(_) => Private::Margin,
        AccountFact::Pledged { .. }
        | AccountFact::Obligation(_)
        | AccountFact::Invoice(_)
        | AccountFact::Capacity(_)
        | AccountFact::Performance(_)
        | AccountFact::Standby(_) => Private::Obligations,
    }
}

/// Where an event goes to: the channel it belongs to, or the copy of all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goes {
    Channel,
    Copy(AccountId),
    /// The copy of a firm: whose event it is, and its number there.
    Firm(AccountId, u64),
}

/// Whether an event is new to its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Live,
    Again,
}

/// An event, live or replayed.
fn event(model: &ReadModel, record: &Record, told: Told, goes: Goes) -> Bytes {
    let markets = &model.markets;
    let message = Message { record, told, goes };
    match &record.fact {
        AccountFact::Opened { name, .. } => {
            message.with("opened", OpenedData { name: name.to_string() })
        }
        AccountFact::Reinstated => message.with("reinstated", NothingData {}),
        AccountFact::ByOperator { reason } => {
            message.with("by_operator", ReasonData { reason: reason.to_string() })
        }
        AccountFact::Suspended => message.with("suspended", NothingData {}),
        AccountFact::Clearing(fact) => {
            let (kind, data) = clearing_data::clearing(markets, fact);
            message.with(kind, data)
        }
        AccountFact::KillSwitch { is_thrown } => {
            message.with("kill_switch", KillSwitchData { on: *is_thrown })
        }
        AccountFact::Maker { product, is_appointed } => {
            let product = markets.product(*product).map(types::ProductTerms::symbol);
            message.with("maker", MakerData { product, appointed: *is_appointed })
        }
        AccountFact::Reporter { product, is_appointed } => {
            let product = markets.product(*product).map(types::ProductTerms::symbol);
            message.with("reporter", MakerData { product, appointed: *is_appointed })
        }
        AccountFact::QuoteGroup { group, is_frozen, until } => {
            message.with("mmp", quote_group(*group, (*is_frozen, *until)))
        }
        AccountFact::Order(report) => {
            let eseq = record.eseq.unwrap_or_default();
            message.with("order", data::order(markets, report, eseq, record.time))
        }
        AccountFact::Fill(fill) => {
            let eseq = record.eseq.unwrap_or_default();
            let view = FillView { fill: *fill, acct_seq: record.acct_seq, eseq, time: record.time };
            message.with("fill", data::fill(markets, &view))
        }
        AccountFact::Leg(leg) => {
            let eseq = record.eseq.unwrap_or_default();
            message.with("leg", data::leg(markets, leg, eseq, record.time))
        }
        AccountFact::Position(report) => message.with("position", data::position(markets, report)),
        AccountFact::Margin(report) => message.with("margin", data::margin(markets, report)),
        AccountFact::Cash(transfer) => message.with("cash", data::cash(transfer)),
        AccountFact::Expired { instrument, price, cascaded, delivered, cashed } => {
            let lots = [*cascaded, *delivered, *cashed];
            message.with("expired", data::expiry(markets, *instrument, *price, lots))
        }
        AccountFact::Pledged { instrument, nodes } => {
            let nodes = nodes.iter().map(|node| node.0).collect();
            let symbol = data::symbol(markets, *instrument);
            message.with("pledge", PledgeData { symbol, nodes })
        }
        AccountFact::Obligation(report) => {
            message.with("obligation", data::obligation(markets, report))
        }
        AccountFact::Capacity(fact) => {
            let (kind, data) = capacity_data::capacity(markets, fact);
            message.with(kind, data)
        }
        AccountFact::Invoice(invoice) => message.with("invoice", data::invoice(markets, invoice)),
        AccountFact::Statement(day) => {
            message.with("statement", statement_data::statement(markets, day))
        }
        AccountFact::Performance(fact) => {
            let (kind, data) = delivery_data::performance(fact);
            message.with(kind, data)
        }
        AccountFact::Standby(fact) => {
            let (kind, data) = delivery_data::standby(markets, fact);
            message.with(kind, data)
        }
    }
}

/// What an event says, without where it goes.
pub(crate) fn data_of(model: &ReadModel, record: &Record) -> serde_json::Value {
    let text = event(model, record, Told::Live, Goes::Channel);
    let message: serde_json::Value = serde_json::from_slice(&text).expect("an event is JSON");
    message["params"]["data"].clone()
}

fn quote_group(
    group: types::QuoteGroup,
    (is_frozen, until): (bool, Option<Timestamp>),
) -> QuoteGroupData {
    let frozen_until_ns = until.map(|until| until.0.to_string());
    QuoteGroupData { mmp_group: group.to_string(), frozen: is_frozen, frozen_until_ns }
}

/// An event as a connection has it written. A copy of all is always JSON.
pub(super) fn frame(
    model: &ReadModel,
    record: &Record,
    told: Told,
    goes: Goes,
    encoding: Encoding,
) -> Frame {
    let in_binary = match (encoding, goes) {
        (Encoding::Binary, Goes::Channel) => binary::event(record, told),
        (Encoding::Binary, Goes::Copy(_) | Goes::Firm(..)) | (Encoding::Json, _) => None,
    };
    in_binary.unwrap_or_else(|| event(model, record, told, goes).into())
}

struct Message<'a> {
    record: &'a Record,
    told: Told,
    goes: Goes,
}

impl Message<'_> {
    fn with(&self, kind: &str, data: impl Serialize) -> Bytes {
        let (channel, account, firm_seq) = match self.goes {
            Goes::Channel => (channel_of(&self.record.fact), None, None),
            Goes::Copy(account) => (Private::DropCopy, Some(names::account(account)), None),
            Goes::Firm(account, firm_seq) => {
                (Private::FirmCopy, Some(names::account(account)), Some(firm_seq))
            }
        };
        Bytes::from(event_text(&Event {
            acct_seq: Some(self.record.acct_seq),
            firm_seq,
            account,
            replay: Some(self.told == Told::Again),
            data: Some(data),
            ..Event::new(channel.name(), kind, ACCOUNT_EPOCH)
        }))
    }
}

/// What is not in the log and so has no number: blocks and requests for quotes.
pub(super) fn unnumbered(channel: Private, kind: &str, data: impl Serialize) -> Bytes {
    let event = Event { data: Some(data), ..Event::new(channel.name(), kind, ACCOUNT_EPOCH) };
    Bytes::from(event_text(&event))
}

/// The state a channel begins with; fills and the copy of all have none, because their past has no
/// end, and what is not in the log is not known here.
pub(super) fn snapshot(
    markets: &Markets,
    stream: &AccountStream,
    channel: Private,
) -> Option<Bytes> {
    let state = stream.state();
    let frame = |data: serde_json::Value| {
        Bytes::from(event_text(&Event {
            reason: Some("subscribe".to_owned()),
            acct_seq: Some(stream.acct_seq()),
            replay: Some(false),
            data: Some(data),
            ..Event::new(channel.name(), "snapshot", ACCOUNT_EPOCH)
        }))
    };
    let data = match channel {
        Private::Orders => {
            json!(state.orders.open().map(|o| data::order_view(markets, o)).collect::<Vec<_>>())
        }
        Private::Fills | Private::DropCopy | Private::FirmCopy | Private::Block | Private::Rfq => {
            return None;
        }
        Private::Mmp => {
            let groups = state.quote_groups.iter();
            json!(groups.map(|(group, is)| quote_group(*group, *is)).collect::<Vec<_>>())
        }
        Private::Positions => {
            json!(state.positions.values().map(|p| data::position(markets, p)).collect::<Vec<_>>())
        }
        Private::Margin => json!(data::margin(markets, &state.margin)),
        Private::Obligations => {
            let all = state.obligations.values();
            json!(all.map(|o| data::obligation(markets, o)).collect::<Vec<_>>())
        }
    };
    Some(frame(data))
}
