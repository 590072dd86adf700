//! What a connection's task and the publisher share of one connection, and the list of them all.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::Notify;

use crate::admission::Encoding;
use crate::egress::Requested;
use crate::flow::Flow;
use crate::outbox::Outbox;

/// One connection, as those who write to it know it.
#[derive(Debug)]
pub(crate) struct Link {
    /// Never used again while the process lives.
    pub(crate) no: u64,
    /// How its messages are written.
    pub(crate) encoding: Encoding,
    /// What waits to be written.
    pub(crate) outbox: Outbox,
    /// What its session has sent and signed.
    pub(crate) flow: Flow,
    orders_ahead: AtomicU32,
    hidden: AtomicU32,
    is_gone: AtomicBool,
}

impl Link {
    /// A request goes to the exchange.
    pub(crate) fn order_begins(&self, requested: Requested) {
        if requested.is_order() {
            self.orders_ahead.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A request has been answered by the exchange, or has not got there.
    pub(crate) fn order_ends(&self, requested: Requested) {
        if requested.is_order() {
            self.orders_ahead.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Whether orders have been submitted that are not yet answered: a cancel must not overtake
    /// them.
    pub(crate) fn has_orders_ahead(&self) -> bool {
        self.orders_ahead.load(Ordering::Relaxed) != 0
    }

    /// So many outcomes of orders are not told, as a client of a sandbox may ask.
    pub(crate) fn hide_outcomes(&self, count: u32) {
        self.hidden.store(count, Ordering::Relaxed);
    }

    /// Whether the outcome of a request is one of those that are not told.
    pub(crate) fn hides(&self, requested: Requested) -> bool {
        let one_less = |left: u32| left.checked_sub(1);
        requested.is_order()
            && self.hidden.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok()
    }

    /// Nobody reads it any more.
    pub(crate) fn leave(&self) {
        self.is_gone.store(true, Ordering::Relaxed);
    }

    /// Whether nobody reads it any more.
    pub(crate) fn is_gone(&self) -> bool {
        self.is_gone.load(Ordering::Relaxed)
    }
}

/// All open connections.
#[derive(Debug, Default)]
pub(crate) struct Links {
    next: AtomicU64,
    open: Mutex<HashMap<u64, Arc<Link>>>,
    emptied: Notify,
}

impl Links {
    /// A new connection.
    pub(crate) fn open(&self, encoding: Encoding) -> Arc<Link> {
        let link = Arc::new(Link {
            no: self.next.fetch_add(1, Ordering::Relaxed) + 1,
            encoding,
            outbox: Outbox::default(),
            flow: Flow::default(),
            orders_ahead: AtomicU32::new(0),
            hidden: AtomicU32::new(0),
            is_gone: AtomicBool::new(false),
        });
        self.table().insert(link.no, Arc::clone(&link));
        link
    }

    /// A connection has ended and its goodbye is said.
    pub(crate) fn close(&self, link: &Link) {
        link.leave();
        let mut table = self.table();
        table.remove(&link.no);
        if table.is_empty() {
            self.emptied.notify_waiters();
        }
    }

    /// Asks every connection to end.
    pub(crate) fn close_all(&self, code: u16, reason: &str) {
        for link in self.table().values() {
            link.outbox.close(code, reason);
        }
    }

    /// Returns when no connection is left.
    pub(crate) async fn all_gone(&self) {
        loop {
            let emptied = self.emptied.notified();
            if self.table().is_empty() {
                return;
            }
            emptied.await;
        }
    }

    /// How many there are, and the bytes that wait in all of them.
    pub(crate) fn count_and_pending(&self) -> (usize, usize) {
        let table = self.table();
        (table.len(), table.values().map(|link| link.outbox.pending_bytes()).sum())
    }

    fn table(&self) -> MutexGuard<'_, HashMap<u64, Arc<Link>>> {
        self.open.lock().expect("nothing panics while it holds the table")
    }
}
