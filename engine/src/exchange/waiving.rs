//! Force majeure: hours at a hub that are neither paid nor penalised where they are missing.

use types::{Event, Refusal, RejectReason, Timestamp};

use super::{Done, Exchange};
use crate::delivery::Waiver;

impl Exchange {
    /// whole hours of one month that are not final, no more of them than the terms say.
    pub(super) fn waive_hours(
        &mut self,
        hub: &str,
        from: Timestamp,
        until: Timestamp,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let most = u64::from(self.performance()?.waived_hours);
        if !self.terms().product.iter().any(|product| product.hub == hub) {
            return Err(RejectReason::UnknownProduct.into());
        }
        let receipts = i64::from(self.terms().delivery.receipt_hours) * Timestamp::HOUR;
        let earliest = self.now.hour_start().plus(-receipts);
        let latest = self.now.plus(62 * Timestamp::DAY);
        if until <= from || from < earliest || latest < until {
            return Err(RejectReason::NotWaivable.into());
        }
        if from != from.hour_start() || until != until.hour_start() {
            return Err(RejectReason::NotWaivable.into());
        }
        let month = from.date().month();
        let (start, end) = (month.first_day().start(), month.plus(1).first_day().start());
        let waivers = &self.deliveries.waivers;
        let new =
            ((until.0 - from.0) / Timestamp::HOUR).unsigned_abs() - waivers.hours(hub, from, until);
        if end < until || most < waivers.hours(hub, start, end) + new {
            return Err(RejectReason::NotWaivable.into());
        }
        self.deliveries.waivers.add(Waiver { hub: hub.to_owned(), from, until });
        out.push(Event::HoursWaived { hub: hub.to_owned(), from, until });
        Ok(Done::Plain)
    }
}
