//! Keys, checkpoints and proofs, from the command line: `gigahour key`, `checkpoint` and `prove`.
//!
//! All three work on files. They need no running venue, and disturb none.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use proof::{Checkpoint, PublicKey, SigningKey};
use sequencer::proof::{self as proofs, Kind};

use crate::Error;

/// What to do with the key that signs checkpoints.
#[derive(Subcommand)]
pub enum KeyCommand {
    /// Make a key; prints the public half, which checks everything it will sign.
    New {
        /// Its name, which every checkpoint begins with: such as market.example/log.
        #[arg(long)]
        name: String,
        /// Where the secret half goes; the file must not be there yet.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// Which checkpoint to sign.
#[derive(Args)]
pub struct CheckpointArgs {
    /// The data directory of a venue.
    directory: PathBuf,
    /// The key that signs it.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Sign what the log came to with this record; else with the last.
    #[arg(long, value_name = "RECORD")]
    until: Option<u64>,
}

/// What to prove.
#[derive(Args)]
pub struct ProveArgs {
    /// The kind of what is proved.
    what: What,
    /// Its name, as the exchange gives it: `X12b`, `A-1001`, `A-1001/H100-US-2027M03`, `O5001`, `OB-7`,
    /// `A-2001/H100-US-2027M03/2027-03-01T05:00:00Z/17`, or `last` for whatever came last; of `log`, the
    /// file of an older checkpoint.
    name: String,
    /// The data directory of a venue.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The checkpoint it is proved under; else the last one of the data directory.
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Where the proof goes; else to the output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What can be proved.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// One side of a trade.
    Fill,
    /// The money of an account.
    Balance,
    /// A position.
    Position,
    /// An order.
    Order,
    /// An obligation to deliver.
    Obligation,
    /// A meter's receipt for an hour of a node.
    Receipt,
    /// That the log of an older checkpoint is the beginning of this one.
    Log,
}

/// What `verify` compares a log with.
#[derive(Args)]
pub struct Signed {
    /// A signed checkpoint that the log must come to.
    #[arg(long, value_name = "FILE", requires = "key")]
    checkpoint: Option<PathBuf>,
    /// The public key that checks it.
    #[arg(long, value_name = "KEY", requires = "checkpoint")]
    key: Option<String>,
}

/// Carries out `gigahour key`.
///
/// # Errors
/// When the name is none, or the file is there already.
pub fn key(command: &KeyCommand) -> anyhow::Result<()> {
    let KeyCommand::New { name, out } = command;
    let key = SigningKey::generate(name)?;
    let mut file = OpenOptions::new();
    let file = file.write(true).create_new(true).mode(0o600).open(out);
    let write = |mut file: std::fs::File| {
        writeln!(file, "{}", key.secret())?;
        file.sync_all()
    };
    file.and_then(write).with_context(|| format!("cannot make {}", out.display()))?;
    println!("{}", key.public());
    Ok(())
}

/// Reads the file of a key.
pub(crate) fn read_key(path: &Path) -> Result<SigningKey, Error> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let fault =
        |error: proof::NoteError| Error::Config { path: path.to_owned(), fault: error.to_string() };
    SigningKey::parse(&text).map_err(fault)
}

/// Carries out `gigahour checkpoint`: signs one over a log, or its beginning.
///
/// # Errors
/// When the log or the key cannot be read.
pub fn checkpoint(args: &CheckpointArgs) -> anyhow::Result<()> {
    let until = args.until.unwrap_or(u64::MAX);
    let note = proofs::checkpoint(&args.directory, read_key(&args.key)?, until)?;
    print!("{note}");
    Ok(())
}

/// Carries out `gigahour prove`.
///
/// # Errors
/// When the log is not that of the checkpoint, or has nothing of this name.
pub fn prove(args: &ProveArgs) -> anyhow::Result<()> {
    let note = match &args.checkpoint {
        Some(path) => read(path)?,
        None => proofs::last_checkpoint(&args.data)
            .context("no checkpoint is there; sign one with `gigahour checkpoint`")?,
    };
    let file = match args.what.kind() {
        Some(kind) => proofs::prove(&args.data, kind, &args.name, &note)?,
        None => proofs::consistency(&args.data, &read(Path::new(&args.name))?, &note)?,
    };
    match &args.out {
        Some(path) => {
            std::fs::write(path, file).with_context(|| format!("cannot write {}", path.display()))
        }
        None => {
            print!("{file}");
            Ok(())
        }
    }
}

impl What {
    /// What stands in one line; none for the log itself.
    const fn kind(self) -> Option<Kind> {
        match self {
            Self::Fill => Some(Kind::Fill),
            Self::Balance => Some(Kind::Balance),
            Self::Position => Some(Kind::Position),
            Self::Order => Some(Kind::Order),
            Self::Obligation => Some(Kind::Obligation),
            Self::Receipt => Some(Kind::Receipt),
            Self::Log => None,
        }
    }
}

impl Signed {
    /// The checkpoint, if one is named, once its signature has been checked.
    ///
    /// # Errors
    /// When it is not signed with the key.
    pub fn open(&self) -> anyhow::Result<Option<Checkpoint>> {
        let (Some(path), Some(key)) = (&self.checkpoint, &self.key) else { return Ok(None) };
        let checkpoint = PublicKey::parse(key)?.open(&read(path)?);
        checkpoint.map(Some).with_context(|| path.display().to_string())
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
