//! The grammar of what is recorded, exported and played back.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Record channels into a folder.
#[derive(Debug, clap::Args)]
pub(crate) struct Record {
    /// Such as trades.H100-US@front, book.H100-US-2027M03, l3.H100-US@front, curve.H100-US
    #[arg(required_unless_present = "repair")]
    pub(crate) channels: Vec<String>,
    /// The folder of the recording; it goes on with the one that is there
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// End after so many seconds; else with Ctrl-C
    #[arg(long)]
    pub(crate) seconds: Option<u64>,
    /// End with code 4 when anything is missing
    #[arg(long)]
    pub(crate) strict: bool,
    /// Cut off what a crash tore, and record nothing
    #[arg(long, conflicts_with_all = ["channels", "seconds", "strict"])]
    pub(crate) repair: bool,
}

/// Write a recording as a file of another format.
#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// The folder of the recording
    pub(crate) recording: PathBuf,
    /// What of it
    #[arg(long, value_enum, default_value_t = What::Trades)]
    pub(crate) table: What,
    /// How it is written
    #[arg(long, value_enum, default_value_t = How::Parquet)]
    pub(crate) format: How,
    /// Of one contract alone
    #[arg(long)]
    pub(crate) symbol: Option<String>,
    /// The file
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

/// What of a recording is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum What {
    /// Every trade
    Trades,
    /// Every change of a price level
    Book,
    /// Every change of an order
    Orders,
    /// Every event, with its data as JSON
    Events,
}

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum How {
    /// Apache Parquet
    Parquet,
    /// Text with a head line
    Csv,
    /// Databento's encoding: trades, or the ten best prices
    Dbn,
    /// The array of hftbacktest, book and trades of one contract
    Hftbacktest,
}

/// Play a recording as an exchange would.
#[derive(Debug, clap::Args)]
pub(crate) struct Replay {
    /// The folder of the recording
    pub(crate) recording: PathBuf,
    /// Where it listens
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9001")]
    pub(crate) listen: SocketAddr,
    /// So many times as fast as it was; 0 is as fast as clients read
    #[arg(long, default_value_t = 1)]
    pub(crate) speed: u32,
    /// From this moment on, such as 2026-11-28T12:00:00Z; what was before is there as state
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<jiff::Timestamp>,
    /// Until this moment
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<jiff::Timestamp>,
}
