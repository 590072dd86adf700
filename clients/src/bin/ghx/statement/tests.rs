use protocol::server::{StatedPositionData, StatementLineData};
use types::TransferKind;

use super::*;

fn statement() -> StatementData {
    let text = |text: &str| text.to_owned();
    let balances = |cash: &str| BalancesData {
        cash: text(cash),
        escrow: text("0.000"),
        fund: text("0.000"),
        bond: text("0.000"),
    };
    let line = |reason, amount| StatementLineData {
        purse: StatedPurse::Cash,
        reason,
        amount: text(amount),
    };
    StatementData {
        date: text("2027-01-04"),
        opening: balances("20000.000"),
        lines: vec![
            line(TransferKind::TradingFee, "-0.500"),
            line(TransferKind::Variation, "119.040"),
        ],
        closing: balances("20118.540"),
        positions: vec![StatedPositionData {
            symbol: text("H100-US-2027M03"),
            net_qty: text("2"),
            settle: text("2.410"),
            gain: text("119.040"),
        }],
        cut: text("0.000"),
        initial: text("3571.200"),
        maintenance: text("2856.960"),
        held: text("3571.200"),
        excess: text("16547.340"),
    }
}

#[test]
fn rows_of_a_purse_add_up_to_its_closing_balance() {
    let rows = rows(&[statement()]);
    let dollars = |row: &String| {
        let text = row.rsplit(',').next().expect("a last column");
        units::money(text).expect("dollars")
    };
    let is_cash = |row: &&String| row.contains(",opening,cash,") || row.contains(",cash,");
    let (closing, moved): (Vec<&String>, Vec<&String>) =
        rows.iter().filter(is_cash).partition(|row| row.contains(",closing,"));
    let sum: Mills = moved.into_iter().map(dollars).sum();
    assert_eq!(sum, dollars(closing[0]), "{rows:#?}");
    assert!(rows.contains(&"2027-01-04,position,H100-US-2027M03,2,2.410,119.040".to_owned()));
}
