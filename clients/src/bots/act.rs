//! What a bot signs: what it says of capacity and of deliveries.

use protocol::client::{NodeForm, Prefer, TenderForm};
use types::{Mills, NodeReading, Ticks, Timestamp};

use crate::{Client, Error};

/// Something that is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// A provider registers nodes.
    Register(Vec<NodeForm>),
    /// An attestor has seen the nodes of a provider, which count until a day.
    Attest { provider: String, nodes: Vec<u32>, until: String },
    /// A provider pledges nodes to a contract month.
    Pledge { symbol: String, nodes: Vec<u32> },
    /// A buyer says what it would like to get.
    Prefer(Prefer),
    /// A seller offers blocks of an expired month.
    Tender { symbol: String, tenders: Vec<TenderForm> },
    /// A buyer says which nodes passed their test.
    Test { obligation: String, results: Vec<(u32, bool)> },
    /// A seller puts a spare in the place of a node that failed.
    Replace { obligation: String, failed: u32, spare: u32 },
    /// A provider reports what nodes delivered in an hour.
    Meter { symbol: String, hour: Timestamp, readings: Vec<NodeReading> },
    /// A buyer signs what was reported of an hour.
    Countersign { obligation: String, hour: Timestamp },
    /// A buyer says that a node delivered less in an hour than was reported.
    Dispute { obligation: String, hour: Timestamp, node: u32, gpu_hours: u8 },
    /// A probe says what a node delivered in an hour.
    Probe { obligation: String, hour: Timestamp, node: u32, gpu_hours: u8 },
    /// A provider offers nodes for what is left of a month.
    StandBy { symbol: String, nodes: Vec<u32>, price: Ticks },
    /// A provider posts a bond.
    PostBond(Mills),
}

impl Act {
    /// Signs and sends it.
    pub(super) async fn send(&self, client: &mut Client) -> Result<(), Error> {
        match self {
            Self::Register(nodes) => client.register(nodes.clone()).await.map(drop),
            Self::Attest { provider, nodes, until } => {
                client.attest(provider, nodes, until).await.map(drop)
            }
            Self::Pledge { symbol, nodes } => client.pledge(symbol, nodes).await.map(drop),
            Self::Prefer(preference) => client.prefer(preference).await.map(drop),
            Self::Tender { symbol, tenders } => {
                client.tender(symbol, tenders.clone()).await.map(drop)
            }
            Self::Test { obligation, results } => {
                client.accept_nodes(obligation, results).await.map(drop)
            }
            Self::Replace { obligation, failed, spare } => {
                client.replace_node(obligation, *failed, *spare).await.map(drop)
            }
            Self::Meter { symbol, hour, readings } => {
                let readings: Vec<_> = readings.iter().map(|r| (r.node.0, r.gpu_hours)).collect();
                client.meter(symbol, *hour, &readings).await.map(drop)
            }
            Self::Countersign { obligation, hour } => {
                client.countersign(obligation, *hour).await.map(drop)
            }
            Self::Dispute { obligation, hour, node, gpu_hours } => {
                client.dispute(obligation, *hour, &[(*node, *gpu_hours)]).await.map(drop)
            }
            Self::Probe { obligation, hour, node, gpu_hours } => {
                client.probe(obligation, *hour, &[(*node, *gpu_hours)]).await.map(drop)
            }
            Self::StandBy { symbol, nodes, price } => {
                client.stand_by(symbol, nodes, *price).await.map(drop)
            }
            Self::PostBond(amount) => client.post_bond(*amount).await.map(drop),
        }
    }
}
