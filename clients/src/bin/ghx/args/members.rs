//! What members say beside single orders: quotes, combinations, blocks, the kill switch.

use clap::Subcommand;

/// Quotes of a market maker.
#[derive(Debug, clap::Args)]
pub(crate) struct Quote {
    /// CONTRACT=BID/ASK, each side LOTS@PRICE; an absent side stays as it is, 0 pulls it
    #[arg(required = true, value_name = "CONTRACT=BID/ASK")]
    pub(crate) quotes: Vec<String>,
    /// Quotes that are protected together
    #[arg(long, default_value = "ghx")]
    pub(crate) group: String,
    /// Pull all quotes of the group when so many lots have traded within the window
    #[arg(long, value_name = "LOTS")]
    pub(crate) protect: Option<u64>,
    /// The window of the protection, 1 to 600000
    #[arg(long, value_name = "MS", default_value_t = 1_000, requires = "protect")]
    pub(crate) window: u32,
    /// Send them, and hold them until interrupted
    #[arg(long)]
    pub(crate) execute: bool,
}

/// A combination to list.
#[derive(Debug, clap::Args)]
pub(crate) struct Combine {
    /// CONTRACT=RATIO; -1 and 1 make a spread, 2 to 12 above zero a ramp
    #[arg(required = true, value_name = "CONTRACT=RATIO")]
    pub(crate) legs: Vec<String>,
    /// List it
    #[arg(long)]
    pub(crate) execute: bool,
}

/// Trades agreed away from the book.
#[derive(Debug, Subcommand)]
pub(crate) enum Block {
    /// Offer a block to another member: show it, or sign and send it with --execute
    Propose {
        /// CONTRACT=LOTS@PRICE, what you do: +64 buys, -64 sells
        #[arg(required = true, value_name = "CONTRACT=LOTS@PRICE")]
        legs: Vec<String>,
        /// The other member's account, such as A-1002
        #[arg(long, value_name = "ACCOUNT")]
        with: String,
        /// Your name of the block
        #[arg(long, value_name = "NAME")]
        id: Option<String>,
        /// Sign and send it
        #[arg(long)]
        execute: bool,
    },
    /// Agree to a block that was offered: show it, or sign it with --execute
    Confirm {
        /// The proposer's name of the block
        block: String,
        /// Sign and send it
        #[arg(long)]
        execute: bool,
    },
    /// Take an offer back, or decline it
    Withdraw {
        /// The proposer's name of the block
        block: String,
        /// Send it
        #[arg(long)]
        execute: bool,
    },
    /// Blocks that wait for the other side
    List,
}

/// The kill switch of the account.
#[derive(Debug, clap::Args)]
pub(crate) struct Kill {
    /// Take orders again
    #[arg(long)]
    pub(crate) release: bool,
    /// Do it
    #[arg(long)]
    pub(crate) execute: bool,
}
