//! An invoice as a page that prints: one file of HTML that loads nothing.

use protocol::server::InvoiceData;
use types::DeliveryRole;

use super::{signed, total};
use crate::failure::Failure;
use crate::units;

/// How it looks on a screen and on paper.
const STYLE: &str = "\
body{font:14px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;color:#111}
h1{font-size:1.4rem;margin:0}p{margin:.2rem 0}table{border-collapse:collapse;width:100%;margin:1.5rem 0}
th,td{padding:.35rem .5rem;border-bottom:1px solid #ccc;text-align:right;font-variant-numeric:tabular-nums}
th:first-child,td:first-child{text-align:left}
tfoot td{border-top:2px solid #111;border-bottom:0;font-weight:600}
@page{size:A4;margin:20mm}@media print{body{margin:0;max-width:none}}";

/// The page of a bill of an account.
pub(super) fn page(account: &str, bill: &InvoiceData) -> Result<String, Failure> {
    let dollars = |text: &str| units::money(text).map(units::exact);
    let row = |name: &str, hours: &str, each: &str, amount: &str| {
        format!("<tr><td>{name}</td><td>{hours}</td><td>{each}</td><td>{amount}</td></tr>\n")
    };
    let role = match bill.role {
        DeliveryRole::Deliver => "GPU-hours delivered",
        DeliveryRole::Receive => "GPU-hours received",
    };
    let beyond = units::whole(&bill.short_gpu_hours)? - units::whole(&bill.tolerated_gpu_hours)?;
    let (price, amount) = (format!("${}", bill.price), dollars(&bill.amount)?);
    let rows = [
        row("Due", &units::grouped(&bill.due_gpu_hours), "", ""),
        row("Delivered", &units::grouped(&bill.delivered_gpu_hours), &price, &amount),
        row("Missing", &units::grouped(&bill.short_gpu_hours), "", ""),
        row("of which tolerated", &units::grouped(&bill.tolerated_gpu_hours), "", ""),
        row(
            "Damages",
            &units::grouped(beyond),
            &dollars(&bill.damages_per_gpu_hour)?,
            &dollars(&bill.damages)?,
        ),
        row("Delivery fee, paid by the seller", "", "", &dollars(&bill.fee)?),
    ]
    .concat();
    let (id, account) = (escaped(&bill.obligation_id), escaped(account));
    let (symbol, issued) = (escaped(&bill.symbol), units::time(&bill.issued_ns)?);
    let in_all = signed(total(bill)?);
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Invoice {id}</title>\n\
         <style>{STYLE}</style></head><body>\n<h1>Invoice {id}</h1>\n<p>{role}, {symbol}</p>\n\
         <p>Account {account}</p>\n<p>Issued {issued} UTC</p>\n<table>\n<thead><tr><th></th>\
         <th>GPU-hours</th><th>each</th><th>US dollars</th></tr></thead>\n<tbody>\n{rows}</tbody>\n\
         <tfoot><tr><td>In all, to the account</td><td></td><td></td><td>{in_all}</td></tr></tfoot>\n\
         </table>\n</body></html>\n"
    ))
}

/// Text that is no markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::super::tests::bill;
    use super::*;

    #[test]
    fn a_page_has_every_amount_and_no_foreign_markup() {
        let bill = InvoiceData { symbol: "<b>".to_owned(), ..bill(DeliveryRole::Receive) };
        let page = page("A-1001", &bill).expect("plain decimals");
        for text in
            ["Invoice OB-1", "&lt;b&gt;", "41,148", "$98,755.200", "$250.000", "-$98,505.200"]
        {
            assert!(page.contains(text), "{text} is not in {page}");
        }
        assert!(!page.contains("<b>"));
    }
}
