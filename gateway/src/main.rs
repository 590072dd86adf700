//! `gigahour`: the exchange as one program.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use gateway::{Config, Server, demo};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

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
  gigahour verify data/demo               replay a log and check every record";

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
    },
    /// Look at configuration files.
    #[command(subcommand)]
    Config(ConfigCommand),
}

#[derive(Args)]
struct ServeArgs {
    /// The configuration.
    #[arg(long, value_name = "FILE", env = "GIGAHOUR_CONFIG")]
    config: PathBuf,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Read a configuration and the market file it names, and say what is wrong with them.
    Check {
        /// The configuration.
        file: PathBuf,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    // The demonstration tells its own story.
    start_logging(if matches!(cli.command, Command::Demo(_)) { "warn" } else { "info" });
    let done = match cli.command {
        Command::Serve(args) => in_runtime(serve(args.config)),
        Command::Demo(args) => in_runtime(demo::run(args)),
        Command::Verify { directory } => verify(&directory),
        Command::Config(ConfigCommand::Check { file }) => check(&file),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gigahour: {error:#}");
            ExitCode::FAILURE
        }
    }
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

async fn serve(config: PathBuf) -> anyhow::Result<()> {
    let server = gateway::server::start(Config::load(&config)?).await?;
    tracing::info!(trade = %server.trade, http = %server.http, "listening");
    tokio::select! {
        signal = asked_to_stop() => {
            tracing::info!(signal = signal?, "stopping");
            let stopped = server.stop().await?;
            let head = stopped.head;
            tracing::info!(records = head.seq, chain = %head.chain, digest = %stopped.digest, "stopped");
            Ok(())
        }
        () = server.failed() => give_up(server).await,
    }
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

fn verify(directory: &Path) -> anyhow::Result<()> {
    let verified = sequencer::verify(directory)?;
    println!("{verified}");
    Ok(())
}

fn check(file: &Path) -> anyhow::Result<()> {
    let config = Config::load(file)?;
    let (products, accounts) = (config.market.product.len(), config.accounts.len());
    println!("{}: ok (products: {products}, accounts: {accounts})", file.display());
    Ok(())
}
