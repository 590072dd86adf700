//! A default is cleared: the house takes the positions over with their margin, sells them in slices, and
//! tears up what nobody can pay for.

use types::{
    AccountFact, AccountId, CancelReason, ClearingFact, ClientOrderId, Event, InstrumentId, Lots,
    Mills, NetLots, NewOrder, OrderType, Phase, Qualifiers, SelfMatch, SessionId, Side, Ticks,
    TimeInForce, Timestamp, TransferKind,
};

use super::Exchange;
use super::account::Account;
use super::check::{Admitted, new_order};
use crate::clearing::{Position, value};
use crate::ledger::Purse;
use crate::waterfall::{shares, slice};

/// A part of a position that is traded away.
#[derive(Clone, Copy)]
pub(super) struct Slice {
    pub(super) instrument: InstrumentId,
    pub(super) side: Side,
    pub(super) lots: Lots,
    pub(super) limit: Ticks,
}

impl Exchange {
    /// Accounts that could not pay lose their orders; those that are short without them lose their
    /// positions too. Orders they enter afterwards only reduce their risk, and stay.
    pub(super) fn clear_defaults(&mut self, out: &mut Vec<Event>) {
        for id in std::mem::take(&mut self.suspended) {
            self.withdraw_all(id, CancelReason::Suspended, out);
            if !self.is_covered(&self.accounts[&id]) {
                self.take_positions(id, out);
            }
        }
        for house in std::mem::take(&mut self.unpaid) {
            self.tear_up(house, out);
        }
    }

    /// The house takes over all positions of an account, and what it has beyond its deliveries' margin.
    fn take_positions(&mut self, id: AccountId, out: &mut Vec<Event>) {
        let house = id.of_house();
        let held: Vec<(InstrumentId, Position)> = held(&self.accounts[&id]).collect();
        if held.is_empty() {
            return;
        }
        if !self.accounts.contains_key(&house) {
            self.open_house(id, out);
        }
        self.estates.entry(house).or_insert(self.now);
        for (instrument, Position { net, carry, since }) in held {
            self.take_over(id, instrument, -net, -carry, since);
            self.take_over(house, instrument, net, carry, since);
            for (account, lots) in [(id, -net), (house, net)] {
                let moved = ClearingFact::Moved { instrument, lots };
                self.account_mut(account).tell(AccountFact::Clearing(moved), out);
            }
        }
        let (cash, own) = (Purse::Cash(id), self.ledger.balance(Purse::Fund(id)));
        self.pay(TransferKind::FundOut, Purse::Fund(id), cash, own, out);
        let margin = self.ledger.balance(cash) - self.accounts[&id].delivery_margin;
        let margin = margin.max(Mills::ZERO);
        self.pay(TransferKind::Default, cash, Purse::Cash(house), margin, out);
    }

    /// The house's account for the defaults of another. Its owner may watch it; nobody commands it.
    fn open_house(&mut self, id: AccountId, out: &mut Vec<Event>) {
        let (house, defaulter) = (id.of_house(), &self.accounts[&id]);
        let (name, key) = (format!("house-{}", id.0), defaulter.key);
        let mut account = Account::new(house, name.clone(), key);
        account.is_suspended = true;
        account.tell(AccountFact::Opened { name, key }, out);
        self.accounts.insert(house, account);
        self.orders.open(house);
        self.requests.open(house);
    }

    /// The next slice of every position of the house that is due.
    pub(super) fn sell_slices(&mut self, out: &mut Vec<Event>) {
        let next =
            self.now.plus(i64::from(self.terms().clearing.slice_seconds) * Timestamp::SECOND);
        let due: Vec<AccountId> =
            self.estates.iter().filter(|(_, at)| **at <= self.now).map(|(id, _)| *id).collect();
        for house in due {
            self.estates.insert(house, next);
            let held: Vec<InstrumentId> = held(&self.accounts[&house]).map(|(id, _)| id).collect();
            for instrument in held {
                self.sell_slice(house, instrument, out);
            }
        }
    }

