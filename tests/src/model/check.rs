//! Whether an order may enter, in order of precedence. Chapters 3, 4 and 6.

use types::{
    AccountId, Detail, InstrumentId, Lots, NewOrder, OrderType, Phase, PostOnly, Qualifiers,
    Refusal, RejectReason, Side, Ticks, TimeInForce,
};

use super::Model;
use super::risk::Supposed;
use super::state::{Account, Contract, Order};

impl Model {
    pub(super) fn find_account(&self, id: AccountId) -> Result<&Account, Refusal> {
        let found = self.accounts.iter().find(|account| account.id == id && !id.is_of_house());
        found.ok_or(RejectReason::UnknownAccount.into())
    }

    pub(super) fn find_contract(&self, id: InstrumentId) -> Result<&Contract, Refusal> {
        let found = self.contracts.iter().find(|contract| contract.id() == id);
        found.ok_or(RejectReason::UnknownInstrument.into())
    }

    /// The order as it may enter: with its limit price, and with its quantity if it is cut.
    pub(super) fn admit(&self, request: &NewOrder) -> Result<Order, Refusal> {
        let account = self.find_account(request.account)?;
        if account.is_killed {
            return Err(RejectReason::KillSwitch.into());
        }
        if request.valid_until.is_some_and(|deadline| deadline < self.now) {
            return Err(RejectReason::DeadlinePassed.into());
        }
        let contract = self.find_contract(request.instrument)?;
        check_phase(contract, request)?;
        check_quantity(contract, request.quantity)?;
        self.check_contradictions(contract, request)?;
        check_peak(request)?;
        let mut order = self.wished(contract, request);
        self.check_prices(&order)?;
        if request.qualifiers.reduce_only && order.trigger.is_none() {
            let most = account.reducible(order.instrument, order.side);
            if most == Lots::ZERO {
                return Err(RejectReason::ReduceOnlyViolation.into());
            }
            order.quantity = order.quantity.min(most);
        }
        self.check_post_only(&mut order)?;
        self.check_reach(&order, request)?;
        self.check_open_orders(&order)?;
        let lots = i64::try_from(order.quantity.0).expect("below the largest order");
        let supposed = Supposed { instrument: order.instrument, side: order.side, lots };
        self.check_position(account, supposed)?;
        self.check_margin(account, supposed)?;
        Ok(order)
    }

    /// Whether a resting order may get this price, trigger and quantity; its price may slide.
    pub(super) fn admit_amended(&self, order: &Order, changed: &mut Order) -> Result<(), Refusal> {
        let account = self.find_account(order.account)?;
        let contract = self.find_contract(order.instrument)?;
        if !contract.phase.takes_orders() {
            return Err(not_trading(contract));
        }
        check_quantity(contract, changed.quantity)?;
        if (changed.price, changed.trigger) != (order.price, order.trigger) {
            self.check_prices(changed)?;
            self.check_post_only(changed)?;
        }
        let signed = |lots: Lots| i64::try_from(lots.0).expect("below the largest order");
        let lots = signed(changed.quantity) - signed(order.quantity);
        let supposed = Supposed { instrument: order.instrument, side: order.side, lots };
        if 0 < lots {
            self.check_position(account, supposed)?;
        }
        self.check_margin(account, supposed)
    }

    fn check_contradictions(&self, contract: &Contract, request: &NewOrder) -> Result<(), Refusal> {
        let Qualifiers { post_only, minimum, peak, reduce_only, .. } = request.qualifiers;
        let is_fok = request.time_in_force == TimeInForce::Fok;
        let is_at_once = !request.time_in_force.rests();
        let is_limit = matches!(request.order_type, OrderType::Limit(_));
        let is_stop = request.order_type.trigger().is_some();
        let is_over = matches!(request.time_in_force, TimeInForce::Gtd(end) if end <= self.now);
        let is_combination = contract.instrument.tenor().is_none();
        let is_contradiction = is_over
            || (is_combination && reduce_only)
            || (post_only.is_some() && (is_at_once || !is_limit))
            || (peak.is_some() && is_at_once)
            || (is_stop && (is_fok || minimum.is_some() || peak.is_some()));
        if is_contradiction {
            return Err(RejectReason::BadTimeInForce.into());
        }
        Ok(())
    }

