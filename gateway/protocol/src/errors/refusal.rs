//! A refusal of the engine in words: the rule, the numbers, and what would pass.

use types::{Detail, OrderState, Phase, Refusal, RejectReason, Side, Ticks};

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
        Detail::BestOpposite(best) => best_opposite(code, side, best),
        Detail::Most(most) => error(most_words(refusal.reason, most)).with("max", most.to_string()),
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

fn most_words(reason: RejectReason, most: u64) -> String {
    match reason {
        RejectReason::TooManyOpenOrders => {
            format!("{most} orders are open, the most there may be.")
        }
        RejectReason::PositionLimit => {
            format!(
                "The position could grow beyond {most} lots, were all orders of its side filled."
            )
        }
        _ => format!("At most {most} would pass."),
    }
}

/// The price next to the best opposite one rests. Without a side it is not known which that is.
fn best_opposite(code: Code, side: Option<Side>, best: Ticks) -> WireError {
    let (field, nearest) = match side {
        Some(side @ Side::Buy) => ("best_ask", Some(Ticks(best.0 - side.sign()))),
        Some(side @ Side::Sell) => ("best_bid", Some(Ticks(best.0 - side.sign()))),
        None => ("best_opposite", None),
    };
    let best = price(best);
    let text = match nearest {
        Some(nearest) => {
            format!("It would trade at once at {best}; {} would rest.", price(nearest))
        }
        None => format!("It would trade at once at {best}."),
    };
    WireError::saying(code, text).with(field, best)
}

const fn phase_advice(phase: Phase) -> &'static str {
    match phase {
        Phase::Open => "",
        Phase::PreOpen => "; an auction is called, and nothing trades at once",
        Phase::NoCancel => "; an auction is about to be struck, and no order may leave",
        Phase::Halted | Phase::Closed => "; orders can only be cancelled",
        Phase::Expired => "; its trading has ended",
    }
}

fn state_name(state: OrderState) -> &'static str {
    OrderStateName::from(state).name()
}
