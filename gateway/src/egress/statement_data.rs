//! A daily statement as it stands on the wire.

use protocol::decimal;
use protocol::server::{BalancesData, StatedPositionData, StatementData, StatementLineData};
use types::{Balances, StatedPosition, Statement, StatementLine};

use super::account_data as data;
use crate::feed::Markets;

pub(super) fn statement(markets: &Markets, statement: &Statement) -> StatementData {
    StatementData {
        date: statement.date.to_string(),
        opening: balances(&statement.opening),
        lines: statement.lines.iter().map(line).collect(),
        closing: balances(&statement.closing),
        positions: statement.positions.iter().map(|p| position(markets, p)).collect(),
        cut: decimal::money(statement.cut),
        initial: decimal::money(statement.margin.initial),
        maintenance: decimal::money(statement.margin.maintenance),
        held: decimal::money(statement.held()),
        excess: decimal::money(statement.excess()),
    }
}

fn balances(balances: &Balances) -> BalancesData {
    BalancesData {
        cash: decimal::money(balances.cash),
        escrow: decimal::money(balances.escrow),
        fund: decimal::money(balances.fund),
        bond: decimal::money(balances.bond),
    }
}

fn line(line: &StatementLine) -> StatementLineData {
    StatementLineData { purse: line.purse, reason: line.kind, amount: decimal::money(line.amount) }
}

fn position(markets: &Markets, position: &StatedPosition) -> StatedPositionData {
    StatedPositionData {
        symbol: data::symbol(markets, position.instrument),
        net_qty: decimal::net_lots(position.net),
        settle: decimal::price(position.price),
        gain: decimal::money(position.gain),
    }
}
