//! Phases: auctions called and frozen, breakers, halts, bands. Chapter 4.

use types::{
    CancelReason, Event, Indicative, InstrumentId, MarketFact, Phase, PhaseChange, Refusal,
    RejectReason, Side, Tenor, Ticks, Timestamp,
};

use super::matching::Step;
use super::state::{Contract, Order, Timers};
use super::{Done, Model};

impl Model {
    pub(super) fn change_phase(
        &mut self,
        id: InstrumentId,
        change: PhaseChange,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        use Phase::{Closed, Expired, Halted, NoCancel, Open, PreOpen};
        let seconds = self.terms().auction.opening_seconds;
        let contract = self.find_contract(id)?;
        match (contract.phase, change) {
            (Open, PhaseChange::Call) => self.call(id, seconds, out),
            (PreOpen, PhaseChange::Freeze) => self.freeze(id, out),
            (PreOpen | NoCancel, PhaseChange::Uncross) => self.uncross(id, out),
            (PreOpen | NoCancel | Open, PhaseChange::Halt) => self.stop(id, Halted, out),
            (PreOpen | NoCancel | Open | Halted, PhaseChange::Close) => self.stop(id, Closed, out),
            (Halted | Closed, PhaseChange::Reopen) => self.call_or_open(id, seconds, out),
            (Expired, _) | (_, _) => return Err(RejectReason::BadPhaseChange.into()),
        }
        Ok(Done::Plain)
    }

    /// Calls an auction that ends after so many seconds; with none it ends when it is uncrossed.
    fn call(&mut self, id: InstrumentId, seconds: u32, out: &mut Vec<Event>) {
        let end = self.at.plus(i64::from(seconds) * Timestamp::SECOND);
        self.call_until(id, (self.at, (seconds != 0).then_some(end)), out);
    }

    pub(super) fn call_until(
        &mut self,
        id: InstrumentId,
        (at, end): (Timestamp, Option<Timestamp>),
        out: &mut Vec<Event>,
    ) {
        let freeze = end.and_then(|end| self.freeze_before(end));
        let contract = self.contract_mut(id);
        contract.indicative = Indicative::default();
        contract.timers = Timers { freeze, uncross: end, reopen: None };
        contract.enter(Phase::PreOpen, out);
        if freeze.is_some_and(|freeze| freeze <= at) {
            self.freeze(id, out);
        }
    }

    fn freeze_before(&self, end: Timestamp) -> Option<Timestamp> {
        let seconds = i64::from(self.terms().auction.no_cancel_seconds);
        (seconds != 0).then(|| end.plus(-seconds * Timestamp::SECOND))
    }

    /// Calls an auction if it has a length, or opens at once.
    pub(super) fn call_or_open(&mut self, id: InstrumentId, seconds: u32, out: &mut Vec<Event>) {
        if seconds == 0 {
            self.uncross(id, out);
        } else {
            self.call(id, seconds, out);
        }
    }

    pub(super) fn freeze(&mut self, id: InstrumentId, out: &mut Vec<Event>) {
        let contract = self.contract_mut(id);
        contract.timers.freeze = None;
        contract.enter(Phase::NoCancel, out);
    }

    fn stop(&mut self, id: InstrumentId, phase: Phase, out: &mut Vec<Event>) {
        let contract = self.contract_mut(id);
        contract.timers = Timers::default();
        contract.enter(phase, out);
    }

    /// Every open contract is called, so that the auction ends with the settlement; the end of one
    /// that was called before is put off until then.
    pub(super) fn call_for_settlement(&mut self, end: Timestamp, out: &mut Vec<Event>) {
        for id in self.contract_ids() {
            let freeze = self.freeze_before(end).map(|time| time.max(self.at));
            let contract = self.contract_mut(id);
            if contract.phase == Phase::Open {
                self.call_until(id, (self.at, Some(end)), out);
            } else if contract.timers.uncross.is_some_and(|before| before < end) {
                contract.timers.uncross = Some(end);
                if contract.phase == Phase::PreOpen {
                    contract.timers.freeze = freeze;
                }
            }
        }
    }

    pub(super) fn restart(&mut self, out: &mut Vec<Event>) -> Done {
        let seconds = self.terms().auction.restart_seconds;
        for id in self.contract_ids() {
            if seconds != 0 && self.contract(id).phase == Phase::Open {
                self.call(id, seconds, out);
            }
        }
        Done::Plain
    }

    /// whether an order would trade too far from other trades.
    pub(super) fn breaks(&self, order: &Order) -> bool {
        self.steps(order).iter().any(|step| match step {
            Step::Trade { price, .. } => !self.lets_trade(order.instrument, *price),
            _ => false,
        })
    }

    /// Whether a price is near enough to the trades of the last minutes.
    pub(super) fn lets_trade(&self, id: InstrumentId, price: Ticks) -> bool {
        let contract = self.contract(id);
        let product = self.product(contract);
        let Some(permille) = product.breaker_permille else { return true };
        let reach = contract.basis.0 * i64::from(permille) / 1000;
        let minute = |time: Timestamp| time.0.div_euclid(Timestamp::MINUTE);
        let first = minute(self.now) - i64::from(product.breaker_minutes) + 1;
        let recent = contract.window.iter().filter(|(time, _)| first <= minute(*time));
        let prices: Vec<Ticks> = recent.map(|(_, price)| *price).collect();
        let lowest = prices.iter().min().copied().unwrap_or(contract.settlement);
        let highest = prices.iter().max().copied().unwrap_or(contract.settlement);
        highest.0 - reach <= price.0 && price.0 <= lowest.0 + reach
    }

