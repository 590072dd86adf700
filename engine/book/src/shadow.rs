//! One side of a book, from which lots are taken in thought: the book itself stays as it is.

use std::collections::VecDeque;

use types::{Lots, OrderId, Side, Ticks};

use crate::book::Book;
use crate::order::Order;
use crate::orders::Orders;

/// The orders at the best price of a side, as they would be after some have traded.
#[derive(Clone, Debug)]
pub struct Shadow {
    side: Side,
    price: Option<Ticks>,
    queue: VecDeque<(OrderId, Order)>,
}

impl Shadow {
    /// A side as it is.
    #[must_use]
    pub fn new(book: &Book, orders: &Orders, side: Side) -> Self {
        let mut shadow = Self { side, price: None, queue: VecDeque::new() };
        shadow.go_to(book.best(side), book, orders);
        shadow
    }

    /// What [`Book::top`] would say.
    #[must_use]
    pub fn top(&self) -> Option<(Ticks, Lots)> {
        let price = self.price?;
        Some((price, self.queue.iter().map(|(_, order)| order.shown).sum()))
    }

    /// What [`Book::first`] would say.
    #[must_use]
    pub fn first(&self) -> Option<OrderId> {
        self.queue.front().map(|(id, _)| *id)
    }

    /// What [`Book::trade_first`] would do.
    ///
    /// # Panics
    /// When the side has no orders any more.
    pub fn trade_first(&mut self, book: &Book, orders: &Orders, most: Lots) -> (OrderId, Lots) {
        let (id, mut order) = self.queue.pop_front().expect("a side with orders");
        let lots = order.shown.min(most);
        order.shown -= lots;
        if order.shown != Lots::ZERO {
            self.queue.push_front((id, order));
        } else if order.hidden != Lots::ZERO {
            self.queue.push_back((id, order.refreshed()));
        }
        if self.queue.is_empty() {
            let gone = self.price.expect("a side with orders has a best price");
            let mut prices = book.depth(self.side).map(|(price, _)| price);
            let next = prices.find(|price| self.side.is_better(gone, *price));
            self.go_to(next, book, orders);
        }
        (id, lots)
    }

    fn go_to(&mut self, price: Option<Ticks>, book: &Book, orders: &Orders) {
        self.price = price;
        let all = price.into_iter().flat_map(|price| book.at(self.side, price, orders));
        self.queue = all.map(|(id, order)| (id, *order)).collect();
    }
}
