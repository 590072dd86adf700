//! What an account's owner is shown, as it stands on the wire.

use protocol::decimal;
use protocol::server::{
    CashData, ExpiryData, FillData, InvoiceData, LegFillData, MarginData, ObligationData,
    OrderData, PositionData,
};
use types::{
    InstrumentId, Invoice, LegReport, MarginReport, NetLots, ObligationReport, OrderReport,
    PositionReport, Side, Ticks, Timestamp, Transfer,
};

use crate::account_stream::{FillView, OrderView};
use crate::feed::Markets;
use crate::names;

/// The deliverer and the receiver face the house, not each other.
const HOUSE: &str = "CCP";

/// The symbol of a contract. All contracts of events are listed.
pub(super) fn symbol(markets: &Markets, id: InstrumentId) -> String {
    markets.get(id).map(|market| market.instrument.symbol.clone()).unwrap_or_default()
}

pub(super) fn time(time: Timestamp) -> String {
    time.0.to_string()
}

pub(super) fn order(
    markets: &Markets,
    report: &OrderReport,
    eseq: u64,
    at: Timestamp,
) -> OrderData {
    OrderData {
        order_id: names::order(report.order_id),
        client_order_id: report.client_order_id.to_string(),
        symbol: symbol(markets, report.instrument),
        event: report.change,
        state: report.state.into(),
        rev: report.revision,
        side: report.side,
        price: decimal::price(report.price),
        trigger_price: report.trigger.map(decimal::price),
        show_qty: report.peak.map(decimal::lots),
        qty: decimal::lots(report.quantity),
        cum_qty: decimal::lots(report.filled),
        leaves_qty: decimal::lots(report.leaves),
        reason: report.reason,
        tag: report.tag.map(|tag| tag.to_string()),
        eseq,
        eng_ns: time(at),
    }
}

pub(super) fn order_view(markets: &Markets, view: &OrderView) -> OrderData {
    order(markets, &view.report, view.eseq, view.time)
}

pub(super) fn fill(markets: &Markets, view: &FillView) -> FillData {
    let fill = &view.fill;
    FillData {
        exec_id: names::execution(fill.trade_id, fill.side),
        trade_id: names::trade(fill.trade_id),
        order_id: names::order(fill.order_id),
        client_order_id: fill.client_order_id.to_string(),
        symbol: symbol(markets, fill.instrument),
        side: fill.side,
        price: decimal::price(fill.price),
        qty: decimal::lots(fill.lots),
        liquidity: fill.liquidity,
        fee: decimal::money(fill.fee),
        fee_ccy: "USD".to_owned(),
        cum_qty: decimal::lots(fill.filled),
        leaves_qty: decimal::lots(fill.leaves),
        order_state: fill.state.into(),
        tag: fill.tag.map(|tag| tag.to_string()),
        eseq: view.eseq,
        eng_ns: time(view.time),
    }
}

pub(super) fn leg(markets: &Markets, leg: &LegReport, eseq: u64, at: Timestamp) -> LegFillData {
    LegFillData {
        trade_id: names::trade(leg.trade_id),
        symbol: symbol(markets, leg.instrument),
        side: leg.side,
        price: decimal::price(leg.price),
        qty: decimal::lots(leg.lots),
        eseq,
        eng_ns: time(at),
    }
}

pub(super) fn position(markets: &Markets, report: &PositionReport) -> PositionData {
    let sign = report.net.side().map_or(0, Side::sign);
    PositionData {
        symbol: symbol(markets, report.instrument),
        net_qty: decimal::net_lots(report.net),
        carry_px: decimal::average(report.carry * i128::from(sign), report.net.size()),
        settle: decimal::price(report.settlement),
        variation: decimal::money(report.variation),
    }
}

pub(super) fn expiry(
    markets: &Markets,
    instrument: InstrumentId,
    price: Ticks,
    [cascaded, delivered, cashed]: [NetLots; 3],
) -> ExpiryData {
    ExpiryData {
        symbol: symbol(markets, instrument),
        price: decimal::price(price),
        cascaded_qty: decimal::net_lots(cascaded),
        delivered_qty: decimal::net_lots(delivered),
        cashed_qty: decimal::net_lots(cashed),
    }
}

pub(super) fn margin(markets: &Markets, report: &MarginReport) -> MarginData {
    let scenario = usize::from(report.binding_scenario);
    let named = markets.terms().and_then(|terms| terms.scenario.get(scenario));
    MarginData {
        cash: decimal::money(report.cash),
        escrow: decimal::money(report.escrow),
        variation: decimal::money(report.variation),
        available: decimal::money(report.available),
        initial: decimal::money(report.initial),
        maintenance: decimal::money(report.maintenance),
        delivery: decimal::money(report.delivery),
        concentration: decimal::money(report.concentration),
        scenario: report.binding_scenario,
        scenario_name: named.map(|scenario| scenario.name.clone()).unwrap_or_default(),
    }
}

pub(super) fn cash(transfer: &Transfer) -> CashData {
    CashData {
        reason: transfer.kind,
        amount: decimal::money(transfer.amount),
        cash: decimal::money(transfer.cash),
        escrow: decimal::money(transfer.escrow),
    }
}

pub(super) fn obligation(markets: &Markets, report: &ObligationReport) -> ObligationData {
    ObligationData {
        obligation_id: names::obligation(report.obligation),
        symbol: symbol(markets, report.instrument),
        role: report.role,
        lots: decimal::lots(report.lots),
        price: decimal::price(report.price),
        gpu_hours: decimal::gpu_hours(report.due),
        delivered_gpu_hours: decimal::gpu_hours(report.delivered),
        shortfall_gpu_hours: decimal::gpu_hours(report.short),
        window_start_ns: time(report.start),
        window_end_ns: time(report.end),
        state: report.state,
        nodes: decimal::lots(report.nodes),
        nodes_down: decimal::lots(report.nodes_down),
        paid: decimal::money(report.paid),
        penalty_accrued: decimal::money(report.damages),
        factor: decimal::price(Ticks(report.factor_permille.into())),
        uncovered: decimal::lots(report.uncovered),
        covered_gpu_hours: decimal::gpu_hours(report.covered),
        waived_gpu_hours: decimal::gpu_hours(report.waived),
        held_gpu_hours: decimal::gpu_hours(report.held),
        novated_to: HOUSE.to_owned(),
    }
}

pub(super) fn invoice(markets: &Markets, invoice: &Invoice) -> InvoiceData {
    InvoiceData {
        obligation_id: names::obligation(invoice.obligation),
        symbol: symbol(markets, invoice.instrument),
        role: invoice.role,
        issued_ns: time(invoice.issued),
        due_gpu_hours: decimal::gpu_hours(invoice.due),
        delivered_gpu_hours: decimal::gpu_hours(invoice.delivered),
        short_gpu_hours: decimal::gpu_hours(invoice.short),
        tolerated_gpu_hours: decimal::gpu_hours(invoice.tolerated),
        covered_gpu_hours: decimal::gpu_hours(invoice.covered),
        waived_gpu_hours: decimal::gpu_hours(invoice.waived),
        price: decimal::price(invoice.price),
        amount: decimal::money(invoice.amount),
        damages_per_gpu_hour: decimal::money(invoice.damages_per_gpu_hour),
        damages: decimal::money(invoice.damages),
        fee: decimal::money(invoice.fee),
    }
}
