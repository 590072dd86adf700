//! Orders: what a trader asks for, and what became of it.

use serde::{Deserialize, Serialize};

use crate::{
    AccountId, ClientOrderId, InstrumentId, Lots, Mills, OrderId, SessionId, Side, Tag, Ticks,
    Timestamp, TradeId,
};

/// How an order's price is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderType {
    /// At this price or better.
    Limit(Ticks),
    /// At the best opposite price and no worse than the product's protection beyond it; what is
    /// left rests there.
    Market,
    /// At the best opposite price; what is left rests there.
    MarketToLimit,
    /// Waits until a trade reaches the trigger, then is a limit order.
    StopLimit {
        /// The trade price that elects it.
        trigger: Ticks,
        /// Its limit from then on.
        limit: Ticks,
    },
    /// Waits until a trade reaches the trigger, then is a limit order at the product's protection
    /// beyond the trigger.
    Stop {
        /// The trade price that elects it.
        trigger: Ticks,
    },
}

impl OrderType {
    /// The price that elects it, if it waits for one.
    #[must_use]
    pub const fn trigger(self) -> Option<Ticks> {
        match self {
            Self::StopLimit { trigger, .. } | Self::Stop { trigger } => Some(trigger),
            Self::Limit(_) | Self::Market | Self::MarketToLimit => None,
        }
    }
}

/// How long an order lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeInForce {
    /// Until the next daily settlement.
    Day,
    /// Until it is filled, cancelled, or the contract expires.
    Gtc,
    /// Until this time.
    Gtd(Timestamp),
    /// Trades at once what it can; the rest is cancelled.
    Ioc,
    /// Trades at once and whole, or is refused.
    Fok,
}

impl TimeInForce {
    /// Whether what is left of the order may wait in the book.
    #[must_use]
    pub const fn rests(self) -> bool {
        matches!(self, Self::Day | Self::Gtc | Self::Gtd(_))
    }
}

/// What becomes of a post-only order that would trade at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostOnly {
    /// It is refused.
    Reject,
    /// Its limit becomes the price one tick short of the best opposite one.
    Slide,
}

/// Conditions on an order, none of them by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Qualifiers {
    /// It never takes, it only rests.
    pub post_only: Option<PostOnly>,
    /// It never opens or turns a position.
    pub reduce_only: bool,
    /// It trades at least this much at once, or is refused.
    pub minimum: Option<Lots>,
    /// It shows no more than this at a time.
    pub peak: Option<Lots>,
    /// What happens when it meets an order of its own account.
    pub self_match: SelfMatch,
}

/// What happens when an order meets one of its own account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SelfMatch {
    /// The resting order is cancelled and the incoming one goes on.
    CancelResting,
    /// The incoming order ends there; the resting one stays.
    #[default]
    CancelAggressor,
    /// Both end.
    CancelBoth,
    /// Both lose what they would have traded; whichever has nothing left ends.
    Decrement,
}

/// An order as it is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOrder {
    /// Whose order it is.
    pub account: AccountId,
    /// The session that entered it, for cancel on disconnect; 0 when it shall outlive every session.
    pub session: SessionId,
    /// The sender's name of it: the same id and the same order again change nothing.
    pub client_order_id: ClientOrderId,
    /// What to trade.
    pub instrument: InstrumentId,
    /// Buy or sell.
    pub side: Side,
    /// At which price.
    pub order_type: OrderType,
    /// How much; at least one lot.
    pub quantity: Lots,
    /// For how long.
    pub time_in_force: TimeInForce,
    /// On which conditions.
    pub qualifiers: Qualifiers,
    /// Refused if the exchange comes to it later than this.
    pub valid_until: Option<Timestamp>,
    /// Comes back on every event of the order.
    pub tag: Option<Tag>,
}

impl NewOrder {
    /// Whether both ask for the same, whichever session they came by.
    #[must_use]
    pub fn is_same_request(&self, other: &Self) -> bool {
        Self { session: other.session, ..*self } == *other
    }
}

/// An order, by the exchange's name or the sender's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderRef {
    /// The exchange's.
    Exchange(OrderId),
    /// The sender's.
    Client(ClientOrderId),
}

/// A change of a resting order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmendOrder {
    /// Whose order it is.
    pub account: AccountId,
    /// Which order.
    pub order: OrderRef,
    /// Refused unless the order is at this revision.
    pub revision: Option<u32>,
    /// The new limit price.
    pub price: Option<Ticks>,
    /// The new total quantity, filled part included.
    pub quantity: Option<Lots>,
    /// The new trigger of a stop that waits.
    pub trigger: Option<Ticks>,
}

/// Cancels every order of an account that meets all conditions given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MassCancel {
    /// Whose orders.
    pub account: AccountId,
    /// In this instrument.
    pub instrument: Option<InstrumentId>,
    /// On this side.
    pub side: Option<Side>,
    /// With this tag.
    pub tag: Option<Tag>,
    /// Entered on this session.
    pub session: Option<SessionId>,
    /// What the owner is told.
    pub reason: CancelReason,
}

