//! What the model keeps.

use std::collections::BTreeMap;

use types::terms::SCENARIOS;
use types::{
    AccountFact, AccountId, ClientOrderId, Event, Instrument, InstrumentId, Lots, MarginReport,
    MarketFact, Mills, NewOrder, OrderId, OrderState, OrderVerdict, Phase, Refusal, SessionId,
    Side, Tag, Ticks, Timestamp,
};

/// A listed contract.
#[derive(Debug)]
pub(super) struct Contract {
    pub(super) instrument: Instrument,
    pub(super) phase: Phase,
    pub(super) settlement: Ticks,
    /// What one lot bought loses in each scenario.
    pub(super) losses: [i128; SCENARIOS],
    /// Trades settled so far, of all trades ever.
    pub(super) settled_until: u64,
    pub(super) eseq: u64,
}

/// An account.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) id: AccountId,
    pub(super) acct_seq: u64,
    pub(super) cash: i128,
    pub(super) is_suspended: bool,
    /// Its orders go when the clock next advances.
    pub(super) loses_orders: bool,
    pub(super) positions: BTreeMap<InstrumentId, Position>,
    pub(super) requests: BTreeMap<ClientOrderId, Request>,
    pub(super) reported: MarginReport,
}

/// A position: lots, and price times lots at which they are carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) net: i64,
    pub(super) carry: i128,
}

/// What was asked under a client order id, and what came of it.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) order: NewOrder,
    pub(super) fate: Fate,
    pub(super) answer: Option<OrderVerdict>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Fate {
    Refused(Refusal, Timestamp),
    Open(OrderId),
    Ended(OrderState, Lots, Timestamp),
}

/// An order that has not ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    pub(super) id: OrderId,
    /// Who is earlier at a price.
    pub(super) turn: u64,
    pub(super) account: AccountId,
    pub(super) session: SessionId,
    pub(super) client_order_id: ClientOrderId,
    pub(super) instrument: InstrumentId,
    pub(super) side: Side,
    pub(super) price: Ticks,
    pub(super) quantity: Lots,
    pub(super) filled: Lots,
    pub(super) notional: i128,
    pub(super) revision: u32,
    pub(super) post_only: bool,
    pub(super) tag: Option<Tag>,
}

/// A trade that happened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trade {
    pub(super) time: Timestamp,
    pub(super) instrument: InstrumentId,
    pub(super) price: Ticks,
    pub(super) lots: Lots,
}

impl Contract {
    pub(super) const fn id(&self) -> InstrumentId {
        self.instrument.id
    }

    pub(super) fn tell(&mut self, fact: MarketFact, out: &mut Vec<Event>) {
        self.eseq += 1;
        out.push(Event::Market { instrument: self.id(), eseq: self.eseq, fact });
    }

    /// What a position has gained since it was carried, at a price.
    pub(super) fn gain(&self, position: Position, price: Ticks) -> i128 {
        let worth = i128::from(position.net) * i128::from(price.0);
        (worth - position.carry) * i128::from(self.instrument.tick_value.0)
    }
}

impl Account {
    pub(super) fn tell(&mut self, fact: AccountFact, out: &mut Vec<Event>) {
        self.acct_seq += 1;
        out.push(Event::Account { account: self.id, acct_seq: self.acct_seq, fact });
    }

    pub(super) fn remember_answer(&mut self, id: ClientOrderId, answer: OrderVerdict) {
        if let Some(request) = self.requests.get_mut(&id) {
            request.answer = Some(answer);
        }
    }

    pub(super) fn cash(&self) -> Mills {
        Mills::from_wide(self.cash)
    }
}

impl Order {
    pub(super) fn leaves(&self) -> Lots {
        self.quantity - self.filled
    }

    /// Where it stands; the sequence numbers are known when the command is over.
    pub(super) fn verdict(&self, state: OrderState) -> OrderVerdict {
        OrderVerdict {
            order_id: self.id,
            client_order_id: self.client_order_id,
            instrument: self.instrument,
            state,
            revision: self.revision,
            quantity: self.quantity,
            filled: self.filled,
            leaves: self.leaves(),
            notional: self.notional,
            priority: None,
            eseq: 0,
            acct_seq: 0,
            duplicate: false,
        }
    }
}
