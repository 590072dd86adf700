use types::{Lots, Mills, RejectReason, Ticks};

use super::*;

#[test]
fn each_reason_of_the_engine_is_a_code_of_the_wire() {
    for reason in RejectReason::ALL {
        let code = Code::from_number(i32::from(reason.code())).expect("a code");
        assert_eq!(code.name(), reason.name());
    }
}

#[test]
fn codes_and_names_are_used_once() {
    let mut numbers: Vec<i32> = Code::ALL.iter().map(|code| code.number()).collect();
    let mut names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    names.sort_unstable();
    names.dedup();
    assert_eq!((numbers.len(), names.len()), (Code::ALL.len(), Code::ALL.len()));
}

#[test]
fn a_refusal_names_its_numbers_and_what_would_pass() {
    use types::Detail;
    let band = Detail::Band { lowest: Ticks(2040), highest: Ticks(2760) };
    let error = refused(&RejectReason::PriceBand.with(band), None);
    let text = serde_json::to_string(&error).expect("it is JSON");
    assert_eq!(
        text,
        r#"{"code":2004,"message":"PRICE_BAND","data":{"final":true,"max":"2.760","min":"2.040","text":"Prices from 2.040 to 2.760 would pass."}}"#
    );
    let margin = Detail::Margin { required: Mills(89_280_000), available: Mills(50_000_000) };
    let error = refused(&RejectReason::InsufficientMargin.with(margin), None);
    assert_eq!(error.data["required"], "89280.000");
    let ended = Detail::Ended { state: types::OrderState::Filled, filled: Lots(8) };
    let error = refused(&RejectReason::OrderAlreadyFinal.with(ended), None);
    assert_eq!((&error.data["state"], &error.data["cum_qty"]), (&json!("filled"), &json!("8")));
}
