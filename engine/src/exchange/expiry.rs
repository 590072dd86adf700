//! Last trading day.: years become quarters and months, quarters become months, and
//! months become deliveries in whole blocks; odd lots end in money.

use std::collections::BTreeMap;

use types::{
    AccountFact, AccountId, CancelReason, Event, InstrumentId, Lots, NetLots, OrderId, Phase,
    PhaseChange, Settlement, Side, Timestamp,
};

use super::variation::Owed;
use super::{Exchange, index};
use crate::clearing::Position;
use crate::delivery::{Claim, Expired, place, root, whole_blocks};
use crate::settlement::legs;

impl Exchange {
    /// Ends trading in every contract whose last trading day is over: combinations first, then the
    /// longest periods, so that what they cascade into is still there.
    pub(super) fn expire_due(&mut self, at: Timestamp, out: &mut Vec<Event>) {
        let is_due = |market: &&super::Market| {
            market.state.phase != Phase::Expired
                && (market.instrument.last_trading <= at || self.is_unused(market))
        };
        let due = self.markets.iter().filter(is_due);
        let months = |tenor: types::Tenor| -tenor.months();
        let order = |m: &super::Market| m.instrument.tenor().map(months);
        let mut due: Vec<_> = due.map(|market| (order(market), market.id())).collect();
        due.sort_unstable();
        for (_, id) in due {
            self.end_trading(id, out);
            let market = self.market(id);
            let Some(tenor) = market.instrument.tenor() else { continue };
            let legs = legs(tenor);
            match market.settlement_terms {
                Settlement::Cash { .. } | Settlement::Index => self.close_in_cash(id, out),
                Settlement::Physical if legs.is_empty() => self.begin_delivery(id, at, out),
                Settlement::Physical => self.cascade(id, &legs, out),
            }
        }
    }

    fn end_trading(&mut self, id: InstrumentId, out: &mut Vec<Event>) {
        for side in Side::BOTH {
            while let Some(first) = self.market(id).book.first(side, &self.orders.slab) {
                self.withdraw(first, CancelReason::Expired, out);
            }
        }
        for side in Side::BOTH {
            let stops: Vec<OrderId> = self.market(id).stops.of(side).collect();
            for stop in stops {
                self.withdraw(stop, CancelReason::Expired, out);
            }
        }
        self.unrelate(id);
        let kind = self.market(id).instrument.kind.clone();
        self.combinations.remove(&kind);
        let market = self.market_mut(id);
        market.state.timer = None;
        let expired = market.state.phase.after(PhaseChange::Expire);
        self.enter_phase(id, expired.expect("what trades can expire"), out);
    }

    fn close_in_cash(&mut self, id: InstrumentId, out: &mut Vec<Event>) {
        for (account, position) in self.positions(id) {
            let cashed = position.net;
            self.close(id, account, position, [NetLots::ZERO, NetLots::ZERO, cashed], out);
        }
    }

    /// lot for lot, at the price the whole was carried at.
    fn cascade(&mut self, id: InstrumentId, legs: &[types::Tenor], out: &mut Vec<Event>) {
        let product = self.market(id).instrument.product;
        let legs: Vec<InstrumentId> = legs
            .iter()
            .map(|leg| {
                *self.listed.get(&(product, *leg)).expect("terms list legs before wholes end")
            })
            .collect();
        for (account, position) in self.positions(id) {
            let Position { net, carry, since } = position;
            self.close(id, account, position, [net, NetLots::ZERO, NetLots::ZERO], out);
            for leg in &legs {
                self.take_over(account, *leg, net, carry, since);
            }
        }
    }

    fn begin_delivery(&mut self, id: InstrumentId, at: Timestamp, out: &mut Vec<Event>) {
        let price = self.market(id).state.settlement;
        // Lots that cascaded into the month in this very hour came at the price of their whole.
        let mut owed = Owed::new();
        self.mark_positions(id, price, &mut owed);
        self.pay_variation(&owed, out);
        let positions = self.positions(id);
        let (longs, shorts) = self.claims(id, &positions);
        for (account, position) in positions {
            let lots = |claims: &[Claim]| {
                claims.iter().find(|claim| claim.account == account).map_or(Lots::ZERO, |c| c.lots)
            };
            let delivered = lots(&longs).signed(Side::Buy) + lots(&shorts).signed(Side::Sell);
            let cashed = position.net - delivered;
            self.close(id, account, position, [NetLots::ZERO, delivered, cashed], out);
        }
        if longs.is_empty() {
            return;
        }
        let market = self.market(id);
        let month = market.delivery_month().expect("only months are delivered");
        let days = self.terms().delivery.assignment_business_days;
        let invoice = i64::from(self.terms().delivery.invoice_days) * Timestamp::DAY;
        let end = month.plus(1).first_day().start();
        let month = Expired {
            instrument: id,
            price,
            assignment: self.calendar().business_days_after(at, days),
            start: month.first_day().start(),
            end,
            invoiced: end.plus(invoice),
            longs,
            shorts,
            tenders_end: self.tenders_end(at),
            preferences: BTreeMap::new(),
            tenders: BTreeMap::new(),
        };
        self.deliveries.expired.push(month);
        self.review_delivery_margins();
    }

    /// Whole blocks bought and sold, the oldest position first, as many of one as of the other.
    fn claims(
        &self,
        id: InstrumentId,
        positions: &[(AccountId, Position)],
    ) -> (Vec<Claim>, Vec<Claim>) {
        let root = self.root_of(id, positions);
        let of = |side: Side| {
            // What the house has taken over ends in money: it has no use for GPU-hours.
            let is_held = |(account, position): &&(AccountId, Position)| {
                position.net.side() == Some(side) && !account.is_of_house()
            };
            let held = positions.iter().filter(is_held);
            let mut claims: Vec<Claim> = held
                .map(|(account, position)| Claim {
                    account: *account,
                    lots: position.net.size(),
                    since: position.since,
                })
                .collect();
            claims.sort_unstable_by_key(|claim| {
                (claim.since, place(root, claim.account), claim.account)
            });
            claims
        };
        let (mut longs, mut shorts) = (of(Side::Buy), of(Side::Sell));
        let block = self.product(self.market(id).instrument.product).block_lots;
        whole_blocks(&mut shorts, &mut longs, Lots(block));
        (longs, shorts)
    }

    /// what decides between positions that were opened by one command.
    fn root_of(&self, id: InstrumentId, positions: &[(AccountId, Position)]) -> u64 {
        let price = self.market(id).state.settlement;
        let held = positions
            .iter()
            .flat_map(|(account, position)| [u64::from(account.0), position.net.0.cast_unsigned()]);
        root([u64::from(id.0), price.0.cast_unsigned(), self.seq].into_iter().chain(held))
    }

    /// Every account's position in a contract.
    fn positions(&self, id: InstrumentId) -> Vec<(AccountId, Position)> {
        let held = |account: &super::Account| {
            let position = account.holding(id).position;
            (position.net != NetLots::ZERO).then_some((account.id, position))
        };
        self.accounts.values().filter_map(held).collect()
    }

    /// Ends a position that was just settled; `[cascaded, delivered, cashed]` say what became of it.
    fn close(
        &mut self,
        id: InstrumentId,
        account: AccountId,
        position: Position,
        [cascaded, delivered, cashed]: [NetLots; 3],
        out: &mut Vec<Event>,
    ) {
        let price = self.markets[index(id)].state.settlement;
        self.take_over(account, id, -position.net, -position.carry, self.seq);
        let fact = AccountFact::Expired { instrument: id, price, cascaded, delivered, cashed };
        self.account_mut(account).tell(fact, out);
    }
}
