//! Names of channels: `book.H100-US-2027M03`, `curve.H100-US`, `fills`.

use std::fmt;

use serde_json::{Value, json};

use crate::errors::Code;

/// Depths of a conflated book.
pub const DEPTHS: [u8; 5] = [1, 5, 10, 20, 50];

/// Intervals of a conflated book, in milliseconds.
pub const INTERVALS_MS: [u16; 2] = [100, 1000];

/// How long the candles of a channel are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Span {
    /// `1m`.
    Minute,
    /// `5m`.
    FiveMinutes,
    /// `15m`.
    Quarter,
    /// `1h`.
    Hour,
    /// `4h`.
    FourHours,
    /// `1d`.
    Day,
}

impl Span {
    /// All of them, the shortest first.
    pub const ALL: [Self; 6] =
        [Self::Minute, Self::FiveMinutes, Self::Quarter, Self::Hour, Self::FourHours, Self::Day];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minute => "1m",
            Self::FiveMinutes => "5m",
            Self::Quarter => "15m",
            Self::Hour => "1h",
            Self::FourHours => "4h",
            Self::Day => "1d",
        }
    }

    /// The span of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|span| span.name() == name)
    }

    /// Its length.
    #[must_use]
    pub const fn minutes(self) -> i64 {
        match self {
            Self::Minute => 1,
            Self::FiveMinutes => 5,
            Self::Quarter => 15,
            Self::Hour => 60,
            Self::FourHours => 240,
            Self::Day => 1_440,
        }
    }
}

/// A channel that everybody may hear.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Public {
    /// All contracts.
    Instruments,
    /// What the venue announces.
    System,
    /// What the venue signs of its log and its state.
    Checkpoint,
    /// The phase of a contract.
    Status(String),
    /// The whole book, change by change.
    Book(String),
    /// The best levels, whole each time.
    TopOfBook {
        /// The contract.
        symbol: String,
        /// One of [`DEPTHS`].
        depth: u8,
        /// One of [`INTERVALS_MS`].
        interval_ms: u16,
    },
    /// The book order by order, for those who are logged in.
    OrderByOrder(String),
    /// Best bid and ask.
    Bbo(String),
    /// Every trade.
    Trades(String),
    /// Figures of the day.
    Ticker(String),
    /// Prices and lots of each span of time.
    Candles {
        /// The contract.
        symbol: String,
        /// How long each is.
        span: Span,
    },
    /// What a lot is worth now, and where that comes from.
    Mark(String),
    /// Settlement prices of one contract, or of all.
    Settlement(Option<String>),
    /// The forward curve of a product.
    Curve(String),
    /// The reference index of a product.
    Index(String),
    /// The nodes of a product.
    Supply(String),
    /// The delivery of a contract, without names.
    Delivery(String),
}

/// A channel of the account that is logged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Private {
    /// Changes of orders.
    Orders,
    /// Fills.
    Fills,
    /// Positions.
    Positions,
    /// Cash and margin.
    Margin,
    /// Obligations and invoices.
    Obligations,
    /// Quote groups and their protection.
    Mmp,
    /// Blocks that wait for their other side.
    Block,
    /// Requests for quotes, and the quotes.
    Rfq,
    /// All that happens to the account, in its one order, on `/v1/drop` alone.
    DropCopy,
    /// The same of all accounts of the firm, in one order, for keys that may have it.
    FirmCopy,
}

/// A channel.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// For everybody.
    Public(Public),
    /// For the account that is logged in.
    Private(Private),
}

/// Why a name is no channel.
#[derive(Clone, Debug, PartialEq)]
pub struct BadChannel {
    /// 6001 or 6002.
    pub code: Code,
    /// What would do instead.
    pub allowed: Option<Value>,
}

impl Private {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Orders,
        Self::Fills,
        Self::Positions,
        Self::Margin,
        Self::Obligations,
        Self::Mmp,
        Self::Block,
        Self::Rfq,
        Self::DropCopy,
        Self::FirmCopy,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Fills => "fills",
            Self::Positions => "positions",
            Self::Margin => "margin",
            Self::Obligations => "obligations",
            Self::Mmp => "mmp",
            Self::Block => "block",
            Self::Rfq => "rfq",
            Self::DropCopy => "dropcopy",
            Self::FirmCopy => "dropcopy.firm",
        }
    }
}

