//! What public channels carry, as it stands on the wire.

use protocol::decimal;
use protocol::server::{
    BboData, CandleData, CurveData, CurvePoint, DeliveryData, DeliveryRow, FeesData, ImpliedData,
    IndexData, IndexPrintData, InstrumentData, LegData, Level, MarkData, PositionLimitData,
    QueueRow, SettlementData, StatusData, SupplyData, TermsData, TickerData, TradeData, phase_name,
};
use types::event::SettlementMethod;
use types::terms::GPUS_PER_LOT;
use types::{
    GpuHours, IndexPrint, Indicative, Kind, Leg, Lots, Mills, ObligationReport, ObligationState,
    ProductId, ProductTerms, Settlement, Side, Tenor, TermsChange, Ticks, Timestamp, TradeKind,
};

use super::book;
use super::candles::Candle;
use super::curve::{self, Basis, Point};
use super::market::{Market, Markets, PublicTrade, Settled};
use super::queue::Row;
use crate::names;
use crate::read_model::ReadModel;

pub(super) fn time(time: Timestamp) -> String {
    time.0.to_string()
}

pub(super) fn level((price, lots): book::Level) -> Level {
    Level(decimal::price(price), decimal::lots(lots))
}

pub(crate) fn trade(trade: &PublicTrade) -> TradeData {
    TradeData {
        trade_id: names::trade(trade.trade_id),
        price: decimal::price(trade.price),
        qty: decimal::lots(trade.lots),
        taker: trade.aggressor,
        eseq: trade.eseq,
        eng_ns: time(trade.time),
        flags: flags(trade.kind),
    }
}

fn flags(kind: TradeKind) -> Vec<String> {
    match kind {
        TradeKind::Book => Vec::new(),
        TradeKind::Implied => vec!["implied".to_owned()],
        TradeKind::Block => vec!["block".to_owned()],
    }
}

/// What orders of other contracts make in this one.
pub(super) fn implied(market: &Market) -> ImpliedData {
    let [bid, ask] = market.implied.map(|best| best.map(level));
    ImpliedData { bid, ask }
}

pub(super) fn status(market: &Market) -> StatusData {
    let Indicative { price, lots, surplus } = market.indicative;
    StatusData {
        symbol: market.instrument.symbol.clone(),
        phase: phase_name(market.phase).to_owned(),
        eng_ns: time(market.phase_since),
        indicative_price: price.map(decimal::price),
        indicative_qty: price.map(|_| decimal::lots(lots)),
        surplus_qty: price.map(|_| decimal::net_lots(surplus)),
    }
}

pub(super) fn best_quotes(market: &Market) -> BboData {
    BboData {
        bid: market.book.top(Side::Buy).map(level),
        ask: market.book.top(Side::Sell).map(level),
        implied: implied(market),
    }
}

/// A resting order without its owner.
pub(super) fn queue_row(row: &Row) -> QueueRow {
    QueueRow(names::order(row.order), decimal::price(row.price), decimal::lots(row.lots), row.place)
}

/// A candle, which is over when market time has come to its end.
pub(crate) fn candle(candle: &Candle, now: Timestamp) -> CandleData {
    CandleData {
        open_ns: time(candle.start),
        close_ns: time(candle.end),
        o: decimal::price(candle.open),
        h: decimal::price(candle.high),
        l: decimal::price(candle.low),
        c: decimal::price(candle.close),
        v: decimal::lots(candle.lots),
        n: candle.count,
        vwap: decimal::average(candle.notional, candle.lots),
        is_final: candle.end <= now,
    }
}

pub(super) fn mark(markets: &Markets, market: &Market, now: Timestamp) -> MarkData {
    let (mark, basis) = curve::mark(markets, market);
    let best = |side| market.book.top(side).map(|(price, _)| decimal::price(price));
    let index = markets.index(market.instrument.product);
    MarkData {
        symbol: market.instrument.symbol.clone(),
        mark: decimal::price(mark),
        basis: basis_name(basis).to_owned(),
        bid: best(Side::Buy),
        ask: best(Side::Sell),
        settle: decimal::price(market.settlement()),
        index: index.map(|(price, _)| decimal::price(price)),
        eng_ns: time(now),
    }
}

