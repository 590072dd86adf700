//! What the connections tell, and what it changes.

use std::time::Duration;

use protocol::server::{FillList, InvoiceList, MarginResult, OrderData};
use types::Lots;

use super::{Focus, Follow, Model, News, Over, Scenarios};
use crate::terminal::line::{Purpose, Source, Told, Wish};
use crate::terminal::queue::Queue;
use crate::terminal::sheet::Ink;
use crate::units;

impl Model {
    /// Takes what a connection tells.
    pub(crate) fn hear(&mut self, source: Source, told: Told, now: Duration) {
        self.now = now;
        let link = &mut self.links[source as usize];
        link.heard = now;
        match (source, told) {
            (_, Told::Lost(why)) => link.lost = Some(why),
            (_, Told::Back) => link.lost = None,
            (_, Told::NoChannel(text)) => self.say(Ink::Warning, text),
            (Source::Feed, Told::Event(event)) => match self.market.hear(&event, now) {
                Follow::Nothing => {}
                Follow::Resync => {
                    let channel = format!("book.{}", self.market.focus.symbol);
                    self.wish(Source::Feed, Wish::Resync(channel));
                }
                Follow::Listed => self.listed(),
            },
            (Source::Trade, Told::Event(event)) => {
                let news = self.account.hear(&event);
                if event.channel == "orders" && event.kind == "snapshot" {
                    self.queue_all();
                }
                self.news(&news);
            }
            (_, Told::Answer(purpose, answer)) => self.answered(purpose, answer),
        }
    }

    /// An order of ours has changed.
    fn news(&mut self, news: &News) {
        let (News::Joined(order) | News::Kept(order) | News::Ended(order)) = news else { return };
        if let Over::Ticket(ticket) = &mut self.over {
            ticket.hear(order);
        }
        if order.symbol != self.market.focus.symbol {
            return;
        }
        let queue = &mut self.market.focus.queue;
        match news {
            News::Joined(order) => queue_up(queue, order),
            News::Kept(order) => queue.keep(&order.order_id, leaves(order)),
            News::Ended(order) => queue.leave(&order.order_id),
            News::Other => {}
        }
    }

    /// All open orders of the contract looked at take their places.
    pub(super) fn queue_all(&mut self) {
        let Focus { symbol, queue, .. } = &mut self.market.focus;
        for order in self.account.open.iter().filter(|order| order.symbol == *symbol) {
            queue_up(queue, order);
        }
    }

    fn answered(&mut self, purpose: Purpose, answer: Result<serde_json::Value, clients::Error>) {
        match (purpose, answer) {
            (Purpose::Fills, Ok(value)) => {
                let list = serde_json::from_value(value).map(|list: FillList| list.fills);
                self.account.earlier(list.unwrap_or_default());
            }
            (Purpose::Invoices, Ok(value)) => {
                let list = serde_json::from_value(value).map(|list: InvoiceList| list.invoices);
                self.account.billed(list.unwrap_or_default());
            }
            (Purpose::Scenarios, answer) => {
                let list = answer.ok().and_then(|value| serde_json::from_value(value).ok());
                if let Some(MarginResult { scenarios, .. }) = list {
                    self.account.scenarios = scenarios;
                }
                self.scenarios = Scenarios::AsOf(self.now);
            }
            (Purpose::Preview(edit), answer) => {
                if let Over::Ticket(ticket) = &mut self.over {
                    ticket.previewed(edit, answer);
                }
                self.preview();
            }
            (Purpose::Place(id), Err(error)) => match &mut self.over {
                Over::Ticket(ticket) if ticket.id == id => ticket.refuse(&error),
                _ => self.say(Ink::Alarm, format!("{id}: {error}")),
            },
            (Purpose::Cancel(id), Err(error)) => self.say(Ink::Alarm, format!("{id}: {error}")),
            (Purpose::CancelAll, Ok(value)) => {
                let count = value.get("canceled").and_then(serde_json::Value::as_u64);
                self.say(Ink::Bold, format!("{} cancelled", count.unwrap_or(0)));
            }
            (Purpose::CancelAll | Purpose::Fills | Purpose::Invoices, Err(error)) => {
                self.say(Ink::Alarm, error.to_string());
            }
            // What became of it is on the account's stream.
            (Purpose::Place(_) | Purpose::Cancel(_), Ok(_)) => {}
        }
    }
}

/// Takes its place in the queue, unless it waits for its trigger.
fn queue_up(queue: &mut Queue, order: &OrderData) {
    match protocol::decimal::parse_price(&order.price) {
        Ok(price) if order.trigger_price.is_none() => {
            queue.join(&order.order_id, (order.side, price), order.eseq, leaves(order));
        }
        Ok(_) | Err(_) => queue.leave(&order.order_id),
    }
}

/// Lots of an order that are open.
fn leaves(order: &OrderData) -> Lots {
    units::lots(&order.leaves_qty).unwrap_or(Lots::ZERO)
}
