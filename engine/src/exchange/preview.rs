//! What an order would do, asked before it is sent.: the same functions that decide.

use types::{Liquidity, Lots, NewOrder, Preview, Refusal, RejectReason, Timestamp};

use super::Exchange;
use super::check::with_open;
use crate::matching::reach;

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
        let order = self.admit(request)?.order;
        let account = self.find_account(order.account)?;
        let market = self.market(order.instrument);
        let (fills, notional, worst) = reach(&market.book, order.side, order.price, order.quantity);
        let before = account.holding(order.instrument);
        let after = with_open(before, order.side, Lots::ZERO, order.quantity);
        Ok(Preview {
            fills,
            notional,
            worst,
            rests: order.quantity - fills,
            limit: order.price,
            fee: self.fee(Liquidity::Taker, fills),
            before: self.margin_report(account),
            after: self.margin_with(account, market, before, after),
        })
    }
}
