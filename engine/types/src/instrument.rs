//! Contracts: what is traded, for which period, and in which phase.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    Date, InstrumentId, Lots, NetLots, ProductId, Side, TickValue, Ticks, Timestamp, YearMonth,
};

/// The period a contract delivers in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tenor {
    /// A calendar month, `2027M03`.
    Month(YearMonth),
    /// Three months from the one named, which is January, April, July or October: `2027Q2`.
    Quarter(YearMonth),
    /// Twelve months from the January named, `2028Y`.
    Year(YearMonth),
}

impl Tenor {
    /// Its first month.
    #[must_use]
    pub const fn first_month(self) -> YearMonth {
        match self {
            Self::Month(first) | Self::Quarter(first) | Self::Year(first) => first,
        }
    }

    /// How many months it spans.
    #[must_use]
    pub const fn months(self) -> i32 {
        match self {
            Self::Month(_) => 1,
            Self::Quarter(_) => 3,
            Self::Year(_) => 12,
        }
    }

    /// The hours of all its months.
    #[must_use]
    pub fn hours(self) -> u32 {
        (0..self.months()).map(|n| self.first_month().plus(n).hours()).sum()
    }

    /// Its first day of delivery.
    #[must_use]
    pub fn start(self) -> Date {
        self.first_month().first_day()
    }

    /// The day after its last day of delivery.
    #[must_use]
    pub fn end(self) -> Date {
        self.first_month().plus(self.months()).first_day()
    }

    /// The next shorter contracts that together deliver the same: of a quarter its months, of a year
    /// its quarters; none of a month.
    pub fn parts(self) -> impl Iterator<Item = Self> {
        let (count, months, part): (i32, i32, fn(YearMonth) -> Self) = match self {
            Self::Month(_) => (0, 1, Self::Month),
            Self::Quarter(_) => (3, 1, Self::Month),
            Self::Year(_) => (4, 3, Self::Quarter),
        };
        (0..count).map(move |n| part(self.first_month().plus(n * months)))
    }

    /// A tenor written `2027M03`, `2027Q2` or `2028Y`, or `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let year = text.get(..4)?;
        match text.get(4..)?.split_at_checked(1)? {
            ("M", month) => YearMonth::parse(&format!("{year}-{month}")).map(Self::Month),
            ("Q", "1") => YearMonth::parse(&format!("{year}-01")).map(Self::Quarter),
            ("Q", "2") => YearMonth::parse(&format!("{year}-04")).map(Self::Quarter),
            ("Q", "3") => YearMonth::parse(&format!("{year}-07")).map(Self::Quarter),
            ("Q", "4") => YearMonth::parse(&format!("{year}-10")).map(Self::Quarter),
            ("Y", "") => YearMonth::parse(&format!("{year}-01")).map(Self::Year),
            _ => None,
        }
    }
}

impl fmt::Display for Tenor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month(m) => f.pad(&format!("{:04}M{:02}", m.year(), m.month())),
            Self::Quarter(m) => f.pad(&format!("{:04}Q{}", m.year(), m.quarter())),
            Self::Year(m) => f.pad(&format!("{:04}Y", m.year())),
        }
    }
}

/// What one lot of an instrument is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    /// A node of eight GPUs for every hour of this period.
    Outright(Tenor),
    /// One lot of `far` against one lot of `near`; its price is far less near.
    Spread {
        /// What its buyer sells.
        near: InstrumentId,
        /// What its buyer buys.
        far: InstrumentId,
    },
    /// So many lots of each of these; its price is the average of a GPU-hour.
    Ramp(Vec<Leg>),
}

/// A part of a combination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Leg {
    /// Which contract.
    pub instrument: InstrumentId,
    /// How many lots of it the buyer of one lot of the combination buys; below zero, sells.
    pub ratio: i32,
}

impl Leg {
    /// The lots of this leg, with the side as their sign, that so many lots of the combination bring.
    #[must_use]
    pub fn of(self, side: Side, lots: Lots) -> NetLots {
        NetLots(lots.signed(side).0 * i64::from(self.ratio))
    }
}

/// Most legs of a combination.
pub const MOST_LEGS: usize = 12;

/// Most lots of all legs together in one lot of a combination.
pub const MOST_LEG_LOTS: i32 = 64;

/// A listed contract. Its terms never change while it exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instrument {
    /// Number in order of listing.
    pub id: InstrumentId,
    /// The generation and hub it delivers; of a spread, those of its far leg.
    pub product: ProductId,
    /// What one lot of it is.
    pub kind: Kind,
    /// `H100-US-2027M03`, `H100-US-2027M03-2027M04`.
    pub symbol: String,
    /// The first day of delivery.
    pub start: Date,
    /// The day after the last one.
    pub end: Date,
    /// Hours of one lot: of all legs of a ramp, of the far leg of a spread.
    pub hours: u32,
    /// What one tick of one lot is worth; of a spread, of its far leg.
    pub tick_value: TickValue,
    /// When trading ends and the final settlement price is struck.
    pub last_trading: Timestamp,
    /// Lowest price an order may ever have.
    pub lowest: Ticks,
    /// Highest price an order may ever have.
    pub highest: Ticks,
    /// Largest quantity of one order.
    pub largest_order: Lots,
    /// Settlement price it starts with.
    pub reference: Ticks,
}

