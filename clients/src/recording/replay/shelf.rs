//! The state of each channel as it is played, for those who come later.

use std::collections::BTreeMap;
use std::sync::Arc;

use protocol::channels::{Channel, Public};
use protocol::server::{Message, event_text};

use super::Head;
use crate::book::Book;

/// What a new subscriber of each channel hears first.
#[derive(Debug, Default)]
pub(super) struct Shelf(BTreeMap<String, State>);

#[derive(Debug)]
enum State {
    /// Changes of a book add up to a book.
    Book(Box<Book>),
    /// A snapshot and what came after it, or the latest of what is whole each time.
    Messages(Vec<Arc<str>>),
}

impl Shelf {
    /// Takes the next event of the recording.
    pub(super) fn keep(&mut self, head: &Head<'_>, text: &Arc<str>) {
        let is_book =
            || matches!(Channel::parse(&head.channel), Ok(Channel::Public(Public::Book(_))));
        let state = self.0.entry(head.channel.to_string()).or_insert_with(|| {
            if is_book() { State::Book(Box::default()) } else { State::Messages(Vec::new()) }
        });
        match state {
            State::Book(book) => {
                if let Ok(Message::Event(event)) = Message::parse(text) {
                    // A book with a gap stays stale until the snapshot that follows.
                    book.apply(&event).ok();
                }
            }
            State::Messages(messages) => match (head.kind.as_ref(), head.prev_seq) {
                // Trades are no state.
                ("heartbeat" | "trades" | "gap", _) => {}
                ("snapshot", _) | (_, None) => *messages = vec![Arc::clone(text)],
                (_, Some(_)) => messages.push(Arc::clone(text)),
            },
        }
    }

    /// What a subscriber of a channel hears first.
    pub(super) fn state(&self, channel: &str) -> Vec<Arc<str>> {
        match self.0.get(channel) {
            None => Vec::new(),
            Some(State::Messages(messages)) => messages.clone(),
            Some(State::Book(book)) if book.is_fresh() => {
                vec![event_text(&book.snapshot(channel)).into()]
            }
            Some(State::Book(_)) => Vec::new(),
        }
    }
}
