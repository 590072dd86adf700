//! What an account is told of itself beside its orders, positions and money: calls for margin, the
//! steps of a default, limits, and who it is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::Layer;

use crate::names::Names;

/// Nothing more to say than the kind; `call_met` and `suspended` on `margin`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NothingData {}

/// The account was opened; kind `opened` on `margin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpenedData {
    /// Its name.
    pub name: String,
}

/// A call for margin; kind `call` on `margin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CallData {
    /// Dollars that lack to initial margin.
    pub amount: String,
    /// The deadline.
    pub until_ns: String,
}

/// Lots the house took over, or a slice it trades of them; kinds `taken_over` and `slice` on `margin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LotsData {
    /// Which contract.
    pub symbol: String,
    /// Lots; of `taken_over` negative where they left the account or are short.
    pub lots: String,
}

/// What was paid for another, or by another; kinds `covered` and `charged` on `margin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LayerData {
    /// Which layer of the waterfall paid.
    #[schemars(with = "Names<Layer>")]
    pub by: Layer,
    /// Dollars.
    pub amount: String,
}

/// A gain that was paid in part; kind `gain_cut` on `margin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GainCutData {
    /// The gain.
    pub due: String,
    /// What was kept back of it.
    pub cut: String,
}

/// Lots that were closed because nobody could pay the other side; kind `torn_up` on `margin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TornUpData {
    /// Which contract.
    pub symbol: String,
    /// The change of the position.
    pub lots: String,
    /// The last settlement price.
    pub price: String,
}

/// A position has reached the level from which its owner accounts for it; kind `accountable` on `margin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountableData {
    /// Which contract.
    pub symbol: String,
    /// The position.
    pub lots: String,
    /// The level.
    pub level: String,
}

/// A need was declared that the limit of the nearest month makes room for; kind `exempted` on `margin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExemptedData {
    /// Of which product.
    pub product: Option<String>,
    /// Lots.
    pub lots: String,
}

/// The account has joined a member; kind `joined` on `margin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JoinedData {
    /// The member's number.
    pub member: String,
}

/// The operator has limited credit; kind `credit` on `margin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CreditData {
    /// Whose: `account` or `member`.
    pub of: String,
    /// Dollars; nothing when there is no limit any more.
    pub max: Option<String>,
}

/// A default is over; kind `default_closed` on `margin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DefaultClosedData {
    /// Dollars that came back to the account.
    pub returned: String,
}

/// The kill switch was thrown or released; kind `kill_switch` on `orders`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KillSwitchData {
    /// Thrown.
    pub on: bool,
}

/// The operator has acted on the account; kind `by_operator` on `margin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReasonData {
    /// Why, in the operator's words.
    pub reason: String,
}

/// The account became a market maker of a product, or a reporter of its index, or is it no longer; kinds
/// `maker` and `reporter` on `orders`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MakerData {
    /// Of which product.
    pub product: Option<String>,
    /// Whether it is one now.
    pub appointed: bool,
}

/// A quote group was protected, frozen or reset; kind `mmp` on `mmp`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QuoteGroupData {
    /// Which group.
    pub mmp_group: String,
    /// Whether its quotes are refused.
    pub frozen: bool,
    /// Until when; nothing until `mmp.reset`.
    pub frozen_until_ns: Option<String>,
}
