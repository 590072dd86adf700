//! Whether an order may enter.: the checks in order of precedence; the first that fails is
//! the answer, and nothing has changed.

use types::{
    Detail, Lots, Mills, NewOrder, OrderId, OrderType, PostOnly, QuoteGroup, Refusal, RejectReason,
    Side, Ticks, TimeInForce,
};

use super::Exchange;
use super::account::{Account, Holding, with_leg};
use super::live::{Order, Wait};
use super::market::Market;
use super::qualify::{check_kind, check_peak, check_phase, check_quantity};
use super::requests::NO_REQUEST;
use crate::ledger::Purse;
use crate::risk::Exposure;

/// Proof that an order passed every check; only `admit`, `admit_quote` and the house can make
/// one.
#[derive(Clone, Copy)]
pub(super) struct Admitted {
    pub(super) order: Order,
}

impl Exchange {
    /// Whether a new order may enter; it does not look at the client order id.
    pub(super) fn admit(&self, request: &NewOrder) -> Result<Admitted, Refusal> {
        self.admit_as(request, None)
    }

    /// Whether an order, or a quote of a group, may enter.
    pub(super) fn admit_as(
        &self,
        request: &NewOrder,
        quote: Option<QuoteGroup>,
    ) -> Result<Admitted, Refusal> {
        let account = self.find_account(request.account)?;
        if account.is_switched_off {
            return Err(RejectReason::KillSwitch.into());
        }
        if request.valid_until.is_some_and(|deadline| deadline < self.now) {
            return Err(RejectReason::DeadlinePassed.into());
        }
        let market = self.find_market(request.instrument)?;
        check_phase(market, request)?;
        check_quantity(market, request.quantity)?;
        check_kind(market, request, self.now)?;
        check_peak(request)?;
        let mut order = new_order(request, self.limit(market, request));
        order.quote = quote;
        self.check_trigger(market, &order)?;
        self.check_band(market, &order)?;
        if order.reduce_only && order.waits.is_none() {
            order.quantity = order.quantity.min(reducible(account, &order)?);
        }
        order.price = self.check_post_only(market, &order)?;
        self.check_minimum(market, &order, request)?;
        let most = self.terms().open_orders_per_account;
        if (order.time_in_force.rests() || order.waits.is_some()) && most <= account.open_orders {
            return Err(RejectReason::TooManyOpenOrders.with(Detail::Most(most.into())));
        }
        let before = account.holding(order.instrument);
        let after = with_open(before, order.side, Lots::ZERO, order.quantity);
        self.check_position(account, market, order.side, order.quantity, after)?;
        let lots = (Lots::ZERO, order.quantity);
        self.check_margin(account, market, order.side, lots, (before, after))?;
        Ok(Admitted { order })
    }

    /// Whether a live order may become `changed`; its price, should it have to slide.
    pub(super) fn check_amended(&self, live: &Order, changed: &Order) -> Result<Ticks, Refusal> {
        let account = self.find_account(live.account)?;
        let market = self.market(live.instrument);
        check_quantity(market, changed.quantity)?;
        let mut price = changed.price;
        if changed.price != live.price || changed.waits != live.waits {
            self.check_trigger(market, changed)?;
            self.check_band(market, changed)?;
            price = self.check_post_only(market, changed)?;
        }
        let before = account.holding(live.instrument);
        let after = with_open(before, live.side, live.leaves(), changed.leaves());
        if live.leaves() < changed.leaves() {
            let more = changed.leaves() - live.leaves();
            self.check_position(account, market, live.side, more, after)?;
        }
        let lots = (live.leaves(), changed.leaves());
        self.check_margin(account, market, live.side, lots, (before, after))?;
        Ok(price)
    }

    /// The limit of an order.: a market order's is the best opposite price, or the last
    /// settlement price where there is none, and the protection beyond it, inside the price band.
    fn limit(&self, market: &Market, request: &NewOrder) -> Ticks {
        let best = || self.best_opposite(market, request.side).unwrap_or(market.state.settlement);
        match request.order_type {
            OrderType::Limit(price) | OrderType::StopLimit { limit: price, .. } => price,
            OrderType::MarketToLimit => self.protected(market, request.side, best(), 0),
            OrderType::Market => self.protected(market, request.side, best(), 1),
            OrderType::Stop { trigger } => self.protected(market, request.side, trigger, 1),
        }
    }

