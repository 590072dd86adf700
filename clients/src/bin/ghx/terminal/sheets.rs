//! The tables of the views, made from the state: what the screen draws and what `y` copies.

use protocol::decimal;
use protocol::server::{OrderData, PositionData};
use types::terms::GPUS_PER_LOT;
use types::{Lots, Mills, Side, Ticks};

use super::model::Model;
use super::sheet::{Cell, Ink, Sheet, column, inked, plain, spare};
use crate::units;

mod delivery;
mod ladder;
mod orders;

pub(crate) use delivery::{delivery, delivery_detail};
pub(crate) use ladder::{ladder, ours_at, sensible_price, tape};
pub(crate) use orders::{fills, order_detail, orders};

/// What is said where there is no number, and why there is none.
const NONE: &str = "none";

/// The forward curve of the product.
pub(crate) fn curve(model: &Model) -> Sheet {
    let product = &model.product;
    let Some(curve) = model.market().curves.get(product) else {
        return Sheet::new("curve", &[], "waiting for the curve");
    };
    let index = curve.index.as_deref().unwrap_or(NONE);
    let title = format!("{product}  dollars per GPU-hour  index {index}");
    let columns = [
        column("period"),
        column(">bid"),
        column(">ask"),
        spare(">last", 2),
        spare(">settled", 4),
        column(">worth"),
        column(">change"),
        spare("from", 3),
        spare(">yours", 1),
        spare("", 5),
    ];
    let mut sheet = Sheet::new(title, &columns, "nothing trades");
    let marks: Vec<i64> = curve.points.iter().filter_map(|p| price(&p.mark)).collect();
    let range = marks.iter().min().copied().zip(marks.iter().max().copied()).unwrap_or((0, 0));
    for point in &curve.points {
        let mine = model.account.positions.get(&point.symbol).map(|p| p.net_qty.as_str());
        let mark = price(&point.mark).unwrap_or(0);
        let basis_ink = if point.basis == "quoted" { Ink::Plain } else { Ink::Implied };
        sheet.row(
            &point.symbol,
            vec![
                plain(tenor(&point.symbol)),
                offered(Ink::Bid, point.bid.as_deref()),
                offered(Ink::Ask, point.ask.as_deref()),
                offered(Ink::Plain, point.last.as_deref()),
                plain(&point.settle),
                inked(basis_ink, &point.mark),
                change(mark - price(&point.settle).unwrap_or(mark)),
                inked(basis_ink, &point.basis),
                mine.map_or_else(Cell::default, |lots| inked(Ink::Own, with_sign(lots))),
                inked(Ink::Dim, "=".repeat(bar(mark, range, 24))),
            ],
        );
    }
    sheet
}

/// Spreads and ramps, with what other contracts make of them.
pub(crate) fn spreads(model: &Model) -> Sheet {
    let title = format!("{}  combinations; ~ is implied by other contracts", model.product);
    let columns = [
        column("combination"),
        column(">bid"),
        column(">lots"),
        column(">ask"),
        column(">lots"),
        spare(">settled", 2),
        spare(">yours", 1),
        spare("what a buyer gets", 3),
    ];
    let hint = "none is listed; `ghx combine NEAR=-1 FAR=1 --execute` lists one";
    let mut sheet = Sheet::new(title, &columns, hint);
    let prefix = format!("{}-", model.product);
    for contract in model.market().combinations(&model.product) {
        let quote = model.market().quotes.get(&contract.symbol);
        let side = |own: Option<&protocol::server::Level>,
                    implied: Option<&protocol::server::Level>,
                    side: Side| best_of(own, implied, side);
        let [bid, bid_lots] = side(
            quote.and_then(|q| q.bid.as_ref()),
            quote.and_then(|q| q.implied.bid.as_ref()),
            Side::Buy,
        );
        let [ask, ask_lots] = side(
            quote.and_then(|q| q.ask.as_ref()),
            quote.and_then(|q| q.implied.ask.as_ref()),
            Side::Sell,
        );
        let mine = model.account.positions.get(&contract.symbol).map(|p| p.net_qty.as_str());
        let legs =
            contract.legs.iter().map(|leg| format!("{:+} {}", leg.ratio, tenor(&leg.symbol)));
        sheet.row(
            &contract.symbol,
            vec![
                plain(contract.symbol.strip_prefix(&prefix).unwrap_or(&contract.symbol)),
                bid,
                bid_lots,
                ask,
                ask_lots,
                plain(&contract.settle),
                mine.map_or_else(Cell::default, |lots| inked(Ink::Own, with_sign(lots))),
                inked(Ink::Dim, legs.collect::<Vec<_>>().join("  ")),
            ],
        );
    }
    sheet
}

