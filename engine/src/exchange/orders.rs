//! Orders: place, amend, cancel. Chapter 3.
//!
//! Each begins with checks that change nothing and goes on with steps that cannot fail.

use types::{
    AccountFact, AccountId, AmendOrder, CancelReason, Detail, Event, Lots, MassCancel, NewOrder,
    OrderChange, OrderId, OrderRef, OrderReport, OrderState, OrderVerdict, Priority, Refusal,
    RejectReason, TimeInForce,
};

use super::check::{Admitted, with_open};
use super::{Done, Exchange};
use crate::book::Order;

impl Exchange {
    /// an order is either accepted or refused, never neither, never both.
    pub(super) fn place(
        &mut self,
        request: &NewOrder,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let known = self.find_account(request.account)?.requests.repeated(request);
        if let Some(answer) = known {
            return answer.map(Done::Repeated);
        }
        match self.admit(request) {
            Ok(admitted) => Ok(Done::Placed(self.enter(request, admitted, out))),
            Err(refusal) => {
                let now = self.now;
                self.account_mut(request.account).requests.refused(request, refusal, now);
                Err(refusal)
            }
        }
    }

    fn enter(
        &mut self,
        request: &NewOrder,
        admitted: Admitted,
        out: &mut Vec<Event>,
    ) -> OrderVerdict {
        let Admitted { order, time_in_force } = admitted;
        let id = self.orders.insert(order);
        let order = *self.orders.live(id);
        let account = self.account_mut(order.account);
        account.open_orders += 1;
        account.requests.accepted(request, id);
        self.change_open(&order, Lots::ZERO, order.leaves());
        self.tell_order(&order, OrderChange::New, None, out);
        self.trade_and_rest(id, time_in_force, out)
    }

    /// the same price and no more lots keep the place in the queue; anything else goes to
    /// its end, and may trade on the way.
    pub(super) fn amend(
        &mut self,
        amend: &AmendOrder,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let id = self.find_order(amend.account, &amend.order)?;
        let resting = *self.orders.live(id);
        if amend.revision.is_some_and(|revision| revision != resting.revision) {
            return Err(RejectReason::StaleRevision.with(Detail::Revision(resting.revision)));
        }
        if amend.price.is_none() && amend.quantity.is_none() {
            return Err(RejectReason::AmendNotAllowed.into());
        }
        let changed = Order {
            price: amend.price.unwrap_or(resting.price),
            quantity: amend.quantity.unwrap_or(resting.quantity),
            revision: resting.revision + 1,
            ..resting
        };
        if changed.quantity <= resting.filled {
            return Ok(Done::Changed(self.withdraw(id, CancelReason::AmendBelowFilled, out)));
        }
        self.check_amended(&resting, &changed)?;
        let is_kept = changed.price == resting.price && changed.quantity <= resting.quantity;
        let verdict = if is_kept {
            self.shrink(&resting, &changed, out)
        } else {
            self.requeue(&resting, &changed, out)
        };
        let priority = if is_kept { Priority::Kept } else { Priority::Lost };
        Ok(Done::Changed(OrderVerdict { priority: Some(priority), ..verdict }))
    }

    fn shrink(&mut self, resting: &Order, changed: &Order, out: &mut Vec<Event>) -> OrderVerdict {
        let by = resting.quantity - changed.quantity;
        let market = self.market_mut(resting.instrument);
        market.book.reduce(resting.side, resting.price, by);
        *self.orders.live_mut(resting.id) = *changed;
        self.change_open(changed, resting.leaves(), changed.leaves());
        if by != Lots::ZERO {
            self.touched.level(resting.instrument, resting.side, resting.price);
        }
        self.tell_order(changed, OrderChange::Amended, None, out);
        verdict(changed, OrderState::Open)
    }

    fn requeue(&mut self, resting: &Order, changed: &Order, out: &mut Vec<Event>) -> OrderVerdict {
        self.unrest(resting);
        *self.orders.live_mut(resting.id) = *changed;
        self.change_open(changed, resting.leaves(), changed.leaves());
        self.tell_order(changed, OrderChange::Amended, None, out);
        self.trade_and_rest(resting.id, TimeInForce::Gtc, out)
    }