    /// The limit of an order that may trade so many times the protection beyond `price`.
    pub(super) fn protected(&self, market: &Market, side: Side, price: Ticks, times: i64) -> Ticks {
        let product = self.product(market.instrument.product);
        let (lowest, highest) = market.band(product);
        let reach = side.sign() * product.protection_ticks * times;
        Ticks(price.0.saturating_add(reach)).clamp(lowest, highest)
    }

    /// The limit of a stop from its election on.
    pub(super) fn limit_of_stop(&self, order: &Order, wait: Wait) -> Ticks {
        if wait.has_limit {
            return order.price;
        }
        self.protected(self.market(order.instrument), order.side, wait.trigger, 1)
    }

    fn check_trigger(&self, market: &Market, order: &Order) -> Result<(), Refusal> {
        let (lowest, highest) = (market.instrument.lowest, market.instrument.highest);
        match order.waits {
            Some(wait) if wait.trigger < lowest || highest < wait.trigger => {
                Err(RejectReason::PriceBand.with(Detail::Band { lowest, highest }))
            }
            _ => Ok(()),
        }
    }

    fn check_band(&self, market: &Market, order: &Order) -> Result<(), Refusal> {
        let (lowest, highest) = market.band(self.product(market.instrument.product));
        if order.price < lowest || highest < order.price {
            return Err(RejectReason::PriceBand.with(Detail::Band { lowest, highest }));
        }
        Ok(())
    }

    /// the price of an order that must not trade at once.
    fn check_post_only(&self, market: &Market, order: &Order) -> Result<Ticks, Refusal> {
        let best = order.post_only.and_then(|_| self.best_opposite(market, order.side));
        let crossed = best.filter(|best| order.side.accepts(order.price, *best));
        let (Some(how), Some(best), types::Phase::Open) =
            (order.post_only, crossed, market.state.phase)
        else {
            return Ok(order.price);
        };
        if how == PostOnly::Reject {
            return Err(RejectReason::PostOnlyWouldCross.with(Detail::BestOpposite(best)));
        }
        let price = Ticks(best.0 - order.side.sign());
        self.check_band(market, &Order { price, ..*order })?;
        Ok(price)
    }

    /// whether as much as must trade at once can.
    fn check_minimum(
        &self,
        market: &Market,
        order: &Order,
        request: &NewOrder,
    ) -> Result<(), Refusal> {
        let is_fok = request.time_in_force == TimeInForce::Fok;
        if !is_fok && request.qualifiers.minimum.is_none() {
            return Ok(());
        }
        let reached = book::reach(&market.book, &self.orders.slab, &order.taker()).lots;
        if is_fok && reached < order.quantity {
            return Err(RejectReason::FokUnfillable.into());
        }
        if request.qualifiers.minimum.is_some_and(|minimum| reached < minimum) {
            return Err(RejectReason::MinimumUnfillable.into());
        }
        Ok(())
    }

    /// the positions, were all orders of the side filled, stay within the limits: in the
    /// contract, where the holding would be `after`, and in the legs, to which `more` lots come.
    fn check_position(
        &self,
        account: &Account,
        market: &Market,
        side: Side,
        more: Lots,
        after: Holding,
    ) -> Result<(), Refusal> {
        if !market.instrument.is_combination() {
            self.check_furthest(account, market, side, after)?;
        }
        for leg in market.relation.iter().flat_map(|relation| &relation.legs) {
            let side = leg.side(side.sign());
            let mut after = account.holding(leg.instrument);
            *after.leg(side) += Lots(more.0 * leg.lots());
            self.check_furthest(account, self.market(leg.instrument), side, after)?;
        }
        Ok(())
    }

    /// Whether a holding stays within the limits with all orders of the side filled.
    pub(super) fn check_furthest(
        &self,
        account: &Account,
        market: &Market,
        side: Side,
        after: Holding,
    ) -> Result<(), Refusal> {
        let most = self.product(market.instrument.product).position_limit_lots;
        if i128::from(most) < after.furthest(side) {
            return Err(RejectReason::PositionLimit.with(Detail::Most(most)));
        }
        let spot = self.spot_limit(account.id, market);
        if let Some(most) = spot.filter(|most| i128::from(*most) < after.furthest(side)) {
            return Err(RejectReason::SpotMonthLimit.with(Detail::Most(most)));
        }
        Ok(())
    }

