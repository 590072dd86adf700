//! What a provider has, from the lists that its machines print: GPUs by the UUID that `nvidia-smi`
//! shows, host by host. Becomes nodes of eight GPUs; a rack of 72 becomes nine.

use protocol::client::NodeForm;
use serde::Deserialize;
use types::{GpuId, Grade};

use crate::Error;

/// GPUs of a node.
const GPUS: usize = 8;

/// A file of machines. What stands for all of them may be given once.
#[derive(Clone, Debug, Deserialize)]
pub struct Inventory {
    site: Option<String>,
    zone: Option<String>,
    fabric: Option<String>,
    grade: Option<Grade>,
    nodes: Vec<Machine>,
}

#[derive(Clone, Debug, Deserialize)]
struct Machine {
    hostname: String,
    site: Option<String>,
    zone: Option<String>,
    fabric: Option<String>,
    grade: Option<Grade>,
    gpus: Vec<Gpu>,
}

#[derive(Clone, Debug, Deserialize)]
struct Gpu {
    uuid: String,
}

impl Inventory {
    /// Reads an inventory.
    ///
    /// # Errors
    /// When it is not JSON of this form.
    pub fn parse(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(|error| Error::Protocol(format!("inventory: {error}")))
    }

    /// Its nodes, numbered from `first` on.
    ///
    /// # Errors
    /// When a machine has no whole nodes, a GPU is not named as its driver does, or something is not
    /// said.
    pub fn nodes(&self, product: &str, evidence: &str, first: u32) -> Result<Vec<NodeForm>, Error> {
        let mut forms = Vec::new();
        let mut number = first;
        for machine in &self.nodes {
            let bad = |what: &str| Error::Protocol(format!("{}: {what}", machine.hostname));
            if machine.gpus.is_empty() || !machine.gpus.len().is_multiple_of(GPUS) {
                return Err(bad("it has no whole nodes of eight GPUs"));
            }
            if let Some(gpu) = machine.gpus.iter().find(|gpu| GpuId::parse(&gpu.uuid).is_none()) {
                return Err(bad(&format!("{} is no UUID of a GPU", gpu.uuid)));
            }
            let said = |own: &Option<String>, all: &Option<String>, what: &str| {
                let text = own.clone().or_else(|| all.clone());
                text.ok_or_else(|| bad(&format!("its {what} is not said")))
            };
            for gpus in machine.gpus.chunks(GPUS) {
                forms.push(NodeForm {
                    node: number,
                    product: product.to_owned(),
                    gpus: gpus.iter().map(|gpu| gpu.uuid.clone()).collect(),
                    site: said(&machine.site, &self.site, "site")?,
                    zone: said(&machine.zone, &self.zone, "zone")?,
                    fabric: said(&machine.fabric, &self.fabric, "fabric")?,
                    grade: machine
                        .grade
                        .or(self.grade)
                        .ok_or_else(|| bad("its grade is not said"))?,
                    evidence: evidence.to_owned(),
                });
                number += 1;
            }
        }
        Ok(forms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inventory(gpus: usize) -> String {
        let gpu = |at| format!(r#"{{"uuid":"GPU-8d6f1c9e-3b57-4a10-9f6e-{at:012x}"}}"#);
        let gpus: Vec<String> = (0..gpus).map(gpu).collect();
        format!(
            r#"{{"site":"ashburn","zone":"us-east","grade":"rdma_3200","nodes":[
               {{"hostname":"rack7","fabric":"nvl-7","gpus":[{}]}}]}}"#,
            gpus.join(",")
        )
    }

    #[test]
    fn a_rack_of_72_is_nine_nodes_of_one_fabric() {
        let read = Inventory::parse(&inventory(72)).expect("it is an inventory");
        let nodes = read.nodes("GB200-US", "ee", 10).expect("they are whole");
        assert_eq!(nodes.len(), 9);
        assert!(nodes.iter().all(|node| node.gpus.len() == 8 && node.fabric == "nvl-7"));
        assert_eq!(nodes.iter().map(|node| node.node).collect::<Vec<_>>(), Vec::from_iter(10..19));
        assert_eq!(nodes[8].gpus[7], "GPU-8d6f1c9e-3b57-4a10-9f6e-000000000047");
    }

    #[test]
    fn what_is_no_whole_node_is_refused_by_its_host() {
        let error = |text: &str| {
            Inventory::parse(text)
                .and_then(|i| i.nodes("H100-US", "ee", 1))
                .expect_err("it is no whole node")
                .to_string()
        };
        assert!(error(&inventory(7)).contains("rack7: it has no whole nodes"));
        assert!(error(&inventory(8).replace("GPU-8d6f", "8d6f")).contains("no UUID of a GPU"));
        assert!(error(&inventory(8).replace(r#""zone":"us-east","#, "")).contains("its zone"));
        assert!(error("{}").contains("inventory"));
    }
}
