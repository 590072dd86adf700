//! Statements as a scenario has them: each purse with what moved in it, positions, margin.

use types::{StatedPosition, StatedPurse, Statement};

use super::outcome::words;
use crate::view::View;

/// The rows of a statement.
pub(super) fn rows(statement: &Statement, view: &View) -> Vec<String> {
    let mut rows = Vec::new();
    for purse in StatedPurse::ALL {
        let (name, opening) = (words(&format!("{purse:?}")), statement.opening.of(purse));
        let closing = statement.closing.of(purse);
        let lines: Vec<_> = statement.lines.iter().filter(|line| line.purse == purse).collect();
        if lines.is_empty() && purse != StatedPurse::Cash {
            continue;
        }
        rows.push(format!("{name} {opening}"));
        let line = |line: &&types::StatementLine| {
            format!("{} {}", words(&format!("{:?}", line.kind)), line.amount)
        };
        rows.extend(lines.iter().map(line));
        rows.push(format!("{name} now {closing}"));
    }
    for StatedPosition { instrument, net, price, gain } in &statement.positions {
        let symbol = &view.contracts[instrument].instrument.symbol;
        rows.push(format!("{net:+} @ {price} on {symbol} gain {gain}"));
    }
    if statement.cut != types::Mills::ZERO {
        rows.push(format!("cut {}", statement.cut));
    }
    let (initial, held, excess) = (statement.margin.initial, statement.held(), statement.excess());
    rows.push(format!("initial {initial} held {held} excess {excess}"));
    rows
}
