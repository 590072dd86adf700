//! What accounts have asked for, by their own order ids.: the same request again gets the
//! first answer again and changes nothing, until 24 hours after the order has ended.

mod asked;
mod buckets;
mod directory;
mod written;

use serde::{Deserialize, Serialize};
use types::{
    AccountId, ClientOrderId, Detail, Lots, NewOrder, OrderId, OrderState, OrderVerdict, Refusal,
    RejectReason, Timestamp,
};

use self::asked::Asked;
use self::buckets::Buckets;
pub(super) use self::directory::Free;
use self::directory::{Directory, NONE};
use self::written::Written;
use super::live::Order;
use crate::by_account::ByAccount;

/// How long an ended order's id is remembered.
const MEMORY: i64 = Timestamp::DAY;

/// Most ended orders that are remembered for one account; beyond, the oldest is forgotten.
const MOST_ENDED: u32 = 1 << 20;

/// The requests of all accounts.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Written")]
pub(super) struct Requests {
    known: Directory<Request>,
    /// Those whose orders have ended, by the exchange's id.
    by_order: Buckets,
    /// Each account's that ended, the earliest first.
    ended: ByAccount<Queue>,
    /// The last that was accepted: it is answered next.
    latest: u32,
}

/// Requests whose orders have ended, linked by their places.
#[derive(Clone, Copy, Debug)]
struct Queue {
    oldest: u32,
    youngest: u32,
    count: u32,
}

#[derive(Clone, Debug)]
struct Request {
    asked: Asked,
    state: State,
    /// When its order ended.
    ended: Timestamp,
    /// The request of the same account that ended next.
    next: u32,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum State {
    Refused(Refusal),
    Accepted { answer: Answer, end: Option<(OrderState, Lots)> },
}

/// What an accepted order was first answered, as far as the request does not say it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Answer {
    order: OrderId,
    state: OrderState,
    revision: u32,
    quantity: Lots,
    filled: Lots,
    /// In two halves, which need less room than the whole.
    notional: (i64, u64),
    eseq: u64,
    acct_seq: u64,
}

/// What is known of a request when it comes.
pub(super) enum Sought {
    /// Nothing: it is new, and may be remembered here.
    New(Free),
    /// It was made before; its first answer.
    Before(Result<OrderVerdict, Refusal>),
}

/// The place of no request.
pub(super) const NO_REQUEST: u32 = NONE;

impl Requests {
    /// An account is opened. So the queues stand in the order of the accounts.
    pub(super) fn open(&mut self, account: AccountId) {
        self.ended.or_insert(account, Queue::EMPTY);
    }

    /// Whether a request was made before.
    pub(super) fn seek(&self, order: &NewOrder) -> Sought {
        match self.known.seek(&(order.account, order.client_order_id)) {
            Ok(at) => Sought::Before(self.known.at(at).first_answer(order)),
            Err(free) => Sought::New(free),
        }
    }

    /// The order was refused.
    pub(super) fn refused(
        &mut self,
        (order, free): (&NewOrder, Free),
        refusal: Refusal,
        now: Timestamp,
    ) {
        let at = self.remember(order, free, State::Refused(refusal));
        self.forget_later(order.account, at, now);
    }

    /// The order was accepted. The place of its request.
    pub(super) fn accepted(&mut self, (order, free): (&NewOrder, Free), id: OrderId) -> u32 {
        let answer = Answer::before(id);
        self.latest = self.remember(order, free, State::Accepted { answer, end: None });
        self.latest
    }

    fn remember(&mut self, order: &NewOrder, free: Free, state: State) -> u32 {
        let name = (order.account, order.client_order_id);
        let (asked, ended) = (Asked::of(order), Timestamp(0));
        self.known.insert(free, name, Request { asked, state, ended, next: NONE })
    }

    /// The verdict of the order that was accepted last is known.
    pub(super) fn answered(&mut self, verdict: &OrderVerdict) {
        if let State::Accepted { answer, .. } = &mut self.known.at_mut(self.latest).state {
            *answer = Answer::of(verdict);
        }
    }

    /// The order has ended.
    pub(super) fn ended(&mut self, order: &Order, state: OrderState, now: Timestamp) {
        if order.request == NO_REQUEST {
            return;
        }
        if let State::Accepted { end, .. } = &mut self.known.at_mut(order.request).state {
            *end = Some((state, order.filled));
            self.by_order.insert(hash_of(order.id), order.request);
        }
        self.forget_later(order.account, order.request, now);
    }

    /// Where the request of an order is, if it has one.
    pub(super) fn place_of(&self, order: &Order) -> u32 {
        let name = (order.account, order.client_order_id);
        let of_order = order.quote.is_none().then(|| self.known.place(&name)).flatten();
        of_order.unwrap_or(NO_REQUEST)
    }

    /// The live order of this name.
    ///
    /// # Errors
    /// `OrderNotFound`, or `OrderAlreadyFinal` with how it ended.
    pub(super) fn live(&self, account: AccountId, id: ClientOrderId) -> Result<OrderId, Refusal> {
        match self.known.get(&(account, id)).map(|request| request.state) {
            Some(State::Accepted { answer, end: None }) => Ok(answer.order),
            Some(state) => Err(state.of_the_ended()),
            None => Err(RejectReason::OrderNotFound.into()),
        }
    }