    fn sell_slice(&mut self, house: AccountId, instrument: InstrumentId, out: &mut Vec<Event>) {
        let net = self.accounts[&house].holding(instrument).position.net;
        let market = self.market(instrument);
        let Some(side) = net.side().map(Side::opposite) else { return };
        let Some(best) = self.best_opposite(market, side) else { return };
        if market.state.phase != Phase::Open {
            return;
        }
        let shown = market.book.depth(side.opposite()).map(|(_, lots)| lots).sum();
        let lots = slice(net.size(), shown, &self.terms().clearing);
        if lots.0 == 0 {
            return;
        }
        let limit = self.protected(market, side, best, 1);
        let fact = ClearingFact::Slice { instrument, lots };
        self.account_mut(house).tell(AccountFact::Clearing(fact), out);
        self.send_slice(house, Slice { instrument, side, lots, limit }, out);
    }

    /// Enters a slice as a market order, immediate or cancelled, that the rules want and nobody asks
    /// for: it is not checked.
    pub(super) fn send_slice(&mut self, account: AccountId, slice: Slice, out: &mut Vec<Event>) {
        self.slices += 1;
        let client_order_id =
            ClientOrderId::new(&format!("slice-{}", self.slices)).expect("at most 26 characters");
        // Offers of its own are not to be in the way.
        let qualifiers =
            Qualifiers { self_match: SelfMatch::CancelResting, ..Qualifiers::default() };
        let request = NewOrder {
            account,
            session: SessionId(0),
            client_order_id,
            instrument: slice.instrument,
            side: slice.side,
            order_type: OrderType::Market,
            quantity: slice.lots,
            time_in_force: TimeInForce::Ioc,
            qualifiers,
            valid_until: None,
            tag: None,
        };
        let order = new_order(&request, slice.limit);
        let id = self.enter(Admitted { order }, None, out);
        self.come(id, out);
    }

    /// Closes all that the house holds for a defaulter, at the last settlement prices, against those who
    /// hold the other side, each in proportion to its lots.
    fn tear_up(&mut self, house: AccountId, out: &mut Vec<Event>) {
        let Some(account) = self.accounts.get(&house) else { return };
        let held: Vec<(InstrumentId, Position)> = held(account).collect();
        for (instrument, position) in held {
            let Some(side) = position.net.side() else { continue };
            let others = self.accounts.values().filter_map(|other| {
                let net = other.holding(instrument).position.net;
                (net.side() == Some(side.opposite())).then_some((other.id, net.0.abs()))
            });
            let (others, weights): (Vec<AccountId>, Vec<i64>) = others.unzip();
            for (other, lots) in others.into_iter().zip(shares(position.net.0.abs(), &weights)) {
                if lots != 0 {
                    let lots = NetLots(lots * side.sign());
                    self.close_against(house, other, instrument, lots, out);
                }
            }
        }
    }

    fn close_against(
        &mut self,
        house: AccountId,
        other: AccountId,
        instrument: InstrumentId,
        lots: NetLots,
        out: &mut Vec<Event>,
    ) {
        let price = self.market(instrument).state.settlement;
        for (account, lots) in [(house, -lots), (other, lots)] {
            self.take_over(account, instrument, lots, value(lots, price), self.seq);
            let fact = ClearingFact::TornUp { instrument, lots, price };
            self.account_mut(account).tell(AccountFact::Clearing(fact), out);
        }
    }

    /// What is left of the margin of a default goes back when the house holds nothing of it any more.
    pub(super) fn close_estates(&mut self, out: &mut Vec<Event>) {
        let is_over = |house: &&AccountId| held(&self.accounts[*house]).next().is_none();
        let over: Vec<AccountId> = self.estates.keys().filter(is_over).copied().collect();
        for house in over {
            self.estates.remove(&house);
            let (from, member) = (Purse::Cash(house), house.defaulter());
            let returned = self.ledger.balance(from);
            self.pay(TransferKind::Default, from, Purse::Cash(member), returned, out);
            let debt = std::mem::take(&mut self.account_mut(house).debt);
            let fact = AccountFact::Clearing(ClearingFact::Closed { returned });
            let account = self.account_mut(member);
            account.debt += debt;
            account.tell(fact, out);
        }
    }
}

/// Positions of an account, and what closed ones have gained that is not settled yet.
fn held(account: &Account) -> impl Iterator<Item = (InstrumentId, Position)> {
    let positions = account.holdings().map(|(id, holding)| (id, holding.position));
    positions.filter(|(_, position)| position.net != NetLots::ZERO || position.carry != 0)
}
