//! One account: its positions, what it has on offer, and what its risk sums up to.

use serde::{Deserialize, Serialize};
use types::{
    AccountFact, AccountId, Event, InstrumentId, Lots, MarginReport, MemberId, Mills, NetLots,
    PublicKey, Refusal, Side, Ticks, Timestamp,
};

use super::holdings::Holdings;
use super::index;
use super::market::Market;
use super::nonces::Nonces;
use super::relations::{Part, Relation};
use super::statements::Day;
use crate::clearing::Position;
use crate::risk::{Exposure, Sums};

/// An account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Account {
    pub(super) id: AccountId,
    pub(super) name: String,
    pub(super) key: PublicKey,
    acct_seq: u64,
    nonces: Nonces,
    pub(super) open_orders: u32,
    /// How many of its open orders are reduce-only.
    pub(super) reducing: u32,
    /// Its kill switch is thrown.
    pub(super) is_switched_off: bool,
    /// It was thrown by admins, who alone release it.
    pub(super) is_held: bool,
    /// What others paid for it in its defaults.
    pub(super) debt: Mills,
    /// It is in default, or the house's: it may only reduce its risk.
    pub(super) is_suspended: bool,
    /// The member it belongs to, if it has joined one.
    pub(super) member: Option<MemberId>,
    /// The most margin it may require.
    pub(super) credit: Option<Mills>,
    /// The deadline of a call for margin.
    pub(super) call: Option<Timestamp>,
    /// What it has, by contract.
    holdings: Holdings,
    pub(super) sums: Sums,
    /// Gain or loss of all positions since the last settlement, at the last settlement prices.
    pub(super) variation: Mills,
    /// Margin of its deliveries.
    pub(super) delivery_margin: Mills,
    /// Margin of short positions that must stand on nodes and do not.
    pub(super) coverage_margin: Mills,
    /// The margin its owner was last told.
    pub(super) reported: MarginReport,
    /// What moved since its last statement.
    pub(super) day: Day,
}

/// What an account has in one contract.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Holding {
    pub(super) position: Position,
    /// Lots of open bids.
    pub(super) buys: Lots,
    /// Lots of open offers.
    pub(super) sells: Lots,
    /// Lots that open orders of combinations, quarters and years would bring as a leg.
    pub(super) leg_buys: Lots,
    /// The same, sold.
    pub(super) leg_sells: Lots,
}

impl Holding {
    pub(super) fn exposure(&self) -> Exposure {
        Exposure {
            net: self.position.net,
            buys: self.buys,
            sells: self.sells,
            legs: [self.leg_buys, self.leg_sells],
        }
    }

    /// The lots on offer on one side, to change them.
    pub(super) fn open(&mut self, side: Side) -> &mut Lots {
        match side {
            Side::Buy => &mut self.buys,
            Side::Sell => &mut self.sells,
        }
    }

    /// The lots that orders of other contracts would bring on one side, to change them.
    pub(super) fn leg(&mut self, side: Side) -> &mut Lots {
        match side {
            Side::Buy => &mut self.leg_buys,
            Side::Sell => &mut self.leg_sells,
        }
    }

    /// The position, with every order filled that would bring lots on this side, in its direction.
    pub(super) fn furthest(mut self, side: Side) -> i128 {
        let open = i128::from(self.open(side).0) + i128::from(self.leg(side).0);
        i128::from(self.position.net.0) * i128::from(side.sign()) + open
    }

    fn is_empty(&self) -> bool {
        self.is_of_legs_only() && self.leg_buys == Lots::ZERO && self.leg_sells == Lots::ZERO
    }

    /// Neither a position nor an order of its own.
    fn is_of_legs_only(&self) -> bool {
        self.position.net == NetLots::ZERO
            && self.position.carry == 0
            && self.buys == Lots::ZERO
            && self.sells == Lots::ZERO
    }
}

impl Account {
    /// A new account without anything.
    pub(super) fn new(id: AccountId, name: String, key: PublicKey) -> Self {
        Self {
            id,
            name,
            key,
            acct_seq: 0,
            nonces: Nonces::default(),
            open_orders: 0,
            reducing: 0,
            is_switched_off: false,
            is_held: false,
            debt: Mills::ZERO,
            is_suspended: false,
            member: None,
            credit: None,
            call: None,
            holdings: Holdings::default(),
            sums: Sums::default(),
            variation: Mills::ZERO,
            delivery_margin: Mills::ZERO,
            coverage_margin: Mills::ZERO,
            reported: MarginReport::default(),
            day: Day::default(),
        }
    }

