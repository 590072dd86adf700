//! Parameters of requests for quotes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::Side;

use crate::names::Names;

use super::Signed;

/// `rfq.create`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestQuote {
    /// The sender's name of it, 1 to 36 characters of A-Z a-z 0-9 _ -.
    pub rfq_id: String,
    /// 1 to 36 contracts, each once.
    pub legs: Vec<RequestLeg>,
    /// Account numbers of those who are asked; everybody when absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    /// How long it stands, 1,000 to 600,000; 60,000 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_ms: Option<u32>,
}

/// One contract that prices are asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestLeg {
    /// The contract.
    pub symbol: String,
    /// What whoever asks would do; either when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Names<Side>>")]
    pub side: Option<Side>,
    /// Lots.
    pub qty: String,
}

/// `rfq.quote` and `rfq.accept`: the payload is that of a block, and signed as one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedForRequest {
    /// The name that whoever asked gave it.
    pub rfq_id: String,
    /// Base64 of the exact JSON bytes that were signed.
    pub payload: String,
    /// Used once, and above the lowest of the last hundred of its account.
    pub nonce: u64,
    /// Base64 of the signature.
    pub sig: String,
}

impl SignedForRequest {
    /// The signed block in it.
    #[must_use]
    pub fn signed(&self) -> Signed {
        Signed { payload: self.payload.clone(), nonce: self.nonce, sig: self.sig.clone() }
    }
}

/// `rfq.cancel`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuoteRequestId {
    /// The sender's name of it.
    pub rfq_id: String,
}