    /// Why an order of this id is not live.
    pub(super) fn ended_as(&self, account: AccountId, id: OrderId) -> Refusal {
        let found = self.by_order.find(hash_of(id), |at| self.known.at(at).state.is_of(id));
        match found.filter(|at| self.known.name(*at).0 == account) {
            Some(at) => self.known.at(at).state.of_the_ended(),
            None => RejectReason::OrderNotFound.into(),
        }
    }

    /// Forgets orders that ended long ago. Their places are given back from the last to the first, so
    /// that those to come go through memory in its order, which is much quicker than here and there.
    pub(super) fn forget(&mut self, now: Timestamp) {
        let mut places = Vec::new();
        for queue in self.ended.values_mut() {
            while queue.oldest != NONE && self.known.at(queue.oldest).ended.plus(MEMORY) <= now {
                places.push(queue.take_oldest(&self.known));
            }
        }
        places.sort_unstable();
        places.into_iter().rev().for_each(|at| self.forget_one(at));
    }

    fn forget_one(&mut self, at: u32) {
        if let State::Accepted { answer, end: Some(_) } = self.known.at(at).state {
            self.by_order.remove(hash_of(answer.order), at);
        }
        self.known.remove(at);
    }

    fn forget_later(&mut self, account: AccountId, at: u32, now: Timestamp) {
        self.known.at_mut(at).ended = now;
        let queue = self.ended.get_mut(&account).expect("opened with its account");
        match queue.youngest {
            NONE => queue.oldest = at,
            youngest => self.known.at_mut(youngest).next = at,
        }
        queue.youngest = at;
        queue.count += 1;
        if MOST_ENDED < queue.count {
            let oldest = queue.take_oldest(&self.known);
            self.forget_one(oldest);
        }
    }
}

/// The exchange numbers orders itself, so nobody chooses what comes to one hash.
fn hash_of(id: OrderId) -> u32 {
    let mixed = id.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    u32::try_from(mixed).expect("the upper half of 64 bits")
}

impl State {
    fn is_of(&self, id: OrderId) -> bool {
        matches!(self, Self::Accepted { answer, .. } if answer.order == id)
    }

    /// What is said to whoever means the order of it, if it is not live.
    fn of_the_ended(&self) -> Refusal {
        match *self {
            Self::Accepted { end: Some((state, filled)), .. } => {
                RejectReason::OrderAlreadyFinal.with(Detail::Ended { state, filled })
            }
            Self::Accepted { end: None, .. } | Self::Refused(_) => {
                RejectReason::OrderNotFound.into()
            }
        }
    }
}

impl Request {
    fn first_answer(&self, order: &NewOrder) -> Result<OrderVerdict, Refusal> {
        if self.asked != Asked::of(order) {
            return Err(RejectReason::ClientOrderIdConflict.into());
        }
        match &self.state {
            State::Refused(refusal) => Err(*refusal),
            State::Accepted { answer, .. } => Ok(answer.to(order)),
        }
    }
}

impl Queue {
    const EMPTY: Self = Self { oldest: NONE, youngest: NONE, count: 0 };

    fn take_oldest(&mut self, known: &Directory<Request>) -> u32 {
        let oldest = self.oldest;
        self.oldest = known.at(oldest).next;
        self.count -= 1;
        if self.oldest == NONE {
            self.youngest = NONE;
        }
        oldest
    }
}

impl Answer {
    /// Of an order whose verdict is not known yet; nobody is told this.
    fn before(order: OrderId) -> Self {
        let (state, quantity, filled) = (OrderState::Open, Lots::ZERO, Lots::ZERO);
        let (revision, notional, eseq, acct_seq) = (0, (0, 0), 0, 0);
        Self { order, state, revision, quantity, filled, notional, eseq, acct_seq }
    }

    fn of(verdict: &OrderVerdict) -> Self {
        let low = u64::try_from(verdict.notional & i128::from(u64::MAX)).expect("64 bits");
        let high = i64::try_from(verdict.notional >> 64).expect("the upper half of 128 bits");
        Self {
            order: verdict.order_id,
            state: verdict.state,
            revision: verdict.revision,
            quantity: verdict.quantity,
            filled: verdict.filled,
            notional: (high, low),
            eseq: verdict.eseq,
            acct_seq: verdict.acct_seq,
        }
    }

    /// The answer, as it is given again to the same request.
    fn to(self, order: &NewOrder) -> OrderVerdict {
        let (high, low) = self.notional;
        OrderVerdict {
            order_id: self.order,
            client_order_id: order.client_order_id,
            instrument: order.instrument,
            state: self.state,
            revision: self.revision,
            quantity: self.quantity,
            filled: self.filled,
            leaves: self.quantity - self.filled,
            notional: (i128::from(high) << 64) | i128::from(low),
            priority: None,
            eseq: self.eseq,
            acct_seq: self.acct_seq,
            duplicate: true,
        }
    }
}
