//! What an account cannot pay, and what becomes of its positions. Chapters 5 and 10.

use std::collections::BTreeMap;

use types::terms::SCENARIOS;
use types::{
    AccountFact, AccountId, CancelReason, ClearingFact, ClientOrderId, Event, InstrumentId, Layer,
    Lots, Mills, NetLots, NewOrder, OrderType, Phase, Qualifiers, SessionId, Side, StatedPurse,
    TimeInForce, Timestamp, TransferKind,
};

use super::Model;
use super::state::{Account, Position};

/// Parts of an amount in proportion: rounded down, and what is left by one from the first on, to
/// those that were rounded.
fn parts(amount: i128, weights: &[i128]) -> Vec<i128> {
    let total: i128 = weights.iter().sum();
    if total == 0 {
        return weights.to_vec();
    }
    let mut parts: Vec<i128> = weights.iter().map(|weight| amount * weight / total).collect();
    for (at, weight) in weights.iter().enumerate() {
        let is_rounded = parts[at] * total != amount * weight;
        if is_rounded && parts.iter().sum::<i128>() < amount {
            parts[at] += 1;
        }
    }
    parts
}

impl Model {
    /// An account is about to pay more than it has.
    pub(super) fn rescue(
        &mut self,
        id: AccountId,
        kind: TransferKind,
        amount: i128,
        out: &mut Vec<Event>,
    ) {
        self.declare(id, out);
        self.spend_own(id, amount, out);
        if kind != TransferKind::TradingFee && kind != TransferKind::Rounding {
            self.ask_others(id, amount, out);
        }
        let lacking = (amount - self.account(id).cash).max(0);
        self.house -= lacking;
        self.give(id, Layer::Beyond, lacking, out);
    }

    pub(super) fn declare(&mut self, id: AccountId, out: &mut Vec<Event>) {
        if id.is_of_house() {
            return;
        }
        let account = self.account_mut(id);
        account.call = None;
        account.is_due = true;
        if !account.is_suspended {
            account.is_suspended = true;
            account.tell(AccountFact::Suspended, out);
        }
    }

    /// Its own part of the fund, as far as it needs it to pay this.
    fn spend_own(&mut self, id: AccountId, amount: i128, out: &mut Vec<Event>) {
        let account = self.account_mut(id);
        let own = account.contribution.min((amount - account.cash).max(0));
        account.contribution -= own;
        self.move_cash(id, TransferKind::FundOut, own, out);
    }

    fn ask_others(&mut self, id: AccountId, amount: i128, out: &mut Vec<Event>) {
        let from_house = self.house.max(0).min(amount - self.account(id).cash);
        self.house -= from_house;
        self.give(id, Layer::House, from_house, out);
        let liable: Vec<AccountId> = self.contributors().map(|account| account.id).collect();
        let part = i128::from(self.terms().clearing.assessment_permille);
        let (mut funds, mut assessable) = (Vec::new(), Vec::new());
        for other in &liable {
            let account = self.account(*other);
            funds.push(account.contribution);
            assessable.push((account.contribution * part / 1000).min(account.cash));
        }
        for (layer, most) in [(Layer::Fund, funds), (Layer::Assessment, assessable)] {
            let wanted = (amount - self.account(id).cash).min(most.iter().sum());
            for (other, paid) in liable.iter().zip(parts(wanted, &most)).filter(|(_, p)| *p != 0) {
                let charged = ClearingFact::Charged { by: layer, amount: Mills::from_wide(paid) };
                self.account_mut(*other).tell(AccountFact::Clearing(charged), out);
                if layer == Layer::Fund {
                    let other = self.account_mut(*other);
                    other.contribution -= paid;
                    other.moved(StatedPurse::Fund, TransferKind::FundCharge, -paid);
                } else {
                    self.move_cash(*other, TransferKind::Assessment, -paid, out);
                }
            }
            self.give(id, layer, wanted, out);
        }
    }

