//! Obligations of the account, and the deliveries of the product that everybody may see.

use protocol::server::{DeliveryData, InvoiceData, ObligationData};
use types::{DeliveryRole, Mills, ObligationState};

use crate::terminal::model::Model;
use crate::terminal::sheet::{Cell, Ink, Sheet, column, inked, plain, spare};
use crate::units;

/// Characters of a whole delivery.
const BAR: i64 = 12;

/// Obligations first, then the board of the product's months.
pub(crate) fn delivery(model: &Model) -> Sheet {
    let columns = [
        column("obligation"),
        column("contract"),
        column("role"),
        spare("state", 2),
        spare(">lots", 4),
        spare(">price", 5),
        column(">GPU-hours"),
        column(">delivered"),
        column(">missing"),
        spare(">down", 3),
        spare(">paid", 6),
        spare(">damages", 7),
        spare("", 1),
    ];
    let title = format!("{}  deliveries; yours first, then all by month", model.product);
    let hint = "no deliveries yet; they come when a month has stopped trading";
    let mut sheet = Sheet::new(title, &columns, hint);
    let (mut paid, mut damages) = (Mills::ZERO, Mills::ZERO);
    let mut yours: Vec<&ObligationData> = model.account.obligations.values().collect();
    // OB-9 comes before OB-10.
    yours.sort_by_key(|one| one.obligation_id.len());
    for one in yours {
        paid += units::money(&one.paid).unwrap_or(Mills::ZERO);
        damages += units::money(&one.penalty_accrued).unwrap_or(Mills::ZERO);
        sheet.row(&one.obligation_id, obligation(one));
    }
    if 1 < sheet.rows.len() {
        let mut cells = vec![Cell::default(); columns.len()];
        cells[0] = plain(format!("{} yours", sheet.rows.len()));
        cells[10] = plain(units::dollars(paid));
        cells[11] = plain(units::dollars(damages));
        sheet.total = Some(cells);
    }
    let of_product = model.market().deliveries.values();
    for one in of_product.filter(|one| one.symbol.starts_with(&model.product)) {
        sheet.row(&one.symbol, board(one));
    }
    sheet
}

fn obligation(one: &ObligationData) -> Vec<Cell> {
    vec![
        inked(Ink::Own, &one.obligation_id),
        plain(&one.symbol),
        plain(role(one.role)),
        plain(state(one.state)),
        plain(units::grouped(&one.lots)),
        plain(&one.price),
        plain(units::grouped(&one.gpu_hours)),
        plain(units::grouped(&one.delivered_gpu_hours)),
        missing(&one.shortfall_gpu_hours),
        down(&one.nodes_down),
        plain(money(&one.paid)),
        plain(money(&one.penalty_accrued)),
        done(&one.delivered_gpu_hours, &one.gpu_hours),
    ]
}

fn board(one: &DeliveryData) -> Vec<Cell> {
    vec![
        plain("all"),
        plain(&one.symbol),
        plain("all"),
        plain(format!("{} obligations", one.obligations.len())),
        plain(units::grouped(&one.lots)),
        plain(one.price.as_deref().unwrap_or("none")),
        plain(units::grouped(&one.due)),
        plain(units::grouped(&one.delivered)),
        missing(&one.short),
        down(&one.nodes_down),
        plain(money(&one.paid)),
        plain(money(&one.damages)),
        done(&one.delivered, &one.due),
    ]
}

fn missing(hours: &str) -> Cell {
    let ink = if hours == "0" { Ink::Dim } else { Ink::Loss };
    inked(ink, units::grouped(hours))
}

fn down(nodes: &str) -> Cell {
    if nodes == "0" { inked(Ink::Dim, nodes) } else { inked(Ink::Alarm, format!("!{nodes}")) }
}

/// How much of it is done, as a bar and in percent.
fn done(delivered: &str, due: &str) -> Cell {
    let (delivered, due) = (units::whole(delivered).unwrap_or(0), units::whole(due).unwrap_or(0));
    let filled = usize::try_from(delivered * BAR / due.max(1)).unwrap_or(0);
    let percent = delivered * 100 / due.max(1);
    inked(Ink::Gain, format!("{:.<12} {percent:>3}%", "#".repeat(filled)))
}

fn money(text: &str) -> String {
    units::money(text).map_or_else(|_| text.to_owned(), units::dollars)
}

const fn role(role: DeliveryRole) -> &'static str {
    match role {
        DeliveryRole::Deliver => "deliver",
        DeliveryRole::Receive => "receive",
    }
}

const fn state(state: ObligationState) -> &'static str {
    match state {
        ObligationState::Assigned => "assigned",
        ObligationState::Accepted => "accepted",
        ObligationState::Released => "released",
        ObligationState::Delivering => "delivering",
        ObligationState::Settled => "settled",
        ObligationState::Covered => "covered",
        ObligationState::Defaulted => "defaulted",
        ObligationState::CashedOut => "cashed_out",
    }
}

/// All that is known of an obligation with its invoice, or of a month's deliveries.
pub(crate) fn delivery_detail(model: &Model, key: &str) -> Vec<(String, String)> {
    if let Some(one) = model.account.obligations.get(key) {
        return of_obligation(one, model.account.invoices.get(key));
    }
    let rows = model.market().deliveries.get(key).map(|one| &one.obligations);
    let line = |row: &protocol::server::DeliveryRow| {
        let (delivered, due) = (units::grouped(&row.delivered), units::grouped(&row.due));
        let told = format!(
            "{}  {delivered} of {due} GPU-hours, {} missing, {} nodes down, damages {}",
            row.state,
            units::grouped(&row.short),
            row.nodes_down,
            money(&row.damages)
        );
        (row.obligation_id.clone(), told)
    };
    rows.into_iter().flatten().map(line).collect()
}

fn of_obligation(one: &ObligationData, bill: Option<&InvoiceData>) -> Vec<(String, String)> {
    let time = |text: &str| units::time(text).unwrap_or_default();
    let mut told = vec![
        ("contract", one.symbol.clone()),
        ("role", format!("{} {} nodes of 8 GPUs", role(one.role), one.lots)),
        ("state", state(one.state).to_owned()),
        ("first hour", time(&one.window_start_ns)),
        ("last hour ends", time(&one.window_end_ns)),
        ("price", format!("${} a GPU-hour", one.price)),
        ("due", format!("{} GPU-hours", units::grouped(&one.gpu_hours))),
        ("delivered", format!("{} GPU-hours", units::grouped(&one.delivered_gpu_hours))),
        ("missing", format!("{} GPU-hours", units::grouped(&one.shortfall_gpu_hours))),
        ("nodes down", one.nodes_down.clone()),
        ("paid", money(&one.paid)),
        ("damages", money(&one.penalty_accrued)),
    ];
    match bill {
        Some(bill) => told.push(("invoice", format!("issued {}", time(&bill.issued_ns)))),
        None => told.push(("invoice", "two days after the month".to_owned())),
    }
    told.into_iter().map(|(name, text)| (name.to_owned(), text)).collect()
}
