//! Orders: place, amend, cancel. Chapter 3.

use types::{
    AccountFact, AccountId, AmendOrder, CancelReason, ClientOrderId, Detail, Event, MassCancel,
    NewOrder, OrderChange, OrderId, OrderRef, OrderReport, OrderState, OrderVerdict, Phase,
    Priority, Refusal, RejectReason,
};

use super::check::not_trading;
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
        let id = self.enter(admitted?, out);
        Ok(Done::Order(request.account, id, None))
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

    /// An order that was admitted gets its number and does what it does.
    pub(super) fn enter(&mut self, mut order: Order, out: &mut Vec<Event>) -> OrderId {
        self.turns += 1;
        order.id = OrderId(self.turns);
        self.touched.accounts.insert(order.account);
        self.tell_order(&order, OrderChange::New, OrderState::Open, None, out);
        if order.trigger.is_some() {
            self.wait(order, out);
        } else {
            self.run(order, out);
        }
        order.id
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
        let asks_nothing = (amend.price, amend.quantity, amend.trigger) == (None, None, None);
        let has_no_price = order.trigger.is_some() && order.has_no_limit;
        if asks_nothing
            || (amend.price.is_some() && has_no_price)
            || (amend.trigger.is_some() && order.trigger.is_none())
            || order.group.is_some()
        {
            return Err(RejectReason::AmendNotAllowed.into());
        }
        self.check_may_leave(&order)?;
        let mut changed = order;
        changed.revision += 1;
        changed.price = amend.price.unwrap_or(order.price);
        changed.quantity = amend.quantity.unwrap_or(order.quantity);
        if let Some(trigger) = amend.trigger.filter(|trigger| Some(*trigger) != order.trigger) {
            changed.trigger = Some(trigger);
            if order.has_no_limit {
                changed.price = self.protected(order.instrument, order.side, trigger);
            }
        }
        if changed.quantity <= order.filled {
            self.withdraw(order.id, CancelReason::AmendBelowFilled, out);
            return Ok(Done::Order(amend.account, order.id, None));
        }
        self.admit_amended(&order, &mut changed)?;
        let is_kept = (changed.price, changed.trigger) == (order.price, order.trigger)
            && changed.quantity <= order.quantity;
        let priority = if is_kept { Priority::Kept } else { Priority::Lost };
        if is_kept {
            self.keep_place(&order, changed, out);
        } else {
            self.lose_place(&order, changed, out);
        }
        Ok(Done::Order(amend.account, order.id, Some(priority)))
    }

    /// The order stays where it is in the queue; its quantity may have fallen.
    pub(super) fn keep_place(&mut self, order: &Order, mut changed: Order, out: &mut Vec<Event>) {
        self.touched.accounts.insert(order.account);
        changed.shown = order.shown.min(changed.leaves());
        if changed.quantity != order.quantity && order.trigger.is_none() {
            self.touched.levels.insert((order.instrument, order.side, order.price));
        }
        let place = self.orders.iter_mut().find(|resting| resting.id == order.id);
        *place.expect("it rests") = changed;
        self.tell_order(&changed, OrderChange::Amended, OrderState::Open, None, out);
    }

    fn lose_place(&mut self, order: &Order, changed: Order, out: &mut Vec<Event>) {
        self.take_out(order.id);
        self.tell_order(&changed, OrderChange::Amended, OrderState::Open, None, out);
        if changed.trigger.is_some() {
            self.wait(changed, out);
        } else {
            self.run(changed, out);
        }
    }

    pub(super) fn cancel(
        &mut self,
        account: AccountId,
        order: &OrderRef,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let order = self.find_order(account, order)?;
        self.check_may_leave(&order)?;
        self.withdraw(order.id, CancelReason::Requested, out);
        Ok(Done::Order(account, order.id, None))
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
        meant.retain(|order| self.check_may_leave(order).is_ok());
        meant.sort_by_key(|order| order.id);
        for order in &meant {
            self.withdraw(order.id, which.reason, out);
        }
        Ok(Done::Canceled(which.account, u64::try_from(meant.len()).expect("a count")))
    }

    /// in the last part of an auction no order leaves.
    fn check_may_leave(&self, order: &Order) -> Result<(), Refusal> {
        let contract = self.contract(order.instrument);
        if contract.phase == Phase::NoCancel { Err(not_trading(contract)) } else { Ok(()) }
    }

    /// All orders of an account end, in any phase.
    pub(super) fn withdraw_all(
        &mut self,
        account: AccountId,
        reason: CancelReason,
        out: &mut Vec<Event>,
    ) {
        for order in self.orders_where(|order| order.account == account) {
            self.withdraw(order, reason, out);
        }
    }

    /// Takes an order out of the book, or from beside it, and ends it.
    pub(super) fn withdraw(&mut self, id: OrderId, reason: CancelReason, out: &mut Vec<Event>) {
        let order = self.take_out(id);
        self.end(&order, reason, out);
    }

    /// Ends an order that rests nowhere.
    pub(super) fn end(&mut self, order: &Order, reason: CancelReason, out: &mut Vec<Event>) {
        let (change, state) = match reason {
            CancelReason::Expired | CancelReason::TimeOver => {
                (OrderChange::Expired, OrderState::Expired)
            }
            _ => (OrderChange::Canceled, OrderState::Canceled),
        };
        self.touched.accounts.insert(order.account);
        self.set_fate(order, state);
        self.tell_order(order, change, state, Some(reason), out);
    }

    pub(super) fn set_fate(&mut self, order: &Order, state: OrderState) {
        self.ended.push((*order, state));
        if order.group.is_some() {
            return;
        }
        let now = self.now;
        let requests = &mut self.account_mut(order.account).requests;
        if let Some(request) = requests.get_mut(&order.client_order_id) {
            request.fate = Fate::Ended(state, order.filled, now);
        }
    }

    pub(super) fn take_out(&mut self, id: OrderId) -> Order {
        let at = self.orders.iter().position(|order| order.id == id).expect("it rests");
        let order = self.orders.remove(at);
        if order.trigger.is_none() {
            self.touched.levels.insert((order.instrument, order.side, order.price));
        }
        self.touched.accounts.insert(order.account);
        order
    }

    pub(super) fn orders_where(&self, is_meant: impl Fn(&Order) -> bool) -> Vec<OrderId> {
        let meant = self.orders.iter().filter(|order| is_meant(order));
        let mut ids: Vec<OrderId> = meant.map(|order| order.id).collect();
        ids.sort();
        ids
    }

    fn find_order(&self, account: AccountId, order: &OrderRef) -> Result<Order, Refusal> {
        let owner = self.find_account(account)?;
        let by_name = |name: &ClientOrderId| owner.requests.get(name).map(|request| request.fate);
        let fate = match order {
            OrderRef::Client(name) => by_name(name),
            OrderRef::Exchange(id) => {
                let is_own = |order: &&Order| order.id == *id && order.account == account;
                let own = self.orders.iter().find(is_own);
                own.map(|order| Fate::Open(order.id)).or_else(|| {
                    let is_it = |request: &&Request| {
                        request.answer.as_ref().is_some_and(|answer| answer.order_id == *id)
                    };
                    owner.requests.values().find(is_it).map(|request| request.fate)
                })
            }
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

    pub(super) fn tell_order(
        &mut self,
        order: &Order,
        change: OrderChange,
        state: OrderState,
        reason: Option<CancelReason>,
        out: &mut Vec<Event>,
    ) {
        let report = OrderReport {
            order_id: order.id,
            client_order_id: order.client_order_id,
            instrument: order.instrument,
            change,
            state,
            revision: order.revision,
            side: order.side,
            price: order.price,
            trigger: order.trigger,
            peak: order.peak,
            quantity: order.quantity,
            filled: order.filled,
            leaves: order.leaves(),
            reason,
            tag: order.tag,
        };
        self.account_mut(order.account).tell(AccountFact::Order(report), out);
    }
}