    pub(super) fn cancel(
        &mut self,
        account: AccountId,
        order: &OrderRef,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let id = self.find_order(account, order)?;
        Ok(Done::Changed(self.withdraw(id, CancelReason::Requested, out)))
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
        };
        let all = self.orders.of_account(which.account).filter(is_meant);
        let ids: Vec<OrderId> = all.map(|order| order.id).collect();
        for id in &ids {
            self.withdraw(*id, which.reason, out);
        }
        Ok(Done::Canceled(which.account, u64::try_from(ids.len()).expect("a count")))
    }

    /// Takes a resting order out of its book and ends it.
    pub(super) fn withdraw(
        &mut self,
        id: OrderId,
        reason: CancelReason,
        out: &mut Vec<Event>,
    ) -> OrderVerdict {
        let order = *self.orders.live(id);
        self.unrest(&order);
        self.end(id, reason, out)
    }

    /// Ends an order that rests nowhere, with something untraded.
    pub(super) fn end(
        &mut self,
        id: OrderId,
        reason: CancelReason,
        out: &mut Vec<Event>,
    ) -> OrderVerdict {
        let order = self.orders.remove(id);
        let (change, state) = match reason {
            CancelReason::Expired => (OrderChange::Expired, OrderState::Expired),
            CancelReason::Requested
            | CancelReason::ImmediateOrCancel
            | CancelReason::Disconnected
            | CancelReason::SelfTrade
            | CancelReason::AmendBelowFilled
            | CancelReason::Suspended
            | CancelReason::Band => (OrderChange::Canceled, OrderState::Canceled),
        };
        self.change_open(&order, order.leaves(), Lots::ZERO);
        self.forget_order(&order, state);
        self.tell_order(&order, change, Some((state, reason)), out);
        verdict(&order, state)
    }

    /// The order has ended; its id is remembered for a while.
    pub(super) fn forget_order(&mut self, order: &Order, state: OrderState) {
        let now = self.now;
        let account = self.account_mut(order.account);
        account.open_orders -= 1;
        account.requests.ended(order, state, now);
    }

    fn unrest(&mut self, order: &Order) {
        self.markets[super::index(order.instrument)].book.unrest(&mut self.orders, order.id);
        self.touched.level(order.instrument, order.side, order.price);
    }

    /// Of the account's lots on offer, an order's `old` are now `new`.
    fn change_open(&mut self, order: &Order, old: Lots, new: Lots) {
        let market = &self.markets[super::index(order.instrument)];
        let account = self.accounts.get_mut(&order.account).expect("orders have accounts");
        account.change(market, |holding| *holding = with_open(*holding, order.side, old, new));
        self.touched.account(order.account);
    }

    fn find_order(&self, account: AccountId, order: &OrderRef) -> Result<OrderId, Refusal> {
        let owner = self.find_account(account)?;
        match order {
            OrderRef::Client(id) => owner.requests.live(*id),
            OrderRef::Exchange(id) => match self.orders.get(*id) {
                Some(order) if order.account == account => Ok(*id),
                Some(_) | None => Err(RejectReason::OrderNotFound.into()),
            },
        }
    }

    fn tell_order(
        &mut self,
        order: &Order,
        change: OrderChange,
        ended: Option<(OrderState, CancelReason)>,
        out: &mut Vec<Event>,
    ) {
        let report = OrderReport {
            order_id: order.id,
            client_order_id: order.client_order_id,
            instrument: order.instrument,
            change,
            state: ended.map_or(OrderState::Open, |(state, _)| state),
            revision: order.revision,
            side: order.side,
            price: order.price,
            quantity: order.quantity,
            filled: order.filled,
            leaves: order.leaves(),
            reason: ended.map(|(_, reason)| reason),
            tag: order.tag,
        };
        self.account_mut(order.account).tell(AccountFact::Order(report), out);
    }
}

/// Where an order stands; its sequence numbers are stamped when the command is done.
pub(super) fn verdict(order: &Order, state: OrderState) -> OrderVerdict {
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
