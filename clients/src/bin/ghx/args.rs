//! The grammar of the command line.

mod delivery;
mod documents;
mod examples;
mod members;
mod performance;
mod provider;
mod recording;

use std::path::PathBuf;

use clap::{ArgGroup, Parser, Subcommand};
use clap_complete::Shell;
use types::Side;

use examples::{
    AFTER, BLOCK, COMBINE, EXAMPLES, EXPORT, KILL, QUOTE, RECORD, REPLAY, SCHEMA, WATCH,
};

pub(crate) use delivery::{Deliver, Provider};
pub(crate) use documents::{Hours, Invoice};
pub(crate) use members::{Block, Combine, Kill, Quote};
pub(crate) use performance::{AcceptTransfer, Bid, Bond, Claim, OfHour, Standby, Transfer};
pub(crate) use provider::Meter;
pub(crate) use recording::{Export, Record, Replay};
#[cfg(feature = "record")]
pub(crate) use recording::{How, What};

/// Trade GPU-hour futures from the command line.
#[derive(Debug, Parser)]
#[command(name = "ghx", version, before_help = EXAMPLES, after_help = AFTER)]
#[command(arg_required_else_help = true, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command understands.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Common {
    /// File of keys and addresses
    #[arg(long, global = true, env = "GHX_KEYS", default_value = "data/demo/keys.toml")]
    pub(crate) keys: PathBuf,
    /// Whose key to use
    #[arg(long = "as", global = true, value_name = "NAME", default_value = "desk")]
    pub(crate) name: String,
    /// Print the exchange's answer as it came
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Show the messages of the protocol as they are sent
    #[arg(long, global = true)]
    pub(crate) explain: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Buy GPU-hours: preview, or send with --execute
    Buy(Order),
    /// Sell GPU-hours: preview, or send with --execute
    Sell(Order),
    /// Cancel orders: show which, or do it with --execute
    Cancel(Cancel),
    /// Open orders
    Orders {
        /// Of one contract
        #[arg(long)]
        symbol: Option<String>,
    },
    /// Latest fills
    Fills {
        /// How many, 1 to 1000
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
    },
    /// Positions with their gain or loss since the last settlement
    Positions,
    /// Cash, and what is required of it
    Margin,
    /// Take money out: preview, or send with --execute
    Withdraw {
        /// Dollars, such as 1000 or 12.50
        amount: String,
        /// Send it
        #[arg(long)]
        execute: bool,
    },
    /// Forward curve of a product, or of all
    Curve {
        /// Such as H100-US
        product: Option<String>,
    },
    /// The order book of a contract as a ladder
    Book {
        /// Such as H100-US-2027M03 or H100-US@front
        symbol: String,
        /// Prices of each side
        #[arg(long, default_value_t = 10)]
        depth: usize,
    },
    /// Latest trades of a contract
    Trades {
        /// Such as H100-US-2027M03 or H100-US@front
        symbol: String,
        /// How many
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Events of channels as they come
    #[command(before_help = WATCH)]
    Watch {
        /// Such as trades.H100-US@front, book.H100-US-2027M03, curve.H100-US, orders, fills
        #[arg(required = true)]
        channels: Vec<String>,
        /// End after so many events
        #[arg(long)]
        count: Option<u64>,
    },
    /// Keep channels on disk, as they come
    #[command(before_help = RECORD)]
    Record(Record),
    /// A recording as Parquet, CSV, DBN or an array of hftbacktest
    #[command(before_help = EXPORT)]
    Export(Export),
    /// Play a recording over the protocol of the exchange
    #[command(before_help = REPLAY)]
    Replay(Replay),
    /// Spreads and ramps with their best quotes
    Spreads {
        /// Such as H100-US
        product: Option<String>,
    },
    /// List a combination of contracts: show it, or list it with --execute
    #[command(before_help = COMBINE)]
    Combine(Combine),
    /// Quote both sides: show it, or send it with --execute and hold it until interrupted
    #[command(before_help = QUOTE)]
    Quote(Quote),
    /// Trades agreed away from the book, signed by both members
    #[command(subcommand, before_help = BLOCK)]
    Block(Block),
    /// End all orders and take no new ones: show which, or do it with --execute
    #[command(before_help = KILL)]
    Kill(Kill),
    /// Nodes: register, attest, pledge, tender, replace, probe and bond them
    #[command(subcommand, before_help = provider::EXAMPLES)]
    Provider(Provider),
    /// What you would like to get, and what you say of what you got: tests, hours, warrants
    #[command(subcommand)]
    Deliver(Deliver),
    /// GPU-hours to deliver and to receive
    Obligations(Hours),
    /// Invoices of deliveries; one in full when it is named
    Invoice(Invoice),
    /// Last trading days, deliveries and invoices of the account
    Calendar {
        /// Write them to a file that calendars read
        #[arg(long, value_name = "FILE")]
        ics: Option<PathBuf>,
    },
    /// What was received in a month, for tools that read cloud bills (FOCUS 1.0)
    Focus {
        /// The month of delivery, such as 2027-03
        #[arg(long)]
        month: String,
        /// Write it to a file of CSV
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// The daily statement: opening, what moved, closing, positions, margin; the latest, or of some days
    Statement {
        /// Of this day alone, such as 2027-01-04
        #[arg(long, conflicts_with_all = ["from", "to"])]
        date: Option<String>,
        /// From this day on
        #[arg(long)]
        from: Option<String>,
        /// Up to this day
        #[arg(long)]
        to: Option<String>,
        /// As comma-separated values, a row for each line and each position
        #[arg(long)]
        csv: bool,
    },
    /// The trading desk in this terminal: curve, ladder, orders, margin, deliveries
    Desk {
        /// Green and red, or blue and orange; `NO_COLOR` has none
        #[arg(long, value_enum, default_value_t = Theme::Classic)]
        theme: Theme,
    },
    /// Names in the file of keys
    Keys {
        /// Make a key of this name; the public half is printed for the operator
        #[arg(long, value_name = "NAME", requires = "account")]
        new: Option<String>,
        /// The account the new key is for
        #[arg(long, value_name = "NUMBER", requires = "new")]
        account: Option<u32>,
    },
    /// What a proof of the exchange proves, checked offline
    CheckProof {
        /// The proof
        file: PathBuf,
        /// The exchange's public key, such as market.example/log+5f3b0c1a+AQ...
        #[arg(long, value_name = "KEY", env = "GHX_EXCHANGE_KEY")]
        key: String,
    },
    /// The messages of the protocol
    #[command(before_help = SCHEMA)]
    Schema {
        /// A method, a channel, or the number or name of an error
        topic: Option<String>,
    },
    /// What may be wrong: keys, addresses, clocks, login, feed
    Doctor,
    /// Completions for a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
}

/// Colours of the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Theme {
    /// Green bids, red asks
    Classic,
    /// Blue bids, orange asks
    ColourSafe,
}

