//! The payload of a reporter of the index.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::ObservationKind;

use crate::names::Names;

/// The payload of `index.observe`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Observe {
    /// Generation and hub.
    pub product: String,
    /// The day on which the prices were seen, `2027-01-04`.
    pub date: String,
    /// The prices.
    pub observations: Vec<Seen>,
}

/// A price that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// The reporter's own number for it, once a day.
    #[serde(rename = "ref")]
    pub reference: u64,
    /// Dollars for one GPU-hour, with up to six decimals.
    pub price: String,
    /// For how many GPUs; none takes it back.
    pub gpus: u32,
    /// `offer` or `lease`.
    #[schemars(with = "Names<ObservationKind>")]
    pub kind: ObservationKind,
}
