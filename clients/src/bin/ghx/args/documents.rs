//! Documents of deliveries.

use std::path::PathBuf;

/// Obligations, or the hours of one.
#[derive(Debug, clap::Args)]
pub(crate) struct Hours {
    /// Such as OB-7
    #[arg(requires = "hours")]
    pub(crate) obligation: Option<String>,
    /// Its schedule, hour by hour
    #[arg(long, requires = "obligation")]
    pub(crate) hours: bool,
    /// As CSV
    #[arg(long, requires = "hours")]
    pub(crate) csv: bool,
}

/// Invoices, or one.
#[derive(Debug, clap::Args)]
pub(crate) struct Invoice {
    /// Such as OB-7
    pub(crate) obligation: Option<String>,
    /// Write it to a page that prints
    #[arg(long, value_name = "FILE", requires = "obligation")]
    pub(crate) html: Option<PathBuf>,
    /// As CSV
    #[arg(long)]
    pub(crate) csv: bool,
}
