//! What an order would do, asked before it is sent.: the same functions that decide.

use types::{Lots, NewOrder, Phase, Preview, Refusal, RejectReason, Timestamp};

use super::Exchange;
use super::booking::Booking;
use super::check::{Admitted, reducible};
use super::live::Order;
use crate::stops::reached;
use book::Stop;

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
        let order = self.as_it_comes(order);
        let is_open = self.market(order.instrument).state.phase == Phase::Open;
        let trades = is_open && order.waits.is_none() && !self.would_break(&order, now);
        let comes = if trades { order } else { Order { quantity: Lots::ZERO, ..order } };
        let mut booking = Booking::of(self, account);
        let told = self.foretell(&comes, now, &mut booking);
        let stays = order.time_in_force.rests() || order.waits.is_some();
        let rests = match told.stop {
            Stop::NoPrice | Stop::Filled if stays && trades => told.left,
            Stop::NoPrice | Stop::Filled if stays => order.quantity,
            Stop::NoPrice | Stop::Filled | Stop::SelfMatch => Lots::ZERO,
        };
        let mut rested = booking.clone();
        rested.open(order.instrument, order.side, rests);
        Ok(Preview {
            fills: told.lots,
            notional: told.notional,
            worst: told.worst,
            rests,
            limit: order.price,
            fee: told.fee,
            before: self.margin_report(account),
            after: rested.margin(),
            liquidation: booking.liquidation(&order, rests),
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
