use types::{Lots, Ticks};

use super::{lots, price};
use crate::args::Order;
use crate::failure::Failure;

fn order() -> Order {
    Order {
        symbol: "H100-US-2027M03".to_owned(),
        gpus: None,
        lots: None,
        gpu_hours: None,
        limit: None,
        market: true,
        stop: None,
        ioc: false,
        fok: false,
        day: false,
        slide: false,
        reduce_only: false,
        min: None,
        show: None,
        post_only: false,
        tag: None,
        id: None,
        execute: false,
    }
}

fn said<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
    match result.expect_err("it cannot be meant") {
        Failure::Usage(text) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_unit_gives_lots() {
    assert_eq!(lots(&Order { gpus: Some(64), ..order() }, 744).expect("whole"), Lots(8));
    assert_eq!(lots(&Order { lots: Some(8), ..order() }, 744).expect("whole"), Lots(8));
    assert_eq!(lots(&Order { gpu_hours: Some(47_616), ..order() }, 744).expect("whole"), Lots(8));
}

#[test]
fn what_is_no_whole_lot_names_the_nearest_that_are() {
    assert_eq!(
        said(lots(&Order { gpus: Some(60), ..order() }, 744)),
        "a lot is 8 GPUs, so 60 are not whole lots; 56 or 64 would be"
    );
    assert_eq!(
        said(lots(&Order { gpus: Some(3), ..order() }, 744)),
        "a lot is 8 GPUs, so 3 are not whole lots; 8 would be"
    );
    assert_eq!(
        said(lots(&Order { lots: Some(0), ..order() }, 744)),
        "the smallest order is one lot, 8 GPUs"
    );
}

#[test]
fn a_price_may_have_a_dollar_sign_and_no_digits_below_the_tick() {
    assert_eq!(price("$2.40").expect("a price"), Ticks(2400));
    assert_eq!(price("2.4").expect("a price"), Ticks(2400));
    assert!(said(price("2.4005")).contains("the tick is $0.001"));
    assert!(said(price("2,40")).contains("write it as 2.40"));
}
