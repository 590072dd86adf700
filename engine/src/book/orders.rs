//! All live orders of the exchange in one slab. An order id is its slot and the slot's generation,
//! so it is found without a search and never means another order.
//!
//! Each order stands in the queue of its account, oldest first, and while it rests in the queue of
//! its price level. Both are linked through the slab.

use std::collections::BTreeMap;

use serde::Serialize;
use types::{AccountId, ClientOrderId, InstrumentId, Lots, OrderId, SessionId, Side, Tag, Ticks};

/// A live order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Order {
    pub(crate) id: OrderId,
    pub(crate) account: AccountId,
    pub(crate) session: SessionId,
    pub(crate) client_order_id: ClientOrderId,
    pub(crate) instrument: InstrumentId,
    pub(crate) side: Side,
    pub(crate) price: Ticks,
    pub(crate) quantity: Lots,
    pub(crate) filled: Lots,
    /// Sum of price times lots of its fills.
    pub(crate) notional: i128,
    pub(crate) revision: u32,
    pub(crate) post_only: bool,
    pub(crate) tag: Option<Tag>,
}

impl Order {
    pub(crate) fn leaves(&self) -> Lots {
        self.quantity - self.filled
    }
}

const NONE: u32 = u32::MAX;

/// A list of orders, linked through the slab.
#[derive(Debug)]
pub(crate) struct Queue {
    head: u32,
    tail: u32,
}

impl Queue {
    pub(super) const EMPTY: Self = Self { head: NONE, tail: NONE };
}

#[derive(Clone, Copy, Debug)]
struct Links {
    prev: u32,
    next: u32,
}

/// Which of the two queues an order stands in.
#[derive(Clone, Copy)]
enum Line {
    Level = 0,
    Account = 1,
}

#[derive(Debug)]
struct Node {
    generation: u32,
    order: Option<Order>,
    links: [Links; 2],
}

/// The slab of live orders.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    nodes: Vec<Node>,
    free: Vec<u32>,
    accounts: BTreeMap<AccountId, Queue>,
}

impl Orders {
    /// Takes an order in as the youngest of its account, and gives it its id.
    pub(crate) fn insert(&mut self, mut order: Order) -> OrderId {
        let slot = self.free.pop().unwrap_or_else(|| {
            let links = [Links { prev: NONE, next: NONE }; 2];
            self.nodes.push(Node { generation: 1, order: None, links });
            u32::try_from(self.nodes.len() - 1).expect("fewer than 2^32 live orders")
        });
        let node = &mut self.nodes[index(slot)];
        order.id = OrderId(u64::from(node.generation) << 32 | u64::from(slot));
        node.order = Some(order);
        let queue = self.accounts.entry(order.account).or_insert(Queue::EMPTY);
        push(&mut self.nodes, queue, slot, Line::Account);
        order.id
    }

    /// Lets an order go that no longer rests.
    pub(crate) fn remove(&mut self, id: OrderId) -> Order {
        let order = *self.live(id);
        let slot = slot(id);
        let queue = self.accounts.get_mut(&order.account).expect("it had a live order");
        pull(&mut self.nodes, queue, slot, Line::Account);
        let node = &mut self.nodes[index(slot)];
        node.order = None;
        node.generation += 1;
        self.free.push(slot);
        order
    }

    /// An order, unless it has ended.
    pub(crate) fn get(&self, id: OrderId) -> Option<&Order> {
        let node = self.nodes.get(index(slot(id)))?;
        node.order.as_ref().filter(|order| order.id == id)
    }

    /// An order that has not ended.
    pub(crate) fn live(&self, id: OrderId) -> &Order {
        self.get(id).expect("a live order's id")
    }

    /// An order that has not ended, to change it.
    pub(crate) fn live_mut(&mut self, id: OrderId) -> &mut Order {
        let node = &mut self.nodes[index(slot(id))];
        node.order.as_mut().filter(|order| order.id == id).expect("a live order's id")
    }

    /// A live order traded: so many lots at this price.
    pub(crate) fn fill(&mut self, id: OrderId, price: Ticks, lots: Lots) -> Order {
        let order = self.live_mut(id);
        order.filled += lots;
        order.notional += i128::from(price.0) * i128::from(lots.0);
        *order
    }

    /// Live orders of an account, oldest first.
    pub(crate) fn of_account(&self, account: AccountId) -> impl Iterator<Item = &Order> {
        let head = self.accounts.get(&account).map_or(NONE, |queue| queue.head);
        self.walk(head, Line::Account)
    }

    /// All live orders, by slot.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Order> {
        self.nodes.iter().filter_map(|node| node.order.as_ref())
    }

    /// What decides the ids of the orders to come: the generation of each slot, and which are free.
    pub(crate) fn slots(&self) -> (Vec<u32>, &[u32]) {
        (self.nodes.iter().map(|node| node.generation).collect(), &self.free)
    }

    pub(super) fn of_level(&self, queue: &Queue) -> impl Iterator<Item = &Order> {
        self.walk(queue.head, Line::Level)
    }

    pub(super) fn head(&self, queue: &Queue) -> OrderId {
        self.id_in(queue.head)
    }

    pub(super) fn tail(&self, queue: &Queue) -> OrderId {
        self.id_in(queue.tail)
    }

    pub(super) fn append(&mut self, queue: &mut Queue, id: OrderId) {
        push(&mut self.nodes, queue, slot(id), Line::Level);
    }

    pub(super) fn unlink(&mut self, queue: &mut Queue, id: OrderId) {
        pull(&mut self.nodes, queue, slot(id), Line::Level);
    }

    fn id_in(&self, slot: u32) -> OrderId {
        self.nodes[index(slot)].order.as_ref().expect("queues hold live orders").id
    }

    fn walk(&self, head: u32, line: Line) -> impl Iterator<Item = &Order> {
        let mut at = head;
        std::iter::from_fn(move || {
            let node = self.nodes.get(index(at))?;
            at = node.links[line as usize].next;
            node.order.as_ref()
        })
    }
}

fn push(nodes: &mut [Node], queue: &mut Queue, slot: u32, line: Line) {
    nodes[index(slot)].links[line as usize] = Links { prev: queue.tail, next: NONE };
    match nodes.get_mut(index(queue.tail)) {
        Some(last) => last.links[line as usize].next = slot,
        None => queue.head = slot,
    }
    queue.tail = slot;
}

fn pull(nodes: &mut [Node], queue: &mut Queue, slot: u32, line: Line) {
    let Links { prev, next } = nodes[index(slot)].links[line as usize];
    match nodes.get_mut(index(prev)) {
        Some(node) => node.links[line as usize].next = next,
        None => queue.head = next,
    }
    match nodes.get_mut(index(next)) {
        Some(node) => node.links[line as usize].prev = prev,
        None => queue.tail = prev,
    }
}

fn slot(id: OrderId) -> u32 {
    u32::try_from(id.0 & u64::from(u32::MAX)).expect("masked to 32 bits")
}

fn index(slot: u32) -> usize {
    usize::try_from(slot).expect("32 bits fit in an index")
}
