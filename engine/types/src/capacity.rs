//! Capacity: what providers have, who attests it, what covers a short position, and what is asked
//! and offered before a delivery. Chapter 11.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    AccountId, Date, DeliveryRole, InstrumentId, Lots, Mills, NodeId, ObligationId, ProductId,
    Text, Timestamp,
};

/// Most nodes that one registration may name.
pub const MOST_REGISTERED: usize = 128;

/// Most tenders of a seller for one month.
pub const MOST_TENDERS: usize = 64;

/// Longest name of an image.
pub const LONGEST_IMAGE: usize = 128;

/// GPUs of a node.
pub const GPUS_PER_NODE: usize = 8;

/// A provider's name of a site, or of a zone in it.
pub type PlaceName = Text<16>;

/// A provider's name of a fabric: the nodes on it reach each other at its speed.
pub type FabricName = Text<24>;

/// A GPU: the UUID that its driver tells. No two are the same in the world.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GpuId(pub [u8; 16]);

impl GpuId {
    /// A GPU written `GPU-8d6f1c9e-3b57-4a10-9f6e-2c1d0a7b5e43`, or `None`.
    ///
    /// ```
    /// use types::GpuId;
    /// let text = "GPU-8d6f1c9e-3b57-4a10-9f6e-2c1d0a7b5e43";
    /// assert_eq!(GpuId::parse(text).unwrap().to_string(), text);
    /// assert!(GpuId::parse("GPU-8d6f").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 16];
        let mut at = 0;
        let parts: Vec<&str> = text.strip_prefix("GPU-")?.split('-').collect();
        if !parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) {
            return None;
        }
        for part in parts {
            for pair in part.as_bytes().chunks(2) {
                bytes[at] = hex(pair[0])? * 16 + hex(pair[1])?;
                at += 1;
            }
        }
        Some(Self(bytes))
    }
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for GpuId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GPU")?;
        for (at, byte) in self.0.iter().enumerate() {
            let dash = if [0, 4, 6, 8, 10].contains(&at) { "-" } else { "" };
            write!(f, "{dash}{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for GpuId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How fast the nodes of a fabric reach each other, the best first. R-11.3
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// RDMA at 3.2 Tbit/s a node.
    #[serde(rename = "rdma_3200")]
    Rdma3200,
    /// RDMA at 1.6 Tbit/s a node.
    #[serde(rename = "rdma_1600")]
    Rdma1600,
    /// RDMA at 800 Gbit/s a node.
    #[serde(rename = "rdma_800")]
    Rdma800,
    /// Eight GPUs that reach each other; no RDMA between nodes.
    NoRdma,
    /// GPUs that reach each other over PCIe only; not deliverable.
    Pcie,
}

/// A node as its provider registers it. R-11.1
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeEntry {
    /// The provider's number of it.
    pub node: NodeId,
    /// Its generation and hub.
    pub product: ProductId,
    /// Its GPUs. A rack of 72 is nine nodes of one fabric.
    pub gpus: [GpuId; GPUS_PER_NODE],
    /// The site it stands in.
    pub site: PlaceName,
    /// The zone of its fabric.
    pub zone: PlaceName,
    /// Its fabric.
    pub fabric: FabricName,
    /// The grade of its fabric.
    pub grade: Grade,
    /// Hash of the evidence of the grade: a report that the attestor has seen.
    pub evidence: [u8; 32],
}

/// What a buyer would like to get. R-11.8
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preference {
    /// In which zone.
    pub zone: Option<PlaceName>,
    /// The best grade that there is.
    pub best_grade: bool,
    /// All on one fabric.
    pub single_fabric: bool,
    /// From whom; honoured where that seller tenders to this buyer.
    pub seller: Option<AccountId>,
    /// What the nodes are to run, 1 to 128 bytes; it is passed on to the seller.
    pub image: Option<String>,
}

/// Blocks that a seller offers for a month. R-11.8
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tender {
    /// On which of its fabrics.
    pub fabric: FabricName,
    /// How many lots: whole blocks.
    pub lots: Lots,
    /// For whom; honoured where that buyer asks for this seller.
    pub buyer: Option<AccountId>,
}

/// What a test of a node showed. R-11.12
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeTest {
    /// Which node.
    pub node: NodeId,
    /// Whether it passed.
    pub passed: bool,
}

/// Nodes of a product, in lots. R-11.4
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supply {
    /// Those that are registered.
    pub registered: Lots,
    /// Those of them that are attested: what can be delivered.
    pub attested: Lots,
}

/// How far a short position stands on nodes. R-11.5
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// In which contract.
    pub instrument: InstrumentId,
    /// Lots sold.
    pub short: Lots,
    /// Lots that must stand on nodes by now, in whole blocks.
    pub required: Lots,
    /// Lots that do, in whole blocks.
    pub covered: Lots,
    /// Required and not covered.
    pub uncovered: Lots,
    /// What that adds to the margin. R-11.6
    pub margin: Mills,
}

/// What an account hears of its capacity and of what comes before delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CapacityFact {
    /// Nodes are registered.
    Registered {
        /// As they were registered.
        nodes: Vec<NodeEntry>,
    },
    /// Nodes are registered no more.
    Retired {
        /// Which.
        nodes: Vec<NodeId>,
    },
    /// An attestor reported nodes.
    Attested {
        /// Which.
        nodes: Vec<NodeId>,
        /// The last day for which they count.
        until: Date,
    },
    /// The account attests nodes from now on, or no more.
    Attestor {
        /// Appointed or dismissed.
        is_appointed: bool,
    },
    /// What covers a short position has changed, or what must.
    Coverage(Coverage),
    /// What is not covered is bought back, slice by slice. R-11.7
    BuyIn {
        /// In which contract.
        instrument: InstrumentId,
        /// So much now.
        lots: Lots,
        /// Of so much.
        uncovered: Lots,
    },
    /// What a buyer would like is known.
    Preferred {
        /// The contract month.
        instrument: InstrumentId,
        /// What.
        preference: Preference,
    },
    /// What a seller offers is known.
    Tendered {
        /// The contract month.
        instrument: InstrumentId,
        /// What.
        tenders: Vec<Tender>,
    },
    /// One side would rather deliver without the house. R-11.11
    Elected {
        /// Which obligation.
        obligation: ObligationId,
        /// Which side.
        by: DeliveryRole,
    },
    /// A node was tested. R-11.12
    Tested {
        /// Which obligation.
        obligation: ObligationId,
        /// Which node.
        node: NodeId,
        /// Whether it passed.
        passed: bool,
        /// Until when it may be replaced, if it failed.
        replace_until: Option<Timestamp>,
    },
    /// A node took the place of one that failed. R-11.13
    Replaced {
        /// Which obligation.
        obligation: ObligationId,
        /// The node that failed.
        failed: NodeId,
        /// The node in its place.
        spare: NodeId,
    },
    /// A node that failed was not replaced: its lot is to be covered. R-11.13
    Dropped {
        /// Which obligation.
        obligation: ObligationId,
        /// Which node.
        node: NodeId,
    },
}
