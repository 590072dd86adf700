//! What each channel carries: the kinds of its events and their data.

use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::channels::{DEPTHS, Private, Public, Span};
use crate::server::{
    AccountableData, AnswerData, AttestedData, AttestorData, BboData, BlockClosedData, BlockOffer,
    BondData, BookData, BuyInData, CallData, CandleData, CashData, CashedOutData, CheckpointData,
    ClaimData, ClosedData, CountersignedData, CoverageData, CoveredByData, CreditData, CurveData,
    DecidedData, DefaultClosedData, DeliveryData, DroppedData, ElectedData, EscrowLateData,
    ExemptedData, ExpiryData, FillData, GainCutData, HandedOverData, IndexData, InstrumentData,
    InvoiceData, JoinedData, KillSwitchData, LayerData, LegFillData, LotsData, MakerData,
    MarginData, MarkData, NothingData, ObligationData, OfferedData, OpenedData, OrderData,
    PledgeData, PositionData, PreferenceData, ProbeData, QueueData, QuoteGroupData, ReasonData,
    RegisteredData, ReplacedData, RequestData, RequestList, RetiredData, SettlementData,
    StandbyBidData, StandbyData, StatementData, StatusData, SupplyData, SystemData, TenderedData,
    TermsData, TestedData, TickerData, TornUpData, TradeData, WaivedData,
};

