//! The key map. Nothing that takes something away is done on one key without shift.

use types::Side;

use super::{Action, Model, Over, View};
use crate::terminal::key::Key;
use crate::terminal::line::{Purpose, Source, Wish};
use crate::terminal::sheet::Ink;
use crate::terminal::sheets;
use crate::terminal::ticket::{self, Ticket};

/// Rows of a page.
const PAGE: isize = 10;

impl Model {
    /// A key was pressed.
    pub(crate) fn key(&mut self, key: Key) {
        if key == Key::Break {
            return self.actions.push(Action::Quit);
        }
        match std::mem::replace(&mut self.over, Over::Nothing) {
            Over::Nothing => self.key_of_view(key),
            Over::Help | Over::Detail(..) => {}
            Over::Search(typed) => match edited(typed, key) {
                Typed::Goes(typed) => self.over = Over::Search(typed),
                Typed::Ends(typed) => self.search(&typed),
                Typed::Dropped => {}
            },
            Over::Palette(typed) => match edited(typed, key) {
                Typed::Goes(typed) => self.over = Over::Palette(typed),
                Typed::Ends(typed) => self.command(&typed),
                Typed::Dropped => {}
            },
            Over::Ask(question) => match key {
                Key::Enter => self.agree(question),
                Key::Esc => {}
                _ => self.over = Over::Ask(question),
            },
            Over::Ticket(mut ticket) => {
                let wanted = ticket.key(key);
                if wanted != ticket::Wanted::Close {
                    self.over = Over::Ticket(ticket);
                }
                self.ticket_wants(wanted);
            }
        }
    }

    fn ticket_wants(&mut self, wanted: ticket::Wanted) {
        match wanted {
            ticket::Wanted::Nothing | ticket::Wanted::Close => {}
            ticket::Wanted::Preview => self.preview(),
            ticket::Wanted::Send(order) => {
                let purpose = Purpose::Place(order.client_order_id.clone());
                let method = Box::new(protocol::client::Method::Place(*order));
                self.wish(Source::Trade, Wish::Ask(purpose, method));
            }
        }
    }

    fn key_of_view(&mut self, key: Key) {
        match key {
            Key::Char(key) => self.shortcut(key),
            Key::Tab => self.turn_view(1),
            Key::BackTab => self.turn_view(View::ALL.len() - 1),
            Key::Enter => self.detail(),
            Key::Up => self.walk(-1),
            Key::Down => self.walk(1),
            Key::PageUp => self.walk(-PAGE),
            Key::PageDown => self.walk(PAGE),
            Key::Home => self.walk(isize::MIN),
            Key::End => self.walk(isize::MAX),
            Key::Left => self.turn_product(-1),
            Key::Right => self.turn_product(1),
            Key::Esc => self.picked[self.view as usize] = None,
            Key::Backspace | Key::Break => {}
        }
    }

    /// A letter, a digit or a sign.
    pub(super) fn shortcut(&mut self, key: char) {
        match key {
            '1'..='6' => self.view = View::ALL[key as usize - '1' as usize],
            '/' => self.over = Over::Search(String::new()),
            ':' => self.over = Over::Palette(String::new()),
            '?' => self.over = Over::Help,
            'b' => self.open_ticket(Side::Buy),
            's' => self.open_ticket(Side::Sell),
            'c' => self.ask_cancel(),
            'X' => self.ask_cancel_all(),
            '[' => self.bars.shorter(),
            ']' => self.bars.longer(),
            ',' => self.turn_contract(-1),
            '.' => self.turn_contract(1),
            'd' => self.ladder.next_depth(),
            'g' => self.ladder.next_group(),
            'C' => self.ladder.centre(),
            'y' => self.copy(),
            'p' => self.freeze(),
            'q' => self.ask_quit(),
            _ => {}
        }
    }

    fn turn_view(&mut self, step: usize) {
        self.view = View::ALL[(self.view as usize + step) % View::ALL.len()];
    }

