//! Orders, open ones first, and fills.

use protocol::server::OrderData;
use types::{CancelReason, Liquidity, Lots, Mills, Side};

use crate::terminal::model::Model;
use crate::terminal::sheet::{Cell, Ink, Sheet, column, inked, plain, spare};
use crate::units;

/// Orders that have ended and are still shown.
const ENDED: usize = 20;

/// Open orders, the oldest first, and then those that have ended, the latest first.
pub(crate) fn orders(model: &Model) -> Sheet {
    let columns = [
        column("order"),
        column("contract"),
        column("side"),
        column(">price"),
        spare(">lots", 4),
        spare(">filled", 1),
        column(">open"),
        column("state"),
        spare("yours", 2),
        spare("label", 3),
    ];
    let title = match model.account.is_killed {
        true => "orders  TRADING IS SWITCHED OFF; `ghx kill --release` switches it on",
        false => "orders",
    };
    let mut sheet = Sheet::new(title, &columns, "no orders; b buys, s sells");
    let mut open = Lots::ZERO;
    for order in &model.account.open {
        open += units::lots(&order.leaves_qty).unwrap_or(Lots::ZERO);
        sheet.row(&order.order_id, row(order, Ink::Plain));
    }
    for order in model.account.ended.iter().take(ENDED) {
        sheet.row(&order.order_id, row(order, Ink::Dim));
    }
    let count = model.account.open.len();
    if 0 < count {
        let mut cells = vec![Cell::default(); columns.len()];
        cells[0] = plain(format!("{count} open"));
        cells[6] = plain(units::grouped(open.0));
        sheet.total = Some(cells);
    }
    sheet
}

fn row(order: &OrderData, ink: Ink) -> Vec<Cell> {
    vec![
        inked(ink, &order.order_id),
        inked(ink, &order.symbol),
        sided(order.side, ink),
        inked(ink, &order.price),
        inked(ink, units::grouped(&order.qty)),
        inked(ink, units::grouped(&order.cum_qty)),
        inked(ink, units::grouped(&order.leaves_qty)),
        inked(ink, state(order)),
        inked(ink, &order.client_order_id),
        inked(ink, order.tag.as_deref().unwrap_or_default()),
    ]
}

fn sided(side: Side, ink: Ink) -> Cell {
    let own = match side {
        Side::Buy => Ink::Bid,
        Side::Sell => Ink::Ask,
    };
    inked(if ink == Ink::Dim { ink } else { own }, units::side(side))
}

/// Where it stands and why, in words.
fn state(order: &OrderData) -> String {
    if let Some(trigger) = &order.trigger_price {
        return format!("waits for {trigger}");
    }
    match order.reason {
        Some(reason) => format!("{}: {}", order.state.name(), why(reason)),
        None => order.state.name().to_owned(),
    }
}

fn why(reason: CancelReason) -> &'static str {
    match reason {
        CancelReason::Requested => "you asked",
        CancelReason::ImmediateOrCancel => "nothing left",
        CancelReason::Disconnected => "its session ended",
        CancelReason::SelfTrade => "would trade with yours",
        CancelReason::AmendBelowFilled => "amended below filled",
        CancelReason::Expired => "contract expired",
        CancelReason::Suspended => "account suspended",
        CancelReason::Band => "outside the band",
        CancelReason::TimeOver => "its time was over",
        CancelReason::Auction => "an auction began",
        CancelReason::ReduceOnly => "nothing to reduce",
        CancelReason::KillSwitch => "kill switch",
        CancelReason::Replaced => "newer quote",
        CancelReason::Protection => "quote protection",
    }
}

/// The latest fills.
pub(crate) fn fills(model: &Model) -> Sheet {
    let columns = [
        column("market time"),
        column("contract"),
        column("side"),
        column(">lots"),
        column(">price"),
        spare("as", 2),
        column(">fee"),
        spare("order", 1),
        spare("trade", 3),
    ];
    let mut sheet = Sheet::new("fills", &columns, "no fills yet");
    let (mut lots, mut fees) = (Lots::ZERO, Mills::ZERO);
    for fill in &model.account.fills {
        let fee = units::money(&fill.fee).unwrap_or(Mills::ZERO);
        lots += units::lots(&fill.qty).unwrap_or(Lots::ZERO);
        fees += fee;
        let time = units::time(&fill.eng_ns).unwrap_or_default();
        sheet.row(
            &fill.exec_id,
            vec![
                inked(Ink::Dim, time.get(5..).unwrap_or_default()),
                plain(&fill.symbol),
                sided(fill.side, Ink::Plain),
                plain(units::grouped(&fill.qty)),
                plain(&fill.price),
                plain(liquidity(fill.liquidity)),
                plain(units::dollars(fee)),
                plain(&fill.order_id),
                plain(&fill.trade_id),
            ],
        );
    }
    if 1 < sheet.rows.len() {
        let mut cells = vec![Cell::default(); columns.len()];
        cells[0] = plain(format!("{} fills", sheet.rows.len()));
        cells[3] = plain(units::grouped(lots.0));
        cells[6] = plain(units::dollars(fees));
        sheet.total = Some(cells);
    }
    sheet
}

const fn liquidity(liquidity: Liquidity) -> &'static str {
    match liquidity {
        Liquidity::Maker => "maker",
        Liquidity::Taker => "taker",
        Liquidity::Auction => "auction",
        Liquidity::Block => "block",
    }
}

/// All that is known of an order.
pub(crate) fn order_detail(model: &Model, order: &OrderData) -> Vec<(String, String)> {
    let lots = |text: &str| {
        let lots = units::lots(text).unwrap_or(Lots::ZERO);
        units::quantity(lots, model.market().hours(&order.symbol))
    };
    let ahead = model.market().focus.queue.ahead(&order.order_id);
    let place = match ahead {
        Some(ahead) if ahead.least == ahead.most => format!("{} lots before it", ahead.most),
        Some(ahead) => format!("{} to {} lots before it", ahead.least, ahead.most),
        None => "not known: the queue is seen from the ladder of its contract".to_owned(),
    };
    let told = [
        ("order", order.order_id.clone()),
        ("yours", order.client_order_id.clone()),
        ("contract", order.symbol.clone()),
        ("side", units::side(order.side).to_owned()),
        ("price", order.price.clone()),
        ("whole", lots(&order.qty)),
        ("filled", lots(&order.cum_qty)),
        ("open", lots(&order.leaves_qty)),
        ("state", state(order)),
        ("queue", place),
        ("label", order.tag.clone().unwrap_or_else(|| "none".to_owned())),
        ("changed", units::time(&order.eng_ns).unwrap_or_default()),
        ("revision", order.rev.to_string()),
    ];
    told.map(|(name, text)| (name.to_owned(), text)).into()
}
