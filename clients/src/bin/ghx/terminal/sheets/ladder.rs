//! The ladder of the contract looked at: a row for each price, bids left, asks right, ours outside;
//! and the tape.

use std::collections::BTreeMap;

use protocol::server::OrderData;
use types::{Lots, Side, Ticks};

use super::{is_at, lots, price};
use crate::terminal::model::Model;
use crate::terminal::sheet::{Cell, Ink, Sheet, column, inked, plain, spare};
use crate::units;

/// Characters of the longest bar.
const BAR: u64 = 16;

/// The ladder.
pub(crate) fn ladder(model: &Model) -> Sheet {
    let columns = [
        spare(">", 2).wide(16),
        column(">yours").wide(11),
        column(">bid").wide(8),
        column(">price").wide(8),
        column("ask").wide(8),
        column("yours").wide(11),
        spare("", 1).wide(16),
    ];
    let mut sheet = Sheet::new(title(model), &columns, "waiting for the book");
    let sides = [Side::Buy, Side::Sell].map(|side| levels(model, side));
    let most = sides.iter().flat_map(BTreeMap::values).map(|lots| lots.0).max().unwrap_or(1);
    for at in model.ladder.prices(model.body_rows().saturating_sub(1)) {
        let [bids, asks] = &sides;
        let (bid, ask) = (bids.get(&at).copied(), asks.get(&at).copied());
        let bar = |lots: Option<Lots>| "#".repeat(length(lots, most));
        let middle = if bid.is_some() || ask.is_some() { Ink::Bold } else { Ink::Dim };
        sheet.row(
            protocol::decimal::price(at),
            vec![
                inked(Ink::Bid, bar(bid)),
                ours(model, at, Side::Buy),
                level(model, at, Side::Buy, bid),
                inked(middle, protocol::decimal::price(at)),
                level(model, at, Side::Sell, ask),
                ours(model, at, Side::Sell),
                inked(Ink::Ask, bar(ask)),
            ],
        );
    }
    sheet
}

/// The contract, and what stands between its bids and its asks.
fn title(model: &Model) -> String {
    let focus = &model.market().focus;
    let between = match (focus.best(Side::Buy), focus.best(Side::Sell)) {
        (Some(bid), Some(ask)) => {
            format!("spread {}", protocol::decimal::price(Ticks(ask.0 - bid.0)))
        }
        (None, None) => "nobody quotes".to_owned(),
        (Some(_), None) => "no asks".to_owned(),
        (None, Some(_)) => "no bids".to_owned(),
    };
    let resting = |side| -> Lots {
        let mine = model.account.open.iter().filter(|o| o.symbol == focus.symbol && o.side == side);
        mine.filter_map(|order| units::lots(&order.leaves_qty).ok()).sum()
    };
    let yours = match [Side::Buy, Side::Sell].map(resting) {
        [Lots::ZERO, Lots::ZERO] => String::new(),
        [bid, Lots::ZERO] => format!("  yours {} bid", lots(bid)),
        [Lots::ZERO, ask] => format!("  yours {} ask", lots(ask)),
        [bid, ask] => format!("  yours {} bid {} ask", lots(bid), lots(ask)),
    };
    format!("{}  {between}{yours}", focus.symbol)
}

/// The lots of each row of a side.
fn levels(model: &Model, side: Side) -> BTreeMap<Ticks, Lots> {
    let mut rows = BTreeMap::new();
    for (at, lots) in model.market().focus.book.levels(side).take(model.ladder.depth()) {
        *rows.entry(row_of(model, at, side)).or_insert(Lots::ZERO) += lots;
    }
    rows
}

/// The row that a price belongs to: bids are rounded down and asks up, so that nothing looks better
/// than it is.
fn row_of(model: &Model, at: Ticks, side: Side) -> Ticks {
    let group = model.ladder.group();
    match side {
        Side::Buy => Ticks(at.0.div_euclid(group) * group),
        Side::Sell => Ticks(-(-at.0).div_euclid(group) * group),
    }
}

