//! Orders: place, amend, cancel. Chapter 3.
//!
//! Each begins with checks that change nothing and goes on with steps that cannot fail.

use types::{
    AccountId, AmendOrder, CancelReason, Detail, Event, InstrumentId, Lots, MassCancel, NewOrder,
    OrderChange, OrderId, OrderRef, OrderState, OrderVerdict, Priority, Refusal, RejectReason,
};

use super::check::{Admitted, with_open};
use super::live::{Order, Wait};
use super::requests::{Free, Sought};
use super::{Done, Exchange, index};

impl Exchange {
    /// an order is either accepted or refused, never neither, never both.
    pub(super) fn place(
        &mut self,
        request: &NewOrder,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.find_account(request.account)?;
        let free = match self.requests.seek(request) {
            Sought::New(free) => free,
            Sought::Before(answer) => return answer.map(Done::Repeated),
        };
        match self.admit(request) {
            Ok(admitted) => {
                let id = self.enter(admitted, Some((request, free)), out);
                self.come(id, out);
                Ok(Done::Placed(id))
            }
            Err(refusal) => {
                self.requests.refused((request, free), refusal, self.now);
                Err(refusal)
            }
        }
    }

    /// Takes an order in and tells its owner; it rests nowhere yet.
    pub(super) fn enter(
        &mut self,
        mut admitted: Admitted,
        request: Option<(&NewOrder, Free)>,
        out: &mut Vec<Event>,
    ) -> OrderId {
        let order = &mut admitted.order;
        self.orders.insert(order);
        let id = order.id;
        self.scratch.watched.push(id);
        let product = self.market(order.instrument).instrument.product;
        if !self.makers.is_empty() {
            let is_maker = self.makers.contains(&(product, order.account));
            self.orders.slab.live_mut(id).set_maker(is_maker);
        }
        let account = self.account_mut(order.account);
        account.open_orders += 1;
        account.reducing += u32::from(order.reduce_only);
        if let Some(request) = request {
            self.orders.live_mut(id).request = self.requests.accepted(request, id);
        }
        self.change_open(order, Lots::ZERO, order.leaves());
        self.keep_time(order);
        self.tell_order(order, OrderChange::New, None, out);
        id
    }

    /// the same price and no more lots keep the place in the queue; anything else goes to
    /// its end, and may trade on the way.
    pub(super) fn amend(
        &mut self,
        amend: &AmendOrder,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let id = self.find_order(amend.account, &amend.order)?;
        let live = *self.orders.live(id);
        self.scratch.watched.push(id);
        if amend.revision.is_some_and(|revision| revision != live.revision) {
            return Err(RejectReason::StaleRevision.with(Detail::Revision(live.revision)));
        }
        let mut changed = amended(&live, amend)?;
        if let Some(wait) = changed.waits.filter(|_| changed.waits != live.waits) {
            changed.price = self.limit_of_stop(&changed, wait);
        }
        self.check_leave(&live)?;
        if changed.quantity <= live.filled {
            self.withdraw(id, CancelReason::AmendBelowFilled, out);
            return Ok(Done::Changed(id, None));
        }
        let phase = self.market(live.instrument).state.phase;
        if !phase.takes_orders() {
            return Err(RejectReason::NotTrading.with(Detail::Phase(phase)));
        }
        changed.price = self.check_amended(&live, &changed)?;
        let is_kept = changed.price == live.price
            && changed.waits == live.waits
            && changed.quantity <= live.quantity;
        if is_kept {
            self.shrink(&changed, OrderChange::Amended, None, out);
        } else {
            self.requeue(&live, &changed, out);
        }
        let priority = if is_kept { Priority::Kept } else { Priority::Lost };
        Ok(Done::Changed(id, Some(priority)))
    }

    /// A live order loses lots and keeps its place.
    pub(super) fn shrink(
        &mut self,
        changed: &Order,
        change: OrderChange,
        reason: Option<CancelReason>,
        out: &mut Vec<Event>,
    ) {
        let live = *self.orders.live(changed.id);
        let by = live.quantity - changed.quantity;
        if live.waits.is_some() {
            self.orders.rewrite(changed);
        } else {
            let market = &mut self.markets[index(live.instrument)];
            market.book.reduce(&mut self.orders.slab, live.id, by);
            *self.orders.live_mut(live.id) = *changed;
            if by != Lots::ZERO {
                self.touched.level(live.instrument, live.side, live.price);
            }
        }
        self.change_open(changed, live.leaves(), changed.leaves());
        self.tell_order(changed, change, reason, out);
    }

