//! Mass quotes and their protection.

use std::collections::BTreeSet;

use types::quote::{MOST_GROUPS, MOST_QUOTES};
use types::{
    AccountFact, AccountId, CancelReason, Detail, Event, InstrumentId, Lots, MassQuote, NewOrder,
    OrderId, OrderType, Phase, Protection, Qualifiers, Quote, QuoteGroup, QuoteVerdict, Quoted,
    Refusal, RejectReason, Side, TimeInForce, Timestamp,
};

use super::check::not_trading;
use super::state::{Frozen, Group, Order};
use super::{Done, Model};

/// One side of a quote, and the order it became; none when it was pulled.
pub(super) struct Leg {
    instrument: InstrumentId,
    side: Side,
    result: Result<Option<OrderId>, Refusal>,
}

impl Leg {
    pub(super) fn verdict(self, quoted: impl Fn(OrderId) -> Quoted) -> QuoteVerdict {
        let Self { instrument, side, result } = self;
        let none = Quoted { filled: Lots::ZERO, rests: Lots::ZERO };
        let result = result.map(|id| id.map_or(none, quoted));
        QuoteVerdict { instrument, side, result }
    }
}

impl Model {
    pub(super) fn quote(
        &mut self,
        quotes: &MassQuote,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let account = self.find_account(quotes.account)?;
        if account.is_killed {
            return Err(RejectReason::KillSwitch.into());
        }
        check_quotes(quotes)?;
        self.check_group(quotes.account, quotes.group)?;
        let now = self.now;
        let groups = &mut self.account_mut(quotes.account).groups;
        let group = groups.entry(quotes.group).or_default();
        match group.frozen {
            Some(Frozen::UntilReset) => return Err(RejectReason::QuotesFrozen.into()),
            Some(Frozen::Until(end)) if now < end => return Err(RejectReason::QuotesFrozen.into()),
            Some(Frozen::Until(_)) | None => group.frozen = None,
        }
        let mut legs = Vec::new();
        for two in &quotes.quotes {
            for (side, quote) in [(Side::Buy, two.bid), (Side::Sell, two.ask)] {
                let Some(quote) = quote else { continue };
                let result = self.quote_side(quotes, two.instrument, side, quote, out);
                legs.push(Leg { instrument: two.instrument, side, result });
            }
        }
        Ok(Done::Quotes(quotes.account, legs))
    }

    fn quote_side(
        &mut self,
        quotes: &MassQuote,
        id: InstrumentId,
        side: Side,
        quote: Quote,
        out: &mut Vec<Event>,
    ) -> Result<Option<OrderId>, Refusal> {
        let contract = self.find_contract(id)?;
        let phase = contract.phase;
        let is_old = |order: &&Order| {
            (order.account, order.group) == (quotes.account, Some(quotes.group))
                && (order.instrument, order.side) == (id, side)
        };
        if let Some(old) = self.orders.iter().find(is_old).copied() {
            if phase == Phase::NoCancel {
                return Err(not_trading(contract));
            }
            if quote.quantity == Lots::ZERO {
                self.withdraw(old.id, CancelReason::Requested, out);
                return Ok(None);
            }
            let is_kept = quote.price == old.price && quote.quantity <= old.leaves();
            if is_kept && phase.takes_orders() {
                self.keep_quote(&old, quotes, quote.quantity, out);
                return Ok(Some(old.id));
            }
            self.withdraw(old.id, CancelReason::Replaced, out);
        } else if quote.quantity == Lots::ZERO {
            return Ok(None);
        }
        let request = NewOrder {
            account: quotes.account,
            session: quotes.session,
            client_order_id: quotes.quote_id,
            instrument: id,
            side,
            order_type: OrderType::Limit(quote.price),
            quantity: quote.quantity,
            time_in_force: TimeInForce::Gtc,
            qualifiers: Qualifiers::default(),
            valid_until: None,
            tag: Some(quotes.group),
        };
        let order = Order { group: Some(quotes.group), ..self.admit(&request)? };
        Ok(Some(self.enter(order, out)))
    }

    fn keep_quote(
        &mut self,
        old: &Order,
        quotes: &MassQuote,
        quantity: Lots,
        out: &mut Vec<Event>,
    ) {
        let mut kept = *old;
        kept.client_order_id = quotes.quote_id;
        kept.session = quotes.session;
        if quantity == old.leaves() {
            let place = self.orders.iter_mut().find(|resting| resting.id == old.id);
            *place.expect("it rests") = kept;
            return;
        }
        kept.quantity = old.filled + quantity;
        kept.revision += 1;
        self.keep_place(old, kept, out);
    }

