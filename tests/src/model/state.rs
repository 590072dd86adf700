//! What the model keeps.

use std::collections::{BTreeMap, BTreeSet};

use types::terms::SCENARIOS;
use types::{
    AccountFact, AccountId, ClientOrderId, Event, Indicative, Instrument, InstrumentId, Lots,
    MarginReport, MarketFact, MemberId, Mills, NewOrder, OrderId, OrderState, OrderVerdict, Phase,
    PostOnly, ProductId, Protection, PublicKey, QuoteGroup, Refusal, SelfMatch, SessionId, Side,
    StatedPurse, Tag, Ticks, TimeInForce, Timestamp, TransferKind,
};

/// A listed contract.
#[derive(Debug)]
pub(super) struct Contract {
    pub(super) instrument: Instrument,
    pub(super) phase: Phase,
    pub(super) settlement: Ticks,
    /// What band and breaker are parts of.
    pub(super) basis: Ticks,
    /// What was last told to be implied, bid and ask.
    pub(super) implied: [Option<(Ticks, Lots)>; 2],
    /// A member has listed it.
    pub(super) is_members: bool,
    /// It had not traded before the last settlement.
    pub(super) is_idle: bool,
    /// What one lot bought loses in each scenario.
    pub(super) losses: [i128; SCENARIOS],
    /// Lots it traded on each day.
    pub(super) volumes: Vec<u64>,
    /// The scan range that was last told.
    pub(super) range_told: Ticks,
    /// Trades settled so far, of all trades ever.
    pub(super) settled_until: u64,
    /// Price of its last trade.
    pub(super) last_trade: Option<Ticks>,
    /// Trades that the breaker looks at.
    pub(super) window: Vec<(Timestamp, Ticks)>,
    /// What the phase will do by itself.
    pub(super) timers: Timers,
    /// The last indicative price that was told in this call.
    pub(super) indicative: Indicative,
    /// The band that the operator has set.
    pub(super) own_band: Option<u32>,
    /// Which of the wider bands is in force, from 1.
    pub(super) band_step: usize,
    /// It traded at the edge of its band in this command.
    pub(super) is_at_edge: bool,
    pub(super) eseq: u64,
}

/// When the phase of a contract changes by itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Timers {
    pub(super) freeze: Option<Timestamp>,
    pub(super) uncross: Option<Timestamp>,
    /// The end of a limit halt.
    pub(super) reopen: Option<Timestamp>,
}

/// An account.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) id: AccountId,
    pub(super) acct_seq: u64,
    pub(super) key: PublicKey,
    pub(super) cash: i128,
    pub(super) is_suspended: bool,
    /// Its default is cleared when the clock next advances.
    pub(super) is_due: bool,
    /// Its part of the default fund.
    pub(super) contribution: i128,
    /// When a call for margin must be met.
    pub(super) call: Option<Timestamp>,
    pub(super) is_killed: bool,
    /// By admins.
    pub(super) is_held: bool,
    /// What others have paid for it.
    pub(super) debt: i128,
    pub(super) member: Option<MemberId>,
    /// The most margin it may require.
    pub(super) credit: Option<Mills>,
    /// Lots that it needs beyond the limit of the month of delivery.
    pub(super) needs: BTreeMap<ProductId, Lots>,
    /// The products it is a market maker of.
    pub(super) makes: BTreeSet<ProductId>,
    pub(super) groups: BTreeMap<QuoteGroup, Group>,
    pub(super) positions: BTreeMap<InstrumentId, Position>,
    /// Of the signed commands it has sent.
    pub(super) nonces: Vec<u64>,
    pub(super) requests: BTreeMap<ClientOrderId, Request>,
    pub(super) reported: MarginReport,
    /// Every single movement of its money, in order.
    pub(super) movements: Vec<Movement>,
    /// How many of those its statements have told.
    pub(super) stated: usize,
}

/// Money that came to a purse, or left it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Movement {
    pub(super) purse: StatedPurse,
    pub(super) kind: TransferKind,
    pub(super) amount: i128,
}

/// Quotes that are protected together.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) protection: Option<Protection>,
    /// When its quotes traded, and how many lots.
    pub(super) traded: Vec<(Timestamp, Lots)>,
    pub(super) frozen: Option<Frozen>,
    /// A limit was reached in this command.
    pub(super) is_tripped: bool,
}