    fn requeue(&mut self, live: &Order, changed: &Order, out: &mut Vec<Event>) {
        self.unrest(live.id);
        self.orders.rewrite(changed);
        self.change_open(changed, live.leaves(), changed.leaves());
        self.tell_order(changed, OrderChange::Amended, None, out);
        self.come(changed.id, out);
    }

    pub(super) fn cancel(
        &mut self,
        account: AccountId,
        order: &OrderRef,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let id = self.find_order(account, order)?;
        self.check_leave(self.orders.live(id))?;
        self.scratch.watched.push(id);
        self.withdraw(id, CancelReason::Requested, out);
        Ok(Done::Changed(id, None))
    }

    /// every order that meets all conditions given, the oldest first.
    pub(super) fn cancel_all(
        &mut self,
        which: &MassCancel,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.find_account(which.account)?;
        let is_meant = |order: &&Order| {
            which.instrument.is_none_or(|instrument| order.instrument == instrument)
                && which.side.is_none_or(|side| order.side == side)
                && which.tag.is_none_or(|tag| order.tag == Some(tag))
                && which.session.is_none_or(|session| order.session == session)
                && self.check_leave(order).is_ok()
        };
        let all = self.orders.of_account(which.account).filter(is_meant);
        let ids: Vec<OrderId> = all.map(|order| order.id).collect();
        for id in &ids {
            self.withdraw(*id, which.reason, out);
        }
        Ok(Done::Canceled(which.account, u64::try_from(ids.len()).expect("a count")))
    }

    /// in the last part of an auction no order leaves.
    pub(super) fn check_leave(&self, order: &Order) -> Result<(), Refusal> {
        let phase = self.market(order.instrument).state.phase;
        if phase.lets_cancel() {
            return Ok(());
        }
        Err(RejectReason::NotTrading.with(Detail::Phase(phase)))
    }

    /// Takes an order out of its book, or from among the stops, and ends it.
    pub(super) fn withdraw(&mut self, id: OrderId, reason: CancelReason, out: &mut Vec<Event>) {
        self.unrest(id);
        self.end(id, reason, out);
    }

    /// Ends an order that rests nowhere, with something untraded.
    pub(super) fn end(&mut self, id: OrderId, reason: CancelReason, out: &mut Vec<Event>) {
        let order = self.orders.remove(id);
        let state = ended_state(reason);
        let change = match state {
            OrderState::Expired => OrderChange::Expired,
            _ => OrderChange::Canceled,
        };
        self.change_open(&order, order.leaves(), Lots::ZERO);
        self.forget_order(&order, state);
        self.tell_order(&order, change, Some(reason), out);
    }

    /// The order has ended; its id is remembered for a while.
    pub(super) fn forget_order(&mut self, order: &Order, state: OrderState) {
        self.drop_time(order);
        let account = self.account_mut(order.account);
        account.open_orders -= 1;
        account.reducing -= u32::from(order.reduce_only);
        match order.quote {
            Some(group) => self.drop_quote(order, group),
            None => self.requests.ended(order, state, self.now),
        }
        if self.scratch.watched.contains(&order.id) {
            self.scratch.ended.push(verdict(order, state));
        }
    }

    pub(super) fn unrest(&mut self, id: OrderId) {
        let &Order { instrument, side, price, waits, .. } = self.orders.live(id);
        let market = &mut self.markets[index(instrument)];
        match waits {
            Some(Wait { trigger, .. }) => market.stops.remove(side, trigger, id),
            None => {
                market.book.unrest(&mut self.orders.slab, id);
                self.touched.level(instrument, side, price);
            }
        }
    }

    pub(super) fn rest(&mut self, id: OrderId) {
        let &Order { instrument, side, price, .. } = self.orders.live(id);
        self.markets[index(instrument)].book.rest(&mut self.orders.slab, id);
        self.touched.level(instrument, side, price);
    }