    /// The order that is asked for.
    pub(super) fn wished(&self, contract: &Contract, request: &NewOrder) -> Order {
        let (id, side) = (contract.id(), request.side);
        let best = || self.best_opposite(id, side).unwrap_or(contract.settlement);
        let price = match request.order_type {
            OrderType::Limit(price) | OrderType::StopLimit { limit: price, .. } => price,
            OrderType::Market => self.protected(id, side, best()),
            OrderType::MarketToLimit => self.in_band(contract, best()),
            OrderType::Stop { trigger } => self.protected(id, side, trigger),
        };
        let Qualifiers { post_only, reduce_only, peak, self_match, .. } = request.qualifiers;
        Order {
            id: types::OrderId(0),
            turn: 0,
            account: request.account,
            session: request.session,
            client_order_id: request.client_order_id,
            instrument: request.instrument,
            side,
            price,
            trigger: request.order_type.trigger(),
            has_no_limit: matches!(request.order_type, OrderType::Stop { .. }),
            quantity: request.quantity,
            filled: Lots::ZERO,
            notional: 0,
            shown: Lots::ZERO,
            peak,
            made_best: false,
            revision: 1,
            time_in_force: request.time_in_force,
            post_only,
            reduce_only,
            self_match,
            tag: request.tag,
            group: None,
        }
    }

    /// A price, or the nearest one that an order may have.
    fn in_band(&self, contract: &Contract, price: Ticks) -> Ticks {
        let (lowest, highest) = self.band(contract);
        price.max(lowest).min(highest)
    }

    /// So far beyond a price as the product protects, inside the band.
    pub(super) fn protected(&self, id: InstrumentId, side: Side, from: Ticks) -> Ticks {
        let contract = self.contract(id);
        let (lowest, highest) = self.band(contract);
        let beyond = from.0 + side.sign() * self.product(contract).protection_ticks;
        Ticks(beyond.max(lowest.0).min(highest.0))
    }

    fn check_prices(&self, order: &Order) -> Result<(), Refusal> {
        let contract = self.contract(order.instrument);
        if let Some(trigger) = order.trigger {
            let (lowest, highest) = (contract.instrument.lowest, contract.instrument.highest);
            check_between(trigger, lowest, highest)?;
        }
        if order.trigger.is_some() && order.has_no_limit {
            return Ok(());
        }
        let (lowest, highest) = self.band(contract);
        check_between(order.price, lowest, highest)
    }

    /// A post-only order does not trade at once; it may slide instead.
    fn check_post_only(&self, order: &mut Order) -> Result<(), Refusal> {
        let contract = self.contract(order.instrument);
        if order.post_only.is_none() {
            return Ok(());
        }
        let Some(best) = self.best_opposite(order.instrument, order.side) else {
            return Ok(());
        };
        if contract.phase != Phase::Open || !order.side.accepts(order.price, best) {
            return Ok(());
        }
        match order.post_only {
            None => Ok(()),
            Some(PostOnly::Reject) => {
                Err(RejectReason::PostOnlyWouldCross.with(Detail::BestOpposite(best)))
            }
            Some(PostOnly::Slide) => {
                order.price = Ticks(best.0 - order.side.sign());
                let (lowest, highest) = self.band(contract);
                check_between(order.price, lowest, highest)
            }
        }
    }

    fn check_reach(&self, order: &Order, request: &NewOrder) -> Result<(), Refusal> {
        let is_fok = request.time_in_force == TimeInForce::Fok;
        if is_fok && self.reach(order) < order.quantity {
            return Err(RejectReason::FokUnfillable.into());
        }
        if request.qualifiers.minimum.is_some_and(|minimum| self.reach(order) < minimum) {
            return Err(RejectReason::MinimumUnfillable.into());
        }
        Ok(())
    }

