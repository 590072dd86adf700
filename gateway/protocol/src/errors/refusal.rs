//! A refusal of the engine in words: the rule, the numbers, and what would pass.

use types::{Detail, OrderState, Phase, Refusal, Side};

use super::{Code, WireError};
use crate::decimal::{lots, money, price};
use crate::server::{OrderStateName, phase_name};

/// A refusal as it stands in a reply; `side` is that of the order, where there was one.
///
/// # Panics
/// Never: each reason of the engine is a code of the wire, and a test holds them together.
#[must_use]
pub fn refused(refusal: &Refusal, side: Option<Side>) -> WireError {
    let code = Code::from_number(i32::from(refusal.reason.code()))
        .expect("each reason of the engine is a code of the wire");
    let error = |text: String| WireError::saying(code, text);
    match refusal.detail {
        Detail::None => WireError::new(code),
        Detail::Phase(phase) => {
            let name = phase_name(phase);
            error(format!("The contract is in phase {name}{}.", phase_advice(phase)))
                .with("phase", name)
        }
        Detail::Band { lowest, highest } => {
            let (lowest, highest) = (price(lowest), price(highest));
            error(format!("Prices from {lowest} to {highest} would pass."))
                .with("min", lowest)
                .with("max", highest)
        }
        Detail::BestOpposite(best) => best_opposite(code, side, price(best)),
        Detail::Most(most) => {
            error(format!("At most {most} would pass.")).with("max", most.to_string())
        }
        Detail::Ended { state, filled } => {
            let name = state_name(state);
            error(format!("The order is {name}, with {} lots filled.", filled.0))
                .with("state", name)
                .with("cum_qty", lots(filled))
        }
        Detail::Revision(revision) => {
            error(format!("The order is at revision {revision}.")).with("rev", revision)
        }
        Detail::Margin { required, available } => {
            let short = money(types::Mills(required.0.saturating_sub(available.0)));
            let (required, available) = (money(required), money(available));
            error(format!("It requires ${required} and ${available} counts: ${short} too little."))
                .with("required", required)
                .with("available", available)
        }
    }
}

fn best_opposite(code: Code, side: Option<Side>, best: String) -> WireError {
    let (field, word) = match side {
        Some(Side::Sell) => ("best_bid", "above"),
        Some(Side::Buy) | None => ("best_ask", "below"),
    };
    WireError::saying(code, format!("A price {word} {best} would rest.")).with(field, best)
}

const fn phase_advice(phase: Phase) -> &'static str {
    match phase {
        Phase::Open => "",
        Phase::Halted => "; orders can only be cancelled",
        Phase::Expired => "; its trading has ended",
    }
}

fn state_name(state: OrderState) -> &'static str {
    OrderStateName::from(state).name()
}