    /// Moves to another row; on the ladder beyond the edge the prices move.
    fn walk(&mut self, step: isize) {
        let sheet = self.sheet();
        let last = sheet.rows.len().saturating_sub(1);
        let here = self.picked().and_then(|key| sheet.place(key));
        let there = match here {
            None if self.view == View::Ladder => sheet.rows.len() / 2,
            None => 0,
            Some(here) => here.saturating_add_signed(step).min(last),
        };
        if self.view == View::Ladder && here == Some(there) && !sheet.rows.is_empty() {
            self.ladder.scroll(if step < 0 { 1 } else { -1 });
            let edge = if step < 0 { 0 } else { last };
            self.picked[self.view as usize] = sheets::ladder(self).rows.get(edge).map(key_of);
            return;
        }
        self.picked[self.view as usize] = sheet.rows.get(there).map(key_of);
    }

    /// The wheel turned: prices of the ladder move, rows of other tables are walked.
    pub(crate) fn wheel(&mut self, step: isize) {
        match (&self.over, self.view) {
            (Over::Nothing, View::Ladder) => self.ladder.scroll(-(step as i64)),
            (Over::Nothing, _) => self.walk(step),
            (_, _) => {}
        }
    }

    /// More of the row that is picked: a contract's ladder, or all that is known of an order.
    pub(super) fn detail(&mut self) {
        let Some(key) = self.picked().map(str::to_owned) else { return };
        match self.view {
            View::Curve | View::Spreads | View::Positions => {
                self.show_contract(&key);
                self.view = View::Ladder;
            }
            View::Ladder => match self.picked_order() {
                Some(order) => self.tell_order(&order),
                None => self.open_ticket(Side::Buy),
            },
            View::Orders => self.tell_order(&key),
            View::Delivery => {
                let told = sheets::delivery_detail(self, &key);
                self.over = Over::Detail(key, told);
            }
        }
    }

    fn tell_order(&mut self, name: &str) {
        if let Some(order) = self.account.find(name) {
            self.over = Over::Detail(name.to_owned(), sheets::order_detail(self, order));
        }
    }

    /// The order that is picked: by its row, or on the ladder ours at that price.
    pub(super) fn picked_order(&self) -> Option<String> {
        let key = self.picked()?;
        match self.view {
            View::Orders => Some(key.to_owned()),
            View::Ladder => {
                let price = protocol::decimal::parse_price(key).ok()?;
                sheets::ours_at(self, price).first().map(|order| order.order_id.clone())
            }
            View::Curve | View::Spreads | View::Positions | View::Delivery => None,
        }
    }

    /// A ticket for the contract of the row that is picked, or else the one looked at.
    fn open_ticket(&mut self, side: Side) {
        if matches!(self.view, View::Curve | View::Spreads | View::Positions)
            && let Some(symbol) = self.picked().map(str::to_owned)
        {
            self.show_contract(&symbol);
        }
        let Some(contract) = self.market.contracts.get(&self.market.focus.symbol) else {
            return self.say(Ink::Warning, "no contract is known yet");
        };
        self.orders_made += 1;
        let id = format!("{}-{}", self.prefix, self.orders_made);
        let price = sheets::sensible_price(self, side);
        self.over = Over::Ticket(Box::new(Ticket::open(id, contract, side, price)));
        self.preview();
    }

    fn copy(&mut self) {
        let csv = self.sheet().csv();
        self.actions.push(Action::Copy(self.view.name(), csv));
    }

    fn freeze(&mut self) {
        self.frozen = match self.frozen.take() {
            Some(_) => None,
            None => Some(Box::new(self.market.clone())),
        };
    }
}

fn key_of(row: &crate::terminal::sheet::Row) -> String {
    row.key.clone()
}

/// A line that is being typed, after one more key.
enum Typed {
    Goes(String),
    Ends(String),
    Dropped,
}

fn edited(mut typed: String, key: Key) -> Typed {
    match key {
        Key::Enter => return Typed::Ends(typed),
        Key::Esc => return Typed::Dropped,
        Key::Backspace if typed.is_empty() => return Typed::Dropped,
        Key::Backspace => drop(typed.pop()),
        Key::Char(c) if typed.len() < 64 => typed.push(c),
        _ => {}
    }
    Typed::Goes(typed)
}