impl Instrument {
    /// The period it delivers in; none of a combination.
    #[must_use]
    pub const fn tenor(&self) -> Option<Tenor> {
        match self.kind {
            Kind::Outright(tenor) => Some(tenor),
            Kind::Spread { .. } | Kind::Ramp(_) => None,
        }
    }

    /// What its buyer buys and sells; nothing but itself when it is no combination.
    pub fn legs(&self) -> impl Iterator<Item = Leg> {
        let (pair, ramp) = match &self.kind {
            Kind::Outright(_) => (None, &[][..]),
            Kind::Spread { near, far } => (Some((*near, *far)), &[][..]),
            Kind::Ramp(legs) => (None, &legs[..]),
        };
        let two = pair.map(|(near, far)| {
            [Leg { instrument: near, ratio: -1 }, Leg { instrument: far, ratio: 1 }]
        });
        two.into_iter().flatten().chain(ramp.iter().copied())
    }

    /// The lowest and highest price of an order that may be so far, in permille of `basis`, from the
    /// last settlement price; any distance when absent.
    #[must_use]
    pub fn band(&self, settlement: Ticks, basis: Ticks, permille: Option<u32>) -> (Ticks, Ticks) {
        let Some(permille) = permille else { return (self.lowest, self.highest) };
        let reach = basis.0 * i64::from(permille) / 1000;
        let (below, above) = (Ticks(settlement.0 - reach), Ticks(settlement.0 + reach));
        (below.max(self.lowest), above.min(self.highest))
    }

    /// Whether it is traded as one and held as its legs.
    #[must_use]
    pub const fn is_combination(&self) -> bool {
        !matches!(self.kind, Kind::Outright(_))
    }
}

/// Whether a contract can be traded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Before an auction: orders are entered, amended and cancelled, and nothing trades.
    PreOpen,
    /// The end of an auction: orders are entered, and nothing trades.
    NoCancel,
    /// Orders are entered, amended, cancelled and matched.
    Open,
    /// Orders may only be cancelled.
    Halted,
    /// Orders may only be cancelled, until the operator opens it again.
    Closed,
    /// Trading has ended for ever.
    Expired,
}

/// A step from one phase to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhaseChange {
    /// Stop trading and call an auction.
    Call,
    /// No order of the auction may leave any more.
    Freeze,
    /// Strike the auction's price, trade at it, and go on trading.
    Uncross,
    /// Stop trading.
    Halt,
    /// Take orders again; an auction comes first.
    Reopen,
    /// End the session.
    Close,
    /// The last trading day is over.
    Expire,
}

impl Phase {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::PreOpen, Self::NoCancel, Self::Open, Self::Halted, Self::Closed, Self::Expired];

    /// The phase after `change`, or `None` when the rulebook has no such step.
    #[must_use]
    pub const fn after(self, change: PhaseChange) -> Option<Self> {
        use PhaseChange::{Call, Close, Expire, Freeze, Halt, Reopen, Uncross};
        match (self, change) {
            (Self::Open, Call) | (Self::Halted | Self::Closed, Reopen) => Some(Self::PreOpen),
            (Self::PreOpen, Freeze) => Some(Self::NoCancel),
            (Self::PreOpen | Self::NoCancel, Uncross) => Some(Self::Open),
            (Self::PreOpen | Self::NoCancel | Self::Open, Halt) => Some(Self::Halted),
            (Self::PreOpen | Self::NoCancel | Self::Open | Self::Halted, Close) => {
                Some(Self::Closed)
            }
            (Self::PreOpen | Self::NoCancel | Self::Open | Self::Halted | Self::Closed, Expire) => {
                Some(Self::Expired)
            }
            _ => None,
        }
    }

    /// Whether new orders are taken.
    #[must_use]
    pub const fn takes_orders(self) -> bool {
        matches!(self, Self::PreOpen | Self::NoCancel | Self::Open)
    }

    /// Whether resting orders may be cancelled by their owners.
    #[must_use]
    pub const fn lets_cancel(self) -> bool {
        !matches!(self, Self::NoCancel)
    }

    /// Whether an auction is being called.
    #[must_use]
    pub const fn is_auction(self) -> bool {
        matches!(self, Self::PreOpen | Self::NoCancel)
    }
}

impl PhaseChange {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Call,
        Self::Freeze,
        Self::Uncross,
        Self::Halt,
        Self::Reopen,
        Self::Close,
        Self::Expire,
    ];
}
