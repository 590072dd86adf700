//! The grammar of `gigahour admin`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use types::Timestamp;

/// How an act is signed and where it goes.
#[derive(Args)]
pub(crate) struct How {
    /// The page of the venue.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub(super) url: String,
    /// The key file of an admin; given twice, for two of them.
    #[arg(long, value_name = "FILE", num_args = 1, required = true)]
    pub(super) key: Vec<PathBuf>,
    /// Why, in up to 200 bytes; it stands in the log.
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,
    /// Write the signed act to this file for another admin to `approve`, and send nothing.
    #[arg(long, value_name = "FILE")]
    pub(super) sign_only: Option<PathBuf>,
    /// Print the answer as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum AdminCommand {
    /// Make a key and print what the configuration says of it.
    New {
        /// The key file, which must not be there yet.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Halt a contract, or all contracts of a product.
    Halt(OnMarket),
    /// Open it again, by an auction where the market has one.
    Resume(OnMarket),
    /// Throw the kill switch of an account or of a firm: its orders end, and it enters no more.
    Kill {
        #[command(flatten)]
        whose: Whose,
        /// Of the account, the orders that this session entered; nothing is switched off.
        #[arg(long, value_name = "SESSION", requires = "account")]
        session: Option<String>,
        /// End the orders, and switch nothing off.
        #[arg(long)]
        cancel_only: bool,
        #[command(flatten)]
        how: How,
    },
    /// Release it; two admins sign.
    Unkill(OnWhose),
    /// End the default of an account that is flat and has paid; two admins sign.
    Reinstate(OnWhose),
    /// Limit the margin that an account or a firm may require; no limit without --most.
    Credit {
        #[command(flatten)]
        whose: Whose,
        /// Dollars.
        #[arg(long)]
        most: Option<String>,
        #[command(flatten)]
        how: How,
    },
    /// Make an account one of a firm's.
    Member {
        /// Such as A-1001.
        #[arg(long)]
        account: String,
        /// Such as M-7.
        #[arg(long)]
        firm: String,
        #[command(flatten)]
        how: How,
    },
    /// Change the price band of a contract.
    Band {
        /// The contract.
        #[arg(long)]
        symbol: String,
        /// Its reach around the settlement price, 1 to 1000.
        #[arg(long)]
        permille: u32,
        #[command(flatten)]
        how: How,
    },
    /// Change fees from the end of the trading day.
    Fees {
        /// Dollars that the resting side pays for a lot; below zero, what it gets.
        #[arg(long, allow_hyphen_values = true)]
        maker: String,
        /// Dollars that the other side pays for a lot.
        #[arg(long)]
        taker: String,
        /// Dollars that a seller pays for a GPU-hour that it delivered.
        #[arg(long)]
        delivery: String,
        #[command(flatten)]
        how: How,
    },
    /// Change the position limit of a product, at once.
    PositionLimit(Lots),
    /// Attest the lots that stand behind a product.
    Attest(Lots),
    /// Let an account hold more lots of a product in its nearest month; 0 ends it.
    Exempt {
        /// Such as A-1001.
        #[arg(long)]
        account: String,
        #[command(flatten)]
        lots: Lots,
    },
    /// Appoint a market maker of a product, or dismiss it.
    Maker(AppointedOf),
    /// Appoint an attestor of nodes, or dismiss it.
    Attestor(Appointed),
    /// Appoint a probe of deliveries, or dismiss it.
    Probe(Appointed),
    /// Appoint a reporter of the index of a product, or dismiss it.
    Reporter(AppointedOf),
    /// Waive hours at a hub by force majeure; two admins sign.
    Waive {
        /// Such as US.
        hub: String,
        /// The start of the first hour, such as 2027-02-05T00:00:00Z.
        #[arg(value_parser = instant)]
        from: Timestamp,
        /// The end of the last.
        #[arg(value_parser = instant)]
        until: Timestamp,
        #[command(flatten)]
        how: How,
    },
    /// Sign an act that another admin has signed, and send it.
    Approve {
        /// What `--sign-only` wrote.
        file: PathBuf,
        /// The page of the venue.
        #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
        url: String,
        /// The key file of the admin.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// What admins have done: record, who, why, before and after.
    Log {
        /// The last so many.
        #[arg(long, default_value_t = 20)]
        last: u32,
        #[command(flatten)]
        how: How,
    },
}

#[derive(Args)]
pub(crate) struct OnMarket {
    /// One contract.
    #[arg(long, required_unless_present = "product", conflicts_with = "product")]
    pub(super) symbol: Option<String>,
    /// All contracts of a product, such as H100-US.
    #[arg(long)]
    pub(super) product: Option<String>,
    #[command(flatten)]
    pub(super) how: How,
}

#[derive(Args)]
pub(crate) struct Whose {
    /// Such as A-1001.
    #[arg(long, required_unless_present = "firm", conflicts_with = "firm")]
    pub(super) account: Option<String>,
    /// Such as M-7.
    #[arg(long)]
    pub(super) firm: Option<String>,
}

#[derive(Args)]
pub(crate) struct OnWhose {
    #[command(flatten)]
    pub(super) whose: Whose,
    #[command(flatten)]
    pub(super) how: How,
}

#[derive(Args)]
pub(crate) struct Lots {
    /// Such as H100-US.
    #[arg(long)]
    pub(super) product: String,
    /// How many.
    #[arg(long)]
    pub(super) lots: String,
    #[command(flatten)]
    pub(super) how: How,
}

#[derive(Args)]
pub(crate) struct Appointed {
    /// Such as A-1001.
    #[arg(long)]
    pub(super) account: String,
    /// Dismiss it.
    #[arg(long)]
    pub(super) dismiss: bool,
    #[command(flatten)]
    pub(super) how: How,
}

#[derive(Args)]
pub(crate) struct AppointedOf {
    /// Such as H100-US.
    #[arg(long)]
    pub(super) product: String,
    #[command(flatten)]
    pub(super) whom: Appointed,
}

impl AppointedOf {
    pub(super) fn split(self) -> (String, String, bool, How) {
        let Appointed { account, dismiss, how } = self.whom;
        (account, self.product, !dismiss, how)
    }
}

fn instant(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "not of the form 2027-02-05T00:00:00Z".to_owned())
}

impl Whose {
    pub(super) fn name(self) -> String {
        self.account.or(self.firm).expect("one of them is required")
    }
}

impl OnMarket {
    pub(super) fn split(self) -> (String, How) {
        (self.symbol.or(self.product).expect("one of them is required"), self.how)
    }
}
