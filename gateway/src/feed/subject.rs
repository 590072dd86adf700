//! What a public channel is about, with its symbol resolved, and how fast it is sent.

use std::time::Duration;

use protocol::channels::Span;
use types::{InstrumentId, ProductId};

/// What a public channel is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Subject {
    /// All contracts and what changes of them.
    Instruments,
    /// What the venue itself announces.
    System,
    /// What the venue signs.
    Checkpoint,
    /// The phase of a contract.
    Status(InstrumentId),
    /// The whole book, change by change.
    Book(InstrumentId),
    /// The best levels, whole each time.
    Top { instrument: InstrumentId, depth: u8, interval_ms: u16 },
    /// The book order by order.
    Queue(InstrumentId),
    /// Best bid and ask.
    BestQuotes(InstrumentId),
    /// Every trade.
    Trades(InstrumentId),
    /// Figures of the day.
    Ticker(InstrumentId),
    /// Candles of one length.
    Candles(InstrumentId, Span),
    /// What a lot is worth now.
    Mark(InstrumentId),
    /// Settlement prices: of one contract, or of all.
    Settlement(Option<InstrumentId>),
    /// The forward curve of a product.
    Curve(ProductId),
    /// The reference index of a product.
    Index(ProductId),
    /// The nodes of a product.
    Supply(ProductId),
    /// Obligations of a contract.
    Delivery(InstrumentId),
}

/// How changes become messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Each change is one message.
    EachChange,
    /// The latest state, at most once in this time.
    Latest(Duration),
}

impl Subject {
    /// How its changes become messages.
    pub(crate) const fn pace(self) -> Pace {
        match self {
            Self::Instruments
            | Self::System
            | Self::Checkpoint
            | Self::Status(_)
            | Self::Book(_)
            | Self::Queue(_)
            | Self::Trades(_)
            | Self::Settlement(_)
            | Self::Index(_)
            | Self::Supply(_) => Pace::EachChange,
            Self::BestQuotes(_) => Pace::Latest(Duration::ZERO),
            Self::Top { interval_ms, .. } => {
                Pace::Latest(Duration::from_millis(interval_ms as u64))
            }
            Self::Ticker(_)
            | Self::Candles(..)
            | Self::Mark(_)
            | Self::Curve(_)
            | Self::Delivery(_) => Pace::Latest(Duration::from_millis(250)),
        }
    }

    /// The letter before the number of its epoch.
    pub(crate) const fn epoch_letter(self) -> char {
        match self {
            Self::Instruments => 'i',
            Self::System => 's',
            Self::Checkpoint => 'c',
            Self::Status(_) => 'p',
            Self::Book(_) | Self::Top { .. } | Self::BestQuotes(_) => 'b',
            Self::Trades(_) => 't',
            Self::Queue(_) => 'o',
            Self::Ticker(_) => 'k',
            Self::Candles(..) => 'n',
            Self::Mark(_) => 'm',
            Self::Settlement(_) => 'x',
            Self::Curve(_) => 'v',
            Self::Index(_) => 'r',
            Self::Supply(_) => 'y',
            Self::Delivery(_) => 'd',
        }
    }

    /// The contract it is about, if it is about one alone.
    pub(crate) const fn instrument(self) -> Option<InstrumentId> {
        match self {
            Self::Status(id)
            | Self::Book(id)
            | Self::Top { instrument: id, .. }
            | Self::BestQuotes(id)
            | Self::Queue(id)
            | Self::Trades(id)
            | Self::Ticker(id)
            | Self::Candles(id, _)
            | Self::Mark(id)
            | Self::Settlement(Some(id))
            | Self::Delivery(id) => Some(id),
            Self::Instruments
            | Self::System
            | Self::Checkpoint
            | Self::Settlement(None)
            | Self::Curve(_)
            | Self::Index(_)
            | Self::Supply(_) => None,
        }
    }
}
