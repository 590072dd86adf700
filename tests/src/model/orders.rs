//! Orders: place, amend, cancel. Chapter 3.

use types::{
    AccountFact, AccountId, AmendOrder, CancelReason, ClientOrderId, Detail, Event, Lots,
    MassCancel, NewOrder, OrderChange, OrderId, OrderRef, OrderReport, OrderState, OrderVerdict,
    Priority, Refusal, RejectReason, Ticks, TimeInForce,
};

use super::state::{Fate, Order, Request};
use super::{Done, Model};

impl Model {
    pub(super) fn place(
        &mut self,
        request: &NewOrder,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.find_account(request.account)?;
        if let Some(answer) = self.asked_before(request) {
            return answer.map(Done::Repeated);
        }
        let admitted = self.admit(request);
        let fate = match admitted {
            Ok(_) => Fate::Open(OrderId(self.turns + 1)),
            Err(refusal) => Fate::Refused(refusal, self.now),
        };
        let entry = Request { order: *request, fate, answer: None };
        self.account_mut(request.account).requests.insert(request.client_order_id, entry);
        let order = self.entered(request, admitted?);
        self.tell_order(&order, OrderChange::New, None, out);
        let verdict = self.trade(order, request.time_in_force, out);
        Ok(Done::Order(request.account, verdict))
    }

    fn asked_before(&self, request: &NewOrder) -> Option<Result<OrderVerdict, Refusal>> {
        let known = self.account(request.account).requests.get(&request.client_order_id)?;
        let same = NewOrder { session: known.order.session, ..*request } == known.order;
        Some(match (same, known.fate) {
            (false, _) => Err(RejectReason::ClientOrderIdConflict.into()),
            (true, Fate::Refused(refusal, _)) => Err(refusal),
            (true, Fate::Open(_) | Fate::Ended(..)) => {
                let answer = known.answer.expect("an accepted order was answered");
                Ok(OrderVerdict { duplicate: true, ..answer })
            }
        })
    }

    fn entered(&mut self, request: &NewOrder, price: Ticks) -> Order {
        self.turns += 1;
        self.touched.accounts.insert(request.account);
        Order {
            id: OrderId(self.turns),
            turn: self.turns,
            account: request.account,
            session: request.session,
            client_order_id: request.client_order_id,
            instrument: request.instrument,
            side: request.side,
            price,
            quantity: request.quantity,
            filled: Lots::ZERO,
            notional: 0,
            revision: 1,
            post_only: request.post_only,
            tag: request.tag,
        }
    }

    pub(super) fn amend(
        &mut self,
        amend: &AmendOrder,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let order = self.find_order(amend.account, &amend.order)?;
        if amend.revision.is_some_and(|revision| revision != order.revision) {
            return Err(RejectReason::StaleRevision.with(Detail::Revision(order.revision)));
        }
        if amend.price.is_none() && amend.quantity.is_none() {
            return Err(RejectReason::AmendNotAllowed.into());
        }
        let mut changed = order;
        changed.revision += 1;
        changed.price = amend.price.unwrap_or(order.price);
        changed.quantity = amend.quantity.unwrap_or(order.quantity);
        if changed.quantity <= order.filled {
            let verdict = self.withdraw(order.id, CancelReason::AmendBelowFilled, out);
            return Ok(Done::Order(amend.account, verdict));
        }
        self.admit_amended(&order, &changed)?;
        let is_kept = changed.price == order.price && changed.quantity <= order.quantity;
        let verdict = if is_kept {
            self.shrink(&order, changed, out)
        } else {
            self.requeue(&order, changed, out)
        };
        let priority = if is_kept { Priority::Kept } else { Priority::Lost };
        let verdict = OrderVerdict { priority: Some(priority), ..verdict };
        Ok(Done::Order(amend.account, verdict))
    }