/// A kind of event, and the schema of its data.
pub(super) type Kind = (&'static str, Schema);

/// The name of an event's message: `event.book.delta`, `event.book.top.snapshot`.
#[must_use]
pub fn event_name(channel: &str, kind: &str) -> String {
    if kind == "heartbeat" {
        return "event.heartbeat".to_owned();
    }
    if channel == "dropcopy.firm" {
        return format!("event.{channel}.{kind}");
    }
    let mut parts = channel.split('.');
    match (parts.next().unwrap_or_default(), parts.nth(1)) {
        ("book", Some(_)) => format!("event.book.top.{kind}"),
        (word, _) => format!("event.{word}.{kind}"),
    }
}

/// The public channels, with words where a symbol or another choice stands.
pub(super) fn publics() -> Vec<(&'static str, Public)> {
    let symbol = || "SYMBOL".to_owned();
    let top = Public::TopOfBook { symbol: symbol(), depth: DEPTHS[0], interval_ms: 100 };
    let candles = Public::Candles { symbol: symbol(), span: Span::Minute };
    vec![
        ("instruments", Public::Instruments),
        ("status.SYMBOL", Public::Status(symbol())),
        ("book.SYMBOL", Public::Book(symbol())),
        ("book.SYMBOL.DEPTH.INTERVAL", top),
        ("l3.SYMBOL", Public::OrderByOrder(symbol())),
        ("bbo.SYMBOL", Public::Bbo(symbol())),
        ("trades.SYMBOL", Public::Trades(symbol())),
        ("ticker.SYMBOL", Public::Ticker(symbol())),
        ("candles.SYMBOL.SPAN", candles),
        ("mark.SYMBOL", Public::Mark(symbol())),
        ("settlement", Public::Settlement(None)),
        ("curve.PRODUCT", Public::Curve(symbol())),
        ("index.PRODUCT", Public::Index(symbol())),
        ("delivery.SYMBOL", Public::Delivery(symbol())),
        ("supply.PRODUCT", Public::Supply(symbol())),
        ("checkpoint", Public::Checkpoint),
        ("system", Public::System),
    ]
}

/// What a public channel carries, beside its heartbeat.
pub(super) fn public(channel: &Public, server: &mut SchemaGenerator) -> Vec<Kind> {
    match channel {
        Public::Instruments => ["snapshot", "delta"].map(of::<Vec<InstrumentData>>(server)).into(),
        Public::System => {
            let mut kinds: Vec<Kind> =
                ["shutdown", "maintenance", "open"].map(of::<SystemData>(server)).into();
            kinds.extend(["terms"].map(of::<TermsData>(server)));
            kinds.extend(["waived"].map(of::<WaivedData>(server)));
            kinds
        }
        Public::Checkpoint => ["checkpoint"].map(of::<CheckpointData>(server)).into(),
        Public::Status(_) => ["status"].map(of::<StatusData>(server)).into(),
        Public::Book(_) => ["snapshot", "delta"].map(of::<BookData>(server)).into(),
        Public::TopOfBook { .. } => ["snapshot"].map(of::<BookData>(server)).into(),
        Public::OrderByOrder(_) => ["snapshot", "delta"].map(of::<QueueData>(server)).into(),
        Public::Bbo(_) => ["bbo"].map(of::<BboData>(server)).into(),
        Public::Trades(_) => ["snapshot", "trades"].map(of::<Vec<TradeData>>(server)).into(),
        Public::Ticker(_) => ["ticker"].map(of::<TickerData>(server)).into(),
        Public::Candles { .. } => ["candle"].map(of::<CandleData>(server)).into(),
        Public::Mark(_) => ["mark"].map(of::<MarkData>(server)).into(),
        Public::Settlement(_) => {
            let mut kinds: Vec<Kind> = ["settlement"].map(of::<SettlementData>(server)).into();
            kinds.extend(["snapshot"].map(of::<Vec<SettlementData>>(server)));
            kinds
        }
        Public::Curve(_) => ["curve"].map(of::<CurveData>(server)).into(),
        Public::Index(_) => ["index"].map(of::<IndexData>(server)).into(),
        Public::Delivery(_) => ["delivery"].map(of::<DeliveryData>(server)).into(),
        Public::Supply(_) => ["supply"].map(of::<SupplyData>(server)).into(),
    }
}

/// What a channel of the account carries once it has begun.
pub(super) fn private(channel: Private, server: &mut SchemaGenerator) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    match channel {
        Private::Orders => {
            kinds.extend(["order"].map(of::<OrderData>(server)));
            kinds.extend(["kill_switch"].map(of::<KillSwitchData>(server)));
            kinds.extend(["maker"].map(of::<MakerData>(server)));
            kinds.extend(["by_operator"].map(of::<ReasonData>(server)));
        }
        Private::Fills => {
            kinds.extend(["fill"].map(of::<FillData>(server)));
            kinds.extend(["leg"].map(of::<LegFillData>(server)));
        }
        Private::Positions => {
            kinds.extend(["position"].map(of::<PositionData>(server)));
            kinds.extend(["expired"].map(of::<ExpiryData>(server)));
        }
        Private::Margin => return money(server),
        Private::Obligations => return deliveries(server),
        Private::Mmp => kinds.extend(["mmp"].map(of::<QuoteGroupData>(server))),
        Private::Block => {
            kinds.extend(["offer"].map(of::<BlockOffer>(server)));
            kinds.extend(["closed"].map(of::<BlockClosedData>(server)));
        }
        Private::Rfq => {
            kinds.extend(["request"].map(of::<RequestData>(server)));
            kinds.extend(["quote"].map(of::<AnswerData>(server)));
            kinds.extend(["closed"].map(of::<ClosedData>(server)));
        }
        Private::DropCopy | Private::FirmCopy => {
            let copied = Private::ALL.into_iter().filter(|channel| is_numbered(*channel));
            kinds.extend(copied.flat_map(|channel| private(channel, server)));
        }
    }
    kinds
}

fn money(server: &mut SchemaGenerator) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = ["margin"].map(of::<MarginData>(server)).into();
    kinds.extend(["cash"].map(of::<CashData>(server)));
    kinds.extend(["suspended", "reinstated", "call_met"].map(of::<NothingData>(server)));
    kinds.extend(["reporter"].map(of::<MakerData>(server)));
    kinds.extend(["statement"].map(of::<StatementData>(server)));
    kinds.extend(["opened"].map(of::<OpenedData>(server)));
    kinds.extend(["call"].map(of::<CallData>(server)));
    kinds.extend(["taken_over", "slice"].map(of::<LotsData>(server)));
    kinds.extend(["covered", "charged"].map(of::<LayerData>(server)));
    kinds.extend(["gain_cut"].map(of::<GainCutData>(server)));
    kinds.extend(["torn_up"].map(of::<TornUpData>(server)));
    kinds.extend(["default_closed"].map(of::<DefaultClosedData>(server)));
    kinds.extend(["accountable"].map(of::<AccountableData>(server)));
    kinds.extend(["exempted"].map(of::<ExemptedData>(server)));
    kinds.extend(["joined"].map(of::<JoinedData>(server)));
    kinds.extend(["credit"].map(of::<CreditData>(server)));
    kinds
}