pub(super) fn ticker(markets: &Markets, market: &Market, now: Timestamp) -> TickerData {
    let day = market.stats.day(now);
    let index = markets.index(market.instrument.product);
    TickerData {
        bid: market.book.top(Side::Buy).map(level),
        ask: market.book.top(Side::Sell).map(level),
        last: market.stats.last().map(decimal::price),
        mark: decimal::price(market.mark()),
        index: index.map(|(price, _)| decimal::price(price)),
        open_24h: day.map(|day| decimal::price(day.open)),
        high_24h: day.map(|day| decimal::price(day.high)),
        low_24h: day.map(|day| decimal::price(day.low)),
        volume_24h: decimal::lots(day.map_or(Lots::ZERO, |day| day.volume)),
        open_interest: decimal::lots(market.open_interest()),
        settle_prev: decimal::price(market.settlement()),
        phase: phase_name(market.phase).to_owned(),
        eng_ns: time(market.touched),
    }
}

pub(crate) fn settlement(market: &Market, settled: &Settled) -> SettlementData {
    let symbol = &market.instrument.symbol;
    let date = settled.date.to_string();
    SettlementData {
        settlement_id: format!("S-{}-{symbol}", date.replace('-', "")),
        symbol: symbol.clone(),
        kind: if settled.is_final { "final" } else { "daily" }.to_owned(),
        date,
        price: decimal::price(settled.price),
        method: method_name(settled.method).to_owned(),
        status: "final".to_owned(),
        supersedes: None,
        volume: decimal::lots(settled.volume),
        open_interest: decimal::lots(settled.open_interest),
        published_ns: time(settled.time),
    }
}

/// The last settlement price of each contract. Earlier ones are on the channel of the contract, so
/// no message grows with the age of the market.
pub(super) fn settlements(markets: &Markets) -> Vec<SettlementData> {
    let last = |market| Some(settlement(market, market.settlements.last()?));
    markets.iter().filter_map(last).collect()
}

const fn method_name(method: SettlementMethod) -> &'static str {
    match method {
        SettlementMethod::Vwap => "vwap",
        SettlementMethod::SpreadVwap => "spread_vwap",
        SettlementMethod::MidQuote => "mid_quote",
        SettlementMethod::SpreadQuote => "spread_quote",
        SettlementMethod::Neighbour => "neighbour",
        SettlementMethod::Previous => "previous",
        SettlementMethod::Months => "months",
        SettlementMethod::Legs => "legs",
        SettlementMethod::IndexAverage => "index_average",
    }
}

pub(super) fn curve(markets: &Markets, product: ProductId, now: Timestamp) -> CurveData {
    CurveData {
        product: product_symbol(markets, product),
        unit: "usd_per_gpu_hour".to_owned(),
        as_of_ns: time(now),
        index: markets.index(product).map(|(price, _)| decimal::price(price)),
        points: curve::points(markets, product).iter().map(|p| curve_point(p, now)).collect(),
    }
}

fn curve_point(point: &Point<'_>, now: Timestamp) -> CurvePoint {
    let market = point.market;
    let instrument = &market.instrument;
    let best = |side| market.book.top(side).map(|(price, _)| decimal::price(price));
    let age_ms = (now.0 - market.touched.0) / 1_000_000;
    CurvePoint {
        symbol: market.instrument.symbol.clone(),
        tenor: tenor_name(&instrument.kind).to_owned(),
        start: instrument.start.to_string(),
        end: instrument.end.plus(-1).to_string(),
        bid: best(Side::Buy),
        ask: best(Side::Sell),
        last: market.stats.last().map(decimal::price),
        mark: decimal::price(point.mark),
        settle: decimal::price(market.settlement()),
        basis: basis_name(point.basis).to_owned(),
        age_ms: u64::try_from(age_ms).unwrap_or_default(),
    }
}

