//! `ghx obligations` and `ghx invoice`: deliveries, and what they cost.

mod hours;
mod page;

use protocol::client::{Method, Nothing};
use protocol::server::{InvoiceData, InvoiceList, ObligationList};
use types::{DeliveryRole, Mills, ObligationState};

use crate::args::{Common, Hours, Invoice};
use crate::csv;
use crate::desk;
use crate::failure::Failure;
use crate::table::Table;
use crate::units;

/// Obligations to deliver and to receive.
pub(crate) async fn obligations(common: &Common, wanted: &Hours) -> Result<(), Failure> {
    if let Some(id) = &wanted.obligation {
        return hours::run(common, id, wanted).await;
    }
    let mut desk = desk::trade(common).await?;
    let method = Method::ListObligations(Nothing {});
    let Some(list) = desk.show::<ObligationList>(method).await? else { return Ok(()) };
    let mut table = Table::new(&[
        "obligation",
        "contract",
        "role",
        "state",
        ">lots",
        ">price",
        ">GPU-hours",
        ">delivered",
        ">missing",
        ">nodes down",
        ">paid",
        ">damages",
    ]);
    let mut hours = [0; 3];
    let (mut paid, mut damages) = (Mills::ZERO, Mills::ZERO);
    for one in &list.obligations {
        let parts = [&one.gpu_hours, &one.delivered_gpu_hours, &one.shortfall_gpu_hours];
        for (sum, part) in hours.iter_mut().zip(parts) {
            *sum += units::whole(part)?;
        }
        paid += units::money(&one.paid)?;
        damages += units::money(&one.penalty_accrued)?;
        table.row(&[
            &one.obligation_id,
            &one.symbol,
            role(one.role),
            state(one.state),
            &units::grouped(&one.lots),
            &one.price,
            &units::grouped(&one.gpu_hours),
            &units::grouped(&one.delivered_gpu_hours),
            &units::grouped(&one.shortfall_gpu_hours),
            &units::grouped(&one.nodes_down),
            &units::exact(units::money(&one.paid)?),
            &units::exact(units::money(&one.penalty_accrued)?),
        ]);
    }
    if 1 < list.obligations.len() {
        let count = format!("{} in all", list.obligations.len());
        let [due, delivered, short] = hours.map(units::grouped);
        let (paid, damages) = (units::exact(paid), units::exact(damages));
        table.row(&[&count, "", "", "", "", "", &due, &delivered, &short, "", &paid, &damages]);
    }
    table.print("no obligations; they come when a month you hold has stopped trading");
    Ok(())
}

/// All invoices as a table, or one in full.
pub(crate) async fn invoice(common: &Common, wanted: &Invoice) -> Result<(), Failure> {
    let mut desk = desk::trade(common).await?;
    let method = Method::ListInvoices(Nothing {});
    let Some(list) = desk.show::<InvoiceList>(method).await? else { return Ok(()) };
    let is_meant =
        |bill: &&InvoiceData| wanted.obligation.as_ref().is_none_or(|id| *id == bill.obligation_id);
    let bills: Vec<&InvoiceData> = list.invoices.iter().filter(is_meant).collect();
    if let (Some(id), []) = (&wanted.obligation, bills.as_slice()) {
        return Err(Failure::Usage(format!("{id} has no invoice; `ghx invoice` lists all")));
    }
    let account = desk.client().session().map(|session| session.account.clone());
    match (&wanted.html, bills.as_slice()) {
        (Some(path), [bill, ..]) => {
            csv::write(path, &page::page(&account.unwrap_or_default(), bill)?)
        }
        (_, bills) if wanted.csv => print_table(bills),
        (_, [only]) => print_bill(only),
        (_, bills) => print_bills(bills),
    }
}

fn print_table(bills: &[&InvoiceData]) -> Result<(), Failure> {
    let head = [
        "obligation",
        "contract",
        "role",
        "issued",
        "due",
        "delivered",
        "missing",
        "tolerated",
        "price_usd",
        "amount_usd",
        "damages_usd",
        "fee_usd",
        "total_usd",
    ];
    print!("{}", csv::line(head));
    for bill in bills {
        let (issued, total) = (units::time(&bill.issued_ns)?, total(bill)?.to_string());
        let hours = [&bill.due_gpu_hours, &bill.delivered_gpu_hours, &bill.short_gpu_hours];
        let [due, delivered, short] = hours.map(String::as_str);
        print!(
            "{}",
            csv::line([
                &bill.obligation_id,
                &bill.symbol,
                role(bill.role),
                &issued,
                due,
                delivered,
                short,
                &bill.tolerated_gpu_hours,
                &bill.price,
                &bill.amount,
                &bill.damages,
                &bill.fee,
                &total,
            ])
        );
    }
    Ok(())
}