    /// Calls a volatility auction for a contract, or for all of its product if it leads them.
    pub(super) fn call_volatility(&mut self, id: InstrumentId, out: &mut Vec<Event>) {
        let seconds = self.terms().auction.volatility_seconds;
        let end = self.now.plus(i64::from(seconds) * Timestamp::SECOND);
        for called in self.contract_ids() {
            let is_meant = called == id || self.leads(id, called);
            if is_meant && self.contract(called).phase == Phase::Open {
                self.call_until(called, (self.now, Some(end)), out);
            }
        }
    }

    /// Whether a contract is the nearest month of the other's product.
    fn leads(&self, id: InstrumentId, other: InstrumentId) -> bool {
        let product = self.contract(other).instrument.product;
        let months = self.contracts.iter().filter(|contract| {
            contract.instrument.product == product
                && contract.phase != Phase::Expired
                && matches!(contract.instrument.tenor(), Some(Tenor::Month(_)))
        });
        let nearest = months.min_by_key(|contract| contract.instrument.tenor());
        nearest.is_some_and(|contract| contract.id() == id)
    }

    pub(super) fn change_band(
        &mut self,
        id: InstrumentId,
        permille: u32,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let contract = self.find_contract(id)?;
        if permille == 0 || 1000 < permille {
            return Err(RejectReason::BadAmount.into());
        }
        if contract.phase == Phase::Expired {
            return Err(RejectReason::BadPhaseChange.into());
        }
        let contract = self.contract_mut(id);
        contract.own_band = Some(permille);
        contract.band_step = 0;
        self.tell_band(id, out);
        self.enforce_band(id, out);
        Ok(Done::Plain)
    }

    fn tell_band(&mut self, id: InstrumentId, out: &mut Vec<Event>) {
        let (lowest, highest) = self.band(self.contract(id));
        self.contract_mut(id).tell(MarketFact::Band { lowest, highest }, out);
    }

    fn band_permille(&self, contract: &Contract) -> Option<u32> {
        let product = self.product(contract);
        match contract.band_step {
            0 => contract.own_band.or(product.band_permille),
            step => Some(product.wider_bands_permille[step - 1]),
        }
    }

    /// The prices that orders may have.
    pub(super) fn band(&self, contract: &Contract) -> (Ticks, Ticks) {
        let (lowest, highest) = (contract.instrument.lowest, contract.instrument.highest);
        let Some(permille) = self.band_permille(contract) else { return (lowest, highest) };
        let middle = contract.settlement.0;
        let reach = contract.basis.0 * i64::from(permille) / 1000;
        (Ticks(middle - reach).max(lowest), Ticks(middle + reach).min(highest))
    }

    /// The step of the next band that is wider than the one in force.
    pub(super) fn next_band(&self, contract: &Contract) -> Option<usize> {
        let now = self.band_permille(contract)?;
        let wider = &self.product(contract).wider_bands_permille;
        wider.iter().position(|band| now < *band).map(|at| at + 1)
    }

    /// A limit halt is over: the contract goes on with the next band.
    pub(super) fn end_limit_halt(&mut self, id: InstrumentId, out: &mut Vec<Event>) {
        let seconds = self.terms().auction.opening_seconds;
        let next = self.next_band(self.contract(id));
        let contract = self.contract_mut(id);
        contract.timers = Timers::default();
        if let Some(step) = next {
            contract.band_step = step;
            self.tell_band(id, out);
        }
        self.call_or_open(id, seconds, out);
    }

    /// Cancels what is outside the band: of bids and then of asks, from the last to trade towards
    /// the first, and then from the first on; then stops, by their limit.
    pub(super) fn enforce_band(&mut self, id: InstrumentId, out: &mut Vec<Event>) {
        let (lowest, highest) = self.band(self.contract(id));
        let is_outside = |order: &Order| order.price < lowest || highest < order.price;
        for side in Side::BOTH {
            let mut queue = self.queue(id, side);
            let last_kept = queue.iter().rposition(|order| !is_outside(order));
            let mut gone = queue.split_off(last_kept.map_or(0, |at| at + 1));
            gone.reverse();
            gone.extend(queue.into_iter().filter(is_outside));
            for order in gone {
                self.withdraw(order.id, CancelReason::Band, out);
            }
        }
        for side in Side::BOTH {
            for stop in self.waiting(id, side, |stop| !stop.has_no_limit && is_outside(stop)) {
                self.withdraw(stop, CancelReason::Band, out);
            }
        }
    }

    /// Orders of one side of a book, in the order in which they would trade.
    pub(super) fn queue(&self, id: InstrumentId, side: Side) -> Vec<Order> {
        let here = self.orders.iter().filter(|o| o.is_in(id) && o.side == side);
        let mut queue: Vec<Order> = here.copied().collect();
        queue.sort_by_key(Order::rank);
        queue
    }
}