    fn give(&mut self, id: AccountId, by: Layer, amount: i128, out: &mut Vec<Event>) {
        if amount == 0 {
            return;
        }
        let covered = ClearingFact::Covered { by, amount: Mills::from_wide(amount) };
        self.account_mut(id).debt += amount;
        self.account_mut(id).tell(AccountFact::Clearing(covered), out);
        self.move_cash(id, TransferKind::Shortfall, amount, out);
    }

    fn contributors(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter().filter(|a| !a.is_suspended && !a.id.is_of_house() && a.has_lots())
    }

    /// Losers pay; who cannot comes last. Then winners are paid what has come in.
    pub(super) fn pay_variation(&mut self, owed: &BTreeMap<AccountId, i128>, out: &mut Vec<Event>) {
        let all: Vec<(AccountId, i128)> = owed.iter().map(|(id, gain)| (*id, *gain)).collect();
        let cannot = |model: &Self, id: AccountId, gain: i128| model.account(id).cash + gain < 0;
        let short: Vec<_> = all.iter().filter(|(id, gain)| cannot(self, *id, *gain)).collect();
        for (id, _) in &short {
            self.declare(*id, out);
        }
        for (id, gain) in all.iter().filter(|pair| pair.1 < 0 && !short.contains(pair)) {
            self.move_cash(*id, TransferKind::Variation, *gain, out);
        }
        let at_risk: Vec<(AccountId, i128)> = all
            .iter()
            .filter(|(id, gain)| 0 < *gain && self.account(*id).has_lots())
            .copied()
            .collect();
        let mut left: i128 = at_risk.iter().map(|(_, gain)| gain).sum();
        let mut kept = 0;
        for (id, gain) in short {
            self.spend_own(*id, -gain, out);
            self.ask_others(*id, -gain, out);
            let lacking = -gain - self.account(*id).cash;
            let cut = lacking.min(left);
            if 0 < lacking {
                self.unpaid.insert(id.of_house());
            }
            if 0 < cut {
                let by = Layer::Gains;
                self.kept_back.push((*id, Mills::from_wide(-cut)));
                let covered = ClearingFact::Covered { by, amount: Mills::from_wide(cut) };
                self.account_mut(*id).tell(AccountFact::Clearing(covered), out);
            }
            self.house -= lacking - cut;
            self.give(*id, Layer::Beyond, lacking - cut, out);
            self.move_cash(*id, TransferKind::Variation, gain + cut, out);
            (left, kept) = (left - cut, kept + cut);
        }
        let weights: Vec<i128> = at_risk.iter().map(|(_, gain)| *gain).collect();
        let cuts = parts(kept, &weights);
        for (id, gain) in all.iter().filter(|(_, gain)| 0 < *gain) {
            let at = at_risk.iter().position(|(other, _)| other == id);
            let cut = at.map_or(0, |at| cuts[at]);
            if 0 < cut {
                let (due, cut) = (Mills::from_wide(*gain), Mills::from_wide(cut));
                let fact = AccountFact::Clearing(ClearingFact::GainCut { due, cut });
                self.account_mut(*id).tell(fact, out);
                self.kept_back.push((*id, cut));
            }
            self.move_cash(*id, TransferKind::Variation, gain - cut, out);
        }
    }

    /// Orders of those in default end; then their positions go to the house, unless they are covered.
    pub(super) fn clear_defaults(&mut self, out: &mut Vec<Event>) {
        let ids: Vec<AccountId> = self.accounts.iter().map(|account| account.id).collect();
        for id in ids {
            if std::mem::take(&mut self.account_mut(id).is_due) {
                self.withdraw_all(id, CancelReason::Suspended, out);
                if !self.is_covered(self.account(id)) {
                    self.hand_over(id, out);
                }
            }
        }
        for house in std::mem::take(&mut self.unpaid) {
            if self.accounts.iter().any(|account| account.id == house) {
                self.tear_up(house, out);
            }
        }
    }