fn print_bills(invoices: &[&InvoiceData]) -> Result<(), Failure> {
    let mut table = Table::new(&[
        "obligation",
        "contract",
        "role",
        "issued",
        ">GPU-hours",
        ">delivered",
        ">missing",
        ">amount",
        ">damages",
        ">fee",
        ">total",
    ]);
    let mut sum = Mills::ZERO;
    for bill in invoices {
        let total = total(bill)?;
        sum += total;
        let dollars = |text: &str| units::money(text).map(units::exact);
        table.row(&[
            &bill.obligation_id,
            &bill.symbol,
            role(bill.role),
            &units::time(&bill.issued_ns)?,
            &units::grouped(&bill.due_gpu_hours),
            &units::grouped(&bill.delivered_gpu_hours),
            &units::grouped(&bill.short_gpu_hours),
            &dollars(&bill.amount)?,
            &dollars(&bill.damages)?,
            &dollars(&bill.fee)?,
            &signed(total),
        ]);
    }
    if 1 < invoices.len() {
        let count = format!("{} invoices", invoices.len());
        let sum = signed(sum);
        table.row(&[&count, "", "", "", "", "", "", "", "", "", &sum]);
    }
    table.print("no invoices yet; they come two days after the month of a delivery");
    Ok(())
}

fn print_bill(bill: &InvoiceData) -> Result<(), Failure> {
    let dollars = |text: &str| units::money(text).map(units::exact);
    let line = |name: &str, hours: &str, amount: &str| {
        println!("  {name:<30} {hours:>14} {amount:>18}");
    };
    let role = match bill.role {
        DeliveryRole::Deliver => "for GPU-hours delivered",
        DeliveryRole::Receive => "for GPU-hours received",
    };
    println!("Invoice {} {role}", bill.obligation_id);
    println!(
        "  {} at ${} a GPU-hour, {} UTC",
        bill.symbol,
        bill.price,
        units::time(&bill.issued_ns)?
    );
    line("", "GPU-hours", "dollars");
    line("due", &units::grouped(&bill.due_gpu_hours), "");
    line("delivered and paid", &units::grouped(&bill.delivered_gpu_hours), &dollars(&bill.amount)?);
    line("missing", &units::grouped(&bill.short_gpu_hours), "");
    line("of which tolerated", &units::grouped(&bill.tolerated_gpu_hours), "");
    let each = format!("damages at {} each", dollars(&bill.damages_per_gpu_hour)?);
    let beyond = units::whole(&bill.short_gpu_hours)? - units::whole(&bill.tolerated_gpu_hours)?;
    line(&each, &units::grouped(beyond), &dollars(&bill.damages)?);
    line("delivery fee", "", &dollars(&bill.fee)?);
    line("in all, to you", "", &signed(total(bill)?));
    Ok(())
}

/// What the account gets (positive) or pays: the seller pays damages and fee.
fn total(bill: &InvoiceData) -> Result<Mills, Failure> {
    let (amount, damages) = (units::money(&bill.amount)?, units::money(&bill.damages)?);
    Ok(match bill.role {
        DeliveryRole::Deliver => amount - damages - units::money(&bill.fee)?,
        DeliveryRole::Receive => damages - amount,
    })
}

fn signed(mills: Mills) -> String {
    if 0 < mills.0 { format!("+{}", units::exact(mills)) } else { units::exact(mills) }
}

fn role(role: DeliveryRole) -> &'static str {
    match role {
        DeliveryRole::Deliver => "deliver",
        DeliveryRole::Receive => "receive",
    }
}

fn state(state: ObligationState) -> &'static str {
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

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn bill(role: DeliveryRole) -> InvoiceData {
        let text = |text: &str| text.to_owned();
        InvoiceData {
            obligation_id: text("OB-1"),
            symbol: text("H100-US-2027M02"),
            role,
            issued_ns: text("0"),
            due_gpu_hours: text("43008"),
            delivered_gpu_hours: text("41148"),
            short_gpu_hours: text("1860"),
            tolerated_gpu_hours: text("860"),
            covered_gpu_hours: text("0"),
            waived_gpu_hours: text("0"),
            price: text("2.400"),
            amount: text("98755.200"),
            damages_per_gpu_hour: text("0.250"),
            damages: text("250.000"),
            fee: text("82.296"),
        }
    }

    #[test]
    fn the_seller_gets_the_amount_less_damages_and_fee() {
        let total = total(&bill(DeliveryRole::Deliver)).expect("plain decimals");
        assert_eq!(total, Mills(98_755_200 - 250_000 - 82_296));
    }

    #[test]
    fn the_buyer_pays_the_amount_less_damages() {
        let total = total(&bill(DeliveryRole::Receive)).expect("plain decimals");
        assert_eq!(total, Mills(250_000 - 98_755_200));
    }
}