impl Channel {
    /// The channel of this name. Whether its symbol is listed is not looked at.
    ///
    /// # Errors
    /// 6001 when there is no such channel, 6002 when a parameter is not among those allowed.
    pub fn parse(name: &str) -> Result<Self, BadChannel> {
        if let Some(private) = Private::ALL.into_iter().find(|private| private.name() == name) {
            return Ok(Self::Private(private));
        }
        let mut parts = name.split('.');
        let kind = parts.next().unwrap_or_default();
        let rest: Vec<&str> = parts.collect();
        let public = match (kind, rest.as_slice()) {
            ("instruments", []) => Public::Instruments,
            ("system", []) => Public::System,
            ("checkpoint", []) => Public::Checkpoint,
            ("settlement", []) => Public::Settlement(None),
            ("book", [symbol, depth, interval]) => top_of_book(symbol, depth, interval)?,
            ("candles", [symbol, span]) => candles(symbol, span)?,
            (kind, [symbol]) if is_symbol(symbol) => one_symbol(kind, (*symbol).to_owned())?,
            _ => return Err(unknown()),
        };
        Ok(Self::Public(public))
    }
}

fn one_symbol(kind: &str, symbol: String) -> Result<Public, BadChannel> {
    Ok(match kind {
        "status" => Public::Status(symbol),
        "book" => Public::Book(symbol),
        "l3" => Public::OrderByOrder(symbol),
        "mark" => Public::Mark(symbol),
        "bbo" => Public::Bbo(symbol),
        "trades" => Public::Trades(symbol),
        "ticker" => Public::Ticker(symbol),
        "settlement" => Public::Settlement(Some(symbol)),
        "curve" => Public::Curve(symbol),
        "index" => Public::Index(symbol),
        "supply" => Public::Supply(symbol),
        "delivery" => Public::Delivery(symbol),
        _ => return Err(unknown()),
    })
}

fn top_of_book(symbol: &str, depth: &str, interval: &str) -> Result<Public, BadChannel> {
    if !is_symbol(symbol) {
        return Err(unknown());
    }
    let depth = DEPTHS.into_iter().find(|known| known.to_string() == depth);
    let interval_ms = INTERVALS_MS.into_iter().find(|ms| interval_name(*ms) == interval);
    match (depth, interval_ms) {
        (Some(depth), Some(interval_ms)) => {
            Ok(Public::TopOfBook { symbol: symbol.to_owned(), depth, interval_ms })
        }
        _ => Err(BadChannel {
            code: Code::BadChannelParam,
            allowed: Some(json!({"depth": DEPTHS, "interval": INTERVALS_MS.map(interval_name)})),
        }),
    }
}

fn candles(symbol: &str, span: &str) -> Result<Public, BadChannel> {
    if !is_symbol(symbol) {
        return Err(unknown());
    }
    match Span::parse(span) {
        Some(span) => Ok(Public::Candles { symbol: symbol.to_owned(), span }),
        None => Err(BadChannel {
            code: Code::BadChannelParam,
            allowed: Some(json!({"span": Span::ALL.map(Span::name)})),
        }),
    }
}

const fn interval_name(ms: u16) -> &'static str {
    match ms {
        100 => "100ms",
        _ => "1s",
    }
}

/// `^[A-Z0-9]+([-:_][A-Z0-9]+)*$`, at most 64 characters.
#[must_use]
pub fn is_symbol(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    text.len() <= 64 && text.split(['-', ':', '_']).all(is_word)
}

fn unknown() -> BadChannel {
    BadChannel { code: Code::UnknownChannel, allowed: None }
}

impl fmt::Display for Public {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instruments => f.write_str("instruments"),
            Self::System => f.write_str("system"),
            Self::Checkpoint => f.write_str("checkpoint"),
            Self::Status(symbol) => write!(f, "status.{symbol}"),
            Self::Book(symbol) => write!(f, "book.{symbol}"),
            Self::TopOfBook { symbol, depth, interval_ms } => {
                write!(f, "book.{symbol}.{depth}.{}", interval_name(*interval_ms))
            }
            Self::OrderByOrder(symbol) => write!(f, "l3.{symbol}"),
            Self::Candles { symbol, span } => write!(f, "candles.{symbol}.{}", span.name()),
            Self::Mark(symbol) => write!(f, "mark.{symbol}"),
            Self::Bbo(symbol) => write!(f, "bbo.{symbol}"),
            Self::Trades(symbol) => write!(f, "trades.{symbol}"),
            Self::Ticker(symbol) => write!(f, "ticker.{symbol}"),
            Self::Settlement(None) => f.write_str("settlement"),
            Self::Settlement(Some(symbol)) => write!(f, "settlement.{symbol}"),
            Self::Curve(product) => write!(f, "curve.{product}"),
            Self::Index(product) => write!(f, "index.{product}"),
            Self::Supply(product) => write!(f, "supply.{product}"),
            Self::Delivery(symbol) => write!(f, "delivery.{symbol}"),
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public(public) => public.fmt(f),
            Self::Private(private) => f.write_str(private.name()),
        }
    }
}

#[cfg(test)]
mod tests;