    /// Of the account's lots on offer, an order's `old` are now `new`.
    pub(super) fn change_open(&mut self, order: &Order, old: Lots, new: Lots) {
        let market = &self.markets[index(order.instrument)];
        let account = self.accounts.get_mut(&order.account).expect("orders have accounts");
        account.change(market, |holding| *holding = with_open(*holding, order.side, old, new));
        if let Some(relation) = &market.relation {
            account.change_legs(&self.markets, relation, order.side, (old, new));
        }
        self.touched.account(order.account);
    }

    /// A quarter or a year is traded against its legs from now on, its open orders as well.
    pub(super) fn count_legs_of_orders(&mut self, id: InstrumentId) {
        let relation = self.markets[index(id)].relation.as_ref().expect("it was just related");
        for order in self.orders.all().filter(|order| order.instrument == id) {
            let account = self.accounts.get_mut(&order.account).expect("orders have accounts");
            let lots = (Lots::ZERO, order.leaves());
            account.change_legs(&self.markets, relation, order.side, lots);
            self.touched.account(order.account);
        }
    }

    fn find_order(&self, account: AccountId, order: &OrderRef) -> Result<OrderId, Refusal> {
        self.find_account(account)?;
        match order {
            OrderRef::Client(id) => self.requests.live(account, *id),
            OrderRef::Exchange(id) => match self.orders.get(*id) {
                Some(order) if order.account == account => Ok(*id),
                Some(_) => Err(RejectReason::OrderNotFound.into()),
                None => Err(self.requests.ended_as(account, *id)),
            },
        }
    }
}

/// What an order would be after an amendment.
fn amended(live: &Order, amend: &AmendOrder) -> Result<Order, Refusal> {
    let asks_nothing = amend.price.is_none() && amend.quantity.is_none() && amend.trigger.is_none();
    let has_limit = live.waits.is_none_or(|wait| wait.has_limit);
    let asks_too_much = (amend.price.is_some() && !has_limit)
        || (amend.trigger.is_some() && live.waits.is_none())
        || live.quote.is_some();
    if asks_nothing || asks_too_much {
        return Err(RejectReason::AmendNotAllowed.into());
    }
    let waits =
        live.waits.map(|wait| Wait { trigger: amend.trigger.unwrap_or(wait.trigger), ..wait });
    Ok(Order {
        price: amend.price.unwrap_or(live.price),
        quantity: amend.quantity.unwrap_or(live.quantity),
        revision: live.revision + 1,
        waits,
        ..*live
    })
}

/// Where an order stands that ended for this reason.
fn ended_state(reason: CancelReason) -> OrderState {
    match reason {
        CancelReason::Expired | CancelReason::TimeOver => OrderState::Expired,
        CancelReason::Requested
        | CancelReason::ImmediateOrCancel
        | CancelReason::Disconnected
        | CancelReason::SelfTrade
        | CancelReason::AmendBelowFilled
        | CancelReason::Suspended
        | CancelReason::Band
        | CancelReason::Auction
        | CancelReason::ReduceOnly
        | CancelReason::KillSwitch
        | CancelReason::Replaced
        | CancelReason::Protection => OrderState::Canceled,
    }
}

impl Exchange {
    /// Where a watched order stands now that the command is done.
    pub(super) fn standing(&self, id: OrderId) -> OrderVerdict {
        let ended =
            || *self.scratch.ended.iter().find(|verdict| verdict.order_id == id).expect("watched");
        self.orders.get(id).map_or_else(ended, |order| verdict(order, OrderState::Open))
    }
}

/// Where an order stands; its sequence numbers are stamped when the command is done.
fn verdict(order: &Order, state: OrderState) -> OrderVerdict {
    OrderVerdict {
        order_id: order.id,
        client_order_id: order.client_order_id,
        instrument: order.instrument,
        state,
        revision: order.revision,
        quantity: order.quantity,
        filled: order.filled,
        leaves: order.leaves(),
        notional: order.notional,
        priority: None,
        eseq: 0,
        acct_seq: 0,
        duplicate: false,
    }
}
