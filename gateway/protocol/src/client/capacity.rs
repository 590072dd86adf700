//! Payloads of the signed methods about capacity, and of what comes before a delivery.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::Grade;

use crate::names::Names;

/// The payload of `capacity.register`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// The nodes, at most 128.
    pub nodes: Vec<NodeForm>,
}

/// A node as its provider registers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NodeForm {
    /// The provider's number of it.
    pub node: u32,
    /// Its generation and hub: `H100-US`.
    pub product: String,
    /// Its eight GPUs, as their driver names them: `GPU-8d6f1c9e-3b57-4a10-9f6e-2c1d0a7b5e43`.
    pub gpus: Vec<String>,
    /// The site it stands in, at most 16 characters.
    pub site: String,
    /// The zone of its fabric, at most 16 characters.
    pub zone: String,
    /// Its fabric, at most 24 characters.
    pub fabric: String,
    /// `rdma_3200`, `rdma_1600`, `rdma_800`, `no_rdma`.
    #[schemars(with = "Names<Grade>")]
    pub grade: Grade,
    /// Hash of the evidence of the grade: 64 hexadecimal digits.
    pub evidence: String,
}

/// The payload of `capacity.retire`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retire {
    /// Numbers of nodes.
    pub nodes: Vec<u32>,
}

/// The payload of `capacity.attest`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attest {
    /// Whose nodes: `A-2001`.
    pub provider: String,
    /// Their numbers.
    pub nodes: Vec<u32>,
    /// The last day for which they count: `2027-03-31`; a day in the past takes it back.
    pub until: String,
}

/// The payload of `delivery.prefer`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Prefer {
    /// The contract month.
    pub symbol: String,
    /// In which zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The best grade that there is.
    #[serde(default)]
    pub best_grade: bool,
    /// All on one fabric.
    #[serde(default)]
    pub single_fabric: bool,
    /// From whom: `A-2001`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller: Option<String>,
    /// What the nodes are to run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
}

/// The payload of `delivery.tender`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferBlocks {
    /// The contract month.
    pub symbol: String,
    /// What is offered, in place of what was.
    pub tenders: Vec<TenderForm>,
}

/// Blocks of one fabric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TenderForm {
    /// Which.
    pub fabric: String,
    /// Lots, in whole blocks.
    pub lots: String,
    /// For whom: `A-1001`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer: Option<String>,
}

/// The payload of `delivery.elect`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Elect {
    /// Which obligation: `OB-7`.
    pub obligation_id: String,
}

/// The payload of `delivery.accept`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestResults {
    /// Which obligation: `OB-7`.
    pub obligation_id: String,
    /// Node, and whether it passed.
    pub results: Vec<(u32, bool)>,
}

/// The payload of `delivery.replace`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Replace {
    /// Which obligation: `OB-7`.
    pub obligation_id: String,
    /// The node that failed.
    pub failed: u32,
    /// The node in its place.
    pub spare: u32,
}
