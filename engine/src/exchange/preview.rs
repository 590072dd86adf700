//! What an order would do, asked before it is sent.: the same functions that decide.

use types::{Liquidity, Lots, Mills, NewOrder, Phase, Preview, Refusal, RejectReason, Timestamp};

use super::Exchange;
use super::booking::Booking;
use super::check::{Admitted, reducible};
use super::live::Order;
use crate::stops::reached;
use book::{Stop, Taker, reach_each};

impl Exchange {
    /// What an order would do if it came at `now`. Changes nothing, and uses up no order id.
    ///
    /// # Errors
    /// The refusal that the order would get.
    pub fn preview(&self, request: &NewOrder, now: Timestamp) -> Result<Preview, Refusal> {
        if self.terms.is_none() {
            return Err(RejectReason::MarketNotOpen.into());
        }
        if request.valid_until.is_some_and(|deadline| deadline < now) {
            return Err(RejectReason::DeadlinePassed.into());
        }
        let Admitted { order } = self.admit(request)?;
        let account = self.find_account(order.account)?;
        let market = self.market(order.instrument);
        let order = self.as_it_comes(order);
        let is_open = market.state.phase == Phase::Open && order.waits.is_none();
        let trades = is_open && !self.would_break(&order, now);
        let leaves = if trades { order.leaves() } else { Lots::ZERO };
        let taker = Taker { leaves, ..order.taker() };
        let mut trades_at = Vec::new();
        let mut note = |price, lots| trades_at.push((price, lots));
        let reach = reach_each(&market.book, &self.orders.slab, &taker, &mut note);
        let stays = order.time_in_force.rests() || order.waits.is_some();
        let rests = match reach.stop {
            Stop::NoPrice | Stop::Filled if stays && trades => reach.left,
            Stop::NoPrice | Stop::Filled if stays => order.quantity,
            Stop::NoPrice | Stop::Filled | Stop::SelfMatch => Lots::ZERO,
        };
        let fee = self.fee(Liquidity::Taker, self.lots_of_legs(order.instrument, reach.lots));
        let mut booking = Booking::of(self, account, &order);
        trades_at.iter().for_each(|(price, lots)| booking.trade(*price, *lots));
        booking.cash = (booking.cash - fee).max(Mills::ZERO);
        let after = booking.clone().rest(rests).margin();
        Ok(Preview {
            fills: reach.lots,
            notional: reach.notional,
            worst: reach.worst,
            rests,
            limit: order.price,
            fee,
            before: self.margin_report(account),
            after,
            liquidation: booking.liquidation(rests),
        })
    }

    /// A stop whose trigger has been reached already, as the limit order it becomes at once.
    fn as_it_comes(&self, order: Order) -> Order {
        let last = self.market(order.instrument).state.last;
        let Some(wait) = order.waits else { return order };
        if !last.is_some_and(|last| reached(order.side, wait.trigger, last)) {
            return order;
        }
        let elected = Order { waits: None, price: self.limit_of_stop(&order, wait), ..order };
        if !elected.reduce_only {
            return elected;
        }
        let most = reducible(&self.accounts[&order.account], &elected).unwrap_or(Lots::ZERO);
        Order { quantity: elected.quantity.min(most), ..elected }
    }
}
