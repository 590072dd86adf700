//! The grammar of capacity and of deliveries.

use std::path::PathBuf;

use clap::Subcommand;

use super::{AcceptTransfer, Bid, Bond, Claim, Meter, OfHour, Standby, Transfer};

/// What a provider, or an attestor, does with nodes.
#[derive(Debug, Subcommand)]
pub(crate) enum Provider {
    /// Post a signed receipt for every hour of the machines, until interrupted
    Meter(Meter),
    /// Register the nodes of an inventory: GPUs by the UUID that nvidia-smi shows
    Register {
        /// JSON such as {"site":"ashburn","zone":"us-east","fabric":"rail-7","grade":"rdma_3200","nodes":[{"hostname":"n1","gpus":[{"uuid":"GPU-..."}]}]}
        inventory: PathBuf,
        /// Such as H100-US
        #[arg(long)]
        product: String,
        /// Hash of the evidence of the grade, 64 hexadecimal digits
        #[arg(long, value_name = "HASH")]
        evidence: String,
        /// Number of the first node
        #[arg(long, default_value_t = 1)]
        first: u32,
        /// Send it
        #[arg(long)]
        execute: bool,
    },
    /// Nodes that are registered
    List,
    /// Offer nodes that stand by for what is left of a month
    Standby(Standby),
    /// Say what nodes delivered in an hour, as a probe
    Probe(Claim),
    /// Cash that stands behind deliveries
    #[command(subcommand)]
    Bond(Bond),
    /// Take nodes out of the registry
    Retire {
        /// Such as 1-8,12
        nodes: String,
        /// Send it
        #[arg(long)]
        execute: bool,
    },
    /// Attest nodes of a provider, as an attestor
    Attest {
        /// Such as A-2001
        provider: String,
        /// Such as 1-8,12
        nodes: String,
        /// The last day for which they count, such as 2027-03-31
        #[arg(long)]
        until: String,
        /// Send it
        #[arg(long)]
        execute: bool,
    },
    /// Pledge nodes to a contract month
    Pledge {
        /// Such as H100-US-2027M03
        symbol: String,
        /// Such as 1-8,12
        nodes: String,
        /// Send it
        #[arg(long)]
        execute: bool,
    },
    /// Offer blocks for an expired month
    Tender {
        /// Such as H100-US-2027M03
        symbol: String,
        /// Such as rail-7=16, or rail-7=16:A-1001 for one buyer
        #[arg(required = true)]
        blocks: Vec<String>,
        /// Send it
        #[arg(long)]
        execute: bool,
    },
    /// Put a spare in the place of a node that failed its test
    Replace {
        /// Such as OB-7
        obligation: String,
        /// The node that failed
        failed: u32,
        /// The node in its place
        spare: u32,
        /// Send it
        #[arg(long)]
        execute: bool,
    },
}

/// What a buyer says of its deliveries.
#[derive(Debug, Subcommand)]
pub(crate) enum Deliver {
    /// Say what you would like to get of an expired month
    Prefer {
        /// Such as H100-US-2027M03
        symbol: String,
        /// In which zone
        #[arg(long)]
        zone: Option<String>,
        /// The best grade that there is
        #[arg(long)]
        best_grade: bool,
        /// All on one fabric
        #[arg(long)]
        single_fabric: bool,
        /// From whom, such as A-2001
        #[arg(long)]
        seller: Option<String>,
        /// What the nodes are to run
        #[arg(long)]
        image: Option<String>,
        /// Send it
        #[arg(long)]
        execute: bool,
    },
    /// Say which nodes passed their test and which failed
    Accept {
        /// Such as OB-7
        obligation: String,
        /// Nodes that passed, such as 1-7
        #[arg(long, value_name = "NODES")]
        pass: Option<String>,
        /// Nodes that failed, such as 8
        #[arg(long, value_name = "NODES")]
        fail: Option<String>,
        /// Send it
        #[arg(long)]
        execute: bool,
    },
    /// Sign what the seller has reported of an hour
    Countersign(OfHour),
    /// Claim that nodes delivered less in an hour than reported
    Dispute(Claim),
    /// Bid for hours of buyers that do not pay
    Bid(Bid),
    /// Offer the rest of a window to another account
    Transfer(Transfer),
    /// Take the rest of a window that was offered
    AcceptTransfer(AcceptTransfer),
    /// Deliver without the house, if the other side wants it too
    Elect {
        /// Such as OB-7
        obligation: String,
        /// Send it
        #[arg(long)]
        execute: bool,
    },
}
