//! What is asked before it is done.

use protocol::client::{CancelAll, CancelOrder, Method};

use super::{Action, Model, Over};
use crate::terminal::line::{Purpose, Source, Wish};
use crate::terminal::sheet::Ink;

/// A question; Enter says yes, Escape no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// End this order.
    Cancel {
        /// The exchange's name of it.
        order_id: String,
        /// It, in words.
        words: String,
    },
    /// End so many orders.
    CancelAll(usize),
    /// Leave, with so many orders that will stay.
    Quit(usize),
}

impl Question {
    /// In words.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Cancel { words, .. } => format!("cancel {words}?"),
            Self::CancelAll(1) => "cancel the one open order?".to_owned(),
            Self::CancelAll(count) => format!("cancel all {count} open orders?"),
            Self::Quit(1) => "leave? one open order stays in the book".to_owned(),
            Self::Quit(count) => format!("leave? {count} open orders stay in the book"),
        }
    }
}

impl Model {
    /// Asks whether the order that is picked shall end.
    pub(super) fn ask_cancel(&mut self) {
        let Some(order_id) = self.picked_order() else {
            return self.say(Ink::Warning, "pick an order of yours first: 5, then up and down");
        };
        match self.account.open.iter().find(|order| order.order_id == order_id) {
            Some(order) => {
                let side = crate::units::side(order.side);
                let words = format!(
                    "{order_id}, {side} {} @ {} of {}",
                    order.leaves_qty, order.price, order.symbol
                );
                self.over = Over::Ask(Question::Cancel { order_id, words });
            }
            None => self.say(Ink::Warning, format!("{order_id} has ended")),
        }
    }

    /// Asks whether all orders shall end.
    pub(super) fn ask_cancel_all(&mut self) {
        match self.account.open.len() {
            0 => self.say(Ink::Warning, "no open orders"),
            count => self.over = Over::Ask(Question::CancelAll(count)),
        }
    }

    /// Leaves; asks first where orders stay behind.
    pub(super) fn ask_quit(&mut self) {
        match self.account.open.len() {
            0 => self.actions.push(Action::Quit),
            count => self.over = Over::Ask(Question::Quit(count)),
        }
    }

    /// Does what was asked.
    pub(super) fn agree(&mut self, question: Question) {
        self.over = Over::Nothing;
        let (purpose, method) = match question {
            Question::Quit(_) => return self.actions.push(Action::Quit),
            Question::CancelAll(_) => (Purpose::CancelAll, Method::CancelAll(CancelAll::default())),
            Question::Cancel { order_id, .. } => {
                let named = Some(order_id.clone());
                let cancel = CancelOrder { order_id: named, ..CancelOrder::default() };
                (Purpose::Cancel(order_id), Method::Cancel(cancel))
            }
        };
        self.wish(Source::Trade, Wish::Ask(purpose, Box::new(method)));
    }
}