    /// initial margin stays within the cash that counts, or does not grow, when of one side of
    /// a contract not `lots.0` are on offer but `lots.1`, which makes the holding another.
    fn check_margin(
        &self,
        account: &Account,
        market: &Market,
        side: Side,
        lots: (Lots, Lots),
        holding: (Holding, Holding),
    ) -> Result<(), Refusal> {
        let cash = self.ledger.balance(Purse::Cash(account.id));
        let available = cash + account.variation.min(Mills::ZERO);
        let is_free = account.credit.is_none() && account.member.is_none();
        let change = (holding.0.exposure(), holding.1.exposure());
        // Nearly always there is enough even if the lots that come lose the most in the scenario that is
        // the worst already; then no scenario is looked at.
        if is_free && !account.is_suspended && market.relation.is_none() {
            let initial = account.sums.initial_at_most(&market.risk, side, change);
            if initial.is_some_and(|most| most + account.margin_of_delivery() <= available) {
                return Ok(());
            }
        }
        let initial = self.initial_with(account, market, side, lots, change);
        let is_within = !account.is_suspended && initial <= available;
        if is_within && is_free {
            return Ok(());
        }
        if initial <= account.sums.initial().0 + account.margin_of_delivery() {
            return Ok(());
        }
        if is_within {
            return self.check_credit(account, initial);
        }
        let detail = Detail::Margin { required: initial, available };
        Err(if account.is_suspended {
            RejectReason::LiquidationOnly.with(detail)
        } else {
            RejectReason::InsufficientMargin.with(detail)
        })
    }

    /// The margin the account would require if of one side of a contract it had not `old` lots on offer
    /// but `new`, which makes its exposure another.
    fn initial_with(
        &self,
        account: &Account,
        market: &Market,
        side: Side,
        (old, new): (Lots, Lots),
        change: (Exposure, Exposure),
    ) -> Mills {
        let Some(relation) = &market.relation else {
            return account.sums.initial_with(&market.risk, side, change)
                + account.margin_of_delivery();
        };
        let mut sums = account.sums;
        sums.change(&market.risk, change.0, change.1);
        for leg in &relation.legs {
            let risk = &self.market(leg.instrument).risk;
            if risk.concentration.is_some() {
                let before = account.holding(leg.instrument);
                let after = with_leg(before, leg, side, old, new);
                sums.change_legs(risk, before.exposure(), after.exposure());
            }
        }
        sums.initial().0 + account.margin_of_delivery()
    }
}

/// A holding in which `old` lots on offer on one side are `new`.
pub(super) fn with_open(mut holding: Holding, side: Side, old: Lots, new: Lots) -> Holding {
    let open = holding.open(side);
    *open = *open - old + new;
    holding
}

/// the lots by which an order could reduce its account's position.
pub(super) fn reducible(account: &Account, order: &Order) -> Result<Lots, Refusal> {
    let net = account.holding(order.instrument).position.net;
    if net.side() != Some(order.side.opposite()) {
        return Err(RejectReason::ReduceOnlyViolation.into());
    }
    Ok(net.size())
}

/// The order that is asked for, with its limit.
pub(super) fn new_order(request: &NewOrder, limit: Ticks) -> Order {
    let qualifiers = &request.qualifiers;
    let has_limit = matches!(request.order_type, OrderType::StopLimit { .. });
    Order {
        id: OrderId(0),
        turn: 0,
        account: request.account,
        session: request.session,
        client_order_id: request.client_order_id,
        instrument: request.instrument,
        side: request.side,
        price: limit,
        quantity: request.quantity,
        filled: Lots::ZERO,
        notional: 0,
        revision: 1,
        time_in_force: request.time_in_force,
        post_only: qualifiers.post_only,
        reduce_only: qualifiers.reduce_only,
        peak: qualifiers.peak,
        self_match: qualifiers.self_match,
        waits: request.order_type.trigger().map(|trigger| Wait { trigger, has_limit }),
        quote: None,
        tag: request.tag,
        request: NO_REQUEST,
    }
}
