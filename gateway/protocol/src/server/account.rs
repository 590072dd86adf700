//! What the account's own channels and lists carry.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::{
    CancelReason, DeliveryRole, Liquidity, ObligationState, OrderChange, OrderState, Side,
};

use crate::names::Names;

/// Where an order stands. `rejected` is never an event: a refused order is the error of its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderStateName {
    /// In the book.
    Open,
    /// Traded whole.
    Filled,
    /// Ended with something untraded.
    Canceled,
    /// Ended with its contract.
    Expired,
}

impl From<OrderState> for OrderStateName {
    fn from(state: OrderState) -> Self {
        match state {
            OrderState::Open => Self::Open,
            OrderState::Filled => Self::Filled,
            OrderState::Canceled => Self::Canceled,
            OrderState::Expired => Self::Expired,
        }
    }
}

impl OrderStateName {
    /// As it is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Filled => "filled",
            Self::Canceled => "canceled",
            Self::Expired => "expired",
        }
    }
}

/// `orders`: an order changed. In `orders.list` and snapshots: an open order, as it last changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderData {
    /// The exchange's name.
    pub order_id: String,
    /// The sender's name.
    pub client_order_id: String,
    /// Which contract.
    pub symbol: String,
    /// What happened.
    #[schemars(with = "Names<OrderChange>")]
    pub event: OrderChange,
    /// Where it stands.
    pub state: OrderStateName,
    /// Counts its amendments, from 1.
    pub rev: u32,
    /// Buy or sell.
    #[schemars(with = "Names<Side>")]
    pub side: Side,
    /// Limit.
    pub price: String,
    /// The trade price a stop waits for, until it is elected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger_price: Option<String>,
    /// What an iceberg shows at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_qty: Option<String>,
    /// Total quantity.
    pub qty: String,
    /// Filled so far.
    pub cum_qty: String,
    /// Still open; of an ended order what it ended with.
    pub leaves_qty: String,
    /// Why it ended.
    #[schemars(with = "Option<Names<CancelReason>>")]
    pub reason: Option<CancelReason>,
    /// The owner's label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The contract's own sequence number.
    pub eseq: u64,
    /// When.
    pub eng_ns: String,
}

/// `fills`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FillData {
    /// Names this side of the trade; never used twice.
    pub exec_id: String,
    /// Names the trade.
    pub trade_id: String,
    /// The exchange's name of the order.
    pub order_id: String,
    /// The sender's name of the order.
    pub client_order_id: String,
    /// Which contract.
    pub symbol: String,
    /// Bought or sold.
    #[schemars(with = "Names<Side>")]
    pub side: Side,
    /// At which price.
    pub price: String,
    /// Lots.
    pub qty: String,
    /// Rested or came.
    #[schemars(with = "Names<Liquidity>")]
    pub liquidity: Liquidity,
    /// Paid; negative is a rebate.
    pub fee: String,
    /// `USD`.
    pub fee_ccy: String,
    /// Filled so far.
    pub cum_qty: String,
    /// Still open.
    pub leaves_qty: String,
    /// Where the order stands.
    pub order_state: OrderStateName,
    /// The owner's label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The contract's own sequence number.
    pub eseq: u64,
    /// When.
    pub eng_ns: String,
}

/// `fills`, kind `leg`: what a fill brought in one leg of a combination, a quarter or a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LegFillData {
    /// The trade of the fill.
    pub trade_id: String,
    /// Which contract.
    pub symbol: String,
    /// Bought or sold.
    #[schemars(with = "Names<Side>")]
    pub side: Side,
    /// At which price.
    pub price: String,
    /// Lots.
    pub qty: String,
    /// The sequence number of the contract of the fill.
    pub eseq: u64,
    /// When.
    pub eng_ns: String,
}

/// `positions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PositionData {
    /// Which contract.
    pub symbol: String,
    /// Lots; negative is short.
    pub net_qty: String,
    /// Average price it is carried at since the last settlement.
    pub carry_px: Option<String>,
    /// Last settlement price.
    pub settle: String,
    /// Gain or loss since the last settlement, at that price.
    pub variation: String,
}

/// What became of a position when its contract expired; `kind` is `expired` on `positions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExpiryData {
    /// Which contract.
    pub symbol: String,
    /// Final settlement price.
    pub price: String,
    /// Lots that became positions in months and quarters.
    pub cascaded_qty: String,
    /// Lots that will be delivered in GPU-hours.
    pub delivered_qty: String,
    /// Lots that ended in money.
    pub cashed_qty: String,
}

