//! Parameters of combinations and blocks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::Side;

use crate::names::Names;

/// `combination.define`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Combine {
    /// Two legs of -1 and 1 are a spread, 2 to 12 above zero a ramp.
    pub legs: Vec<CombineLeg>,
}

/// A leg of a combination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CombineLeg {
    /// The contract.
    pub symbol: String,
    /// Lots of it in one lot of the combination.
    pub ratio: i32,
}

/// The payload of `block.propose` and of `block.confirm`: both sides sign the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// The proposer's name of it, 1 to 36 characters of A-Z a-z 0-9 _ -.
    pub block_id: String,
    /// Account numbers: who proposes, who confirms.
    pub parties: [String; 2],
    /// 1 to 36 contracts, each once.
    pub legs: Vec<BlockLeg>,
}

/// One contract of a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockLeg {
    /// The contract.
    pub symbol: String,
    /// What the proposer does.
    #[schemars(with = "Names<Side>")]
    pub side: Side,
    /// At which price.
    pub price: String,
    /// Lots.
    pub qty: String,
}

/// `block.withdraw`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockId {
    /// The proposer's account.
    pub proposer: String,
    /// The proposer's name of the block.
    pub block_id: String,
}
