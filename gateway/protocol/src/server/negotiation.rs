//! What members are told of blocks and requests for quotes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::client::RequestLeg;

/// `block.list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BlockList {
    /// Those that name the account, the oldest first.
    pub blocks: Vec<BlockOffer>,
}

/// A block that waits for the other side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BlockOffer {
    /// Who proposed it.
    pub proposer: String,
    /// The proposer's name of it.
    pub block_id: String,
    /// Base64 of the exact bytes that both sides sign.
    pub payload: String,
    /// Until when it can be confirmed.
    pub expires_ns: String,
}

/// `rfq.list`, and what channel `rfq` begins with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequestList {
    /// Open requests that the account may answer, and its own.
    pub requests: Vec<RequestData>,
    /// Answers to its own.
    pub quotes: Vec<AnswerData>,
}

/// A request for quotes; kind `request` on `rfq`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequestData {
    /// Who asks; a party of the block that answers.
    pub requester: String,
    /// The name that whoever asks gave it.
    pub rfq_id: String,
    /// What is asked for.
    pub legs: Vec<RequestLeg>,
    /// Until when.
    pub expires_ns: String,
}

/// An answer to a request for quotes; kind `quote` on `rfq`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AnswerData {
    /// Which request.
    pub rfq_id: String,
    /// Who answers, and proposes the block.
    pub maker: String,
    /// Base64 of the exact bytes that both sides sign.
    pub payload: String,
}

/// A request for quotes is over; kind `closed` on `rfq`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClosedData {
    /// Who asked.
    pub requester: String,
    /// Which request.
    pub rfq_id: String,
    /// `accepted` or `canceled`.
    pub reason: String,
}

/// A block waits no longer; kind `closed` on `block`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BlockClosedData {
    /// Who proposed it.
    pub proposer: String,
    /// The proposer's name of it.
    pub block_id: String,
    /// `confirmed`, which the exchange may still refuse, or `withdrawn`.
    pub reason: String,
}
