//! Auctions: the price at which the most lots trade, and trading at it.

use types::{
    CancelReason, Event, Indicative, InstrumentId, Liquidity, Lots, MarketFact, NetLots, OrderId,
    Phase, Side, Ticks, TradeKind,
};

use super::Model;
use super::matching::Made;
use super::state::{Order, Timers};

/// What would trade at one price.
#[derive(Clone, Copy)]
struct Candidate {
    price: Ticks,
    lots: Lots,
    /// Lots left over, bought above zero.
    surplus: i64,
}

impl Model {
    /// What the auction of a contract would come to now.
    pub(super) fn strike(&self, id: InstrumentId) -> Indicative {
        let best = |side| self.best(id, side);
        let (Some(bid), Some(ask)) = (best(Side::Buy), best(Side::Sell)) else {
            return Indicative::default();
        };
        let candidates: Vec<Candidate> = self
            .prices_that_matter(id)
            .into_iter()
            .filter(|price| ask <= *price && *price <= bid)
            .map(|price| self.candidate(id, price))
            .collect();
        let Some(most) = candidates.iter().map(|candidate| candidate.lots).max() else {
            return Indicative::default();
        };
        let most_traded = candidates.iter().filter(|candidate| candidate.lots == most);
        let fewest = most_traded.clone().map(|c| c.surplus.abs()).min().expect("one trades most");
        let best: Vec<&Candidate> =
            most_traded.filter(|candidate| candidate.surplus.abs() == fewest).collect();
        let settlement = self.contract(id).settlement;
        let chosen = if best.iter().all(|candidate| 0 < candidate.surplus) {
            best.iter().max_by_key(|candidate| candidate.price)
        } else if best.iter().all(|candidate| candidate.surplus < 0) {
            best.iter().min_by_key(|candidate| candidate.price)
        } else {
            best.iter().min_by_key(|candidate| (candidate.price.0 - settlement.0).abs())
        };
        let chosen = chosen.expect("one is best");
        Indicative {
            price: Some(chosen.price),
            lots: chosen.lots,
            surplus: NetLots(chosen.surplus),
        }
    }

    /// The prices of orders and those next to them, where what would trade changes; and the one that
    /// decides between equals.
    fn prices_that_matter(&self, id: InstrumentId) -> Vec<Ticks> {
        let here = self.orders.iter().filter(|order| order.is_in(id));
        let around = here.flat_map(|order| [-1, 0, 1].map(|more| Ticks(order.price.0 + more)));
        around.chain([self.contract(id).settlement]).collect()
    }

    fn candidate(&self, id: InstrumentId, price: Ticks) -> Candidate {
        let willing = |side: Side| {
            let is_willing =
                |o: &&Order| o.is_in(id) && o.side == side && side.accepts(o.price, price);
            self.orders.iter().filter(is_willing).map(Order::leaves).sum::<Lots>()
        };
        let (bought, sold) = (willing(Side::Buy), willing(Side::Sell));
        let signed = |lots: Lots| i64::try_from(lots.0).expect("few enough lots");
        Candidate { price, lots: bought.min(sold), surplus: signed(bought) - signed(sold) }
    }

    /// Ends an auction, if one is called, and opens the contract.
    pub(super) fn uncross(&mut self, id: InstrumentId, out: &mut Vec<Event>) {
        let (struck, elected) = self.strike_with_stops(id, out);
        if let Some(price) = struck.price {
            self.trade_at(id, price, struck.lots, out);
        }
        let contract = self.contract_mut(id);
        contract.window.clear();
        contract.timers = Timers::default();
        contract.enter(Phase::Open, out);
        for order in elected {
            let left = self.orders.iter().find(|o| o.id == order).copied();
            if left.is_some_and(|order| !order.time_in_force.rests()) {
                self.withdraw(order, CancelReason::ImmediateOrCancel, out);
            }
        }
        self.come_again(id, out);
    }

    /// The auction's price, after the stops that it elects have joined.
    fn strike_with_stops(
        &mut self,
        id: InstrumentId,
        out: &mut Vec<Event>,
    ) -> (Indicative, Vec<OrderId>) {
        let mut elected = Vec::new();
        loop {
            let struck = self.strike(id);
            let reached = struck.price.map(|price| self.reached(id, price)).unwrap_or_default();
            if reached.is_empty() {
                return (struck, elected);
            }
            for stop in reached {
                let order = self.elect(stop, out);
                if let Some(order) = self.cut_to_position(order, out) {
                    elected.push(order.id);
                    self.rest(order);
                }
            }
        }
    }

    fn trade_at(&mut self, id: InstrumentId, price: Ticks, mut lots: Lots, out: &mut Vec<Event>) {
        while lots != Lots::ZERO {
            let first = |side| {
                let here = self.orders.iter().filter(|o| o.is_in(id) && o.side == side);
                *here.min_by_key(|order| order.rank()).expect("both sides have the lots")
            };
            let (mut buy, mut sell) = (first(Side::Buy), first(Side::Sell));
            let traded = buy.leaves().min(sell.leaves()).min(lots);
            lots -= traded;
            for order in [&mut buy, &mut sell] {
                self.take_part(order, price, traded);
            }
            let trade = self.tell_trade(id, price, traded, None, TradeKind::Book, out);
            let legs = self.agreed_legs(id, price);
            let made = Made { trade_id: trade, price, lots: traded, legs };
            self.fill(&buy, Liquidity::Auction, &made, out);
            self.fill(&sell, Liquidity::Auction, &made, out);
        }
    }

    /// An order trades in an auction, with all that it hides.
    fn take_part(&mut self, order: &mut Order, price: Ticks, lots: Lots) {
        order.fill(price, lots);
        order.shown = order.shown.min(order.leaves());
        self.put_back(*order);
    }

    /// Tells the indicative prices that have changed.
    pub(super) fn tell_indicatives(&mut self, out: &mut Vec<Event>) {
        for id in self.contract_ids() {
            if !self.contract(id).phase.is_auction() {
                continue;
            }
            let indicative = self.strike(id);
            let contract = self.contract_mut(id);
            if indicative != contract.indicative {
                contract.indicative = indicative;
                contract.tell(MarketFact::Indicative(indicative), out);
            }
        }
    }
}
