//! All live orders of the exchange: what matching needs of them in the slab of crate `book`, and the
//! rest beside it, found by the same slot.
//!
//! Each order also stands in the queue of its account, oldest first, linked through the slots.

use serde::{Deserialize, Serialize};
use types::{
    AccountId, ClientOrderId, InstrumentId, Lots, OrderId, PostOnly, QuoteGroup, SelfMatch,
    SessionId, Side, Tag, Ticks, TimeInForce,
};

use crate::by_account::ByAccount;
use crate::chunks::Chunks;

/// A live order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) id: OrderId,
    /// Counts orders: the older has the lower one, whatever became of its place in a queue.
    pub(super) turn: u64,
    pub(super) account: AccountId,
    pub(super) session: SessionId,
    pub(super) client_order_id: ClientOrderId,
    pub(super) instrument: InstrumentId,
    pub(super) side: Side,
    pub(super) price: Ticks,
    pub(super) quantity: Lots,
    pub(super) filled: Lots,
    /// Sum of price times lots of its fills.
    pub(super) notional: i128,
    pub(super) revision: u32,
    pub(super) time_in_force: TimeInForce,
    pub(super) post_only: Option<PostOnly>,
    pub(super) reduce_only: bool,
    pub(super) peak: Option<Lots>,
    pub(super) self_match: SelfMatch,
    /// What it waits for outside the book.
    pub(super) waits: Option<Wait>,
    /// The group it is a quote of.
    pub(super) quote: Option<QuoteGroup>,
    pub(super) tag: Option<Tag>,
    /// Where its request is remembered.
    #[serde(skip)]
    pub(super) request: u32,
}

/// What a stop waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Wait {
    pub(super) trigger: Ticks,
    /// It has a limit of its own; otherwise protection gives it one.
    pub(super) has_limit: bool,
}

impl Order {
    pub(super) fn leaves(&self) -> Lots {
        self.quantity - self.filled
    }

    /// It, as it comes to the book.
    pub(super) fn taker(&self) -> book::Taker {
        book::Taker {
            side: self.side,
            limit: self.price,
            leaves: self.leaves(),
            account: self.account,
            self_match: self.self_match,
        }
    }

    /// What matching needs to know of it while it rests.
    fn hot(&self) -> book::Order {
        let order = book::Order::new(self.side, self.price, self.leaves(), self.account);
        match self.peak {
            Some(peak) => order.with_peak(peak),
            None => order,
        }
    }
}

const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Queue {
    head: u32,
    tail: u32,
}

impl Queue {
    const EMPTY: Self = Self { head: NONE, tail: NONE };
}

#[derive(Debug)]
struct Ticket {
    order: Option<Order>,
    prev: u32,
    next: u32,
}

impl Ticket {
    fn free() -> Self {
        Self { order: None, prev: NONE, next: NONE }
    }
}

/// The live orders.
#[derive(Debug, Default)]
pub(super) struct Live {
    /// What matching works on.
    pub(super) slab: book::Orders,
    tickets: Chunks<Ticket>,
    accounts: ByAccount<Queue>,
    turns: u64,
    /// How many are reduce-only.
    reducing: u64,
}

impl Live {
    /// An account is opened. So the queues stand in the order of the accounts.
    pub(super) fn open(&mut self, account: AccountId) {
        self.accounts.or_insert(account, Queue::EMPTY);
    }

    /// Takes an order in as the youngest of all, and gives it its id. It rests nowhere yet.
    pub(super) fn insert(&mut self, order: &mut Order) {
        order.id = self.slab.insert(order.hot());
        let slot = slot(order.id);
        self.turns += 1;
        order.turn = self.turns;
        if self.tickets.len() == slot {
            self.tickets.push(Ticket::free());
        }
        self.tickets[slot].order = Some(*order);
        self.reducing += u64::from(order.reduce_only);
        self.queue_last(order.account, slot);
    }

    /// Lets an order go that rests nowhere. Matching may have taken it out of its slab already.
    pub(super) fn remove(&mut self, id: OrderId) -> Order {
        let order = *self.live(id);
        let ticket = &mut self.tickets[slot(id)];
        let (prev, next) = (ticket.prev, ticket.next);
        ticket.order = None;
        let queue = self.accounts.get_mut(&order.account).expect("it had a live order");
        match self.tickets.get_mut(prev) {
            Some(ticket) => ticket.next = next,
            None => queue.head = next,
        }
        match self.tickets.get_mut(next) {
            Some(ticket) => ticket.prev = prev,
            None => queue.tail = prev,
        }
        self.reducing -= u64::from(order.reduce_only);
        if self.slab.get(id).is_some() {
            self.slab.remove(id);
        }
        order
    }

