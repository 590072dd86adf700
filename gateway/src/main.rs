//! `gigahour`: the exchange as one program.

mod admin_line;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use gateway::config::{self, Settings};
use gateway::{Config, Server, claims, demo, doctor, proving, said, webhooks};
use sequencer::OldRecords;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

mod service;

/// An exchange for GPU-hour futures.
#[derive(Parser)]
#[command(name = "gigahour", version, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  gigahour demo                           a living market on a fast clock
  gigahour serve --config gigahour.toml   a venue of your own
  gigahour verify data/demo               replay a log and check every record
  gigahour backup --data data/venue --to backup/monday
  gigahour restore --from backup/monday --data data/again
  gigahour admin halt --product H100-US --key ann.key --reason fault
  gigahour prove balance A-1001 --data data/demo --out balance.json";

#[derive(Subcommand)]
enum Command {
    /// Run a venue.
    Serve(ServeArgs),
    /// Run a venue with bots on a fast clock.
    Demo(demo::Args),
    /// Replay the log in a directory and check every record.
    Verify {
        /// The data directory of a venue that is not running.
        directory: PathBuf,
        /// Show who was assigned to whom.
        #[arg(long)]
        pairings: bool,
        #[command(flatten)]
        signed: proving::Signed,
    },
    /// Copy the log of a venue, running or not, to a new directory.
    Backup {
        /// The data directory of the venue.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Where the backup goes.
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
    },
    /// Check a backup and make a data directory of it.
    Restore {
        /// The backup.
        #[arg(long, value_name = "DIR")]
        from: PathBuf,
        /// The new data directory.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
    /// Have every start pass over a record that breaks the exchange.
    Quarantine(QuarantineArgs),
    /// Act on a running venue as an admin, or make a key for one.
    #[command(subcommand)]
    Admin(Box<admin_line::AdminCommand>),
    /// Make the key that signs checkpoints.
    #[command(subcommand)]
    Key(proving::KeyCommand),
    /// Sign a checkpoint over all of a log.
    Checkpoint(proving::CheckpointArgs),
    /// Write a proof of one fact, which anybody checks with `ghx check-proof`.
    Prove(proving::ProveArgs),
    /// Look at configuration files.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Look at what webhooks could not deliver.
    #[command(subcommand)]
    Webhooks(WebhooksCommand),
    /// Look whether a venue can run here as its configuration says.
    Doctor {
        /// The configuration.
        #[arg(value_name = "FILE", env = "GIGAHOUR_CONFIG")]
        config: PathBuf,
    },
    /// Write the documents of the protocol: `AsyncAPI`, JSON Schema, a page for each error.
    Docs {
        /// The folder, which is made.
        directory: PathBuf,
    },
}

#[derive(Args)]
struct ServeArgs {
    /// The configuration.
    #[arg(long, value_name = "FILE", env = "GIGAHOUR_CONFIG")]
    config: PathBuf,
    /// Keep the whole log, whatever the configuration says.
    #[arg(long)]
    keep_log: bool,
    /// A value of the configuration; it goes before GIGAHOUR_KEY, and that before the file.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

#[derive(Args)]
struct QuarantineArgs {
    /// The record.
    seq: u64,
    /// The data directory of the venue, which does not run.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The key file of an admin; given twice, for two of them.
    #[arg(long, value_name = "FILE", num_args = 1, required = true)]
    key: Vec<PathBuf>,
    /// Why, on one line.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Read a configuration and the market file it names, and say what is wrong with them.
    Check {
        /// The configuration.
        file: PathBuf,
    },
    /// Print every value that holds.
    Print {
        /// The configuration.
        #[arg(env = "GIGAHOUR_CONFIG")]
        file: PathBuf,
        /// Say where each comes from: flag, environment, file or default.
        #[arg(long)]
        origin: bool,
        /// As for `serve`.
        #[arg(long, value_name = "KEY=VALUE")]
        set: Vec<String>,
    },
}

#[derive(Subcommand)]
enum WebhooksCommand {
    /// Letters that were given up, as lines of JSON, the oldest first.
    Dead {
        /// The data directory of a venue, running or not.
        data: PathBuf,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    // The demonstration tells its own story.
    start_logging(if matches!(cli.command, Command::Demo(_)) { "warn" } else { "info" });
    let done = match cli.command {
        Command::Serve(args) => in_runtime(serve(args)),
        Command::Demo(args) => in_runtime(demo::run(args)),
        Command::Backup { data, to } => backup(&data, &to),
        Command::Restore { from, data } => restore(&from, &data),
        Command::Quarantine(args) => quarantine(&args),
        Command::Admin(command) => admin_line::run(*command),
        Command::Verify { directory, pairings, signed } => {
            verify(&directory, &signed).map(|verified| show_pairings(&verified, pairings))
        }
        Command::Key(command) => proving::key(&command),
        Command::Checkpoint(args) => proving::checkpoint(&args),
        Command::Prove(args) => proving::prove(&args),
        Command::Config(ConfigCommand::Check { file }) => check(&file),
        Command::Webhooks(WebhooksCommand::Dead { data }) => dead_letters(&data),
        Command::Config(ConfigCommand::Print { file, origin, set }) => print(&file, origin, &set),
        Command::Doctor { config } => examine(&config),
        Command::Docs { directory } => write_documents(&directory),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gigahour: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dead_letters(data: &Path) -> anyhow::Result<()> {
    let letters = webhooks::read_dead(data)?;
    for letter in &letters {
        println!("{}", serde_json::to_string(letter)?);
    }
    eprintln!("{} dead letters", letters.len());
    Ok(())
}

/// For people on a terminal, as JSON otherwise; both on the error stream.
fn start_logging(level: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        lines.with_target(false).compact().init();
    } else {
        lines.json().init();
    }
}

fn in_runtime(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.context("cannot start the runtime")?.block_on(work)
}

async fn serve(args: ServeArgs) -> anyhow::Result<()> {
    let mut config = Config::load_with(&args.config, &settings(&args.set)?)?;
    if args.keep_log {
        config.replication.old_records = OldRecords::Keep;
    }
    let server = gateway::server::start(config).await?;
    tracing::info!(trade = %server.trade, http = %server.http, "listening");
    let watchdog = service::ready()?;
    tokio::select! {
        signal = asked_to_stop() => {
            tracing::info!(signal = signal?, "stopping");
            service::stopping()?;
            let stopped = server.stop().await?;
            let head = stopped.head;
            tracing::info!(records = head.seq, chain = %head.chain, digest = %stopped.digest, "stopped");
            Ok(())
        }
        () = server.failed() => give_up(server).await,
        failure = reload_when_asked(&server, &args.config) => failure,
        () = watchdog.feed(|| server.is_alive()) => bail!("the exchange no longer answers"),
    }
}

/// SIGHUP has the certificate and the keys of the accounts read again. Returns only when the signal
/// cannot be heard.
async fn reload_when_asked(server: &Server, config: &Path) -> anyhow::Result<()> {
    let mut hangup = signal(SignalKind::hangup()).context("cannot listen for SIGHUP")?;
    while hangup.recv().await.is_some() {
        match server.reload() {
            Ok(()) => tracing::info!("the certificate has been read again"),
            Err(error) => tracing::warn!(%error, "the certificate stays as it was"),
        }
        match Config::load(config) {
            Ok(config) => {
                server.replace_keys(&config.accounts);
                tracing::info!("the keys have been read again");
            }
            Err(error) => tracing::warn!(%error, "the keys stay as they were"),
        }
    }
    bail!("signals have ended")
}

async fn asked_to_stop() -> anyhow::Result<&'static str> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    tokio::select! {
        _ = terminate.recv() => Ok("SIGTERM"),
        interrupt = tokio::signal::ctrl_c() => {
            interrupt.context("cannot listen for SIGINT")?;
            Ok("SIGINT")
        }
    }
}

async fn give_up(server: Server) -> anyhow::Result<()> {
    match server.stop().await {
        Ok(_) => bail!("the exchange has stopped by itself"),
        Err(error) => Err(error).context("the exchange has stopped"),
    }
}

fn verify(directory: &Path, signed: &proving::Signed) -> anyhow::Result<sequencer::Verified> {
    let checkpoint = signed.open()?;
    let signatures = Some(claims::agree as sequencer::Agree);
    let sessions = Some(said::line as sequencer::FlowLine);
    let checks =
        sequencer::Checks { checkpoint, signatures, sessions, ..sequencer::Checks::default() };
    let verified = sequencer::verify_with(directory, &checks)?;
    println!("{verified}");
    if let Some(checkpoint) = checkpoint {
        println!("signed   tree, chain and state up to record {}", checkpoint.size);
    }
    Ok(verified)
}

fn show_pairings(verified: &sequencer::Verified, wanted: bool) {
    for pairing in verified.pairings.iter().filter(|_| wanted) {
        println!("{pairing}");
    }
}

fn backup(data: &Path, to: &Path) -> anyhow::Result<()> {
    println!("{}", sequencer::backup(data, to)?);
    Ok(())
}

fn restore(from: &Path, data: &Path) -> anyhow::Result<()> {
    println!("{}", sequencer::restore_backup(from, data)?);
    Ok(())
}

fn quarantine(args: &QuarantineArgs) -> anyhow::Result<()> {
    let [first, second] = &args.key[..] else {
        bail!("two admins must sign: --key FILE --key FILE")
    };
    let entry = gateway::quarantine(&args.data, args.seq, &args.reason, [first, second])?;
    println!("{entry}");
    Ok(())
}

fn check(file: &Path) -> anyhow::Result<()> {
    let config = Config::load(file)?;
    let (products, accounts) = (config.market.product.len(), config.accounts.len());
    println!("{}: ok (products: {products}, accounts: {accounts})", file.display());
    Ok(())
}

fn settings(flags: &[String]) -> anyhow::Result<Settings> {
    Settings::read(flags, |name| std::env::var(name).ok()).map_err(anyhow::Error::msg)
}

fn print(file: &Path, with_origin: bool, flags: &[String]) -> anyhow::Result<()> {
    for (key, value, origin) in config::lines(file, &settings(flags)?)? {
        if with_origin {
            println!("{:<12} {key} = {value}", origin.to_string());
        } else {
            println!("{key} = {value}");
        }
    }
    Ok(())
}

fn examine(file: &Path) -> anyhow::Result<()> {
    let findings = doctor::examine(file);
    findings.iter().for_each(|finding| println!("{finding}"));
    match findings.iter().filter(|finding| finding.state == doctor::State::Bad).count() {
        0 => Ok(()),
        bad => bail!("{bad} of {} are bad", findings.len()),
    }
}

fn write_documents(directory: &Path) -> anyhow::Result<()> {
    for document in protocol::published::documents() {
        let path = directory.join(&document.path);
        let written = std::fs::create_dir_all(path.parent().expect("a file is in a folder"));
        let written = written.and_then(|()| std::fs::write(&path, &document.text));
        written.with_context(|| format!("cannot write {}", path.display()))?;
    }
    println!("{} documents in {}", protocol::published::documents().len(), directory.display());
    Ok(())
}