    fn shrink(&mut self, order: &Order, changed: Order, out: &mut Vec<Event>) -> OrderVerdict {
        self.touched.accounts.insert(order.account);
        if changed.quantity != order.quantity {
            self.touched.levels.insert((order.instrument, order.side, order.price));
        }
        let place = self.orders.iter_mut().find(|resting| resting.id == order.id);
        *place.expect("it rests") = changed;
        self.tell_order(&changed, OrderChange::Amended, None, out);
        changed.verdict(OrderState::Open)
    }

    fn requeue(&mut self, order: &Order, mut changed: Order, out: &mut Vec<Event>) -> OrderVerdict {
        self.take_out(order.id);
        self.turns += 1;
        changed.turn = self.turns;
        self.tell_order(&changed, OrderChange::Amended, None, out);
        self.trade(changed, TimeInForce::Gtc, out)
    }

    pub(super) fn cancel(
        &mut self,
        account: AccountId,
        order: &OrderRef,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let order = self.find_order(account, order)?;
        Ok(Done::Order(account, self.withdraw(order.id, CancelReason::Requested, out)))
    }

    pub(super) fn cancel_all(
        &mut self,
        which: &MassCancel,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.find_account(which.account)?;
        let mut meant = self.orders.clone();
        meant.retain(|order| order.account == which.account);
        meant.retain(|order| which.instrument.is_none_or(|wanted| order.instrument == wanted));
        meant.retain(|order| which.side.is_none_or(|wanted| order.side == wanted));
        meant.retain(|order| which.tag.is_none_or(|wanted| order.tag == Some(wanted)));
        meant.retain(|order| which.session.is_none_or(|wanted| order.session == wanted));
        meant.sort_by_key(|order| order.id.0);
        for order in &meant {
            self.withdraw(order.id, which.reason, out);
        }
        Ok(Done::Canceled(which.account, u64::try_from(meant.len()).expect("a count")))
    }

    /// Takes an order out of the book and ends it.
    pub(super) fn withdraw(
        &mut self,
        id: OrderId,
        reason: CancelReason,
        out: &mut Vec<Event>,
    ) -> OrderVerdict {
        let order = self.take_out(id);
        self.end(&order, reason, out)
    }

    /// Ends an order that rests nowhere.
    pub(super) fn end(
        &mut self,
        order: &Order,
        reason: CancelReason,
        out: &mut Vec<Event>,
    ) -> OrderVerdict {
        let (change, state) = if reason == CancelReason::Expired {
            (OrderChange::Expired, OrderState::Expired)
        } else {
            (OrderChange::Canceled, OrderState::Canceled)
        };
        self.touched.accounts.insert(order.account);
        self.set_fate(order, state);
        self.tell_order(order, change, Some((state, reason)), out);
        order.verdict(state)
    }

    pub(super) fn set_fate(&mut self, order: &Order, state: OrderState) {
        let now = self.now;
        let requests = &mut self.account_mut(order.account).requests;
        if let Some(request) = requests.get_mut(&order.client_order_id) {
            request.fate = Fate::Ended(state, order.filled, now);
        }
    }

    fn take_out(&mut self, id: OrderId) -> Order {
        let at = self.orders.iter().position(|order| order.id == id).expect("it rests");
        let order = self.orders.remove(at);
        self.touched.levels.insert((order.instrument, order.side, order.price));
        self.touched.accounts.insert(order.account);
        order
    }

    fn find_order(&self, account: AccountId, order: &OrderRef) -> Result<Order, Refusal> {
        let owner = self.find_account(account)?;
        let by_name = |name: &ClientOrderId| owner.requests.get(name).map(|request| request.fate);
        let fate = match order {
            OrderRef::Client(name) => by_name(name),
            OrderRef::Exchange(_) => panic!("the model has order numbers of its own"),
        };
        match fate {
            Some(Fate::Open(id)) => {
                let found = self.orders.iter().find(|order| order.id == id);
                Ok(*found.expect("an open order rests"))
            }
            Some(Fate::Ended(state, filled, _)) => {
                Err(RejectReason::OrderAlreadyFinal.with(Detail::Ended { state, filled }))
            }
            Some(Fate::Refused(..)) | None => Err(RejectReason::OrderNotFound.into()),
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