    /// The orders as they were: by slot, the slots, each account's from the oldest, and how many
    /// there ever were. None rests anywhere yet.
    pub(super) fn restored(
        orders: &[Order],
        (generations, free): (&[u32], Vec<u32>),
        of_accounts: &[(AccountId, Vec<OrderId>)],
        turns: u64,
    ) -> Self {
        let slab = book::Orders::with_slots(generations, free);
        let mut live = Self { slab, turns, ..Self::default() };
        for _ in generations {
            live.tickets.push(Ticket::free());
        }
        for order in orders {
            live.slab.put_back(order.id, order.hot());
            live.tickets[slot(order.id)].order = Some(*order);
            live.reducing += u64::from(order.reduce_only);
        }
        for (account, ids) in of_accounts {
            live.open(*account);
            ids.iter().for_each(|id| live.queue_last(*account, slot(*id)));
        }
        live
    }

    /// Puts an order at the end of its account's queue.
    fn queue_last(&mut self, account: AccountId, slot: u32) {
        let queue = self.accounts.get_mut(&account).expect("opened with its account");
        let last = queue.tail;
        queue.tail = slot;
        if last == NONE {
            queue.head = slot;
        }
        (self.tickets[slot].prev, self.tickets[slot].next) = (last, NONE);
        if let Some(ticket) = self.tickets.get_mut(last) {
            ticket.next = slot;
        }
    }

    /// An order, unless it has ended.
    pub(super) fn get(&self, id: OrderId) -> Option<&Order> {
        let ticket = self.tickets.get(slot(id))?;
        ticket.order.as_ref().filter(|order| order.id == id)
    }

    /// An order that has not ended.
    pub(super) fn live(&self, id: OrderId) -> &Order {
        self.get(id).expect("a live order's id")
    }

    /// An order that has not ended, to change what matching does not look at.
    pub(super) fn live_mut(&mut self, id: OrderId) -> &mut Order {
        let ticket = self.tickets.get_mut(slot(id));
        let order = ticket.and_then(|ticket| ticket.order.as_mut());
        order.filter(|order| order.id == id).expect("a live order's id")
    }

    /// Changes an order that rests nowhere, also for matching.
    pub(super) fn rewrite(&mut self, order: &Order) {
        *self.live_mut(order.id) = *order;
        self.slab.live_mut(order.id).assign(&order.hot());
    }

    /// What is left of an order that rests nowhere is shown to matching.
    pub(super) fn show(&mut self, id: OrderId) {
        let hot = self.live(id).hot();
        self.slab.live_mut(id).assign(&hot);
    }

    /// A live order traded: so many lots at this price.
    pub(super) fn fill(&mut self, id: OrderId, price: Ticks, lots: Lots) -> Order {
        let order = self.live_mut(id);
        order.filled += lots;
        order.notional += i128::from(price.0) * i128::from(lots.0);
        *order
    }

    /// Live orders of an account, oldest first.
    pub(super) fn of_account(&self, account: AccountId) -> impl DoubleEndedIterator<Item = &Order> {
        let mut ids = Vec::new();
        let mut at = self.accounts.get(&account).map_or(NONE, |queue| queue.head);
        while let Some(ticket) = self.tickets.get(at) {
            ids.extend(ticket.order.as_ref());
            at = ticket.next;
        }
        ids.into_iter()
    }

    /// All live orders, by slot.
    pub(super) fn all(&self) -> impl Iterator<Item = &Order> {
        self.tickets.iter().filter_map(|ticket| ticket.order.as_ref())
    }

    /// Whether any is reduce-only.
    pub(super) fn has_reducing(&self) -> bool {
        self.reducing != 0
    }

    /// How many orders there ever were.
    pub(super) fn turns(&self) -> u64 {
        self.turns
    }
}

/// Where an order is in the slab, and its ticket beside it.
fn slot(id: OrderId) -> u32 {
    u32::try_from(book::Orders::slot(id)).expect("fewer than 2^32 live orders")
}