/// The better of what rests and what is implied, the latter marked.
fn best_of(
    own: Option<&protocol::server::Level>,
    implied: Option<&protocol::server::Level>,
    side: Side,
) -> [Cell; 2] {
    let rank = |level: &protocol::server::Level| price(&level.0).map(|p| p * side.sign());
    let is_better = match (own.and_then(rank), implied.and_then(rank)) {
        (Some(own), Some(implied)) => own < implied,
        (None, Some(_)) => true,
        (_, None) => false,
    };
    let ink = match side {
        Side::Buy => Ink::Bid,
        Side::Sell => Ink::Ask,
    };
    match (is_better, own, implied) {
        (true, _, Some(level)) => {
            [format!("~{}", level.0), level.1.clone()].map(|text| inked(Ink::Implied, text))
        }
        (_, Some(level), _) => [inked(ink, &level.0), plain(units::grouped(&level.1))],
        (_, None, _) => [inked(Ink::Dim, NONE), Cell::default()],
    }
}

/// Positions with their gain or loss.
pub(crate) fn positions(model: &Model) -> Sheet {
    let columns = [
        column("contract"),
        column(">lots"),
        spare(">GPUs", 2),
        spare(">GPU-hours", 1),
        spare(">carried at", 3),
        column(">settled"),
        column(">gain or loss"),
    ];
    let mut sheet = Sheet::new("positions", &columns, "no positions");
    let mut total = Mills::ZERO;
    for position in model.account.positions.values() {
        let gain = units::money(&position.variation).unwrap_or(Mills::ZERO);
        total += gain;
        sheet.row(&position.symbol, position_row(model, position, gain));
    }
    if 1 < sheet.rows.len() {
        let mut cells = vec![Cell::default(); columns.len()];
        cells[0] = plain(format!("{} positions", sheet.rows.len()));
        cells[columns.len() - 1] = gained(total);
        sheet.total = Some(cells);
    }
    sheet
}

fn position_row(model: &Model, position: &PositionData, gain: Mills) -> Vec<Cell> {
    let lots = units::whole(&position.net_qty).unwrap_or(0);
    let gpus = lots.saturating_mul(i64::try_from(GPUS_PER_LOT).unwrap_or(0));
    let hours = gpus.saturating_mul(model.market().hours(&position.symbol).into());
    vec![
        plain(&position.symbol),
        inked(if lots < 0 { Ink::Ask } else { Ink::Bid }, units::signed(lots)),
        plain(units::signed(gpus)),
        plain(units::signed(hours)),
        plain(position.carry_px.as_deref().map_or(NONE, units::price)),
        plain(&position.settle),
        gained(gain),
    ]
}

/// Ticks of a price of the wire.
fn price(text: &str) -> Option<i64> {
    decimal::parse_price(text).ok().map(|price| price.0)
}

/// `2027M03` of `H100-US-2027M03`.
fn tenor(symbol: &str) -> &str {
    symbol.rsplit_once('-').map_or(symbol, |(_, tenor)| tenor)
}

fn offered(ink: Ink, text: Option<&str>) -> Cell {
    text.map_or_else(|| inked(Ink::Dim, NONE), |text| inked(ink, text))
}

/// A difference of prices, with its sign.
fn change(ticks: i64) -> Cell {
    let text = decimal::price(Ticks(ticks));
    match ticks.signum() {
        1 => inked(Ink::Gain, format!("+{text}")),
        0 => inked(Ink::Dim, text),
        _ => inked(Ink::Loss, text),
    }
}

fn gained(mills: Mills) -> Cell {
    let ink = match mills.0.signum() {
        1 => Ink::Gain,
        0 => Ink::Dim,
        _ => Ink::Loss,
    };
    inked(ink, units::signed_dollars(mills))
}

fn with_sign(lots: &str) -> String {
    units::whole(lots).map_or_else(|_| lots.to_owned(), units::signed)
}

/// The lowest of the range has a bar of a quarter.
fn bar(value: i64, (lowest, highest): (i64, i64), longest: i64) -> usize {
    let base = longest / 4;
    let length = base + (value - lowest) * (longest - base) / (highest - lowest).max(1);
    usize::try_from(length).unwrap_or(0)
}

/// A cell of lots.
fn lots(lots: Lots) -> String {
    units::grouped(lots.0)
}

/// Whether an order is ours at this price.
fn is_at(order: &OrderData, at: Ticks) -> bool {
    price(&order.price) == Some(at.0)
}