    fn hand_over(&mut self, id: AccountId, out: &mut Vec<Event>) {
        let positions = self.carried(id);
        if positions.is_empty() {
            return;
        }
        let house = id.of_house();
        if self.accounts.iter().all(|account| account.id != house) {
            let (name, key) = (format!("house-{}", id.0), self.account(id).key);
            self.add_account(house, &name, key, out);
            self.account_mut(house).is_suspended = true;
        }
        let now = self.now;
        self.next_slices.entry(house).or_insert(now);
        for (instrument, Position { net, carry }) in positions {
            for (account, sign) in [(id, -1), (house, 1)] {
                self.add_position(account, instrument, sign * net, i128::from(sign) * carry);
            }
            for (account, sign) in [(id, -1), (house, 1)] {
                let fact = ClearingFact::Moved { instrument, lots: NetLots(sign * net) };
                self.account_mut(account).tell(AccountFact::Clearing(fact), out);
            }
        }
        let own = std::mem::take(&mut self.account_mut(id).contribution);
        self.move_cash(id, TransferKind::FundOut, own, out);
        let margin = self.account(id).cash;
        self.move_cash(id, TransferKind::Default, -margin, out);
        self.move_cash(house, TransferKind::Default, margin, out);
    }

    /// Positions, and what closed ones have gained since the settlement.
    fn carried(&self, id: AccountId) -> Vec<(InstrumentId, Position)> {
        let all = self.account(id).positions.iter().map(|(id, position)| (*id, *position));
        all.filter(|(_, position)| *position != Position::default()).collect()
    }

    pub(super) fn sell_slices(&mut self, out: &mut Vec<Event>) {
        let seconds = i64::from(self.terms().clearing.slice_seconds);
        for (house, time) in self.next_slices.clone() {
            if self.now < time {
                continue;
            }
            self.next_slices.insert(house, self.now.plus(seconds * Timestamp::SECOND));
            for (instrument, _) in self.carried(house) {
                self.sell_slice(house, instrument, out);
            }
        }
    }

    fn sell_slice(&mut self, house: AccountId, instrument: InstrumentId, out: &mut Vec<Event>) {
        let net = self.account(house).positions.get(&instrument).map_or(0, |p| p.net);
        let side = if net < 0 { Side::Buy } else { Side::Sell };
        let shown: u64 = self.depth(instrument, side.opposite()).values().map(|lots| lots.0).sum();
        let terms = self.terms().clearing;
        let (held, half) = (net.unsigned_abs(), u64::from(terms.slice_permille));
        let mut lots = held;
        if half != 0 && terms.slice_full_lots <= held {
            lots = (held * half / 1000).max(1);
        }
        if terms.slice_book_permille != 0 {
            lots = lots.min((shown * u64::from(terms.slice_book_permille) / 1000).max(1));
        }
        lots = lots.min(shown);
        let is_open = self.contract(instrument).phase == Phase::Open;
        if net == 0 || lots == 0 || !is_open {
            return;
        }
        self.slices += 1;
        let request = NewOrder {
            account: house,
            session: SessionId(0),
            client_order_id: ClientOrderId::new(&format!("slice-{}", self.slices)).expect("short"),
            instrument,
            side,
            order_type: OrderType::Market,
            quantity: Lots(lots),
            time_in_force: TimeInForce::Ioc,
            qualifiers: Qualifiers::default(),
            valid_until: None,
            tag: None,
        };
        let fact = ClearingFact::Slice { instrument, lots: Lots(lots) };
        self.account_mut(house).tell(AccountFact::Clearing(fact), out);
        let order = self.wished(self.contract(instrument), &request);
        self.enter(order, out);
    }