fn deliveries(server: &mut SchemaGenerator) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = ["obligation"].map(of::<ObligationData>(server)).into();
    kinds.extend(["invoice"].map(of::<InvoiceData>(server)));
    kinds.extend(["pledge"].map(of::<PledgeData>(server)));
    kinds.extend(["registered"].map(of::<RegisteredData>(server)));
    kinds.extend(["retired"].map(of::<RetiredData>(server)));
    kinds.extend(["attested"].map(of::<AttestedData>(server)));
    kinds.extend(["attestor"].map(of::<AttestorData>(server)));
    kinds.extend(["coverage"].map(of::<CoverageData>(server)));
    kinds.extend(["buy_in"].map(of::<BuyInData>(server)));
    kinds.extend(["preference"].map(of::<PreferenceData>(server)));
    kinds.extend(["tender"].map(of::<TenderedData>(server)));
    kinds.extend(["elected"].map(of::<ElectedData>(server)));
    kinds.extend(["tested"].map(of::<TestedData>(server)));
    kinds.extend(["replaced"].map(of::<ReplacedData>(server)));
    kinds.extend(["dropped"].map(of::<DroppedData>(server)));
    kinds.extend(["countersigned"].map(of::<CountersignedData>(server)));
    kinds.extend(["disputed", "probed"].map(of::<ClaimData>(server)));
    kinds.extend(["decided"].map(of::<DecidedData>(server)));
    kinds.extend(["covered_by"].map(of::<CoveredByData>(server)));
    kinds.extend(["cashed_out"].map(of::<CashedOutData>(server)));
    kinds.extend(["escrow_late"].map(of::<EscrowLateData>(server)));
    kinds.extend(["offered"].map(of::<OfferedData>(server)));
    kinds.extend(["handed_over"].map(of::<HandedOverData>(server)));
    kinds.extend(["standby"].map(of::<StandbyData>(server)));
    kinds.extend(["bid"].map(of::<StandbyBidData>(server)));
    kinds.extend(["bond"].map(of::<BondData>(server)));
    kinds.extend(["probe"].map(of::<ProbeData>(server)));
    kinds
}

/// The state a channel of the account begins with; fills and the copy of all have none.
pub(super) fn beginning(channel: Private, server: &mut SchemaGenerator) -> Option<Schema> {
    match channel {
        Private::Orders => Some(server.subschema_for::<Vec<OrderData>>()),
        Private::Positions => Some(server.subschema_for::<Vec<PositionData>>()),
        Private::Margin => Some(server.subschema_for::<MarginData>()),
        Private::Obligations => Some(server.subschema_for::<Vec<ObligationData>>()),
        Private::Mmp => Some(server.subschema_for::<Vec<QuoteGroupData>>()),
        Private::Block => Some(server.subschema_for::<Vec<BlockOffer>>()),
        Private::Rfq => Some(server.subschema_for::<RequestList>()),
        Private::Fills | Private::DropCopy | Private::FirmCopy => None,
    }
}

/// Whether it is one of which a copy is made: what is on the desk between members is in no log.
pub(super) const fn is_numbered(channel: Private) -> bool {
    !matches!(channel, Private::Block | Private::Rfq | Private::DropCopy | Private::FirmCopy)
}

fn of<T: JsonSchema>(server: &mut SchemaGenerator) -> impl Fn(&'static str) -> Kind + use<T> {
    let data = server.subschema_for::<T>();
    move |kind| (kind, data.clone())
}
