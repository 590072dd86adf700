//! What the screen shows, as a state: events, answers and keys change it, wishes come out of it.
//! Drawing reads it and nothing else.
//!
//! Knows nothing of sockets, terminals or clocks: the time is an argument, a span since the start.

use std::time::Duration;

use protocol::client::{ListFills, Method, Nothing};
use types::Side;

use super::bars::Bars;
use super::key::Target;
use super::line::{Purpose, Source, Wish};
use super::sheet::{Ink, Sheet};
use super::sheets;
use super::ticket::Ticket;

mod account;
mod ask;
mod hear;
mod keys;
mod ladder;
mod market;
mod palette;
mod travel;

pub(crate) use account::{Account, News};
pub(crate) use ask::Question;
pub(crate) use ladder::Ladder;
pub(crate) use market::{Focus, Follow, Market};
pub(crate) use palette::commands;

/// How long a note stays.
const NOTE: Duration = Duration::from_secs(8);

/// How old the scenarios of margin may be.
const SCENARIOS: Duration = Duration::from_secs(1);

/// What can be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    /// The forward curve of a product.
    Curve,
    /// The book of a contract, and its trades.
    Ladder,
    /// Combinations.
    Spreads,
    /// Positions and margin.
    Positions,
    /// Orders and fills.
    Orders,
    /// Obligations and deliveries.
    Delivery,
}

impl View {
    /// In the order of their keys.
    pub(crate) const ALL: [Self; 6] =
        [Self::Curve, Self::Ladder, Self::Spreads, Self::Positions, Self::Orders, Self::Delivery];

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Curve => "curve",
            Self::Ladder => "ladder",
            Self::Spreads => "spreads",
            Self::Positions => "positions",
            Self::Orders => "orders",
            Self::Delivery => "delivery",
        }
    }
}

/// What lies over the view.
#[derive(Clone, Debug)]
pub(crate) enum Over {
    /// Nothing.
    Nothing,
    /// The keys.
    Help,
    /// A search for a contract, as typed so far.
    Search(String),
    /// A command, as typed so far.
    Palette(String),
    /// A new order.
    Ticket(Box<Ticket>),
    /// Something that is asked before it is done.
    Ask(Question),
    /// All that is known of a row.
    Detail(String, Vec<(String, String)>),
}

/// What the program is to do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Action {
    /// Ask a connection.
    Wish(Source, Wish),
    /// Copy this table, under this name.
    Copy(&'static str, String),
    /// End.
    Quit,
}

/// How a connection is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Link {
    /// When it was last heard of.
    pub(crate) heard: Duration,
    /// Why it is lost, while it is.
    pub(crate) lost: Option<String>,
}

/// How old the scenarios of margin are. No channel tells them, so they are asked for while somebody
/// looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scenarios {
    Never,
    Asked,
    AsOf(Duration),
}

/// A line for the foot of the screen.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    /// What it says.
    pub(crate) text: String,
    /// How it looks.
    pub(crate) ink: Ink,
    until: Duration,
}

/// The state.
#[derive(Debug)]
pub(crate) struct Model {
    /// `A-1001`.
    pub(crate) name: String,
    /// The public side, live.
    market: Market,
    /// As it was when the screen was frozen.
    frozen: Option<Box<Market>>,
    /// The private side.
    pub(crate) account: Account,
    /// What is looked at.
    pub(crate) view: View,
    /// The product whose curve and spreads are shown.
    pub(crate) product: String,
    /// How the ladder is shown.
    pub(crate) ladder: Ladder,
    /// How prices over time are shown.
    pub(crate) bars: Bars,
    /// The row picked in each view, by its key.
    picked: [Option<String>; View::ALL.len()],
    /// What lies over the view.
    pub(crate) over: Over,
    /// The line at the foot.
    pub(crate) note: Option<Note>,
    /// The feed, and the account's connection.
    pub(crate) links: [Link; 2],
    /// The time.
    pub(crate) now: Duration,
    scenarios: Scenarios,
    /// Columns and lines of the screen.
    size: (u16, u16),
    /// Begins the name of every order made here.
    prefix: String,
    orders_made: u32,
    actions: Vec<Action>,
}