    /// Margin of what it will deliver or receive, and of what it could not deliver.
    pub(super) fn margin_of_delivery(&self) -> Mills {
        self.delivery_margin + self.coverage_margin
    }

    pub(super) fn acct_seq(&self) -> u64 {
        self.acct_seq
    }

    /// Tells the owner.
    pub(super) fn tell(&mut self, fact: AccountFact, out: &mut Vec<Event>) {
        self.tell_made(|| fact, out);
    }

    /// Tells the owner a fact that is made where it is put, which spares two copies of it.
    #[inline(always)]
    pub(super) fn tell_made(&mut self, fact: impl FnOnce() -> AccountFact, out: &mut Vec<Event>) {
        self.acct_seq += 1;
        let (account, acct_seq) = (self.id, self.acct_seq);
        let event = || Event::Account { account, acct_seq, fact: fact() };
        out.extend(std::iter::once_with(event));
    }

    /// What it has in a contract.
    pub(super) fn holding(&self, instrument: InstrumentId) -> Holding {
        self.holdings.get(instrument).copied().unwrap_or_default()
    }

    /// All it has, by contract.
    pub(super) fn holdings(&self) -> impl Iterator<Item = (InstrumentId, &Holding)> {
        self.holdings.iter()
    }

    /// Carries the position in a contract at its new settlement price: its gain or loss, unless there
    /// is nothing in that contract.
    pub(super) fn settle(&mut self, market: &Market, price: Ticks) -> Option<Mills> {
        let holding = self.holdings.get(market.id()).filter(|held| !held.is_of_legs_only())?;
        let gain = holding.position.variation(price, market.instrument.tick_value);
        // At the old price the account's sum loses this position's part; at the new one it has none.
        self.change(market, |holding| holding.position.mark(market.state.settlement));
        if let Some(holding) = self.holdings.get_mut(market.id()) {
            holding.position.mark(price);
        }
        Some(gain)
    }

    /// Changes what it has in a contract and everything that is summed up from it. The position
    /// before and after.
    pub(super) fn change(
        &mut self,
        market: &Market,
        change: impl FnOnce(&mut Holding),
    ) -> (NetLots, NetLots) {
        let holding = self.holdings.get_or_insert(market.id());
        let before = *holding;
        change(holding);
        let after = *holding;
        self.sums.change(&market.risk, before.exposure(), after.exposure());
        if after.position != before.position {
            self.variation +=
                market.variation(&after.position) - market.variation(&before.position);
        }
        if after.is_empty() {
            self.holdings.remove(market.id());
        }
        (before.position.net, after.position.net)
    }

    /// Of the lots that an order of a relation's owner would bring in its legs, `old` times them are
    /// `new` times them.
    pub(super) fn change_legs(
        &mut self,
        markets: &[Market],
        relation: &Relation,
        side: Side,
        (old, new): (Lots, Lots),
    ) {
        for leg in &relation.legs {
            let holding = self.holdings.get_or_insert(leg.instrument);
            let before = *holding;
            let after = with_leg(before, leg, side, old, new);
            *holding = after;
            let risk = &markets[index(leg.instrument)].risk;
            self.sums.change_legs(risk, before.exposure(), after.exposure());
            if after.is_empty() {
                self.holdings.remove(leg.instrument);
            }
        }
    }

    /// Its sums, worked out from what it has.
    pub(super) fn weighed(&self, markets: &[Market]) -> Sums {
        let mut sums = Sums::default();
        for (instrument, holding) in self.holdings.iter() {
            let risk = &markets[index(instrument)].risk;
            sums.change(risk, Exposure::default(), holding.exposure());
        }
        sums
    }

    /// Whether a signed command with this nonce is new.
    pub(super) fn check_nonce(&self, nonce: u64) -> Result<(), Refusal> {
        self.nonces.check(nonce)
    }

    /// Remembers the nonce of a signed command.
    pub(super) fn use_nonce(&mut self, nonce: u64) {
        self.nonces.spend(nonce);
    }
}

/// A holding in a leg of a contract of which `old` lots on offer are `new`.
pub(super) fn with_leg(
    mut holding: Holding,
    leg: &Part,
    side: Side,
    old: Lots,
    new: Lots,
) -> Holding {
    let lots = holding.leg(leg.side(side.sign()));
    *lots = Lots(lots.0 + new.0 * leg.lots() - old.0 * leg.lots());
    holding
}
