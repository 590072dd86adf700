//! Stops become orders.

use types::{
    AccountId, CancelReason, Event, InstrumentId, Lots, NetLots, OrderChange, OrderId, Ticks,
};

use super::check::reducible;
use super::{Exchange, index};

impl Exchange {
    /// Elects the stops that trades at these prices reach, price by price. They wait in line to come
    /// to the book.
    pub(super) fn elect(&mut self, id: InstrumentId, prices: &[Ticks], out: &mut Vec<Event>) {
        for price in prices {
            while let Some(stop) = self.markets[index(id)].stops.elect(*price) {
                self.elect_one(stop, out);
                self.scratch.elected.push_back(stop);
            }
        }
    }

    /// A stop that has been taken out of its list is a limit order from now on.
    pub(super) fn elect_one(&mut self, id: OrderId, out: &mut Vec<Event>) {
        let mut order = *self.orders.live(id);
        let wait = order.waits.take().expect("only stops are elected");
        order.price = self.limit_of_stop(&order, wait);
        self.orders.rewrite(&order);
        self.touched.account(order.account);
        self.tell_order(&order, OrderChange::Elected, None, out);
    }

    /// a reduce-only order that comes to the book is cut to the position; false when there is
    /// none and it has ended.
    pub(super) fn cut_to_position(&mut self, id: OrderId, out: &mut Vec<Event>) -> bool {
        if !self.orders.live(id).reduce_only {
            return true;
        }
        let order = *self.orders.live(id);
        let Ok(most) = reducible(&self.accounts[&order.account], &order) else {
            self.end(id, CancelReason::ReduceOnly, out);
            return false;
        };
        if most < order.leaves() {
            let mut changed = order;
            changed.quantity = order.filled + most;
            changed.revision += 1;
            self.orders.rewrite(&changed);
            self.change_open(&changed, order.leaves(), changed.leaves());
            self.tell_order(&changed, OrderChange::Restated, Some(CancelReason::ReduceOnly), out);
        }
        true
    }

    /// at the end of a command no reduce-only order in a book could open or turn a position.
    pub(super) fn keep_reducing(&mut self, out: &mut Vec<Event>) {
        if !self.orders.has_reducing() {
            return;
        }
        // Mostly these accounts have none, and a list of none takes no memory.
        let reduces = |account: &AccountId| self.accounts[account].reducing != 0;
        let mut reducing: Vec<AccountId> = self.touched.accounts().filter(reduces).collect();
        reducing.sort_unstable();
        reducing.dedup();
        for account in reducing {
            let in_books = self.orders.of_account(account).filter(|o| o.waits.is_none());
            let mut cuts: Vec<_> = in_books
                .filter(|order| order.reduce_only)
                .map(|order| (order.instrument, std::cmp::Reverse(order.turn), order.id))
                .collect();
            cuts.sort_unstable();
            for (_, _, order) in cuts {
                self.keep_within(order, out);
            }
        }
    }

    /// Cuts a reduce-only order by what its side offers beyond the position, and ends it when
    /// nothing is left.
    fn keep_within(&mut self, id: OrderId, out: &mut Vec<Event>) {
        let order = *self.orders.live(id);
        let net = self.accounts[&order.account].holding(order.instrument).position.net;
        let position = if net.side() == Some(order.side.opposite()) { net } else { NetLots::ZERO };
        let offered: Lots = self
            .orders
            .of_account(order.account)
            .filter(|o| o.waits.is_none() && o.instrument == order.instrument)
            .filter(|o| o.side == order.side)
            .map(super::live::Order::leaves)
            .sum();
        let excess = Lots(offered.0.saturating_sub(position.size().0));
        if position == NetLots::ZERO || order.leaves() <= excess {
            self.withdraw(id, CancelReason::ReduceOnly, out);
        } else if Lots::ZERO < excess {
            let mut changed = order;
            changed.quantity = order.quantity - excess;
            changed.revision += 1;
            self.shrink(&changed, OrderChange::Restated, Some(CancelReason::ReduceOnly), out);
        }
    }
}
