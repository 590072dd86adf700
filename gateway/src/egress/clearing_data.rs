//! Calls for margin and the steps of a default, as they stand on the wire.

use protocol::decimal;
use serde_json::{Value, json};
use types::{ClearingFact, Party};

use super::account_data as data;
use crate::feed::Markets;

/// The kind of the event on `margin`, and its data.
pub(super) fn clearing(markets: &Markets, fact: &ClearingFact) -> (&'static str, Value) {
    match fact {
        ClearingFact::Called { amount, until } => {
            let data = json!({ "amount": decimal::money(*amount), "until_ns": data::time(*until) });
            ("call", data)
        }
        ClearingFact::CallMet => ("call_met", json!({})),
        ClearingFact::Moved { instrument, lots } => {
            let symbol = data::symbol(markets, *instrument);
            ("taken_over", json!({ "symbol": symbol, "lots": lots.0.to_string() }))
        }
        ClearingFact::Covered { by, amount } => {
            ("covered", json!({ "by": by, "amount": decimal::money(*amount) }))
        }
        ClearingFact::Charged { by, amount } => {
            ("charged", json!({ "by": by, "amount": decimal::money(*amount) }))
        }
        ClearingFact::GainCut { due, cut } => {
            ("gain_cut", json!({ "due": decimal::money(*due), "cut": decimal::money(*cut) }))
        }
        ClearingFact::TornUp { instrument, lots, price } => {
            let symbol = data::symbol(markets, *instrument);
            let (lots, price) = (lots.0.to_string(), decimal::price(*price));
            ("torn_up", json!({ "symbol": symbol, "lots": lots, "price": price }))
        }
        ClearingFact::Slice { instrument, lots } => {
            let symbol = data::symbol(markets, *instrument);
            ("slice", json!({ "symbol": symbol, "lots": decimal::lots(*lots) }))
        }
        ClearingFact::Accountable { instrument, lots, level } => {
            let symbol = data::symbol(markets, *instrument);
            let (lots, level) = (lots.0.to_string(), decimal::lots(*level));
            ("accountable", json!({ "symbol": symbol, "lots": lots, "level": level }))
        }
        ClearingFact::Exempted { product, lots } => {
            let product = markets.product(*product).map(types::ProductTerms::symbol);
            ("exempted", json!({ "product": product, "lots": decimal::lots(*lots) }))
        }
        ClearingFact::Joined { member } => ("joined", json!({ "member": member.0.to_string() })),
        ClearingFact::CreditLimited { party, most } => {
            let of = match party {
                Party::Account(_) => "account",
                Party::Member(_) => "member",
            };
            ("credit", json!({ "of": of, "max": most.map(decimal::money) }))
        }
        ClearingFact::Closed { returned } => {
            ("default_closed", json!({ "returned": decimal::money(*returned) }))
        }
    }
}
