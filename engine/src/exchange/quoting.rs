//! Quotes of market makers and their protection.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use types::quote::{LONGEST_WINDOW_MS, MOST_GROUPS, MOST_QUOTES};
use types::{
    AccountFact, AccountId, CancelReason, Detail, Event, InstrumentId, Lots, MassQuote, NewOrder,
    OrderChange, OrderId, OrderType, Protection, Qualifiers, Quote, QuoteGroup, QuoteVerdict,
    Quoted, Refusal, RejectReason, Side, TimeInForce, Timestamp, Verdict,
};

use super::live::Order;
use super::{Done, Exchange};

/// A set of quotes that are protected together.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Group {
    quotes: BTreeMap<(InstrumentId, Side), OrderId>,
    protection: Option<Protection>,
    /// Trades of the last window, the oldest first.
    traded: VecDeque<(Timestamp, Lots)>,
    /// The lots of them.
    lots: Lots,
    frozen: Option<Frozen>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Frozen {
    /// Until the maker resets it.
    UntilReset,
    Until(Timestamp),
}

impl Group {
    fn is_frozen(&self, now: Timestamp) -> bool {
        match self.frozen {
            None => false,
            Some(Frozen::UntilReset) => true,
            Some(Frozen::Until(end)) => now < end,
        }
    }

    /// Counts anew.
    fn forget(&mut self) {
        self.traded.clear();
        self.lots = Lots::ZERO;
    }

    /// A quote traded; true when that reaches a limit.
    fn count(&mut self, now: Timestamp, lots: Lots) -> bool {
        let Some(protection) = self.protection else { return false };
        let oldest = now.plus(-i64::from(protection.window_ms) * Timestamp::MILLISECOND);
        while let Some((_, gone)) = self.traded.pop_front_if(|(at, _)| *at <= oldest) {
            self.lots -= gone;
        }
        self.traded.push_back((now, lots));
        self.lots += lots;
        let trades = u32::try_from(self.traded.len()).expect("a window has fewer than 2^32 trades");
        (Lots::ZERO < protection.lots && protection.lots <= self.lots)
            || (0 < protection.trades && protection.trades <= trades)
    }
}

impl Exchange {
    /// many quotes, one after another.
    pub(super) fn quote_many(
        &mut self,
        many: &MassQuote,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        if self.find_account(many.account)?.is_switched_off {
            return Err(RejectReason::KillSwitch.into());
        }
        check_shape(many)?;
        let now = self.now;
        if self.group(many.account, many.group)?.is_frozen(now) {
            return Err(RejectReason::QuotesFrozen.into());
        }
        let mut results = Vec::with_capacity(2 * many.quotes.len());
        for two in &many.quotes {
            for (side, quote) in [(Side::Buy, two.bid), (Side::Sell, two.ask)] {
                let Some(quote) = quote else { continue };
                let placed = self.quote_one(many, two.instrument, side, quote, out);
                results.push((two.instrument, side, placed));
            }
        }
        self.scratch.quoted = results;
        Ok(Done::Quoted(many.account))
    }

    /// The order that stands for one side of a quote from now on; none when it was pulled.
    fn quote_one(
        &mut self,
        many: &MassQuote,
        instrument: InstrumentId,
        side: Side,
        quote: Quote,
        out: &mut Vec<Event>,
    ) -> Result<Option<OrderId>, Refusal> {
        self.find_market(instrument)?;
        let group = &self.quotes[&(many.account, many.group)];
        let old = group.quotes.get(&(instrument, side)).copied();
        if let Some(old) = old {
            self.check_leave(self.orders.live(old))?;
            if quote.quantity == Lots::ZERO {
                self.withdraw(old, CancelReason::Requested, out);
                return Ok(None);
            }
            if self.keep_quote(old, many, quote, out) {
                return Ok(Some(old));
            }
            self.withdraw(old, CancelReason::Replaced, out);
        } else if quote.quantity == Lots::ZERO {
            return Ok(None);
        }
        let request = order_of(many, instrument, side, quote);
        let admitted = self.admit_as(&request, Some(many.group))?;
        let id = self.enter(admitted, None, out);
        let group = self.quotes.get_mut(&(many.account, many.group)).expect("looked up above");
        group.quotes.insert((instrument, side), id);
        self.come(id, out);
        Ok(Some(id))
    }

    /// The same price and no more lots than are left keep the place.
    fn keep_quote(
        &mut self,
        id: OrderId,
        many: &MassQuote,
        quote: Quote,
        out: &mut Vec<Event>,
    ) -> bool {
        let old = *self.orders.live(id);
        if old.price != quote.price || old.leaves() < quote.quantity {
            return false;
        }
        if !self.market(old.instrument).state.phase.takes_orders() {
            return false;
        }
        self.scratch.watched.push(id);
        let mut changed = Order { client_order_id: many.quote_id, session: many.session, ..old };
        *self.orders.live_mut(id) = changed;
        if quote.quantity < old.leaves() {
            changed.quantity = old.filled + quote.quantity;
            changed.revision += 1;
            self.shrink(&changed, OrderChange::Amended, None, out);
        }
        true
    }

