//! Terms that the operator changes.

use types::terms::MarketTerms;
use types::{Event, Refusal, RejectReason, TermsChange, Timestamp};

use super::{Done, Model};

impl Model {
    pub(super) fn change_terms(
        &mut self,
        change: TermsChange,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let mut new: MarketTerms = self.terms().clone();
        let mut from = self.now;
        match change {
            TermsChange::PositionLimit { product, lots } => {
                let number = usize::from(product.0);
                let Some(found) = new.product.get_mut(number) else {
                    return Err(RejectReason::UnknownProduct.into());
                };
                found.position_limit_lots = lots.0;
            }
            TermsChange::Fees(fees) => {
                new.fees = fees;
                let hour = i64::from(new.settlement_hour) * Timestamp::HOUR;
                from = self.now.date().start().plus(hour);
                if from <= self.now {
                    from = from.plus(Timestamp::DAY);
                }
            }
        }
        if new.fault().is_some() {
            return Err(RejectReason::BadTerms.into());
        }
        match change {
            TermsChange::PositionLimit { .. } => self.terms = Some(new),
            TermsChange::Fees(fees) => self.fees_to_come.push(fees),
        }
        out.push(Event::TermsChanged { change, from });
        Ok(Done::Plain)
    }

    /// After a settlement: the change that was told last holds.
    pub(super) fn use_new_fees(&mut self) {
        for fees in std::mem::take(&mut self.fees_to_come) {
            self.terms.as_mut().expect("the market is open").fees = fees;
        }
    }
}
