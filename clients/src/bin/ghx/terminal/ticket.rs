//! A new order while it is written: any of four units in, all four out, and the exchange's own preview
//! at every key. Its name is made when the form opens, so that sending it twice is one order; what
//! became of it is told by the account's stream alone.

use clients::Error;
use protocol::client::{OrderKind, PlaceOrder, Tif};
use protocol::decimal::{self, Malformed};
use protocol::server::{InstrumentData, OrderData, PreviewResult};
use serde_json::Value;
use types::terms::GPUS_PER_LOT;
use types::{Lots, Side, Ticks};

use super::amount;
use super::key::Key;

/// A line of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// How much.
    Quantity,
    /// The limit; empty is a market order.
    Price,
    /// How long it lives.
    Life,
    /// Whether it may trade at once.
    Taking,
    /// What becomes of it when the desk is closed.
    Leaving,
}

impl Field {
    const ALL: [Self; 5] = [Self::Quantity, Self::Price, Self::Life, Self::Taking, Self::Leaving];
}

/// Whether it may trade at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taking {
    /// It may.
    May,
    /// It is refused if it would.
    PostOnly,
}

/// What becomes of it when the desk is closed or loses its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// It stays in the book.
    Stays,
    /// It is cancelled.
    Ends,
}

/// What the exchange says the order would do.
#[derive(Clone, Debug)]
pub(crate) enum Preview {
    /// It has been asked.
    Awaited,
    /// This.
    Shown(Box<PreviewResult>),
    /// It would be refused, in these words.
    Refused(String),
}

/// Whether it was sent.
#[derive(Clone, Debug)]
pub(crate) enum Sent {
    /// Not yet.
    No,
    /// It was; nothing is known yet.
    Waiting,
    /// It was refused, in these words.
    Refused(String),
    /// This is what the account's stream says of it.
    Heard(Box<OrderData>),
}

/// What the form wants after a key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Wanted {
    /// Nothing.
    Nothing,
    /// A preview of what it says now.
    Preview,
    /// This order, sent.
    Send(Box<PlaceOrder>),
    /// To go.
    Close,
}

/// The form.
#[derive(Clone, Debug)]
pub(crate) struct Ticket {
    /// Its own name of the order.
    pub(crate) id: String,
    /// The contract.
    pub(crate) symbol: String,
    /// Hours of one lot.
    pub(crate) hours: u32,
    /// Buy or sell.
    pub(crate) side: Side,
    /// As typed.
    pub(crate) quantity: String,
    /// As typed.
    pub(crate) price: String,
    /// How long it lives.
    pub(crate) tif: Tif,
    /// Whether it may trade at once.
    pub(crate) taking: Taking,
    /// What becomes of it when the desk is closed.
    pub(crate) leaving: Leaving,
    /// The line that is written.
    pub(crate) field: Field,
    /// What it would do.
    pub(crate) preview: Preview,
    /// Whether it was sent.
    pub(crate) sent: Sent,
    /// The name it was opened with, and how often that was used up.
    name: String,
    refusals: u32,
    /// Counts changes of what it says.
    edit: u64,
    /// The edit whose preview is on its way.
    asked: Option<u64>,
    /// The edit whose preview is shown.
    known: u64,
}

impl Ticket {
    /// A form for one delivery block at a price.
    pub(crate) fn open(
        id: String,
        contract: &InstrumentData,
        side: Side,
        price: Option<Ticks>,
    ) -> Self {
        let gpus = contract.block_lots.max(1) * GPUS_PER_LOT;
        Self {
            name: id.clone(),
            id,
            symbol: contract.symbol.clone(),
            hours: contract.hours,
            side,
            quantity: format!("{gpus} GPUs"),
            price: price.map(decimal::price).unwrap_or_default(),
            tif: Tif::Gtc,
            taking: Taking::May,
            leaving: Leaving::Stays,
            field: Field::Quantity,
            preview: Preview::Awaited,
            sent: Sent::No,
            refusals: 0,
            edit: 1,
            asked: None,
            known: 0,
        }
    }

    /// A key while it is open.
    pub(crate) fn key(&mut self, key: Key) -> Wanted {
        match (&self.sent, key) {
            (_, Key::Esc) => Wanted::Close,
            (Sent::Heard(_), Key::Enter) => Wanted::Close,
            (Sent::Waiting | Sent::Heard(_), _) => Wanted::Nothing,
            (Sent::No | Sent::Refused(_), Key::Enter) => self.send(),
            (Sent::No | Sent::Refused(_), Key::Tab | Key::Down) => self.turn_field(1),
            (Sent::No | Sent::Refused(_), Key::BackTab | Key::Up) => {
                self.turn_field(Field::ALL.len() - 1)
            }
            (Sent::No | Sent::Refused(_), key) => self.write(key),
        }
    }