const fn tenor_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Outright(Tenor::Month(_)) => "month",
        Kind::Outright(Tenor::Quarter(_)) => "quarter",
        Kind::Outright(Tenor::Year(_)) => "year",
        Kind::Spread { .. } => "spread",
        Kind::Ramp(_) => "ramp",
    }
}

const fn basis_name(basis: Basis) -> &'static str {
    match basis {
        Basis::Quoted => "quoted",
        Basis::Interpolated => "interpolated",
        Basis::Settled => "settled",
    }
}

fn product_symbol(markets: &Markets, product: ProductId) -> String {
    markets.product(product).map(types::ProductTerms::symbol).unwrap_or_default()
}

/// What a day came to by the method of the terms.
fn index_print(print: &IndexPrint) -> IndexPrintData {
    IndexPrintData {
        date: print.date.to_string(),
        value: print.value.map(|value| value.to_string()),
        rev: print.revision,
        method: print.method,
        used: print.used,
        left_out: print.left_out,
        days: print.days,
    }
}

/// The reference index, once one was published.
pub(super) fn index(markets: &Markets, product: ProductId) -> Option<IndexData> {
    let state = markets.index_state(product)?;
    Some(IndexData {
        product: product_symbol(markets, product),
        price: state.price.map(|(price, _)| decimal::price(price)),
        eng_ns: time(state.heard),
        print: state.print.as_ref().map(index_print),
    })
}

/// The nodes of a product, once there were any.
pub(super) fn supply(markets: &Markets, product: ProductId) -> Option<SupplyData> {
    let supply = markets.supply(product)?;
    Some(SupplyData {
        product: product_symbol(markets, product),
        registered: decimal::lots(supply.registered),
        attested: decimal::lots(supply.attested),
    })
}

/// All contracts, in order of listing.
pub(crate) fn contracts(markets: &Markets) -> Vec<InstrumentData> {
    markets.iter().map(|market| instrument(markets, market)).collect()
}

pub(super) fn instrument(markets: &Markets, market: &Market) -> InstrumentData {
    let instrument = &market.instrument;
    let terms = markets.product(instrument.product);
    let basis = basis(markets, market);
    let of_terms =
        terms.map(|terms| instrument.band(market.settlement(), basis, terms.band_permille));
    let band = market.band.or(of_terms);
    let (lowest, highest) = band.unwrap_or((instrument.lowest, instrument.highest));
    let settlement = match terms.map(|terms| terms.settlement) {
        Some(Settlement::Cash { .. }) => "cash",
        Some(Settlement::Index) => "index",
        Some(Settlement::Physical) | None => "physical",
    };
    InstrumentData {
        symbol: instrument.symbol.clone(),
        instrument_no: instrument.id.0,
        product: product_symbol(markets, instrument.product),
        tenor: tenor_name(&instrument.kind).to_owned(),
        legs: instrument.legs().map(|leg| leg_of(markets, leg)).collect(),
        start: instrument.start.to_string(),
        end: instrument.end.plus(-1).to_string(),
        hours: instrument.hours,
        gpus_per_lot: u32::try_from(GPUS_PER_LOT).expect("eight"),
        block_lots: terms.map_or(1, |terms| terms.block_lots),
        tick: decimal::price(Ticks(1)),
        price_scale: decimal::PRICE_SCALE,
        qty_scale: 0,
        tick_value: decimal::money(Mills(instrument.tick_value.0)),
        max_qty: decimal::lots(instrument.largest_order),
        min_price: decimal::price(lowest),
        max_price: decimal::price(highest),
        last_trading_ns: time(instrument.last_trading),
        settlement: settlement.to_owned(),
        phase: phase_name(market.phase).to_owned(),
        settle: decimal::price(market.settlement()),
        scan_range: market.scan_range.map(|(range, _)| decimal::price(range)),
        scan_from_ns: market.scan_range.map(|(_, from)| time(from)),
    }
}

