//! What an order would do, asked before it is sent.: the same functions that decide.

use types::{Liquidity, Lots, NewOrder, Preview, Refusal, RejectReason, TimeInForce, Timestamp};

use super::Exchange;
use super::check::{Admitted, with_open};
use crate::matching::{Stop, reach};

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
        let Admitted { order, time_in_force } = self.admit(request)?;
        let account = self.find_account(order.account)?;
        let market = self.market(order.instrument);
        let reach = reach(&market.book, &self.orders, &order);
        let rests = match (reach.stop, time_in_force) {
            (Stop::NoPrice, TimeInForce::Gtc) => order.quantity - reach.lots,
            (Stop::NoPrice, TimeInForce::Ioc) | (Stop::Filled | Stop::SelfTrade, _) => Lots::ZERO,
        };
        let before = account.holding(order.instrument);
        let after = with_open(before, order.side, Lots::ZERO, order.quantity);
        Ok(Preview {
            fills: reach.lots,
            notional: reach.notional,
            worst: reach.worst,
            rests,
            limit: order.price,
            fee: self.fee(Liquidity::Taker, reach.lots),
            before: self.margin_report(account),
            after: self.margin_with(account, market, before, after),
        })
    }
}
