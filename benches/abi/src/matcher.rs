//! The engine behind the interface: our slab, our book, our matching, and the sender's order ids.

use book::{Book, Order, Orders, Step, Structure, Taker, cross};
use types::{AccountId, Lots, OrderId, SelfMatch, Side, Ticks};

use crate::ids::{Ids, Place};
use crate::report::kind;

/// Where reports go.
pub trait Sink {
    /// A report about one order.
    fn about(&self, kind: u8, seq: u64, id: u64, side: u8, price: i64, quantity: u32);
    /// Two orders traded.
    fn trade(&self, seq: u64, price: i64, quantity: u32, maker: u64, taker: u64);
}

/// A new order.
#[derive(Clone, Copy, Debug)]
pub struct New {
    /// The sender's id.
    pub id: u64,
    /// Of the message.
    pub seq: u64,
    /// 0 buy, 1 sell.
    pub side: u8,
    /// Limit.
    pub price: i64,
    /// Lots.
    pub quantity: u32,
    /// Whether what is left may rest.
    pub rests: bool,
}

/// One book and the ids of its orders.
pub struct Matcher {
    book: Book,
    orders: Orders,
    ids: Ids,
}

impl Default for Matcher {
    fn default() -> Self {
        Self {
            book: Book::new(Structure::Ladder),
            orders: Orders::with_capacity(1 << 15),
            ids: Ids::default(),
        }
    }
}

/// Nobody trades with himself here: every incoming order is of an account of its own.
const RESTING: AccountId = AccountId(0);
const INCOMING: AccountId = AccountId(1);

impl Matcher {
    /// A new order: an acknowledgement, its trades, and for an order that may not rest the end of
    /// what is left.
    #[inline]
    pub fn new_order(&mut self, new: &New, sink: &impl Sink) {
        let New { id, seq, side, price, quantity, rests } = *new;
        if !rests {
            sink.about(kind::ORDER_ACK, seq, id, side, price, quantity);
            let left = self.trade_if_crossed(new, sink);
            if left != 0 {
                sink.about(kind::CANCEL_ACK, seq, id, side, price, left);
            }
            return;
        }
        let Err(place) = self.find(id) else {
            return sink.about(kind::CANCEL_REJECT, seq, id, 0, 0, 0);
        };
        sink.about(kind::ORDER_ACK, seq, id, side, price, quantity);
        self.trade_and_rest(new, place, sink);
    }

    /// Cancels a resting order.
    #[inline]
    pub fn cancel(&mut self, id: u64, seq: u64, sink: &impl Sink) {
        let Ok((place, slot)) = self.find(id) else {
            return sink.about(kind::CANCEL_REJECT, seq, id, 0, 0, 0);
        };
        self.ids.remove(place);
        let Order { side, price, shown, .. } = self.book.take(&mut self.orders, slot);
        let (side, lots) = (side_number(side), narrow(shown));
        sink.about(kind::CANCEL_ACK, seq, id, side, price.0, lots);
    }

    /// Cancels a resting order and enters it again at another price and quantity.
    #[inline]
    pub fn modify(&mut self, id: u64, seq: u64, price: i64, quantity: u32, sink: &impl Sink) {
        let Ok((place, slot)) = self.find(id) else {
            return sink.about(kind::MODIFY_REJECT, seq, id, 0, 0, 0);
        };
        self.ids.remove(place);
        let side = side_number(self.book.take(&mut self.orders, slot).side);
        sink.about(kind::MODIFY_ACK, seq, id, side, price, quantity);
        let new = New { id, seq, side, price, quantity, rests: true };
        let place = self.unknown(id);
        self.trade_and_rest(&new, place, sink);
    }

    /// The best price of a side.
    #[must_use]
    pub fn best(&self, side: u8) -> Option<i64> {
        self.book.best(side_of(side)).map(|price| price.0)
    }

    /// What rests at a price.
    #[must_use]
    pub fn depth_at(&self, price: i64, side: u8) -> u64 {
        self.book.lots_at(side_of(side), Ticks(price)).0
    }

    /// Where an id is looked for, to fetch it into the cache.
    #[inline]
    #[must_use]
    pub fn address(&self, id: u64) -> *const u8 {
        self.ids.address(id)
    }

    #[inline]
    fn find(&self, id: u64) -> Result<(Place, u32), Place> {
        self.ids.find(id, |slot| self.orders.token_at(slot))
    }

    /// The place of an id that is not live.
    #[inline]
    fn unknown(&self, id: u64) -> Place {
        match self.find(id) {
            Err(place) => place,
            Ok(_) => unreachable!("an order has one id, and it is not live"),
        }
    }

    /// Trades an order; what is left of it rests under its id, whose place was looked up.
    #[inline]
    fn trade_and_rest(&mut self, new: &New, mut place: Place, sink: &impl Sink) {
        let left = self.trade_if_crossed(new, sink);
        if left == 0 {
            return;
        }
        if left != new.quantity {
            // Orders that traded away have moved the entries of others.
            place = self.unknown(new.id);
        }
        let lots = Lots(left.into());
        let order = Order::new(side_of(new.side), Ticks(new.price), lots, RESTING);
        let id = self.book.add(&mut self.orders, order.with_token(new.id));
        self.ids.insert(place, new.id, slot(id));
    }

    /// Trades an order if it meets another; what is left of it.
    #[inline]
    fn trade_if_crossed(&mut self, new: &New, sink: &impl Sink) -> u32 {
        if self.book.crosses(side_of(new.side), Ticks(new.price)) {
            return self.trade(new, sink);
        }
        new.quantity
    }

    fn trade(&mut self, new: &New, sink: &impl Sink) -> u32 {
        let mut taker = Taker {
            side: side_of(new.side),
            limit: Ticks(new.price),
            leaves: Lots(new.quantity.into()),
            account: INCOMING,
            self_match: SelfMatch::CancelAggressor,
        };
        let Self { book, orders, ids } = self;
        cross(book, orders, &mut taker, |step| {
            let Step::Trade { id, maker, price, lots } = step else { return };
            sink.trade(new.seq, price.0, narrow(lots), maker.token, new.id);
            if maker.shown == Lots::ZERO {
                // Its slot is free, but nobody has taken it since: no other entry has it.
                let gone = |other| if other == slot(id) { maker.token } else { !maker.token };
                let (place, _) =
                    ids.find(maker.token, gone).ok().expect("resting orders are known");
                ids.remove(place);
            }
        });
        narrow(taker.leaves)
    }
}

#[inline]
fn side_of(side: u8) -> Side {
    if side == 0 { Side::Buy } else { Side::Sell }
}

#[inline]
fn side_number(side: Side) -> u8 {
    match side {
        Side::Buy => 0,
        Side::Sell => 1,
    }
}

#[inline]
fn slot(id: OrderId) -> u32 {
    u32::try_from(Orders::slot(id)).expect("a slot has 32 bits")
}

#[inline]
fn narrow(lots: Lots) -> u32 {
    u32::try_from(lots.0).expect("orders of this interface have 32 bits of lots")
}