/// For how long a group takes no quotes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Frozen {
    UntilReset,
    Until(Timestamp),
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
    /// Who came earlier.
    pub(super) id: OrderId,
    /// Who is earlier at a price, or at a trigger.
    pub(super) turn: u64,
    pub(super) account: AccountId,
    pub(super) session: SessionId,
    pub(super) client_order_id: ClientOrderId,
    pub(super) instrument: InstrumentId,
    pub(super) side: Side,
    pub(super) price: Ticks,
    /// The trade price it waits for; an order with one is in no book.
    pub(super) trigger: Option<Ticks>,
    /// A stop whose limit is found when it is elected.
    pub(super) has_no_limit: bool,
    pub(super) quantity: Lots,
    pub(super) filled: Lots,
    pub(super) notional: i128,
    /// Lots that everybody sees while it rests.
    pub(super) shown: Lots,
    pub(super) peak: Option<Lots>,
    /// It rests first at its price, and made it the best one.
    pub(super) made_best: bool,
    pub(super) revision: u32,
    pub(super) time_in_force: TimeInForce,
    pub(super) post_only: Option<PostOnly>,
    pub(super) reduce_only: bool,
    pub(super) self_match: SelfMatch,
    pub(super) tag: Option<Tag>,
    /// A quote's group.
    pub(super) group: Option<QuoteGroup>,
}

/// A trade that happened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trade {
    pub(super) time: Timestamp,
    pub(super) instrument: InstrumentId,
    pub(super) price: Ticks,
    pub(super) lots: Lots,
    /// It was not made in the book.
    pub(super) is_block: bool,
}

impl Contract {
    pub(super) const fn id(&self) -> InstrumentId {
        self.instrument.id
    }

    pub(super) fn tell(&mut self, fact: MarketFact, out: &mut Vec<Event>) {
        self.eseq += 1;
        out.push(Event::Market { instrument: self.id(), eseq: self.eseq, fact });
    }

    pub(super) fn enter(&mut self, phase: Phase, out: &mut Vec<Event>) {
        self.phase = phase;
        self.tell(MarketFact::Phase(phase), out);
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

    pub(super) fn has_lots(&self) -> bool {
        self.positions.values().any(|position| position.net != 0)
    }

    pub(super) fn cash(&self) -> Mills {
        Mills::from_wide(self.cash)
    }

    /// The lots that an order of this side could reduce its position by.
    pub(super) fn reducible(&self, instrument: InstrumentId, side: Side) -> Lots {
        let net = self.positions.get(&instrument).map_or(0, |position| position.net);
        let against = match side {
            Side::Buy => -net,
            Side::Sell => net,
        };
        Lots(u64::try_from(against).unwrap_or(0))
    }
}

impl Order {
    pub(super) fn leaves(&self) -> Lots {
        self.quantity - self.filled
    }

    /// Whether it rests in the book of a contract, and not beside it.
    pub(super) fn is_in(&self, instrument: InstrumentId) -> bool {
        self.instrument == instrument && self.trigger.is_none()
    }

    pub(super) fn waits_in(&self, instrument: InstrumentId) -> bool {
        self.instrument == instrument && self.trigger.is_some()
    }

    /// Who trades first in a book, the lowest first.
    pub(super) fn rank(&self) -> (i64, u64) {
        (-self.side.sign() * self.price.0, self.turn)
    }

    /// Which stop is elected first, the lowest first.
    pub(super) fn election_rank(&self) -> (i64, u64) {
        (self.side.sign() * self.trigger.map_or(0, |trigger| trigger.0), self.turn)
    }

    /// Whether a trade at this price elects it.
    pub(super) fn is_reached(&self, price: Ticks) -> bool {
        self.trigger.is_some_and(|trigger| match self.side {
            Side::Buy => trigger <= price,
            Side::Sell => price <= trigger,
        })
    }

    pub(super) fn fill(&mut self, price: Ticks, lots: Lots) {
        self.filled += lots;
        self.notional += i128::from(price.0) * i128::from(lots.0);
    }

    /// Shows its first lots, as many as it may.
    pub(super) fn show(&mut self) {
        self.shown = self.peak.map_or(self.leaves(), |peak| peak.min(self.leaves()));
    }

    /// Its quantity falls without a trade; what is hidden goes first.
    pub(super) fn shrink(&mut self, lots: Lots) {
        self.quantity -= lots;
        self.shown = self.shown.min(self.leaves());
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