impl Model {
    /// The state at the start, with the wishes it begins with. `prefix` tells the orders of this run
    /// from those of all others.
    pub(crate) fn new(name: &str, prefix: &str) -> Self {
        let mut model = Self {
            name: name.to_owned(),
            market: Market::default(),
            frozen: None,
            account: Account::default(),
            view: View::Curve,
            product: String::new(),
            ladder: Ladder::default(),
            bars: Bars::default(),
            picked: Default::default(),
            over: Over::Nothing,
            note: None,
            links: [Link::default(), Link::default()],
            now: Duration::ZERO,
            scenarios: Scenarios::Never,
            size: (80, 24),
            prefix: prefix.to_owned(),
            orders_made: 0,
            actions: Vec::new(),
        };
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        model.wish(Source::Feed, Wish::Hear(names(&["instruments"])));
        let private = ["orders", "fills", "positions", "margin", "obligations"];
        model.wish(Source::Trade, Wish::Hear(names(&private)));
        let fills = Method::ListFills(ListFills { limit: Some(100) });
        model.wish(Source::Trade, Wish::Ask(Purpose::Fills, Box::new(fills)));
        let invoices = Box::new(Method::ListInvoices(Nothing {}));
        model.wish(Source::Trade, Wish::Ask(Purpose::Invoices, invoices));
        model
    }

    /// What is to be done since it was last asked.
    pub(crate) fn take_actions(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.actions)
    }

    /// The public side as it is shown.
    pub(crate) fn market(&self) -> &Market {
        self.frozen.as_deref().unwrap_or(&self.market)
    }

    /// Whether the screen stands still.
    pub(crate) fn is_frozen(&self) -> bool {
        self.frozen.is_some()
    }

    /// The time has come to this; also to be called when all that waited has been heard.
    pub(crate) fn tick(&mut self, now: Duration) {
        self.now = now;
        self.market.focus.queue.catch_up();
        self.note = self.note.take().filter(|note| now < note.until);
        self.ask_scenarios();
        let middle = self.market.focus.best(Side::Buy).zip(self.market.focus.best(Side::Sell));
        let rows = self.body_rows();
        if self.frozen.is_none() {
            self.ladder.follow(middle, self.reference(), rows);
        }
    }

    /// Asks for the scenarios of margin, once a second while they are looked at.
    fn ask_scenarios(&mut self) {
        let is_old = match self.scenarios {
            Scenarios::Never => true,
            Scenarios::Asked => false,
            Scenarios::AsOf(then) => then + SCENARIOS <= self.now,
        };
        if self.view == View::Positions && is_old {
            self.scenarios = Scenarios::Asked;
            let method = Box::new(Method::GetMargin(Nothing {}));
            self.wish(Source::Trade, Wish::Ask(Purpose::Scenarios, method));
        }
    }

    /// The screen has this size.
    pub(crate) fn resize(&mut self, columns: u16, lines: u16) {
        self.size = (columns, lines);
    }

    /// Asks for the preview of the ticket, if it has changed and none is on its way.
    fn preview(&mut self) {
        if let Over::Ticket(ticket) = &mut self.over
            && let Some((edit, order)) = ticket.next_preview()
        {
            let method = Box::new(Method::Preview(order));
            self.wish(Source::Trade, Wish::Ask(Purpose::Preview(edit), method));
        }
    }

    fn say(&mut self, ink: Ink, text: impl Into<String>) {
        let until = self.now + NOTE;
        self.note = Some(Note { text: text.into(), ink, until });
    }

    /// The table was copied, or could not be.
    pub(crate) fn copied(&mut self, outcome: Result<String, String>) {
        match outcome {
            Ok(path) => self.say(Ink::Bold, format!("copied as CSV; also in {path}")),
            Err(fault) => self.say(Ink::Alarm, fault),
        }
    }

    /// A connection takes no more wishes.
    pub(crate) fn overloaded(&mut self) {
        self.say(Ink::Alarm, "too much is asked at once; it was not sent");
    }

    fn wish(&mut self, source: Source, wish: Wish) {
        self.actions.push(Action::Wish(source, wish));
    }

    /// The table that the keys move in.
    pub(crate) fn sheet(&self) -> Sheet {
        match self.view {
            View::Curve => sheets::curve(self),
            View::Ladder => sheets::ladder(self),
            View::Spreads => sheets::spreads(self),
            View::Positions => sheets::positions(self),
            View::Orders => sheets::orders(self),
            View::Delivery => sheets::delivery(self),
        }
    }

    /// The key of the row that is picked.
    pub(crate) fn picked(&self) -> Option<&str> {
        self.picked[self.view as usize].as_deref()
    }

    /// Lines of the screen between head and foot.
    pub(crate) fn body_rows(&self) -> usize {
        usize::from(self.size.1).saturating_sub(5).max(1)
    }

    /// The mouse clicked on something.
    pub(crate) fn click(&mut self, target: Target) {
        match (&self.over, target) {
            (Over::Nothing, Target::View(view)) => self.view = view,
            (Over::Nothing, Target::Row(key)) if self.picked() == Some(key.as_str()) => {
                self.detail();
            }
            (Over::Nothing, Target::Row(key)) => self.picked[self.view as usize] = Some(key),
            (_, Target::View(_) | Target::Row(_)) => {}
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
