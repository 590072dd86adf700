//! An obligation: one seller delivers nodes to one buyer for every hour of a month.,
//! every GPU-hour of it ends in one way, and one way only.

mod carving;
mod heirs;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use types::terms::GPUS_PER_LOT;
use types::{
    AccountId, DeliveryRole, GpuHours, InstrumentId, Lots, Mills, NodeId, NodeReading,
    ObligationId, ObligationReport, ObligationState, ObligationStep, Ticks, Timestamp,
};

use self::carving::Carved;
use super::Acceptance;
use super::hour::{Claim, Hour};

/// What is delivered, when, and at what price.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) instrument: InstrumentId,
    pub(crate) price: Ticks,
    /// First hour of delivery.
    pub(crate) start: Timestamp,
    /// End of the last.
    pub(crate) end: Timestamp,
    pub(crate) invoiced: Timestamp,
}

/// What a seller and a buyer were paired for.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) seller: AccountId,
    pub(crate) buyer: AccountId,
    pub(crate) lots: Lots,
    /// The seller's nodes for it, by number; fewer than lots where it has too few.
    pub(crate) nodes: Vec<NodeId>,
    /// What a GPU-hour is invoiced at, as a part of the price.
    pub(crate) factor_permille: u32,
    /// Until when both sides may do without the house.
    pub(crate) alternative_until: Timestamp,
    /// Tests of its nodes.
    pub(crate) acceptance: Acceptance,
}

/// The seller whose lots are covered pays what the cover costs above the price.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Covers {
    pub(crate) seller: AccountId,
    /// Mills for each GPU-hour delivered.
    pub(crate) above: Ticks,
}

/// One seller's obligation to one buyer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Obligation {
    pub(crate) id: ObligationId,
    pub(crate) instrument: InstrumentId,
    pub(crate) seller: AccountId,
    pub(crate) buyer: AccountId,
    pub(crate) lots: Lots,
    /// Final settlement price, in mills per GPU-hour.
    pub(crate) price: Ticks,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) state: ObligationState,
    /// The seller's nodes that serve it, by number.
    pub(crate) nodes: Vec<NodeId>,
    /// What a GPU-hour is invoiced at, as a part of the price.
    pub(crate) factor_permille: u32,
    /// Until when both sides may do without the house.
    pub(crate) alternative_until: Timestamp,
    /// The sides that would.
    pub(crate) elected: Vec<DeliveryRole>,
    /// Tests of its nodes.
    pub(crate) acceptance: Acceptance,
    /// What is said of hours that are not final yet.
    hours: BTreeMap<Timestamp, Hour>,
    /// What is still to be decided of hours that are final.
    held: BTreeMap<Timestamp, Vec<Claim>>,
    /// Lots that left it before its end.
    carved: Vec<Carved>,
    /// Whom it covers, if it was written for another seller's lots.
    pub(crate) covers: Option<Covers>,
    /// The dearest cover that was bought for it.
    pub(crate) cover_price: Option<Ticks>,
    /// When it is invoiced.
    pub(crate) invoiced: Timestamp,
    /// Since when the buyer owes its escrow.
    pub(crate) late: Option<Timestamp>,
    /// The rest of its window went on to others.
    pub(crate) is_handed_over: bool,
    /// Hours in a row without any node.
    pub(crate) dark_hours: u32,
    /// The first hour that is not final.
    next: Timestamp,
    covered: GpuHours,
    cashed: GpuHours,
    waived: GpuHours,
    delivered: GpuHours,
    short: GpuHours,
    nodes_down: Lots,
    /// Paid to the seller so far.
    pub(crate) paid: Mills,
    /// Of the buyer's escrow, what is for this obligation.
    pub(crate) escrow: Mills,
    pub(crate) damages: Mills,
}

impl Obligation {
    /// What a pair owes each other; nothing of it has happened yet.
    pub(crate) fn assigned(id: ObligationId, window: Window, part: Part) -> Self {
        let Window { instrument, price, start, end, invoiced } = window;
        Self {
            id,
            instrument,
            seller: part.seller,
            buyer: part.buyer,
            lots: part.lots,
            price,
            start,
            end,
            state: ObligationState::Assigned,
            nodes: part.nodes,
            factor_permille: part.factor_permille,
            alternative_until: part.alternative_until,
            elected: Vec::new(),
            acceptance: part.acceptance,
            hours: BTreeMap::new(),
            held: BTreeMap::new(),
            carved: Vec::new(),
            covers: None,
            cover_price: None,
            invoiced,
            late: None,
            is_handed_over: false,
            dark_hours: 0,
            next: start,
            covered: GpuHours(0),
            cashed: GpuHours(0),
            waived: GpuHours(0),
            delivered: GpuHours(0),
            short: GpuHours(0),
            nodes_down: Lots::ZERO,
            paid: Mills::ZERO,
            escrow: Mills::ZERO,
            damages: Mills::ZERO,
        }
    }

