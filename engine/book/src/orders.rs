//! All live orders of an exchange in one slab. An order id is its slot and the slot's generation, so
//! it is found without a search and never means another order.
//!
//! The slab grows by chunks that never move: no order is ever copied because another came, and a
//! chunk is as large as a huge page.

use types::{AccountId, Lots, OrderId, Side, Ticks};

use crate::order::{NONE, Order};

/// Orders of a chunk: 2 MiB.
const CHUNK: usize = 1 << CHUNK_BITS;
const CHUNK_BITS: u32 = 15;

/// The slab of live orders.
#[derive(Debug, Default)]
pub struct Orders {
    chunks: Vec<Box<[Order; CHUNK]>>,
    /// Slots that were ever used.
    used: u32,
    /// Slots that are free again, the next to be used last.
    free: Vec<u32>,
}

/// A list of orders, linked through the slab.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Queue {
    pub(crate) head: u32,
    pub(crate) tail: u32,
}

impl Queue {
    pub(crate) const EMPTY: Self = Self { head: NONE, tail: NONE };
}

impl Orders {
    /// A slab without orders.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A slab with room for so many orders.
    #[must_use]
    pub fn with_capacity(orders: usize) -> Self {
        let mut slab = Self { free: Vec::with_capacity(orders), ..Self::default() };
        slab.chunks.resize_with(orders.div_ceil(CHUNK), chunk);
        slab
    }

    /// Takes an order in and gives it its id. It rests in no book yet.
    ///
    /// # Panics
    /// When 2^32 - 1 orders are live.
    #[inline]
    pub fn insert(&mut self, order: Order) -> OrderId {
        let slot = self.free.pop().unwrap_or_else(|| self.fresh_slot());
        let place = self.at_mut(slot);
        *place = Order { generation: place.generation, ..order };
        place.set_live(true);
        id(slot, place.generation)
    }

    #[cold]
    fn fresh_slot(&mut self) -> u32 {
        let slot = self.used;
        assert!(slot < NONE, "fewer than 2^32 - 1 live orders");
        if index(slot) >> CHUNK_BITS == self.chunks.len() {
            self.chunks.push(chunk());
        }
        self.used += 1;
        slot
    }

    /// Lets an order go that rests in no book.
    ///
    /// # Panics
    /// When the order is not live.
    #[inline]
    pub fn remove(&mut self, id: OrderId) -> Order {
        let order = *self.live(id);
        self.release(slot(id));
        order
    }

    #[inline]
    pub(crate) fn release(&mut self, slot: u32) {
        let order = self.at_mut(slot);
        order.set_live(false);
        order.generation += 1;
        self.free.push(slot);
    }

    /// An order, unless it has ended.
    #[must_use]
    #[inline]
    pub fn get(&self, id: OrderId) -> Option<&Order> {
        let order = self.chunks.get(index(slot(id)) >> CHUNK_BITS)?;
        let order = &order[index(slot(id)) % CHUNK];
        (order.is_live() && u64::from(order.generation) == id.0 >> 32).then_some(order)
    }

    /// An order that has not ended.
    ///
    /// # Panics
    /// When it has.
    #[must_use]
    #[inline]
    pub fn live(&self, id: OrderId) -> &Order {
        self.get(id).expect("a live order's id")
    }

    /// An order that has not ended, to change it. Price, side and lots of an order in a book are
    /// changed through the book alone.
    ///
    /// # Panics
    /// When it has ended.
    #[inline]
    pub fn live_mut(&mut self, id: OrderId) -> &mut Order {
        let order = self.at_mut(slot(id));
        let is_live = order.is_live() && u64::from(order.generation) == id.0 >> 32;
        assert!(is_live, "a live order's id");
        order
    }

    /// The slot of an order, for columns its owner keeps beside the slab.
    #[must_use]
    #[inline]
    pub fn slot(id: OrderId) -> usize {
        index(slot(id))
    }

    /// The id of the order in a slot, live or not.
    ///
    /// # Panics
    /// When the slot was never used.
    #[must_use]
    #[inline]
    pub fn id_at(&self, slot: u32) -> OrderId {
        id(slot, self.at(slot).generation)
    }

    /// The token of the order in a slot, live or not.
    ///
    /// # Panics
    /// When the slot was never used.
    #[must_use]
    #[inline]
    pub fn token_at(&self, slot: u32) -> u64 {
        self.at(slot).token
    }

    /// All live orders, by slot.
    pub fn all(&self) -> impl Iterator<Item = (OrderId, &Order)> {
        let all = (0..self.used).map(|slot| (self.id_at(slot), self.at(slot)));
        all.filter(|(_, order)| order.is_live())
    }

