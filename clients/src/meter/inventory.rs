//! An inventory of GPUs, as a script makes it of `nvidia-smi --query-gpu=uuid,name,...`:
//!
//! ```json
//! {"hosts": [{"host": "gpu-01.dc4", "gpus": [
//!     {"uuid": "GPU-5f3b0c1a", "name": "NVIDIA H100 80GB HBM3", "healthy": true},
//!     {"uuid": "GPU-77aa01c2", "name": "NVIDIA H100 80GB HBM3", "healthy": false, "xid": 79}]}]}
//! ```
//!
//! A GPU counts when it is `healthy` and was not named before. Members that are not shown are passed over.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::sample::{Sample, count};

#[derive(Deserialize)]
struct Inventory {
    hosts: Vec<Host>,
}

#[derive(Deserialize)]
struct Host {
    host: String,
    gpus: Vec<Gpu>,
}

#[derive(Deserialize)]
struct Gpu {
    uuid: String,
    healthy: bool,
}

/// GPUs that are well, by machine. A machine without any is there with none.
pub(super) fn read(text: &str) -> Result<Sample, String> {
    let inventory: Inventory = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut seen = BTreeSet::new();
    let mut sample = Sample::new();
    for Host { host, gpus } in inventory.hosts {
        let new = gpus.into_iter().filter(|gpu| seen.insert(gpu.uuid.clone()));
        let well = count(new.filter(|gpu| gpu.healthy).count());
        if sample.insert(host.clone(), well).is_some() {
            return Err(format!("{host} stands there twice"));
        }
    }
    Ok(sample)
}