    /// Both ends of it.
    pub(crate) fn parties(&self) -> [(AccountId, DeliveryRole); 2] {
        [(self.seller, DeliveryRole::Deliver), (self.buyer, DeliveryRole::Receive)]
    }

    /// Goes on to the state after a step; false where there is no such step from here.
    pub(crate) fn step(&mut self, step: ObligationStep) -> bool {
        let after = self.state.after(step);
        self.state = after.unwrap_or(self.state);
        after.is_some()
    }

    /// Which side of it an account is.
    pub(crate) fn role_of(&self, account: AccountId) -> Option<DeliveryRole> {
        let mut parties = self.parties().into_iter();
        parties.find(|(party, _)| *party == account).map(|(_, role)| role)
    }

    /// What a GPU-hour is invoiced at: the price times the factor of the grade.
    pub(crate) fn invoice_price(&self) -> Ticks {
        self.price.times_permille(self.factor_permille)
    }

    /// Lots that are still its seller's and that no node serves: they are to be covered.
    pub(crate) fn uncovered_lots(&self) -> Lots {
        let nodes = u64::try_from(self.nodes_in(self.end).count()).expect("a node count");
        Lots(self.open_lots(self.end).0.saturating_sub(nodes))
    }

    /// A spare serves in the place of a node that failed its test.
    pub(crate) fn replace(&mut self, failed: NodeId, spare: NodeId, until: Timestamp) {
        self.acceptance.replace(failed, spare, until);
        self.nodes.retain(|node| *node != failed);
        self.nodes.push(spare);
        self.nodes.sort_unstable();
    }

    /// The first hour that is not final.
    pub(crate) fn next(&self) -> Timestamp {
        self.next
    }

    /// GPU-hours of the whole month.
    pub(crate) fn due(&self) -> GpuHours {
        self.in_period(self.start, self.end)
    }

    /// GPU-hours that the seller still has to deliver, or that are still to be decided.
    pub(crate) fn rest(&self) -> GpuHours {
        self.owed_until(self.end)
    }

    /// GPU-hours that were missing and that nobody covered, those of a default among them.
    pub(crate) fn short(&self) -> GpuHours {
        self.short + self.cashed
    }

    /// Of those, what tolerance and damages at the invoice are about.
    pub(crate) fn missed(&self) -> GpuHours {
        self.short
    }

    /// GPU-hours with a good receipt.
    pub(crate) fn delivered(&self) -> GpuHours {
        self.delivered
    }

    /// GPU-hours that others had to deliver.
    pub(crate) fn covered(&self) -> GpuHours {
        self.covered
    }

    /// GPU-hours that were missing by force majeure.
    pub(crate) fn waived(&self) -> GpuHours {
        self.waived
    }

    /// GPU-hours that are still to be decided.
    pub(crate) fn held(&self) -> GpuHours {
        GpuHours(self.held.values().flatten().map(|claim| claim.disputed()).sum())
    }

    /// every GPU-hour has ended, and in one way only.
    pub(crate) fn is_whole(&self) -> bool {
        let ended = self.delivered + self.short() + self.covered + self.waived;
        self.next >= self.end && self.held.is_empty() && ended == self.due()
    }

    /// Keeps the seller's receipt of an hour. A node's later reading replaces its earlier one;
    /// nodes that serve another obligation are passed over.
    pub(crate) fn meter(&mut self, hour: Timestamp, readings: &[NodeReading]) {
        let mine: Vec<NodeReading> = self.mine(hour, readings).collect();
        let said = self.hours.entry(hour).or_default();
        mine.into_iter().for_each(|reading| said.report(reading));
    }