fn leg_of(markets: &Markets, leg: Leg) -> LegData {
    let symbol = markets.get(leg.instrument).map(|market| market.instrument.symbol.clone());
    LegData { symbol: symbol.unwrap_or_default(), ratio: leg.ratio }
}

/// What a band is a part of.
fn basis(markets: &Markets, market: &Market) -> Ticks {
    let size = |id| markets.get(id).map_or(0, |leg| leg.settlement().0.abs());
    match market.instrument.kind {
        Kind::Spread { near, far } => Ticks(size(near) + size(far)),
        Kind::Outright(_) | Kind::Ramp(_) => Ticks(market.settlement().0.abs()),
    }
}

pub(super) fn delivery(model: &ReadModel, market: &Market) -> DeliveryData {
    let instrument = &market.instrument;
    let all: Vec<&ObligationReport> = model.deliveries(instrument.id).collect();
    let hours = |part: fn(&ObligationReport) -> GpuHours| {
        decimal::gpu_hours(all.iter().map(|report| part(report)).sum())
    };
    let lots = |part: fn(&ObligationReport) -> Lots| {
        decimal::lots(all.iter().map(|report| part(report)).sum())
    };
    let money = |part: fn(&ObligationReport) -> Mills| {
        decimal::money(all.iter().map(|report| part(report)).sum())
    };
    let last = market.settlements.last().filter(|settled| settled.is_final);
    DeliveryData {
        symbol: instrument.symbol.clone(),
        price: last.map(|settled| decimal::price(settled.price)),
        last_trading_ns: time(instrument.last_trading),
        window_start_ns: time(instrument.start.start()),
        window_end_ns: time(instrument.end.start()),
        lots: lots(|report| report.lots),
        due: hours(|report| report.due),
        delivered: hours(|report| report.delivered),
        short: hours(|report| report.short),
        nodes: lots(|report| report.nodes),
        nodes_down: lots(|report| report.nodes_down),
        paid: money(|report| report.paid),
        damages: money(|report| report.damages),
        as_of_ns: time(model.time()),
        obligations: all.iter().map(|report| delivery_row(report)).collect(),
    }
}

fn delivery_row(report: &ObligationReport) -> DeliveryRow {
    DeliveryRow {
        obligation_id: names::obligation(report.obligation),
        lots: decimal::lots(report.lots),
        state: state_name(report.state).to_owned(),
        due: decimal::gpu_hours(report.due),
        delivered: decimal::gpu_hours(report.delivered),
        short: decimal::gpu_hours(report.short),
        nodes_down: decimal::lots(report.nodes_down),
        paid: decimal::money(report.paid),
        damages: decimal::money(report.damages),
    }
}

const fn state_name(state: ObligationState) -> &'static str {
    match state {
        ObligationState::Assigned => "assigned",
        ObligationState::Delivering => "delivering",
        ObligationState::Settled => "settled",
        ObligationState::Accepted => "accepted",
        ObligationState::Released => "released",
        ObligationState::Covered => "covered",
        ObligationState::Defaulted => "defaulted",
        ObligationState::CashedOut => "cashed_out",
    }
}

/// Terms that are, or will be, other ones.
pub(super) fn terms(markets: &Markets, change: &TermsChange, from: Timestamp) -> TermsData {
    let mut data = TermsData { from_ns: time(from), fees: None, position_limit: None };
    match change {
        TermsChange::Fees(fees) => {
            let dollars = |mills| decimal::money(Mills(mills));
            data.fees = Some(FeesData {
                maker: dollars(fees.maker_mills_per_lot),
                taker: dollars(fees.taker_mills_per_lot),
                delivery: dollars(fees.delivery_mills_per_gpu_hour),
            });
        }
        TermsChange::PositionLimit { product, lots } => {
            let product = markets.product(*product).map(ProductTerms::symbol).unwrap_or_default();
            data.position_limit = Some(PositionLimitData { product, lots: decimal::lots(*lots) });
        }
    }
    data
}