    /// What decides the ids of orders to come: the generation of each slot, and the free slots, the
    /// next to be used last.
    #[must_use]
    pub fn slots(&self) -> (Vec<u32>, &[u32]) {
        ((0..self.used).map(|slot| self.at(slot).generation).collect(), &self.free)
    }

    /// A slab in which these slots were used and these are free, as [`Orders::slots`] says. Until
    /// they are put back, no order is live.
    #[must_use]
    pub fn with_slots(generations: &[u32], free: Vec<u32>) -> Self {
        let mut slab = Self::with_capacity(generations.len());
        for generation in generations {
            let slot = slab.fresh_slot();
            slab.at_mut(slot).generation = *generation;
        }
        Self { free, ..slab }
    }

    /// Puts an order back into its slot. It rests in no book yet.
    ///
    /// # Panics
    /// When the slot was never used, is of another generation, or has a live order.
    pub fn put_back(&mut self, id: OrderId, order: Order) {
        let place = self.at_mut(slot(id));
        assert_eq!(u64::from(place.generation), id.0 >> 32, "an order keeps its id");
        assert!(!place.is_live(), "one order in a slot");
        *place = Order { generation: place.generation, ..order };
        place.set_live(true);
    }

    #[inline]
    pub(crate) fn at(&self, slot: u32) -> &Order {
        &self.chunks[index(slot) >> CHUNK_BITS][index(slot) % CHUNK]
    }

    #[inline]
    pub(crate) fn at_mut(&mut self, slot: u32) -> &mut Order {
        &mut self.chunks[index(slot) >> CHUNK_BITS][index(slot) % CHUNK]
    }

    /// Puts an order at the end of a queue.
    #[inline]
    pub(crate) fn push(&mut self, queue: &mut Queue, slot: u32) {
        let order = self.at_mut(slot);
        (order.prev, order.next) = (queue.tail, NONE);
        if queue.tail == NONE {
            queue.head = slot;
        } else {
            self.at_mut(queue.tail).next = slot;
        }
        queue.tail = slot;
    }

    /// Takes an order in, at the end of a queue.
    #[inline]
    pub(crate) fn insert_at(&mut self, queue: &mut Queue, order: Order, is_top: bool) -> OrderId {
        let slot = self.free.pop().unwrap_or_else(|| self.fresh_slot());
        let tail = queue.tail;
        queue.tail = slot;
        if tail == NONE {
            queue.head = slot;
        } else {
            self.at_mut(tail).next = slot;
        }
        let mut order = order;
        order.set_live(true);
        order.set_top(is_top);
        let place = self.at_mut(slot);
        order.generation = place.generation;
        (order.prev, order.next) = (tail, NONE);
        *place = order;
        id(slot, order.generation)
    }

    /// Takes an order out of a queue.
    #[inline]
    pub(crate) fn pull(&mut self, queue: &mut Queue, slot: u32) {
        let order = *self.at(slot);
        self.pull_known(queue, &order);
    }

    /// Takes an order out of a queue; its links are those of `order`.
    #[inline]
    pub(crate) fn pull_known(&mut self, queue: &mut Queue, order: &Order) {
        let Order { prev, next, .. } = *order;
        if prev == NONE {
            queue.head = next;
        } else {
            self.at_mut(prev).next = next;
        }
        if next == NONE {
            queue.tail = prev;
        } else {
            self.at_mut(next).prev = prev;
        }
    }

    /// The orders of a queue from its head.
    pub(crate) fn walk(&self, head: u32) -> impl Iterator<Item = (u32, &Order)> {
        let mut at = head;
        std::iter::from_fn(move || {
            let slot = at;
            let order = (slot != NONE).then(|| self.at(slot))?;
            at = order.next;
            Some((slot, order))
        })
    }
}

/// Orders that were never used, in one allocation that is never on the stack.
fn chunk() -> Box<[Order; CHUNK]> {
    let unused = Order::new(Side::Buy, Ticks(0), Lots::ZERO, AccountId(0));
    let orders = vec![Order { generation: 1, ..unused }; CHUNK];
    orders.into_boxed_slice().try_into().expect("a chunk has CHUNK orders")
}

#[inline]
fn id(slot: u32, generation: u32) -> OrderId {
    OrderId(u64::from(generation) << 32 | u64::from(slot))
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the low half is the slot")]
fn slot(id: OrderId) -> u32 {
    id.0 as u32
}

#[inline]
fn index(slot: u32) -> usize {
    slot as usize
}
