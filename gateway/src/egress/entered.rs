//! Which open orders end with which session, so that a client can ask before it happens.

use std::collections::{BTreeSet, HashMap};

use types::{AccountId, OrderId, SessionId};

use crate::account_stream::Accounts;

/// Orders by the session that entered them.
#[derive(Debug, Default)]
pub(super) struct Entered(HashMap<SessionId, Orders>);

#[derive(Debug)]
struct Orders {
    account: AccountId,
    ids: BTreeSet<OrderId>,
}

impl Entered {
    /// An order has been entered on a session that takes it along when it ends.
    pub(super) fn add(&mut self, session: SessionId, account: AccountId, order: OrderId) {
        let none = || Orders { account, ids: BTreeSet::new() };
        self.0.entry(session).or_insert_with(none).ids.insert(order);
    }

    /// How many of them are open.
    pub(super) fn count(&mut self, session: SessionId, accounts: &Accounts) -> u64 {
        self.forget_ended(accounts);
        self.0.get(&session).map_or(0, |orders| orders.ids.len() as u64)
    }

    /// Forgets orders that have ended, and sessions without any.
    pub(super) fn forget_ended(&mut self, accounts: &Accounts) {
        self.0.retain(|_, orders| {
            let stream = accounts.get(orders.account);
            orders.ids.retain(|id| stream.is_some_and(|s| s.state().orders.is_open(*id)));
            !orders.ids.is_empty()
        });
    }
}