    fn tear_up(&mut self, house: AccountId, out: &mut Vec<Event>) {
        for (instrument, position) in self.carried(house) {
            let sign = position.net.signum();
            let mut others = Vec::new();
            for (other, held) in self.positions(instrument) {
                if held.net.signum() == -sign && sign != 0 {
                    others.push((other, i128::from(held.net.abs())));
                }
            }
            let weights: Vec<i128> = others.iter().map(|(_, lots)| *lots).collect();
            let torn = parts(i128::from(position.net.abs()), &weights);
            let price = self.contract(instrument).settlement;
            for ((other, _), lots) in others.iter().zip(torn).filter(|(_, lots)| *lots != 0) {
                let lots = i64::try_from(lots).expect("lots") * sign;
                for (account, lots) in [(house, -lots), (*other, lots)] {
                    let carry = i128::from(lots) * i128::from(price.0);
                    self.add_position(account, instrument, lots, carry);
                    let fact = ClearingFact::TornUp { instrument, lots: NetLots(lots), price };
                    self.account_mut(account).tell(AccountFact::Clearing(fact), out);
                }
            }
        }
    }

    pub(super) fn give_margin_back(&mut self, out: &mut Vec<Event>) {
        for house in self.next_slices.clone().into_keys() {
            if !self.carried(house).is_empty() {
                continue;
            }
            self.next_slices.remove(&house);
            let (member, margin) = (house.defaulter(), self.account(house).cash);
            self.move_cash(house, TransferKind::Default, -margin, out);
            self.move_cash(member, TransferKind::Default, margin, out);
            let debt = std::mem::take(&mut self.account_mut(house).debt);
            self.account_mut(member).debt += debt;
            let fact = ClearingFact::Closed { returned: Mills::from_wide(margin) };
            self.account_mut(member).tell(AccountFact::Clearing(fact), out);
        }
    }

    /// Each contributes in proportion to the margin of its positions.
    pub(super) fn review_fund(&mut self, out: &mut Vec<Event>) {
        let permille = i128::from(self.terms().clearing.fund_permille);
        if permille == 0 {
            return;
        }
        let mut worst = 0;
        for scenario in 0..SCENARIOS {
            let lost = |account: &Account| {
                let of = account.positions.iter().map(|(id, position)| {
                    i128::from(position.net) * self.contract(*id).losses[scenario]
                });
                of.sum::<i128>().max(0)
            };
            let mut all: Vec<i128> = self.contributors().map(lost).collect();
            all.sort_unstable_by(|one, other| other.cmp(one));
            worst = worst.max(all.iter().take(2).sum());
        }
        let size = (worst * permille + 999) / 1000;
        let margins: Vec<i128> = self.contributors().map(|a| self.margin_of_lots(a)).collect();
        let ids: Vec<AccountId> = self.contributors().map(|account| account.id).collect();
        let wanted: BTreeMap<_, _> = ids.into_iter().zip(parts(size, &margins)).collect();
        let members: Vec<AccountId> = self.accounts.iter().map(|account| account.id).collect();
        for id in members.into_iter().filter(|id| !id.is_of_house()) {
            let more = wanted.get(&id).copied().unwrap_or(0) - self.account(id).contribution;
            let report = self.margin(self.account(id), None);
            let free = i128::from(report.available.0 - report.initial.0).max(0);
            let paid = more.min(free);
            self.account_mut(id).contribution += paid;
            let kind = if paid < 0 { TransferKind::FundOut } else { TransferKind::FundIn };
            self.move_cash(id, kind, -paid, out);
        }
    }

    /// The initial margin of positions alone.
    fn margin_of_lots(&self, account: &Account) -> i128 {
        let lost = |scenario: usize| {
            let of = account.positions.iter().map(|(id, position)| {
                i128::from(position.net) * self.contract(*id).losses[scenario]
            });
            of.sum::<i128>()
        };
        let (_, by_size) = self.concentration(account, &account.positions, None);
        (0..SCENARIOS).map(lost).max().unwrap_or(0).max(0) + by_size
    }
}
