//! What members negotiate away from the book: blocks that wait for their other side, and requests for
//! quotes. Nothing of it is in the log, because nothing has been agreed.
//!
//! Sessions change it, and the publisher shows it to those who begin to listen.

use protocol::channels::Private;
use serde_json::{Value, json};
use types::AccountId;

use crate::offers::Offers;
use crate::quote_requests::QuoteRequests;

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    /// Blocks that wait for their other side.
    pub(crate) offers: Offers,
    /// Requests for quotes.
    pub(crate) requests: QuoteRequests,
}

impl Desk {
    /// What an account's channel begins with, when it is one of those that are not in the log.
    pub(crate) fn state(&self, account: AccountId, channel: Private) -> Option<Value> {
        match channel {
            Private::Block => Some(json!(self.offers.of(account))),
            Private::Rfq => Some(json!(self.requests.of(account))),
            Private::Orders
            | Private::Fills
            | Private::Positions
            | Private::Margin
            | Private::Obligations
            | Private::Mmp
            | Private::DropCopy
            | Private::FirmCopy => None,
        }
    }
}
