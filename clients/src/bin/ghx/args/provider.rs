//! How a provider meters the hours of its GPUs.

use std::path::PathBuf;

use clap::ArgGroup;

/// Shown above the help.
pub(super) const EXAMPLES: &str = "\
Examples:
  ghx --as provider provider meter --nodes nodes.toml --dcgm http://127.0.0.1:9400/metrics
  ghx --as provider provider meter --nodes nodes.toml --inventory inventory.json
  ghx --as provider provider meter --nodes nodes.toml --trace hours.csv --once

nodes.toml:
  [[contract]]
  symbol = \"H100-US-2027M03\"
  [contract.nodes]
  1 = \"gpu-01.dc4\"

inventory.json, written anew each minute by a script over nvidia-smi:
  {\"hosts\": [{\"host\": \"gpu-01.dc4\", \"gpus\": [{\"uuid\": \"GPU-5f3b\", \"healthy\": true}]}]}

hours.csv:
  hour,host,gpu_hours
  2027-03-01T00:00:00Z,gpu-01.dc4,8";

/// Where the hours come from.
#[derive(Debug, clap::Args)]
#[command(group(ArgGroup::new("source").required(true).args(["inventory", "dcgm", "trace"])))]
pub(crate) struct Meter {
    /// Which machine is which node
    #[arg(long, value_name = "FILE")]
    pub(crate) nodes: PathBuf,
    /// What the agent must not forget; the same file after a crash
    #[arg(long, value_name = "FILE", default_value = "meter.json")]
    pub(crate) journal: PathBuf,
    /// Look at an inventory of GPUs in JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) inventory: Option<PathBuf>,
    /// Look at the text of DCGM-exporter: a file, or an address on this machine
    #[arg(long, value_name = "FILE|URL")]
    pub(crate) dcgm: Option<String>,
    /// Post the hours of a table
    #[arg(long, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,
    /// Do it once, and end
    #[arg(long)]
    pub(crate) once: bool,
}
