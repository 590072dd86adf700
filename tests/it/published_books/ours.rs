//! Our book as one that a venue's recording can be replayed into: its owner's names are tokens here.

use std::collections::BTreeMap;

use book::{Book, Order, Orders, Step, Structure, Taker, cross};
use types::{AccountId, Lots, OrderId, SelfMatch, Side, Ticks};

use super::books::VenueBook;

pub(super) struct Ours {
    book: Book,
    orders: Orders,
    ids: BTreeMap<u64, OrderId>,
}

impl Ours {
    pub(super) fn new(structure: Structure) -> Self {
        Self { book: Book::new(structure), orders: Orders::new(), ids: BTreeMap::new() }
    }
}

impl VenueBook for Ours {
    fn cross(
        &mut self,
        side: Side,
        limit: Ticks,
        lots: Lots,
        on_trade: &mut dyn FnMut(Ticks, Lots),
    ) -> Lots {
        let (account, self_match) = (account(side), SelfMatch::CancelAggressor);
        let mut taker = Taker { side, limit, leaves: lots, account, self_match };
        let ids = &mut self.ids;
        cross(&mut self.book, &mut self.orders, &mut taker, |step| match step {
            Step::Trade { maker, price, lots, .. } => {
                on_trade(price, lots);
                if maker.leaves() == Lots::ZERO {
                    ids.remove(&maker.token);
                }
            }
            Step::SelfMatch { .. } => panic!("a side is an account"),
        });
        taker.leaves
    }

    fn rest(&mut self, name: u64, side: Side, price: Ticks, lots: Lots) {
        let order = Order::new(side, price, lots, account(side)).with_token(name);
        let id = self.orders.insert(order);
        self.book.rest(&mut self.orders, id);
        assert!(self.ids.insert(name, id).is_none(), "order {name} rests already");
    }

    fn reduce(&mut self, name: u64, by: Lots) {
        self.book.reduce(&mut self.orders, self.ids[&name], by);
    }

    fn remove(&mut self, name: u64) {
        let id = self.ids.remove(&name).expect("it rests");
        self.book.unrest(&mut self.orders, id);
        self.orders.remove(id);
    }

    fn left(&self, name: u64) -> Option<Lots> {
        Some(self.orders.live(*self.ids.get(&name)?).leaves())
    }

    fn best(&self, side: Side, depth: usize) -> Vec<(Ticks, Lots)> {
        self.book.depth(side).take(depth).collect()
    }

    fn queue(&self, side: Side, price: Ticks) -> Vec<(u64, Lots)> {
        let queue = self.book.at(side, price, &self.orders);
        queue.map(|(_, order)| (order.token, order.leaves())).collect()
    }
}

const fn account(side: Side) -> AccountId {
    match side {
        Side::Buy => AccountId(1),
        Side::Sell => AccountId(2),
    }
}