    fn check_open_orders(&self, order: &Order) -> Result<(), Refusal> {
        let most = self.terms().open_orders_per_account;
        let open = self.orders.iter().filter(|open| open.account == order.account).count();
        let stays = order.time_in_force.rests() || order.trigger.is_some();
        if stays && most as usize <= open {
            return Err(RejectReason::TooManyOpenOrders.with(Detail::Most(u64::from(most))));
        }
        Ok(())
    }

    /// Were everything on that side filled, the positions would stay within the limits.
    fn check_position(&self, account: &Account, supposed: Supposed) -> Result<(), Refusal> {
        let Supposed { instrument, side, lots } = supposed;
        let mut wanted: Vec<(InstrumentId, i64)> = Vec::new();
        if self.contract(instrument).instrument.tenor().is_some() {
            wanted.push((instrument, side.sign()));
        }
        let legs = self.brings(instrument);
        wanted.extend(legs.into_iter().map(|(leg, units)| (leg, units * side.sign())));
        for (id, units) in wanted {
            let side = if 0 < units { Side::Buy } else { Side::Sell };
            let more = i128::from(units.unsigned_abs()) * i128::from(lots);
            self.check_furthest(account, id, self.furthest(account.id, id, side) + more)?;
        }
        Ok(())
    }

    fn check_margin(&self, account: &Account, supposed: Supposed) -> Result<(), Refusal> {
        let before = self.margin(account, None);
        let after = self.margin(account, Some(supposed));
        let grows = before.initial < after.initial;
        let detail = Detail::Margin { required: after.initial, available: after.available };
        if grows && account.is_suspended {
            return Err(RejectReason::LiquidationOnly.with(detail));
        }
        if grows && after.available < after.initial {
            return Err(RejectReason::InsufficientMargin.with(detail));
        }
        if grows {
            return self.check_credit(account, after.initial);
        }
        Ok(())
    }

    /// The best price of a side.
    pub(super) fn best(&self, instrument: InstrumentId, side: Side) -> Option<Ticks> {
        let here = self.orders.iter().filter(|o| o.is_in(instrument) && o.side == side);
        here.min_by_key(|order| order.rank()).map(|order| order.price)
    }
}

pub(super) fn not_trading(contract: &Contract) -> Refusal {
    RejectReason::NotTrading.with(Detail::Phase(contract.phase))
}

/// Some orders are not taken in an auction, because they trade at once or not at all.
fn check_phase(contract: &Contract, request: &NewOrder) -> Result<(), Refusal> {
    let is_for_now = !request.time_in_force.rests()
        || request.qualifiers.minimum.is_some()
        || matches!(request.order_type, OrderType::Market | OrderType::MarketToLimit);
    if !contract.phase.takes_orders() || (contract.phase.is_auction() && is_for_now) {
        return Err(not_trading(contract));
    }
    Ok(())
}

fn check_quantity(contract: &Contract, quantity: Lots) -> Result<(), Refusal> {
    let most = contract.instrument.largest_order;
    if quantity.0 < 1 {
        return Err(RejectReason::QuantityTooSmall.into());
    }
    if most < quantity {
        return Err(RejectReason::QuantityTooLarge.with(Detail::Most(most.0)));
    }
    Ok(())
}

fn check_peak(request: &NewOrder) -> Result<(), Refusal> {
    let Some(peak) = request.qualifiers.peak else { return Ok(()) };
    let (peak, all) = (u128::from(peak.0), u128::from(request.quantity.0));
    if peak == 0 || 100 * peak < all || all <= peak || 1 << 32 <= peak {
        return Err(RejectReason::BadPeak.into());
    }
    Ok(())
}

fn check_between(price: Ticks, lowest: Ticks, highest: Ticks) -> Result<(), Refusal> {
    if (lowest..=highest).contains(&price) {
        return Ok(());
    }
    Err(RejectReason::PriceBand.with(Detail::Band { lowest, highest }))
}