    /// Those of the readings that are of nodes which serve it.
    pub(crate) fn mine<'a>(
        &'a self,
        hour: Timestamp,
        readings: &'a [NodeReading],
    ) -> impl Iterator<Item = NodeReading> + 'a {
        let serving: BTreeSet<NodeId> = self.nodes_in(hour).collect();
        readings.iter().filter(move |reading| serving.contains(&reading.node)).copied()
    }

    /// What is said of an hour that is not final, if anything.
    pub(crate) fn hour(&self, hour: Timestamp) -> Option<&Hour> {
        self.hours.get(&hour)
    }

    /// The same, to say more.
    pub(crate) fn hour_mut(&mut self, hour: Timestamp) -> &mut Hour {
        self.hours.entry(hour).or_default()
    }

    /// What is to be decided of an hour.
    pub(crate) fn claims(&self, hour: Timestamp) -> &[Claim] {
        self.held.get(&hour).map_or(&[], |claims| claims)
    }

    /// Hours with something to be decided.
    pub(crate) fn held_hours(&self) -> impl Iterator<Item = Timestamp> + '_ {
        self.held.keys().copied()
    }

    /// Whether nothing more can be said of its first hour that is not final.
    pub(crate) fn is_agreed(&self) -> bool {
        let said = self.hours.get(&self.next);
        said.is_some_and(|hour| hour.is_agreed(self.nodes_in(self.next)))
    }

    /// Readings of hours that are not final: hour, node and GPU-hours.
    pub(crate) fn readings(&self) -> impl Iterator<Item = (Timestamp, NodeId, u8)> {
        self.hours.iter().flat_map(|(hour, said)| {
            said.readings().map(|(node, gpu_hours)| (*hour, node, gpu_hours))
        })
    }

    /// Makes the first hour that is not final final, and says what was delivered in it.
    pub(crate) fn finish_hour(&mut self, is_waived: bool) -> GpuHours {
        let said = self.hours.remove(&self.next).unwrap_or_default();
        let outcome = said.outcome();
        let open = self.open_lots(self.next);
        let held: u64 = outcome.claims.iter().map(|claim| claim.disputed()).sum();
        let missing = GpuHours(open.0 * GPUS_PER_LOT - outcome.delivered - held);
        self.nodes_down = Lots(open.0 - outcome.whole);
        self.delivered += GpuHours(outcome.delivered);
        self.miss(missing, is_waived);
        for carved in self.carved.iter().filter(|carved| carved.from <= self.next) {
            let hours = GpuHours(carved.lots.0 * GPUS_PER_LOT);
            *(if carved.is_covered { &mut self.covered } else { &mut self.cashed }) += hours;
        }
        if !outcome.claims.is_empty() {
            self.held.insert(self.next, outcome.claims);
        }
        self.next = self.next.plus(Timestamp::HOUR);
        GpuHours(outcome.delivered)
    }

    /// what was held of an hour is decided. So many GPU-hours count as delivered, the others
    /// are missing.
    pub(crate) fn decide(
        &mut self,
        hour: Timestamp,
        is_waived: bool,
        counts: impl Fn(Claim) -> Option<u64>,
    ) -> (GpuHours, GpuHours) {
        let claims = self.held.remove(&hour).unwrap_or_default();
        let (mut delivered, mut missing, mut left) = (GpuHours(0), GpuHours(0), Vec::new());
        for claim in claims {
            match counts(claim) {
                Some(good) => {
                    delivered += GpuHours(good);
                    missing += GpuHours(claim.disputed() - good);
                }
                None => left.push(claim),
            }
        }
        if !left.is_empty() {
            self.held.insert(hour, left);
        }
        self.delivered += delivered;
        self.miss(missing, is_waived);
        (delivered, missing)
    }

    fn miss(&mut self, missing: GpuHours, is_waived: bool) {
        *(if is_waived { &mut self.waived } else { &mut self.short }) += missing;
    }

    /// What the buyer must have in escrow for deliveries before `until`.
    pub(crate) fn escrow_until(&self, until: Timestamp) -> Mills {
        self.cost(self.owed_until(until.min(self.end)))
    }

    /// What one of its accounts hears of it.
    pub(crate) fn report(&self, role: DeliveryRole) -> ObligationReport {
        ObligationReport {
            obligation: self.id,
            instrument: self.instrument,
            role,
            lots: self.lots,
            price: self.price,
            state: self.state,
            start: self.start,
            end: self.end,
            due: self.due(),
            delivered: self.delivered,
            short: self.short(),
            nodes: Lots(u64::try_from(self.nodes.len()).expect("a node count")),
            nodes_down: self.nodes_down,
            paid: self.paid,
            damages: self.damages,
            factor_permille: self.factor_permille,
            uncovered: self.uncovered_lots(),
            covered: self.covered,
            waived: self.waived,
            held: self.held(),
        }
    }

    /// What the buyer pays for so many GPU-hours.
    pub(crate) fn cost(&self, hours: GpuHours) -> Mills {
        Mills::from_wide(i128::from(hours.0) * i128::from(self.invoice_price().0))
    }

    /// GPU-hours of so many lots from an hour to another.
    pub(crate) fn hours_of(&self, lots: Lots, from: Timestamp, until: Timestamp) -> GpuHours {
        let hours = ((until.0 - from.0) / Timestamp::HOUR).max(0);
        GpuHours(lots.0 * GPUS_PER_LOT * hours.unsigned_abs())
    }

    fn owed_until(&self, until: Timestamp) -> GpuHours {
        let all = self.in_period(self.next, until);
        let gone = self.carved.iter().map(|carved| {
            let hours = (until.0 - carved.from.max(self.next).0) / Timestamp::HOUR;
            GpuHours(carved.lots.0 * GPUS_PER_LOT * hours.max(0).unsigned_abs())
        });
        all - gone.sum() + self.held()
    }

    fn in_period(&self, from: Timestamp, until: Timestamp) -> GpuHours {
        self.hours_of(self.lots, from, until)
    }
}
