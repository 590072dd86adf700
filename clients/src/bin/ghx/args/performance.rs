//! The grammar of deliveries on their way.

use clap::Subcommand;
use types::{Lots, Mills, Ticks, Timestamp};

/// An hour of an obligation.
#[derive(Debug, clap::Args)]
pub(crate) struct OfHour {
    /// Such as OB-7
    pub(crate) obligation: String,
    /// The start of the hour, such as 2027-03-01T00:00:00Z
    #[arg(value_parser = hour)]
    pub(crate) hour: Timestamp,
    /// Send it
    #[arg(long)]
    pub(crate) execute: bool,
}

/// What nodes delivered in an hour of an obligation.
#[derive(Debug, clap::Args)]
pub(crate) struct Claim {
    #[command(flatten)]
    pub(crate) of: OfHour,
    /// Nodes and their GPU-hours, such as 1-7=8 8=3
    #[arg(required = true)]
    pub(crate) readings: Vec<String>,
}

/// Nodes that stand by.
#[derive(Debug, clap::Args)]
pub(crate) struct Standby {
    /// Such as H100-US-2027M03
    pub(crate) symbol: String,
    /// Such as 21-28, or none to offer nothing any more
    pub(crate) nodes: String,
    /// Dollars per GPU-hour
    #[arg(long, value_parser = price)]
    pub(crate) price: Ticks,
    /// Send it
    #[arg(long)]
    pub(crate) execute: bool,
}

/// A bid for hours that are resold.
#[derive(Debug, clap::Args)]
pub(crate) struct Bid {
    /// Such as H100-US-2027M03
    pub(crate) symbol: String,
    /// How many lots of 8 GPUs at most; 0 to bid no more
    #[arg(long, value_parser = lots)]
    pub(crate) lots: Lots,
    /// Dollars per GPU-hour
    #[arg(long, value_parser = price)]
    pub(crate) price: Ticks,
    /// Send it
    #[arg(long)]
    pub(crate) execute: bool,
}

/// The rest of a window, for another account.
#[derive(Debug, clap::Args)]
pub(crate) struct Transfer {
    /// Such as OB-7
    pub(crate) obligation: String,
    /// Such as A-1003
    #[arg(long)]
    pub(crate) to: String,
    /// Dollars that it pays for all of the rest; below zero, what it gets
    #[arg(long, allow_negative_numbers = true, value_parser = money)]
    pub(crate) price: Mills,
    /// Send it
    #[arg(long)]
    pub(crate) execute: bool,
}

/// The rest of a window that was offered.
#[derive(Debug, clap::Args)]
pub(crate) struct AcceptTransfer {
    /// Such as OB-7
    pub(crate) obligation: String,
    /// Send it
    #[arg(long)]
    pub(crate) execute: bool,
}

/// Cash that stands behind deliveries.
#[derive(Debug, Subcommand)]
pub(crate) enum Bond {
    /// Turn cash into bond
    Post(Amount),
    /// Turn bond that deliveries do not need into cash
    Release(Amount),
}

/// How much.
#[derive(Debug, clap::Args)]
pub(crate) struct Amount {
    /// Dollars, such as 5000 or 12.50
    #[arg(value_parser = money)]
    pub(crate) amount: Mills,
    /// Send it
    #[arg(long)]
    pub(crate) execute: bool,
}

fn hour(text: &str) -> Result<Timestamp, String> {
    let hour = Timestamp::parse(text).filter(|time| time.hour_start() == *time);
    hour.ok_or_else(|| "write the start of an hour as 2027-03-01T00:00:00Z".to_owned())
}

fn price(text: &str) -> Result<Ticks, String> {
    protocol::decimal::parse_price(text).map_err(|malformed| malformed.to_string())
}

fn money(text: &str) -> Result<Mills, String> {
    protocol::decimal::parse_money(text).map_err(|malformed| malformed.to_string())
}

fn lots(text: &str) -> Result<Lots, String> {
    protocol::decimal::parse_lots(text).map_err(|malformed| malformed.to_string())
}
