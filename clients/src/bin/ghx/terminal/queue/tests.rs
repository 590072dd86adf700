use types::{Lots, Side, Ticks};

use super::{Ahead, Queue};

const PRICE: Ticks = Ticks(2_400);

/// A book with 30 bid lots of others, and then 8 of ours behind them.
fn joined() -> Queue {
    let mut queue = Queue::default();
    queue.start(10, empty());
    queue.change(11, Side::Buy, PRICE, Lots(30));
    queue.change(12, Side::Buy, PRICE, Lots(38));
    queue.join("O1", (Side::Buy, PRICE), 12, Lots(8));
    queue.catch_up();
    queue
}

fn empty() -> std::iter::Empty<(Side, Ticks, Lots)> {
    std::iter::empty()
}

fn ahead(queue: &mut Queue) -> Option<(u64, u64)> {
    queue.catch_up();
    queue.ahead("O1").map(|Ahead { least, most }| (least, most))
}

#[test]
fn what_stood_there_before_is_ahead() {
    assert_eq!(ahead(&mut joined()), Some((30, 30)));
}

#[test]
fn a_trade_takes_from_the_front_and_the_place_stays_exact() {
    let mut queue = joined();
    queue.trade(13, PRICE, Lots(12));
    queue.change(14, Side::Buy, PRICE, Lots(26));
    assert_eq!(ahead(&mut queue), Some((18, 18)));
}

#[test]
fn a_trade_takes_from_the_front_also_where_others_stand_behind() {
    let mut queue = joined();
    queue.change(13, Side::Buy, PRICE, Lots(58));
    queue.trade(14, PRICE, Lots(12));
    queue.change(14, Side::Buy, PRICE, Lots(46));
    assert_eq!(ahead(&mut queue), Some((18, 18)));
}

#[test]
fn an_order_that_joins_later_stands_behind() {
    let mut queue = joined();
    queue.change(13, Side::Buy, PRICE, Lots(58));
    assert_eq!(ahead(&mut queue), Some((30, 30)));
}

#[test]
fn a_cancel_at_the_last_place_known_stood_ahead() {
    let mut queue = joined();
    queue.change(13, Side::Buy, PRICE, Lots(33));
    assert_eq!(ahead(&mut queue), Some((25, 25)), "nobody stands behind");
}

#[test]
fn a_cancel_that_may_have_stood_on_either_side_leaves_a_span() {
    let mut queue = joined();
    queue.change(13, Side::Buy, PRICE, Lots(48));
    queue.change(14, Side::Buy, PRICE, Lots(43));
    assert_eq!(ahead(&mut queue), Some((25, 30)));
}

#[test]
fn an_order_from_before_the_book_was_heard_stands_somewhere_among_the_others() {
    let mut queue = Queue::default();
    queue.join("O1", (Side::Buy, PRICE), 7, Lots(8));
    queue.start(10, [(Side::Buy, PRICE, Lots(30))].into_iter());
    assert_eq!(ahead(&mut queue), Some((0, 22)));
    queue.trade(11, PRICE, Lots(15));
    queue.change(11, Side::Buy, PRICE, Lots(15));
    assert_eq!(ahead(&mut queue), Some((0, 7)));
}

#[test]
fn what_our_order_has_traded_since_does_not_count_as_others() {
    let mut queue = Queue::default();
    queue.start(10, empty());
    queue.join("O1", (Side::Buy, PRICE), 12, Lots(8));
    queue.keep("O1", Lots(3));
    queue.change(12, Side::Buy, PRICE, Lots(8));
    assert_eq!(ahead(&mut queue), Some((0, 0)));
}

#[test]
fn the_place_is_found_whichever_comes_first_book_or_account() {
    let mut queue = Queue::default();
    queue.start(10, empty());
    queue.join("O1", (Side::Buy, PRICE), 12, Lots(8));
    assert_eq!(ahead(&mut queue), None);
    queue.change(12, Side::Buy, PRICE, Lots(20));
    assert_eq!(ahead(&mut queue), Some((12, 12)));
}

#[test]
fn a_gap_of_the_book_makes_the_place_unknown() {
    let mut queue = joined();
    queue.start(50, empty());
    assert_eq!(ahead(&mut queue), None);
}

#[test]
fn changes_at_other_prices_and_sides_move_nothing() {
    let mut queue = joined();
    queue.change(13, Side::Buy, Ticks(2_399), Lots(1));
    queue.change(14, Side::Sell, PRICE, Lots(1));
    queue.trade(14, Ticks(2_401), Lots(5));
    assert_eq!(ahead(&mut queue), Some((30, 30)));
}
