//! Whether an order may enter, in order of precedence. Chapters 3, 4 and 6.

use types::{
    AccountId, Detail, InstrumentId, Lots, NewOrder, OrderType, Phase, Refusal, RejectReason, Side,
    Ticks, TimeInForce,
};

use super::Model;
use super::risk::Supposed;
use super::state::{Account, Contract, Order};

impl Model {
    pub(super) fn find_account(&self, id: AccountId) -> Result<&Account, Refusal> {
        let found = self.accounts.iter().find(|account| account.id == id);
        found.ok_or(RejectReason::UnknownAccount.into())
    }

    pub(super) fn find_contract(&self, id: InstrumentId) -> Result<&Contract, Refusal> {
        let found = self.contracts.iter().find(|contract| contract.id() == id);
        found.ok_or(RejectReason::UnknownInstrument.into())
    }

    /// The limit price of an order that may enter.
    pub(super) fn admit(&self, order: &NewOrder) -> Result<Ticks, Refusal> {
        let account = self.find_account(order.account)?;
        if order.valid_until.is_some_and(|deadline| deadline < self.now) {
            return Err(RejectReason::DeadlinePassed.into());
        }
        let contract = self.find_contract(order.instrument)?;
        check_open(contract)?;
        check_quantity(contract, order.quantity)?;
        let is_ioc = order.time_in_force == TimeInForce::Ioc;
        if order.post_only && (is_ioc || order.order_type == OrderType::Market) {
            return Err(RejectReason::BadTimeInForce.into());
        }
        let price = self.limit_price(contract, order);
        self.check_band(contract, price)?;
        if order.post_only {
            self.check_does_not_cross(order.instrument, order.side, price)?;
        }
        let most = self.terms().open_orders_per_account;
        let open = self.orders.iter().filter(|open| open.account == order.account).count();
        if !is_ioc && most as usize <= open {
            return Err(RejectReason::TooManyOpenOrders.with(Detail::Most(u64::from(most))));
        }
        let lots = i64::try_from(order.quantity.0).expect("below the largest order");
        let supposed = Supposed { instrument: order.instrument, side: order.side, lots };
        self.check_position(account, supposed)?;
        self.check_margin(account, supposed)?;
        Ok(price)
    }

    /// Whether a resting order may get this price and quantity.
    pub(super) fn admit_amended(&self, order: &Order, changed: &Order) -> Result<(), Refusal> {
        let account = self.find_account(order.account)?;
        let contract = self.find_contract(order.instrument)?;
        check_open(contract)?;
        check_quantity(contract, changed.quantity)?;
        if changed.price != order.price {
            self.check_band(contract, changed.price)?;
            if order.post_only {
                self.check_does_not_cross(order.instrument, order.side, changed.price)?;
            }
        }
        let signed = |lots: Lots| i64::try_from(lots.0).expect("below the largest order");
        let lots = signed(changed.quantity) - signed(order.quantity);
        let supposed = Supposed { instrument: order.instrument, side: order.side, lots };
        if 0 < lots {
            self.check_position(account, supposed)?;
        }
        self.check_margin(account, supposed)
    }

    fn limit_price(&self, contract: &Contract, order: &NewOrder) -> Ticks {
        let OrderType::Limit(price) = order.order_type else {
            let product = &self.terms().product[usize::from(contract.instrument.product.0)];
            let (lowest, highest) = product.band(contract.settlement);
            let best = self.best(order.instrument, order.side.opposite());
            let from = best.unwrap_or(contract.settlement).0;
            let beyond = match order.side {
                Side::Buy => from + product.protection_ticks,
                Side::Sell => from - product.protection_ticks,
            };
            return Ticks(beyond.max(lowest.0).min(highest.0));
        };
        price
    }

    fn check_band(&self, contract: &Contract, price: Ticks) -> Result<(), Refusal> {
        let product = &self.terms().product[usize::from(contract.instrument.product.0)];
        let (lowest, highest) = product.band(contract.settlement);
        if (lowest..=highest).contains(&price) {
            return Ok(());
        }
        Err(RejectReason::PriceBand.with(Detail::Band { lowest, highest }))
    }

    fn check_does_not_cross(
        &self,
        instrument: InstrumentId,
        side: Side,
        price: Ticks,
    ) -> Result<(), Refusal> {
        let Some(best) = self.best(instrument, side.opposite()) else {
            return Ok(());
        };
        let crosses = match side {
            Side::Buy => best <= price,
            Side::Sell => price <= best,
        };
        if crosses {
            return Err(RejectReason::PostOnlyWouldCross.with(Detail::BestOpposite(best)));
        }
        Ok(())
    }

    /// Were everything on that side filled, the position would stay within the limit.
    fn check_position(&self, account: &Account, supposed: Supposed) -> Result<(), Refusal> {
        let Supposed { instrument, side, lots } = supposed;
        let contract = self.contract(instrument);
        let product = &self.terms().product[usize::from(contract.instrument.product.0)];
        let most = product.position_limit_lots;
        let net = account.positions.get(&instrument).map_or(0, |position| position.net);
        let open = i128::from(self.on_offer(account, instrument, side).0) + i128::from(lots);
        let reached = match side {
            Side::Buy => i128::from(net) + open,
            Side::Sell => open - i128::from(net),
        };
        if i128::from(most) < reached {
            return Err(RejectReason::PositionLimit.with(Detail::Most(most)));
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
        Ok(())
    }

    /// The best price of a side.
    pub(super) fn best(&self, instrument: InstrumentId, side: Side) -> Option<Ticks> {
        let here = self.orders.iter().filter(|order| order.instrument == instrument);
        let prices = here.filter(|order| order.side == side).map(|order| order.price);
        match side {
            Side::Buy => prices.max(),
            Side::Sell => prices.min(),
        }
    }
}

fn check_open(contract: &Contract) -> Result<(), Refusal> {
    if contract.phase == Phase::Open {
        return Ok(());
    }
    Err(RejectReason::NotTrading.with(Detail::Phase(contract.phase)))
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
