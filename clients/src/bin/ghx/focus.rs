//! `ghx focus`: what an account received in a month, as the FinOps Open Cost and Usage Specification has it
//! (FOCUS 1.0, with the two columns of 1.2 that say what of a reservation was used).
//!
//! A delivery is capacity that was reserved: what was delivered is `Used`, what was missing is `Unused` and
//! costs nothing, and damages are a credit.

use std::path::Path;

use protocol::client::{Method, Nothing};
use protocol::server::{InvoiceData, InvoiceList};
use types::{DeliveryRole, Mills, Timestamp, YearMonth};

use crate::args::Common;
use crate::failure::Failure;
use crate::{csv, desk, units};

/// The columns, in the order of the alphabet as in the specification.
const COLUMNS: [&str; 45] = [
    "AvailabilityZone",
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "CapacityReservationId",
    "CapacityReservationStatus",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "CommitmentDiscountCategory",
    "CommitmentDiscountId",
    "CommitmentDiscountName",
    "CommitmentDiscountStatus",
    "CommitmentDiscountType",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractedCost",
    "ContractedUnitPrice",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "ListUnitPrice",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "RegionId",
    "RegionName",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceCategory",
    "ServiceName",
    "SkuId",
    "SkuPriceId",
    "SubAccountId",
    "SubAccountName",
    "Tags",
];

/// What a line is about.
#[derive(Clone, Copy)]
enum Line {
    /// Delivered, and paid for.
    Used,
    /// Missing, and not paid for.
    Unused,
    /// Paid by the seller for what was missing.
    Damages,
}

/// Writes the charges of a month.
pub(crate) async fn run(common: &Common, month: &str, out: &Path) -> Result<(), Failure> {
    let wrong = || Failure::Usage(format!("`{month}` is not of the form 2027-03"));
    let month = YearMonth::parse(month).ok_or_else(wrong)?;
    let mut desk = desk::trade(common).await?;
    let account = desk.client().session().map(|s| s.account.clone()).unwrap_or_default();
    let list: InvoiceList = desk.ask(Method::ListInvoices(Nothing {})).await?;
    let of_month = |bill: &&InvoiceData| {
        bill.role == DeliveryRole::Receive && delivered_in(bill) == Some(month)
    };
    let bills: Vec<&InvoiceData> = list.invoices.iter().filter(of_month).collect();
    if bills.is_empty() {
        let text = format!("nothing was received and billed in {month}; `ghx invoice` lists all");
        return Err(Failure::Usage(text));
    }
    csv::write(out, &text(&account, month, &bills)?)
}

/// The month of a contract.
fn delivered_in(bill: &InvoiceData) -> Option<YearMonth> {
    let tenor = bill.symbol.splitn(3, '-').nth(2)?;
    let (year, month) = tenor.split_once('M')?;
    YearMonth::parse(&format!("{year}-{month}"))
}

fn text(account: &str, month: YearMonth, bills: &[&InvoiceData]) -> Result<String, Failure> {
    let mut text = csv::line(COLUMNS);
    for bill in bills {
        for line in [Line::Used, Line::Unused, Line::Damages] {
            if let Some(cells) = cells(account, month, bill, line)? {
                text += &csv::line(COLUMNS.map(|column| cell(&cells, column)));
            }
        }
    }
    Ok(text)
}

fn cell(cells: &[(&'static str, String)], column: &str) -> String {
    cells.iter().find(|(name, _)| *name == column).map(|(_, cell)| cell.clone()).unwrap_or_default()
}

/// The cells of a line that are not empty; no line where there is nothing to tell.
fn cells(
    account: &str,
    month: YearMonth,
    bill: &InvoiceData,
    line: Line,
) -> Result<Option<Vec<(&'static str, String)>>, Failure> {
    let hours = match line {
        Line::Used => units::whole(&bill.delivered_gpu_hours)?,
        Line::Unused => units::whole(&bill.short_gpu_hours)?,
        Line::Damages => 0,
    };
    let cost = match line {
        Line::Used => units::money(&bill.amount)?,
        Line::Unused => Mills::ZERO,
        Line::Damages => -units::money(&bill.damages)?,
    };
    if hours == 0 && cost == Mills::ZERO {
        return Ok(None);
    }
    let (name, hub) = bill.symbol.split_once('-').unwrap_or((&bill.symbol, ""));
    let hub = hub.split('-').next().unwrap_or_default();
    let (cost, price) = (cost.to_string(), bill.price.clone());
    let (start, end) = (month.first_day().start(), month.plus(1).first_day().start());
    let mut cells = vec![
        ("BilledCost", cost.clone()),
        ("ContractedCost", cost.clone()),
        ("EffectiveCost", cost.clone()),
        ("ListCost", cost),
        ("BillingAccountId", account.to_owned()),
        ("BillingAccountName", account.to_owned()),
        ("SubAccountId", account.to_owned()),
        ("SubAccountName", account.to_owned()),
        ("BillingCurrency", "USD".to_owned()),
        ("BillingPeriodStart", time(start)),
        ("BillingPeriodEnd", time(end)),
        ("ChargePeriodStart", time(start)),
        ("ChargePeriodEnd", time(end)),
        ("InvoiceIssuerName", "Gigahour".to_owned()),
        ("ProviderName", "Gigahour".to_owned()),
        ("PublisherName", "Gigahour".to_owned()),
        ("RegionId", hub.to_owned()),
        ("RegionName", hub.to_owned()),
        ("ResourceId", bill.obligation_id.clone()),
        ("ResourceName", format!("{} {}", bill.obligation_id, bill.symbol)),
        ("ResourceType", "GPU capacity".to_owned()),
        ("ServiceCategory", "Compute".to_owned()),
        ("ServiceName", format!("{name} GPU-hours")),
        ("Tags", format!("{{\"contract\":\"{}\"}}", bill.symbol)),
    ];
    match line {
        Line::Damages => cells.extend([
            ("ChargeCategory", "Credit".to_owned()),
            (
                "ChargeDescription",
                format!("Damages for {} GPU-hours missing", bill.short_gpu_hours),
            ),
            ("ChargeFrequency", "One-Time".to_owned()),
        ]),
        Line::Used | Line::Unused => {
            let (status, what) = match line {
                Line::Used => ("Used", "delivered"),
                Line::Unused | Line::Damages => ("Unused", "missing, not charged"),
            };
            cells.extend([
                ("ChargeCategory", "Usage".to_owned()),
                ("ChargeDescription", format!("{hours} GPU-hours of {} {what}", bill.symbol)),
                ("ChargeFrequency", "Usage-Based".to_owned()),
                ("CapacityReservationId", bill.obligation_id.clone()),
                ("CapacityReservationStatus", status.to_owned()),
                ("PricingQuantity", decimal(hours)),
                ("PricingUnit", "GPU-Hours".to_owned()),
                ("PricingCategory", "Standard".to_owned()),
                ("ContractedUnitPrice", price.clone()),
                ("ListUnitPrice", price),
                ("SkuId", format!("{name}-{hub}")),
                ("SkuPriceId", bill.symbol.clone()),
            ]);
            if matches!(line, Line::Used) {
                cells.push(("ConsumedQuantity", decimal(hours)));
                cells.push(("ConsumedUnit", "GPU-Hours".to_owned()));
            }
        }
    }
    Ok(Some(cells))
}

fn time(at: Timestamp) -> String {
    at.to_string()
}

/// A whole number as the decimal that the column is: readers guess the type of a column from its cells.
fn decimal(hours: impl std::fmt::Display) -> String {
    format!("{hours}.0")
}