/// Why an order ended without being filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// The owner asked for it.
    Requested,
    /// It was immediate-or-cancel.
    ImmediateOrCancel,
    /// Its session ended.
    #[serde(rename = "cod")]
    Disconnected,
    /// It would have traded with an order of its own account.
    SelfTrade,
    /// It was amended to less than had been filled.
    AmendBelowFilled,
    /// The contract expired.
    Expired,
    /// The account was suspended.
    Suspended,
    /// The contract left the price band.
    Band,
    /// Its day, or its time, was over.
    TimeOver,
    /// It was immediate-or-cancel, and its contract went into an auction.
    Auction,
    /// The position it was to reduce is gone.
    ReduceOnly,
    /// The account's kill switch was thrown.
    KillSwitch,
    /// A newer quote of its group replaced it.
    Replaced,
    /// Its group traded more than its protection allows.
    Protection,
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// In the book.
    Open,
    /// Traded whole.
    Filled,
    /// Ended with something untraded.
    Canceled,
    /// Ended with its contract, its day or its time.
    Expired,
}

/// What happened to an order, other than a fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderChange {
    /// Accepted.
    New,
    /// Price, trigger or quantity changed because the owner asked for it.
    Amended,
    /// Quantity fell without a trade and without being asked for.
    Restated,
    /// A trade reached the trigger of a stop: from now on it is a limit order.
    Elected,
    /// Ended with something untraded.
    Canceled,
    /// Ended with its contract, its day or its time.
    Expired,
}

/// Whether an amended order kept its place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Same price, not more lots.
    Kept,
    /// It is now the last at its price.
    Lost,
}

/// The exchange's answer to a new, amended or cancelled order: where it stood right after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderVerdict {
    /// The exchange's name of the order.
    pub order_id: OrderId,
    /// The sender's name of the order.
    pub client_order_id: ClientOrderId,
    /// What it trades.
    pub instrument: InstrumentId,
    /// Where it stands.
    pub state: OrderState,
    /// Counts its amendments, from 1.
    pub revision: u32,
    /// Total quantity.
    pub quantity: Lots,
    /// Filled so far.
    pub filled: Lots,
    /// Still open.
    pub leaves: Lots,
    /// Sum of price times lots of its fills, for the average price.
    pub notional: i128,
    /// For an amendment: the place in the queue.
    pub priority: Option<Priority>,
    /// The instrument's sequence number after the command.
    pub eseq: u64,
    /// The account's sequence number after the command.
    pub acct_seq: u64,
    /// The request had been made before; this is the answer it got then.
    pub duplicate: bool,
}

/// A change of an order, as its owner hears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderReport {
    /// The exchange's name of the order.
    pub order_id: OrderId,
    /// The sender's name of the order.
    pub client_order_id: ClientOrderId,
    /// What it trades.
    pub instrument: InstrumentId,
    /// What happened.
    pub change: OrderChange,
    /// Where it stands.
    pub state: OrderState,
    /// Counts its amendments, from 1.
    pub revision: u32,
    /// Buy or sell.
    pub side: Side,
    /// Limit price; of a market order its protection limit.
    pub price: Ticks,
    /// The trade price a stop waits for, until it is elected.
    pub trigger: Option<Ticks>,
    /// The most an iceberg shows at a time.
    pub peak: Option<Lots>,
    /// Total quantity.
    pub quantity: Lots,
    /// Filled so far.
    pub filled: Lots,
    /// Still open; of an ended order what it ended with.
    pub leaves: Lots,
    /// Why it ended, or was restated.
    pub reason: Option<CancelReason>,
    /// The owner's label.
    pub tag: Option<Tag>,
}

/// Whether a fill took what rested or was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Liquidity {
    /// It rested.
    Maker,
    /// It came and traded.
    Taker,
    /// It traded in an auction.
    Auction,
    /// It was agreed as a block.
    Block,
}

/// One side of a trade, as its owner hears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FillReport {
    /// The trade, the same for both sides.
    pub trade_id: TradeId,
    /// The exchange's name of the order.
    pub order_id: OrderId,
    /// The sender's name of the order.
    pub client_order_id: ClientOrderId,
    /// What was traded.
    pub instrument: InstrumentId,
    /// Bought or sold.
    pub side: Side,
    /// At which price.
    pub price: Ticks,
    /// How much.
    pub lots: Lots,
    /// Rested or came.
    pub liquidity: Liquidity,
    /// Paid for it; negative is a rebate.
    pub fee: Mills,
    /// Filled so far.
    pub filled: Lots,
    /// Still open.
    pub leaves: Lots,
    /// Where the order stands.
    pub state: OrderState,
    /// The owner's label.
    pub tag: Option<Tag>,
}

/// What a fill brought in one leg of a combination, a quarter or a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegReport {
    /// The trade of the fill.
    pub trade_id: TradeId,
    /// The leg.
    pub instrument: InstrumentId,
    /// Bought or sold.
    pub side: Side,
    /// At which price.
    pub price: Ticks,
    /// How much.
    pub lots: Lots,
}
