//! What an account has asked for, by its own order ids.: the same request again gets the
//! first answer again and changes nothing, until 24 hours after the order has ended.

mod directory;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use types::{
    ClientOrderId, Detail, Lots, NewOrder, OrderId, OrderState, OrderVerdict, Refusal,
    RejectReason, Timestamp,
};

use self::directory::Directory;
use super::live::Order;

/// How long an ended order's id is remembered.
const MEMORY: i64 = Timestamp::DAY;

/// Most ended orders that are remembered for one account; beyond, the oldest is forgotten.
const MOST_ENDED: usize = 1 << 20;

/// The requests of one account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Requests {
    known: Directory<Request>,
    /// When orders ended, the earliest first.
    ended: VecDeque<(Timestamp, ClientOrderId)>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Request {
    order: NewOrder,
    state: State,
    /// The answer to an accepted order, once it has been given.
    answer: Option<OrderVerdict>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum State {
    Refused(Refusal),
    Live(OrderId),
    Ended { state: OrderState, filled: Lots },
}

impl Requests {
    /// The first answer to a request that was made before; nothing when it is new.
    pub(super) fn repeated(&self, order: &NewOrder) -> Option<Result<OrderVerdict, Refusal>> {
        let request = self.known.get(&order.client_order_id)?;
        if !request.order.is_same_request(order) {
            return Some(Err(RejectReason::ClientOrderIdConflict.into()));
        }
        if let State::Refused(refusal) = request.state {
            return Some(Err(refusal));
        }
        let answer = request.answer.expect("an accepted order is answered in its own command");
        Some(Ok(OrderVerdict { duplicate: true, ..answer }))
    }

    /// The order was refused.
    pub(super) fn refused(&mut self, order: &NewOrder, refusal: Refusal, now: Timestamp) {
        let request = Request { order: *order, state: State::Refused(refusal), answer: None };
        self.known.insert(order.client_order_id, request);
        self.forget_later(order.client_order_id, now);
    }

    /// The order was accepted.
    pub(super) fn accepted(&mut self, order: &NewOrder, id: OrderId) {
        let request = Request { order: *order, state: State::Live(id), answer: None };
        self.known.insert(order.client_order_id, request);
    }

    /// The accepted order's verdict is known.
    pub(super) fn answered(&mut self, order: &NewOrder, verdict: OrderVerdict) {
        if let Some(request) = self.known.get_mut(&order.client_order_id) {
            request.answer = Some(verdict);
        }
    }

    /// The order has ended.
    pub(super) fn ended(&mut self, order: &Order, state: OrderState, now: Timestamp) {
        if let Some(request) = self.known.get_mut(&order.client_order_id) {
            request.state = State::Ended { state, filled: order.filled };
        }
        self.forget_later(order.client_order_id, now);
    }

    /// The live order of this name.
    ///
    /// # Errors
    /// `OrderNotFound`, or `OrderAlreadyFinal` with how it ended.
    pub(super) fn live(&self, id: ClientOrderId) -> Result<OrderId, Refusal> {
        match self.known.get(&id).map(|request| request.state) {
            Some(State::Live(id)) => Ok(id),
            Some(State::Ended { state, filled }) => {
                Err(RejectReason::OrderAlreadyFinal.with(Detail::Ended { state, filled }))
            }
            Some(State::Refused(_)) | None => Err(RejectReason::OrderNotFound.into()),
        }
    }

    /// Forgets orders that ended long ago.
    pub(super) fn forget(&mut self, now: Timestamp) {
        while self.ended.front().is_some_and(|(at, _)| at.plus(MEMORY) <= now) {
            self.forget_oldest();
        }
    }

    fn forget_later(&mut self, id: ClientOrderId, now: Timestamp) {
        self.ended.push_back((now, id));
        if MOST_ENDED < self.ended.len() {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((_, id)) = self.ended.pop_front() {
            self.known.remove(&id);
        }
    }
}
