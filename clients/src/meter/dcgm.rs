//! The text of DCGM-exporter: lines such as
//! `DCGM_FI_DEV_GPU_UTIL{gpu="0",UUID="GPU-5f3b0c1a",Hostname="gpu-01.dc4"} 87`.
//!
//! A GPU counts when it is told of at all (a GPU that has fallen off the bus is not), its last XID is
//! none that ends work, and no row of its memory has failed to be remapped.

use std::collections::BTreeMap;

use super::sample::{Sample, count};

/// XID errors after which a GPU does no work until it is reset: double-bit ECC, micro-controller, row
/// remapping failure, NVLink, off the bus, uncontained ECC, GSP.
const DEADLY: [u64; 9] = [48, 61, 62, 64, 74, 79, 95, 119, 120];

/// Every metric of a device begins so.
const OF_DEVICE: &str = "DCGM_FI_DEV_";

/// GPUs that are well, by machine.
pub(super) fn read(text: &str) -> Result<Sample, String> {
    let mut gpus: BTreeMap<(String, String), bool> = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with(OF_DEVICE)) {
        let wrong = || format!("this is no metric: {line}");
        let (name, rest) = line.split_once('{').ok_or_else(wrong)?;
        let (labels, value) = labels(rest).ok_or_else(wrong)?;
        let value: f64 =
            value.split_whitespace().next().and_then(|v| v.parse().ok()).ok_or_else(wrong)?;
        let label =
            |name: &str| labels.get(name).cloned().ok_or_else(|| format!("no {name} in {line}"));
        let is_well = gpus.entry((label("Hostname")?, label("UUID")?)).or_insert(true);
        *is_well &= match name {
            "DCGM_FI_DEV_XID_ERRORS" => !DEADLY.iter().any(|xid| is(value, *xid)),
            "DCGM_FI_DEV_ROW_REMAP_FAILURE" => is(value, 0),
            _ => true,
        };
    }
    if gpus.is_empty() {
        return Err(format!("no metric begins with {OF_DEVICE}"));
    }
    let mut well: BTreeMap<String, usize> = BTreeMap::new();
    for ((host, _), is_well) in gpus {
        *well.entry(host).or_default() += usize::from(is_well);
    }
    Ok(well.into_iter().map(|(host, gpus)| (host, count(gpus))).collect())
}

/// Whether a value is this whole number; numbers of the text are floats.
fn is(value: f64, number: u64) -> bool {
    value.to_bits() == (number as f64).to_bits()
}

/// The labels up to the closing brace, and what follows it.
fn labels(text: &str) -> Option<(BTreeMap<String, String>, &str)> {
    let mut labels = BTreeMap::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([',', ' ']);
        if let Some(value) = rest.strip_prefix('}') {
            return Some((labels, value));
        }
        let (name, after) = rest.split_once("=\"")?;
        let mut value = String::new();
        let mut chars = after.char_indices();
        let end = loop {
            match chars.next()? {
                (at, '"') => break at,
                (_, '\\') => value.push(match chars.next()?.1 {
                    'n' => '\n',
                    other => other,
                }),
                (_, other) => value.push(other),
            }
        };
        labels.insert(name.trim().to_owned(), value);
        rest = &after[end + 1..];
    }
}
