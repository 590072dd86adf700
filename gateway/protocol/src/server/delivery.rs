//! What happens to capacity and to deliveries, as channel `obligations` tells it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::DeliveryRole;

use crate::client::NodeForm;
use crate::names::Names;

/// Nodes were registered; kind `registered`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RegisteredData {
    /// Which.
    pub nodes: Vec<NodeForm>,
}

/// Nodes were taken out of the registry; kind `retired`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RetiredData {
    /// Which.
    pub nodes: Vec<u32>,
}

/// Nodes were attested; kind `attested`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AttestedData {
    /// Which.
    pub nodes: Vec<u32>,
    /// To the end of which day.
    pub until: String,
}

/// The account may attest nodes, or no longer; kind `attestor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AttestorData {
    /// It may.
    pub on: bool,
}

/// What of a short position is covered by nodes; kind `coverage`. Lots and dollars.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CoverageData {
    /// The contract month.
    pub symbol: String,
    /// The short position.
    pub short: String,
    /// How much of it must be covered now.
    pub required: String,
    /// How much is.
    pub covered: String,
    /// How much lacks.
    pub uncovered: String,
    /// What is asked on top of margin for what lacks.
    pub margin: String,
}

/// What is not covered is bought back; kind `buy_in`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BuyInData {
    /// The contract month.
    pub symbol: String,
    /// Lots that are bought.
    pub lots: String,
    /// Lots that are not covered.
    pub uncovered: String,
}

/// What a buyer would like to get; kind `preference`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PreferenceData {
    /// The contract month.
    pub symbol: String,
    /// In which zone.
    pub zone: Option<String>,
    /// The best grade.
    pub best_grade: bool,
    /// All nodes on one fabric.
    pub single_fabric: bool,
    /// From whom.
    pub seller: Option<String>,
    /// With which software.
    pub image: Option<String>,
}

/// What a seller tenders; kind `tender`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TenderedData {
    /// The contract month.
    pub symbol: String,
    /// Its blocks.
    pub tenders: Vec<TenderData>,
}

/// A block of nodes on one fabric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TenderData {
    /// Which fabric.
    pub fabric: String,
    /// How many lots.
    pub lots: String,
    /// For whom.
    pub buyer: Option<String>,
}

/// A side of an obligation would do without the house; kind `elected`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ElectedData {
    /// Which obligation.
    pub obligation_id: String,
    /// Which side.
    #[schemars(with = "Names<DeliveryRole>")]
    pub by: DeliveryRole,
}

/// A node was tested by the buyer; kind `tested`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TestedData {
    /// For which obligation.
    pub obligation_id: String,
    /// Which node.
    pub node: u32,
    /// Whether it is accepted.
    pub passed: bool,
    /// Until when the seller may replace it.
    pub replace_until_ns: Option<String>,
}

/// A spare serves in the place of a node; kind `replaced`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReplacedData {
    /// Which obligation.
    pub obligation_id: String,
    /// The node that failed.
    pub failed: u32,
    /// The node that serves now.
    pub spare: u32,
}

/// A node was not replaced in time; kind `dropped`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DroppedData {
    /// Which obligation.
    pub obligation_id: String,
    /// Which node.
    pub node: u32,
}

/// The buyer signed the receipt of an hour; kind `countersigned`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CountersignedData {
    /// Which obligation.
    pub obligation_id: String,
    /// The start of the hour.
    pub hour_ns: String,
}

/// What a buyer or a probe says of an hour; kinds `disputed` and `probed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimData {
    /// Which obligation.
    pub obligation_id: String,
    /// The start of the hour.
    pub hour_ns: String,
    /// GPU-hours of the nodes that it names.
    pub gpu_hours: String,
}

/// A dispute is decided; kind `decided`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DecidedData {
    /// Which obligation.
    pub obligation_id: String,
    /// The start of the hour.
    pub hour_ns: String,
    /// What was delivered.
    pub delivered_gpu_hours: String,
    /// What was not.
    pub missing_gpu_hours: String,
}

/// Standby nodes deliver what the seller does not; kind `covered_by`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CoveredByData {
    /// Which obligation.
    pub obligation_id: String,
    /// By which obligation.
    pub by: String,
    /// How many lots.
    pub lots: String,
    /// Dollars per GPU-hour.
    pub price: String,
}

/// What nobody delivers is paid; kind `cashed_out`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CashedOutData {
    /// Which obligation.
    pub obligation_id: String,
    /// How many lots.
    pub lots: String,
    /// Dollars to the buyer.
    pub damages: String,
}

/// Escrow was not paid ahead; kind `escrow_late`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EscrowLateData {
    /// Which obligation.
    pub obligation_id: String,
    /// Until when it can be.
    pub until_ns: String,
}

/// The rest of a window is offered; kind `offered`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OfferedData {
    /// Which obligation.
    pub obligation_id: String,
    /// To whom.
    pub to: String,
    /// Dollars; below zero, what that account gets.
    pub price: String,
}

/// The rest of a window changed hands; kind `handed_over`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HandedOverData {
    /// Which obligation.
    pub obligation_id: String,
    /// As which obligation it goes on.
    #[serde(rename = "as")]
    pub into: String,
    /// How many lots.
    pub lots: String,
    /// Dollars; below zero, what the new buyer got.
    pub price: String,
}

/// Nodes stand by; kind `standby`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StandbyData {
    /// For what is left of which month.
    pub symbol: String,
    /// How many nodes.
    pub nodes: String,
    /// Dollars per GPU-hour.
    pub price: String,
}

/// A bid for hours that are resold; kind `bid`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StandbyBidData {
    /// For what is left of which month.
    pub symbol: String,
    /// How many lots at most.
    pub lots: String,
    /// Dollars per GPU-hour.
    pub price: String,
}

/// The bond of a provider changed; kind `bond`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BondData {
    /// Dollars of bond.
    pub balance: String,
    /// Dollars that were taken from it now.
    pub penalty: String,
}

/// The account may probe deliveries, or no longer; kind `probe`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProbeData {
    /// It may.
    pub appointed: bool,
}

/// `capacity.list`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CapacityList {
    /// All registered nodes of the account, by number.
    pub nodes: Vec<NodeData>,
    /// Number of the account's last event.
    pub acct_seq: u64,
}

/// A registered node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NodeData {
    /// As it was registered.
    #[serde(flatten)]
    pub form: NodeForm,
    /// The last day for which it is attested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attested_until: Option<String>,
}