/// `margin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MarginData {
    /// Cash.
    pub cash: String,
    /// Set aside for coming deliveries.
    pub escrow: String,
    /// Gain or loss since the last settlement.
    pub variation: String,
    /// Cash that counts.
    pub available: String,
    /// Required for positions, open orders and deliveries.
    pub initial: String,
    /// Required for positions and deliveries.
    pub maintenance: String,
    /// The part that deliveries require.
    pub delivery: String,
    /// The part that large positions add.
    pub concentration: String,
    /// Number of the scenario that requires the most.
    pub scenario: u8,
    /// Its name.
    pub scenario_name: String,
}

/// Money that moved; `kind` is `cash` on `margin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CashData {
    /// Why.
    #[schemars(with = "Names<types::TransferKind>")]
    pub reason: types::TransferKind,
    /// How much; negative was paid.
    pub amount: String,
    /// Cash after it.
    pub cash: String,
    /// Escrow after it.
    pub escrow: String,
}

/// `obligations`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ObligationData {
    /// Which.
    pub obligation_id: String,
    /// Which contract.
    pub symbol: String,
    /// `deliver` or `receive`.
    #[schemars(with = "Names<DeliveryRole>")]
    pub role: DeliveryRole,
    /// Nodes of eight GPUs.
    pub lots: String,
    /// Final settlement price.
    pub price: String,
    /// GPU-hours of the whole period.
    pub gpu_hours: String,
    /// GPU-hours delivered.
    pub delivered_gpu_hours: String,
    /// GPU-hours missing.
    pub shortfall_gpu_hours: String,
    /// First hour.
    pub window_start_ns: String,
    /// End of the last hour.
    pub window_end_ns: String,
    /// Where it stands.
    #[schemars(with = "Names<ObligationState>")]
    pub state: ObligationState,
    /// Nodes assigned.
    pub nodes: String,
    /// Nodes that missed something in the last final hour.
    pub nodes_down: String,
    /// Paid to the seller so far.
    pub paid: String,
    /// Damages for shortfall beyond the tolerance.
    pub penalty_accrued: String,
    /// What a GPU-hour is invoiced at, as a part of the price: `0.960`.
    #[serde(default = "whole")]
    pub factor: String,
    /// Lots without a node: to be covered.
    #[serde(default = "nothing")]
    pub uncovered: String,
    /// GPU-hours that others delivered, or had to.
    #[serde(default = "nothing", skip_serializing_if = "is_none")]
    pub covered_gpu_hours: String,
    /// GPU-hours missing by force majeure.
    #[serde(default = "nothing", skip_serializing_if = "is_none")]
    pub waived_gpu_hours: String,
    /// GPU-hours that seller and buyer do not agree on yet.
    #[serde(default = "nothing", skip_serializing_if = "is_none")]
    pub held_gpu_hours: String,
    /// The house stands between.
    pub novated_to: String,
}

fn whole() -> String {
    "1.000".to_owned()
}

fn nothing() -> String {
    "0".to_owned()
}

/// An invoice; `kind` is `invoice` on `obligations`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvoiceData {
    /// Which obligation.
    pub obligation_id: String,
    /// Which contract.
    pub symbol: String,
    /// `deliver` or `receive`.
    #[schemars(with = "Names<DeliveryRole>")]
    pub role: DeliveryRole,
    /// When it was struck.
    pub issued_ns: String,
    /// GPU-hours of the whole period.
    pub due_gpu_hours: String,
    /// GPU-hours delivered and paid.
    pub delivered_gpu_hours: String,
    /// GPU-hours missing.
    pub short_gpu_hours: String,
    /// Of those, free of damages.
    pub tolerated_gpu_hours: String,
    /// GPU-hours that others delivered, or had to.
    #[serde(default = "nothing", skip_serializing_if = "is_none")]
    pub covered_gpu_hours: String,
    /// GPU-hours missing by force majeure.
    #[serde(default = "nothing", skip_serializing_if = "is_none")]
    pub waived_gpu_hours: String,
    /// Final settlement price times the factor of the grade.
    pub price: String,
    /// Delivered GPU-hours times price.
    pub amount: String,
    /// Dollars for each GPU-hour missing beyond the tolerance.
    pub damages_per_gpu_hour: String,
    /// Damages the buyer gets.
    pub damages: String,
    /// Delivery fee; the seller pays it.
    pub fee: String,
}

/// Nodes pledged to a contract; `kind` is `pledge` on `obligations`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PledgeData {
    /// Which contract.
    pub symbol: String,
    /// All nodes pledged to it by this account.
    pub nodes: Vec<u32>,
}

/// No GPU-hours, which are left out.
fn is_none(hours: &str) -> bool {
    hours == "0"
}