    fn check_group(&self, account: AccountId, group: QuoteGroup) -> Result<(), Refusal> {
        let groups = &self.account(account).groups;
        if !groups.contains_key(&group) && MOST_GROUPS <= groups.len() {
            let most = u64::try_from(MOST_GROUPS).expect("a count");
            return Err(RejectReason::BadQuote.with(Detail::Most(most)));
        }
        Ok(())
    }

    pub(super) fn protect(
        &mut self,
        account: AccountId,
        group: QuoteGroup,
        protection: Option<Protection>,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.find_account(account)?;
        if protection.is_some_and(|p| p.window_ms == 0 || 600_000 < p.window_ms) {
            return Err(RejectReason::BadAmount.into());
        }
        self.check_group(account, group)?;
        let account = self.account_mut(account);
        account.groups.insert(group, Group { protection, ..Group::default() });
        account.tell(AccountFact::QuoteGroup { group, is_frozen: false, until: None }, out);
        Ok(Done::Plain)
    }

    pub(super) fn reset_quotes(
        &mut self,
        account: AccountId,
        group: QuoteGroup,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.find_account(account)?;
        let account = self.account_mut(account);
        let Some(found) = account.groups.get_mut(&group) else {
            return Err(RejectReason::BadQuote.into());
        };
        found.frozen = None;
        found.traded.clear();
        account.tell(AccountFact::QuoteGroup { group, is_frozen: false, until: None }, out);
        Ok(Done::Plain)
    }

    /// Counts a trade of a quote, and looks whether its group has traded too much.
    pub(super) fn count_for_protection(&mut self, order: &Order, lots: Lots) {
        let Some(group) = order.group else { return };
        let now = self.now;
        let group = self.account_mut(order.account).groups.get_mut(&group).expect("it was quoted");
        let Some(protection) = group.protection else { return };
        group.traded.push((now, lots));
        let window = i64::from(protection.window_ms) * Timestamp::MILLISECOND;
        group.traded.retain(|(time, _)| now.plus(-window) < *time);
        let all: Lots = group.traded.iter().map(|(_, lots)| *lots).sum();
        let trades = group.traded.len();
        let has_lots = protection.lots != Lots::ZERO && protection.lots <= all;
        let has_trades = protection.trades != 0 && protection.trades as usize <= trades;
        group.is_tripped |= has_lots || has_trades;
    }

    /// At the end of a command: the quotes of groups that have traded too much are cancelled.
    pub(super) fn pull_quotes(&mut self, out: &mut Vec<Event>) {
        let now = self.now;
        let mut tripped = Vec::new();
        for account in &mut self.accounts {
            for (name, group) in &mut account.groups {
                if std::mem::take(&mut group.is_tripped) {
                    group.traded.clear();
                    tripped.push((account.id, *name));
                }
            }
        }
        for (id, name) in tripped {
            let account = self.account_mut(id);
            let group = account.groups.get_mut(&name).expect("it tripped");
            let frozen_ms = group.protection.expect("it tripped").frozen_ms;
            let end = now.plus(i64::from(frozen_ms) * Timestamp::MILLISECOND);
            let until = (frozen_ms != 0).then_some(end);
            group.frozen = Some(until.map_or(Frozen::UntilReset, Frozen::Until));
            account.tell(AccountFact::QuoteGroup { group: name, is_frozen: true, until }, out);
            let is_its = |order: &&Order| (order.account, order.group) == (id, Some(name));
            let mut quotes: Vec<Order> = self.orders.iter().filter(is_its).copied().collect();
            quotes.sort_by_key(|quote| (quote.instrument, quote.side));
            for quote in quotes {
                self.withdraw(quote.id, CancelReason::Protection, out);
            }
        }
    }
}

fn check_quotes(quotes: &MassQuote) -> Result<(), Refusal> {
    let named: BTreeSet<InstrumentId> = quotes.quotes.iter().map(|two| two.instrument).collect();
    let is_crossed = quotes.quotes.iter().any(|two| {
        two.bid.zip(two.ask).is_some_and(|(bid, ask)| {
            bid.quantity != Lots::ZERO && ask.quantity != Lots::ZERO && ask.price <= bid.price
        })
    });
    if MOST_QUOTES < quotes.quotes.len() || named.len() < quotes.quotes.len() || is_crossed {
        return Err(RejectReason::BadQuote.into());
    }
    Ok(())
}
