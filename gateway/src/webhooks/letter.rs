//! A letter: an event of an account as it is posted. It carries the same name however often it is tried, so
//! that its reader takes it once.

use serde_json::json;
use types::{AccountFact, AccountId, ClearingFact, ObligationState};

use super::Topic;
use crate::account_stream::Record;
use crate::names;
use crate::read_model::ReadModel;

/// What is posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    /// `A-1001.88410`: the account and the number of the event.
    pub(super) id: String,
    pub(super) body: String,
}

impl Letter {
    /// The letter of an event, if it is one that hooks tell.
    pub(super) fn of(
        model: &ReadModel,
        account: AccountId,
        record: &Record,
    ) -> Option<(Topic, Self)> {
        let (topic, kind) = topic(&record.fact)?;
        let account = names::account(account);
        let body = json!({
            "type": kind,
            "timestamp": record.time.to_string(),
            "account": account,
            "acct_seq": record.acct_seq,
            "data": crate::egress::data_of(model, record),
        });
        let id = format!("{account}.{}", record.acct_seq);
        Some((topic, Self { id, body: body.to_string() }))
    }
}

/// An obligation is told when it is new, when its month begins, and when it is settled; not every hour.
fn topic(fact: &AccountFact) -> Option<(Topic, &'static str)> {
    match fact {
        AccountFact::Fill(_) => Some((Topic::Fill, "fill")),
        AccountFact::Clearing(ClearingFact::Called { .. }) => {
            Some((Topic::MarginCall, "margin_call"))
        }
        AccountFact::Obligation(report) => {
            let hours = report.delivered.0 + report.short.0;
            let is_step = report.state != ObligationState::Delivering || hours == 0;
            is_step.then_some((Topic::Obligation, "obligation"))
        }
        AccountFact::Invoice(_) => Some((Topic::Invoice, "invoice")),
        _ => None,
    }
}
