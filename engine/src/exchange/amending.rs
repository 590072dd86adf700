//! Terms that the operator changes while the market runs.

use types::terms::{FeeTerms, MarketTerms};
use types::{Event, Refusal, RejectReason, TermsChange, Timestamp};

use super::{Done, Exchange};

impl Exchange {
    /// A position limit holds at once, fees from the end of the trading day.
    pub(super) fn change_terms(
        &mut self,
        change: TermsChange,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        if let TermsChange::PositionLimit { product, .. } = change {
            self.check_product(product)?;
        }
        let changed = with(self.terms().clone(), change);
        if changed.fault().is_some() {
            return Err(RejectReason::BadTerms.into());
        }
        let from = match change {
            TermsChange::Fees(fees) => {
                self.next_fees = Some(fees);
                self.settlement_before(self.now).plus(Timestamp::DAY)
            }
            TermsChange::PositionLimit { .. } => {
                self.terms = Some(Box::new(changed));
                self.now
            }
        };
        out.push(Event::TermsChanged { change, from });
        Ok(Done::Plain)
    }

    /// The trading day is over.
    pub(super) fn change_fees(&mut self) {
        if let Some(fees) = self.next_fees.take() {
            let changed = with(self.terms().clone(), TermsChange::Fees(fees));
            self.terms = Some(Box::new(changed));
        }
    }

    /// The fees that hold from the end of the trading day.
    pub(super) fn coming_fees(&self) -> FeeTerms {
        self.next_fees.unwrap_or(self.terms().fees)
    }
}

fn with(mut terms: MarketTerms, change: TermsChange) -> MarketTerms {
    match change {
        TermsChange::Fees(fees) => terms.fees = fees,
        TermsChange::PositionLimit { product, lots } => {
            terms.product[usize::from(product.0)].position_limit_lots = lots.0;
        }
    }
    terms
}