    /// A price between two ticks, or no quantity, is sent by nobody.
    fn send(&mut self) -> Wanted {
        match self.order() {
            Ok(order) => {
                self.sent = Sent::Waiting;
                Wanted::Send(Box::new(order))
            }
            Err(_) => Wanted::Nothing,
        }
    }

    fn turn_field(&mut self, step: usize) -> Wanted {
        self.field = Field::ALL[(self.field as usize + step) % Field::ALL.len()];
        Wanted::Nothing
    }

    fn write(&mut self, key: Key) -> Wanted {
        match (self.field, key) {
            (Field::Quantity, key) => type_in(&mut self.quantity, key),
            (Field::Price, key) => type_in(&mut self.price, key),
            (Field::Life, Key::Char(' ') | Key::Left | Key::Right) => {
                self.tif = match self.tif {
                    Tif::Gtc => Tif::Day,
                    Tif::Day => Tif::Ioc,
                    Tif::Ioc => Tif::Fok,
                    Tif::Fok | Tif::Gtd => Tif::Gtc,
                };
            }
            (Field::Taking, Key::Char(' ') | Key::Left | Key::Right) => {
                self.taking = match self.taking {
                    Taking::May => Taking::PostOnly,
                    Taking::PostOnly => Taking::May,
                };
            }
            (Field::Leaving, Key::Char(' ') | Key::Left | Key::Right) => {
                self.leaving = match self.leaving {
                    Leaving::Stays => Leaving::Ends,
                    Leaving::Ends => Leaving::Stays,
                };
            }
            (Field::Life | Field::Taking | Field::Leaving, _) => return Wanted::Nothing,
        }
        self.sent = Sent::No;
        self.edit += 1;
        Wanted::Preview
    }

    /// The limit, if it is one; `None` is a market order.
    pub(crate) fn limit(&self) -> Result<Option<Ticks>, String> {
        let text = self.price.trim().trim_start_matches('$');
        if text.is_empty() || text.eq_ignore_ascii_case("market") {
            return Ok(None);
        }
        decimal::parse_price(text).map(Some).map_err(|bad| match bad {
            Malformed::TooFine => "between two prices; the tick is $0.001".to_owned(),
            Malformed::NotANumber | Malformed::TooLarge => {
                "no price; write it as 2.40, or leave it empty for the market".to_owned()
            }
        })
    }

    /// Whole lots.
    pub(crate) fn lots(&self) -> Result<Lots, String> {
        let worst = match &self.preview {
            Preview::Shown(preview) => decimal::parse_price(&preview.limit).ok(),
            Preview::Awaited | Preview::Refused(_) => None,
        };
        let price = self.limit().ok().flatten().or(worst);
        amount::lots(&self.quantity, self.hours, price)
    }

    /// The order as it stands, if it is one.
    pub(crate) fn order(&self) -> Result<PlaceOrder, String> {
        let (lots, limit) = (self.lots()?, self.limit()?);
        Ok(PlaceOrder {
            kind: if limit.is_some() { OrderKind::Limit } else { OrderKind::Market },
            price: limit.map(decimal::price),
            tif: self.tif,
            post_only: self.taking == Taking::PostOnly,
            cod: Some(self.leaving == Leaving::Ends),
            ..PlaceOrder::market(&self.symbol, &self.id, self.side, &decimal::lots(lots))
        })
    }

    /// What to ask a preview of, and as of which edit; nothing while one is on its way.
    pub(crate) fn next_preview(&mut self) -> Option<(u64, PlaceOrder)> {
        let order = self.order().ok()?;
        if self.asked.is_some() || self.known == self.edit || !matches!(self.sent, Sent::No) {
            return None;
        }
        self.asked = Some(self.edit);
        Some((self.edit, order))
    }

    /// The exchange has answered for an edit.
    pub(crate) fn previewed(&mut self, edit: u64, answer: Result<Value, Error>) {
        self.asked = None;
        if edit != self.edit {
            return;
        }
        self.known = edit;
        self.preview = match answer.map(serde_json::from_value) {
            Ok(Ok(shown)) => Preview::Shown(Box::new(shown)),
            Ok(Err(strange)) => Preview::Refused(strange.to_string()),
            Err(error) => Preview::Refused(error.to_string()),
        };
    }

    /// The exchange has refused it. Where that is final its name is used up, and what is sent next
    /// has another one.
    pub(crate) fn refuse(&mut self, error: &Error) {
        self.sent = Sent::Refused(error.to_string());
        if error.is_final() {
            self.refusals += 1;
            self.id = format!("{}_{}", self.name, self.refusals);
        }
    }

    /// The account's stream tells of an order.
    pub(crate) fn hear(&mut self, order: &OrderData) {
        if order.client_order_id == self.id {
            self.sent = Sent::Heard(Box::new(order.clone()));
        }
    }
}

fn type_in(text: &mut String, key: Key) {
    match key {
        Key::Backspace => drop(text.pop()),
        Key::Char(c) if text.len() < 24 => text.push(c),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