/// A new order.
#[derive(Debug, clap::Args)]
#[command(group(ArgGroup::new("quantity").required(true).args(["gpus", "lots", "gpu_hours"])))]
#[command(group(ArgGroup::new("price").required(true).multiple(true).args(["limit", "market", "stop"])))]
pub(crate) struct Order {
    /// Such as H100-US-2027M03 or H100-US@front
    pub(crate) symbol: String,
    /// How many GPUs for every hour of the period; a lot is 8
    #[arg(long)]
    pub(crate) gpus: Option<u64>,
    /// How many lots of 8 GPUs
    #[arg(long)]
    pub(crate) lots: Option<u64>,
    /// How many GPU-hours in all
    #[arg(long)]
    pub(crate) gpu_hours: Option<u64>,
    /// Dollars per GPU-hour, or better
    #[arg(long, value_name = "PRICE", allow_negative_numbers = true)]
    pub(crate) limit: Option<String>,
    /// At the best price there is, within the protection of the market
    #[arg(long, conflicts_with = "limit")]
    pub(crate) market: bool,
    /// Wait until a trade reaches this price; with --limit a stop-limit order, else one with protection
    #[arg(long, value_name = "PRICE", allow_negative_numbers = true)]
    #[arg(conflicts_with_all = ["market", "post_only", "fok", "min", "show"])]
    pub(crate) stop: Option<String>,
    /// Trade at once what can be traded and cancel the rest
    #[arg(long)]
    pub(crate) ioc: bool,
    /// Trade at once and whole, or not at all
    #[arg(long, conflicts_with = "ioc")]
    pub(crate) fok: bool,
    /// End with the next daily settlement
    #[arg(long, conflicts_with_all = ["ioc", "fok"])]
    pub(crate) day: bool,
    /// Refuse the order if it would trade at once
    #[arg(long, conflicts_with_all = ["ioc", "fok", "market"])]
    pub(crate) post_only: bool,
    /// With --post-only: move to a price at which it does not trade instead
    #[arg(long, requires = "post_only")]
    pub(crate) slide: bool,
    /// Never open or turn a position
    #[arg(long)]
    pub(crate) reduce_only: bool,
    /// Trade at least so many lots at once, or nothing
    #[arg(long, value_name = "LOTS")]
    pub(crate) min: Option<u64>,
    /// Show no more than so many lots at a time
    #[arg(long, value_name = "LOTS", conflicts_with_all = ["ioc", "fok"])]
    pub(crate) show: Option<u64>,
    /// A label that comes back on every event
    #[arg(long)]
    pub(crate) tag: Option<String>,
    /// Your own name of the order; the same again is done once
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// Send it
    #[arg(long)]
    pub(crate) execute: bool,
}

/// Which orders to cancel.
#[derive(Debug, clap::Args)]
#[command(group(ArgGroup::new("which").required(true).multiple(true).args(["orders", "all"])))]
pub(crate) struct Cancel {
    /// Orders, by the exchange's name or your own
    #[arg(conflicts_with = "all")]
    pub(crate) orders: Vec<String>,
    /// All that meet the conditions given
    #[arg(long)]
    pub(crate) all: bool,
    /// Only in this contract
    #[arg(long, requires = "all")]
    pub(crate) symbol: Option<String>,
    /// Only buy or only sell orders
    #[arg(long, requires = "all", value_parser = side)]
    pub(crate) side: Option<Side>,
    /// Only with this label
    #[arg(long, requires = "all")]
    pub(crate) tag: Option<String>,
    /// Cancel them
    #[arg(long)]
    pub(crate) execute: bool,
}

fn side(text: &str) -> Result<Side, String> {
    match text {
        "buy" => Ok(Side::Buy),
        "sell" => Ok(Side::Sell),
        _ => Err("it is buy or sell".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::{Args, Block, Command};

    #[test]
    fn the_grammar_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_block_is_named_by_one_who_says_who_he_is() {
        let line = "ghx --as lab block confirm jan";
        let args = Args::parse_from(line.split(' '));
        assert_eq!(args.common.name, "lab");
        let Command::Block(Block::Confirm { block, .. }) = args.command else {
            panic!("it confirms");
        };
        assert_eq!(block, "jan");
    }

    #[test]
    fn the_price_of_a_spread_may_lie_below_zero() {
        let line = "ghx buy H100-US-2027M03-2027M04 --lots 8 --limit -0.020";
        let Command::Buy(order) = Args::parse_from(line.split(' ')).command else {
            panic!("it buys");
        };
        assert_eq!(order.limit.as_deref(), Some("-0.020"));
    }
}
