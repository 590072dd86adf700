//! Which machine is which node: the provider's own file.
//!
//! ```toml
//! [[contract]]
//! symbol = "H100-US-2027M03"
//! [contract.nodes]
//! 1 = "gpu-01.dc4"
//! 2 = "gpu-02.dc4"
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::{Fault, text_of};

/// The machines behind the nodes of each contract month.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nodes {
    contract: Vec<Contract>,
}

/// The nodes of a contract month.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// Which contract.
    pub symbol: String,
    /// The number under which a node is pledged, and the name its machine gives itself.
    #[serde(deserialize_with = "numbered")]
    pub nodes: BTreeMap<u32, String>,
}

/// The keys of a table in TOML are texts.
fn numbered<'de, D: serde::Deserializer<'de>>(from: D) -> Result<BTreeMap<u32, String>, D::Error> {
    let nodes = BTreeMap::<String, String>::deserialize(from)?;
    let number = |text: &str| {
        let wrong = || serde::de::Error::custom(format!("`{text}` is no number of a node"));
        text.parse::<u32>().map_err(|_| wrong())
    };
    nodes.into_iter().map(|(node, host)| Ok((number(&node)?, host))).collect()
}

impl Nodes {
    /// Reads the file.
    ///
    /// # Errors
    /// When it is not there, is not of its form, or gives a machine to two nodes of a contract.
    pub fn load(path: &Path) -> Result<Self, Fault> {
        let nodes: Self = toml::from_str(&text_of(path)?)
            .map_err(|error| Fault::form(&path.display(), &error))?;
        for contract in &nodes.contract {
            let mut hosts = BTreeSet::new();
            if let Some(twice) = contract.nodes.values().find(|host| !hosts.insert(*host)) {
                let why = format!("{twice} is two nodes of {}", contract.symbol);
                return Err(Fault::form(&path.display(), &why));
            }
        }
        Ok(nodes)
    }

    /// The contracts, in the order of the file.
    pub fn contracts(&self) -> impl Iterator<Item = &Contract> {
        self.contract.iter()
    }
}