/// What rests, and marked with `~` what other contracts imply.
fn level(model: &Model, at: Ticks, side: Side, resting: Option<Lots>) -> Cell {
    let implied = model.market().focus.book.implied(side);
    let implied = implied.filter(|(price, _)| row_of(model, *price, side) == at);
    let ink = match side {
        Side::Buy => Ink::Bid,
        Side::Sell => Ink::Ask,
    };
    match (resting, implied) {
        (Some(resting), None) => inked(ink, lots(resting)),
        (None, Some((_, made))) => inked(Ink::Implied, format!("~{}", lots(made))),
        (Some(resting), Some((_, made))) => match side {
            Side::Buy => inked(ink, format!("~{} {}", lots(made), lots(resting))),
            Side::Sell => inked(ink, format!("{} ~{}", lots(resting), lots(made))),
        },
        (None, None) => Cell::default(),
    }
}

/// Our lots at a price, and how many stand before them.
fn ours(model: &Model, at: Ticks, side: Side) -> Cell {
    let mine = all_ours(model, at).filter(|order| order.side == side);
    let mut sum = Lots::ZERO;
    let mut first = None;
    for order in mine {
        sum += units::lots(&order.leaves_qty).unwrap_or(Lots::ZERO);
        first = first.or(Some(order));
    }
    let Some(first) = first else { return Cell::default() };
    let place = match model.market().focus.queue.ahead(&first.order_id) {
        Some(ahead) if ahead.least == ahead.most => format!(" ({})", ahead.most),
        Some(ahead) => format!(" ({}-{})", ahead.least, ahead.most),
        None => String::new(),
    };
    inked(Ink::Own, format!("*{}{place}", lots(sum)))
}

/// Our orders in the row of a price, those that rest, the oldest first.
pub(crate) fn ours_at(model: &Model, at: Ticks) -> Vec<&OrderData> {
    all_ours(model, at).collect()
}

fn all_ours(model: &Model, at: Ticks) -> impl Iterator<Item = &OrderData> {
    let symbol = &model.market().focus.symbol;
    let rests = |order: &&OrderData| order.symbol == *symbol && order.trigger_price.is_none();
    let here = move |order: &&OrderData| {
        let its = price(&order.price).map(Ticks);
        its.is_some_and(|its| row_of(model, its, order.side) == at) || is_at(order, at)
    };
    model.account.open.iter().filter(rests).filter(here)
}

fn length(lots: Option<Lots>, most: u64) -> usize {
    let lots = lots.map_or(0, |lots| u128::from(lots.0));
    let length = (lots * u128::from(BAR)).div_ceil(u128::from(most.max(1)));
    usize::try_from(length).unwrap_or(0)
}

/// The price a ticket begins with: that of the row picked on the ladder, or the best of its own side,
/// or what the contract was last settled at.
pub(crate) fn sensible_price(model: &Model, side: Side) -> Option<Ticks> {
    let focus = &model.market().focus;
    let picked = match model.view {
        crate::terminal::model::View::Ladder => model.picked(),
        _ => None,
    };
    let picked = picked.and_then(price).map(Ticks);
    let settled = model.market().contracts.get(&focus.symbol).and_then(|c| price(&c.settle));
    picked.or_else(|| focus.best(side)).or(settled.map(Ticks))
}

/// The latest trades. Ours are marked with `*`, implied ones with `~`, blocks with `B`.
pub(crate) fn tape(model: &Model) -> Sheet {
    let columns = [spare("time", 1), column(">price"), column(">lots"), column("taker")];
    let mut sheet = Sheet::new("trades", &columns, "no trades yet");
    let fills = &model.account.fills;
    for trade in &model.market().focus.tape {
        let is_ours = fills.iter().any(|fill| fill.trade_id == trade.trade_id);
        let has = |flag: &str| trade.flags.iter().any(|known| known == flag);
        let mark = match (is_ours, has("implied"), has("block")) {
            (true, ..) => "*",
            (false, true, _) => "~",
            (false, false, true) => "B",
            (false, false, false) => "",
        };
        let (word, ink) = match trade.taker {
            Some(Side::Buy) => ("+buy", Ink::Bid),
            Some(Side::Sell) => ("-sell", Ink::Ask),
            None => ("=both", Ink::Plain),
        };
        let time = units::time(&trade.eng_ns).unwrap_or_default();
        let ink = if is_ours { Ink::Own } else { ink };
        sheet.row(
            &trade.trade_id,
            vec![
                inked(Ink::Dim, time.get(5..).unwrap_or_default()),
                inked(ink, &trade.price),
                plain(units::grouped(&trade.qty)),
                inked(ink, format!("{word}{mark}")),
            ],
        );
    }
    sheet
}