    /// Where each quote of the command stands now.
    pub(super) fn quote_verdict(&mut self, account: AccountId) -> Verdict {
        let standing = |placed: Option<OrderId>| match placed {
            None => Quoted { filled: Lots::ZERO, rests: Lots::ZERO },
            Some(id) => {
                let verdict = self.standing(id);
                let is_live = self.orders.get(id).is_some();
                let rests = if is_live { verdict.leaves } else { Lots::ZERO };
                Quoted { filled: verdict.filled, rests }
            }
        };
        let results = self.scratch.quoted.iter().map(|(instrument, side, placed)| QuoteVerdict {
            instrument: *instrument,
            side: *side,
            result: placed.map(standing),
        });
        Verdict::Quotes { results: results.collect(), acct_seq: self.accounts[&account].acct_seq() }
    }

    pub(super) fn protect(
        &mut self,
        account: AccountId,
        name: QuoteGroup,
        protection: Option<Protection>,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.find_account(account)?;
        let is_legal = |p: Protection| (1..=LONGEST_WINDOW_MS).contains(&p.window_ms);
        if protection.is_some_and(|protection| !is_legal(protection)) {
            return Err(RejectReason::BadAmount.into());
        }
        self.group(account, name)?.protection = protection;
        self.thaw(account, name, out);
        Ok(Done::Plain)
    }

    pub(super) fn reset_quotes(
        &mut self,
        account: AccountId,
        name: QuoteGroup,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.find_account(account)?;
        if !self.quotes.contains_key(&(account, name)) {
            return Err(RejectReason::BadQuote.into());
        }
        self.thaw(account, name, out);
        Ok(Done::Plain)
    }

    /// The group counts anew and takes quotes.
    fn thaw(&mut self, account: AccountId, name: QuoteGroup, out: &mut Vec<Event>) {
        let group = self.quotes.get_mut(&(account, name)).expect("it was looked up");
        group.forget();
        group.frozen = None;
        let fact = AccountFact::QuoteGroup { group: name, is_frozen: false, until: None };
        self.account_mut(account).tell(fact, out);
    }

    /// A group of an account, made when there is none.
    fn group(&mut self, account: AccountId, name: QuoteGroup) -> Result<&mut Group, Refusal> {
        let is_new = !self.quotes.contains_key(&(account, name));
        let known = || self.quotes.keys().filter(|(owner, _)| *owner == account).count();
        if is_new && MOST_GROUPS <= known() {
            let most = u64::try_from(MOST_GROUPS).expect("64");
            return Err(RejectReason::BadQuote.with(Detail::Most(most)));
        }
        Ok(self.quotes.entry((account, name)).or_default())
    }

    /// A quote traded.
    pub(super) fn count_quote(&mut self, account: AccountId, name: QuoteGroup, lots: Lots) {
        let now = self.now;
        let group = self.quotes.get_mut(&(account, name)).expect("quotes have groups");
        if group.count(now, lots) {
            self.scratch.pulled.insert((account, name));
        }
    }

    /// A quote has ended.
    pub(super) fn drop_quote(&mut self, order: &Order, name: QuoteGroup) {
        let group = self.quotes.get_mut(&(order.account, name)).expect("quotes have groups");
        if group.quotes.get(&(order.instrument, order.side)) == Some(&order.id) {
            group.quotes.remove(&(order.instrument, order.side));
        }
    }

    /// groups that traded too much lose all their quotes.
    pub(super) fn pull_quotes(&mut self, out: &mut Vec<Event>) {
        while let Some((account, name)) = self.scratch.pulled.pop_first() {
            let now = self.now;
            let group = self.quotes.get_mut(&(account, name)).expect("quotes have groups");
            let frozen_ms = group.protection.map_or(0, |protection| protection.frozen_ms);
            let end = now.plus(i64::from(frozen_ms) * Timestamp::MILLISECOND);
            let until = (0 < frozen_ms).then_some(end);
            group.frozen = Some(until.map_or(Frozen::UntilReset, Frozen::Until));
            group.forget();
            let quotes: BTreeSet<_> = group.quotes.iter().map(|(at, id)| (*at, *id)).collect();
            let fact = AccountFact::QuoteGroup { group: name, is_frozen: true, until };
            self.account_mut(account).tell(fact, out);
            for (_, id) in quotes {
                self.withdraw(id, CancelReason::Protection, out);
            }
        }
    }
}

/// each contract once, bids below asks, not too many.
fn check_shape(many: &MassQuote) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    let is_crossed = |bid: Option<Quote>, ask: Option<Quote>| {
        let counts = |quote: &Quote| Lots::ZERO < quote.quantity;
        bid.filter(counts).zip(ask.filter(counts)).is_some_and(|(bid, ask)| ask.price <= bid.price)
    };
    let is_bad = MOST_QUOTES < many.quotes.len()
        || many.quotes.iter().any(|two| !seen.insert(two.instrument))
        || many.quotes.iter().any(|two| is_crossed(two.bid, two.ask));
    if is_bad { Err(RejectReason::BadQuote.into()) } else { Ok(()) }
}

fn order_of(many: &MassQuote, instrument: InstrumentId, side: Side, quote: Quote) -> NewOrder {
    NewOrder {
        account: many.account,
        session: many.session,
        client_order_id: many.quote_id,
        instrument,
        side,
        order_type: OrderType::Limit(quote.price),
        quantity: quote.quantity,
        time_in_force: TimeInForce::Gtc,
        qualifiers: Qualifiers::default(),
        valid_until: None,
        tag: Some(many.group),
    }
}
