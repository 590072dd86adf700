//! Whether an order may enter.: the checks in order of precedence; the first that fails is
//! the answer, and nothing has changed.

use types::{
    Detail, Lots, MarginReport, NewOrder, OrderId, OrderType, Phase, Refusal, RejectReason, Side,
    Ticks, TimeInForce,
};

use super::Exchange;
use super::account::{Account, Holding};
use super::market::Market;
use crate::book::Order;

/// Proof that an order passed every check; only `admit` can make one.
#[derive(Clone, Copy)]
pub(super) struct Admitted {
    pub(super) order: Order,
    pub(super) time_in_force: TimeInForce,
}

impl Exchange {
    /// Whether a new order may enter; it does not look at the client order id.
    pub(super) fn admit(&self, request: &NewOrder) -> Result<Admitted, Refusal> {
        let account = self.find_account(request.account)?;
        if request.valid_until.is_some_and(|deadline| deadline < self.now) {
            return Err(RejectReason::DeadlinePassed.into());
        }
        let market = self.find_market(request.instrument)?;
        check_phase(market)?;
        check_quantity(market, request.quantity)?;
        let rests = request.time_in_force == TimeInForce::Gtc;
        if request.post_only && (!rests || request.order_type == OrderType::Market) {
            return Err(RejectReason::BadTimeInForce.into());
        }
        let order = new_order(request, self.limit(market, request));
        self.check_band(market, order.price)?;
        check_post_only(market, &order)?;
        let most = self.terms().open_orders_per_account;
        if rests && most <= account.open_orders {
            return Err(RejectReason::TooManyOpenOrders.with(Detail::Most(most.into())));
        }
        let before = account.holding(order.instrument);
        let after = with_open(before, order.side, Lots::ZERO, order.quantity);
        self.check_position(market, order.side, &after)?;
        self.check_margin(account, market, before, after)?;
        Ok(Admitted { order, time_in_force: request.time_in_force })
    }

    /// Whether a resting order may become `changed`. A smaller quantity at the same price always
    /// may.
    pub(super) fn check_amended(&self, resting: &Order, changed: &Order) -> Result<(), Refusal> {
        let account = self.find_account(resting.account)?;
        let market = self.market(resting.instrument);
        check_phase(market)?;
        check_quantity(market, changed.quantity)?;
        if changed.price != resting.price {
            self.check_band(market, changed.price)?;
            check_post_only(market, changed)?;
        }
        let before = account.holding(resting.instrument);
        let after = with_open(before, resting.side, resting.leaves(), changed.leaves());
        if resting.leaves() < changed.leaves() {
            self.check_position(market, resting.side, &after)?;
        }
        self.check_margin(account, market, before, after)
    }

    /// The limit of an order.: a market order's is the best opposite price, or the last
    /// settlement price where there is none, and the protection beyond it, inside the price band.
    fn limit(&self, market: &Market, request: &NewOrder) -> Ticks {
        match request.order_type {
            OrderType::Limit(price) => price,
            OrderType::Market => {
                let best = market.book.best(request.side.opposite());
                let product = self.product(market.instrument.product);
                let (lowest, highest) = product.band(market.state.settlement);
                let reach = request.side.sign() * product.protection_ticks;
                let limit = Ticks(best.unwrap_or(market.state.settlement).0 + reach);
                limit.clamp(lowest, highest)
            }
        }
    }

    fn check_band(&self, market: &Market, price: Ticks) -> Result<(), Refusal> {
        let product = self.product(market.instrument.product);
        let (lowest, highest) = product.band(market.state.settlement);
        if price < lowest || highest < price {
            return Err(RejectReason::PriceBand.with(Detail::Band { lowest, highest }));
        }
        Ok(())
    }

    /// the position, were all orders of the side filled, stays within the limit.
    fn check_position(&self, market: &Market, side: Side, after: &Holding) -> Result<(), Refusal> {
        let most = self.product(market.instrument.product).position_limit_lots;
        let open = match side {
            Side::Buy => after.buys,
            Side::Sell => after.sells,
        };
        let net = i128::from(after.position.net.0) * i128::from(side.sign());
        if i128::from(most) < net + i128::from(open.0) {
            return Err(RejectReason::PositionLimit.with(Detail::Most(most)));
        }
        Ok(())
    }

    /// initial margin stays within the cash that counts, or does not grow.
    fn check_margin(
        &self,
        account: &Account,
        market: &Market,
        before: Holding,
        after: Holding,
    ) -> Result<(), Refusal> {
        let now = self.margin_report(account);
        let MarginReport { initial, available, .. } =
            self.margin_with(account, market, before, after);
        if initial <= now.initial || (!account.is_suspended && initial <= available) {
            return Ok(());
        }
        let detail = Detail::Margin { required: initial, available };
        Err(if account.is_suspended {
            RejectReason::LiquidationOnly.with(detail)
        } else {
            RejectReason::InsufficientMargin.with(detail)
        })
    }

    /// What the account would have to have if its holding in a contract were another.
    pub(super) fn margin_with(
        &self,
        account: &Account,
        market: &Market,
        before: Holding,
        after: Holding,
    ) -> MarginReport {
        let mut sums = account.sums;
        sums.change(&market.losses, before.exposure(), after.exposure());
        let (scenarios, binding_scenario) = sums.initial();
        let initial = scenarios + account.delivery_margin;
        MarginReport { initial, binding_scenario, ..self.margin_report(account) }
    }
}

/// A holding in which `old` lots on offer on one side are `new`.
pub(super) fn with_open(mut holding: Holding, side: Side, old: Lots, new: Lots) -> Holding {
    let open = holding.open(side);
    *open = *open - old + new;
    holding
}

fn check_phase(market: &Market) -> Result<(), Refusal> {
    match market.state.phase {
        Phase::Open => Ok(()),
        phase @ (Phase::Halted | Phase::Expired) => {
            Err(RejectReason::NotTrading.with(Detail::Phase(phase)))
        }
    }
}

fn check_quantity(market: &Market, quantity: Lots) -> Result<(), Refusal> {
    let most = market.instrument.largest_order;
    if quantity == Lots::ZERO {
        Err(RejectReason::QuantityTooSmall.into())
    } else if most < quantity {
        Err(RejectReason::QuantityTooLarge.with(Detail::Most(most.0)))
    } else {
        Ok(())
    }
}

fn check_post_only(market: &Market, order: &Order) -> Result<(), Refusal> {
    let best = market.book.best(order.side.opposite());
    match best.filter(|best| order.post_only && order.side.accepts(order.price, *best)) {
        Some(best) => Err(RejectReason::PostOnlyWouldCross.with(Detail::BestOpposite(best))),
        None => Ok(()),
    }
}

fn new_order(request: &NewOrder, limit: Ticks) -> Order {
    Order {
        id: OrderId(0),
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
        post_only: request.post_only,
        tag: request.tag,
    }
}
