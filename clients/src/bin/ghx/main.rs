//! `ghx`: the command line of traders and labs. Orders are previewed; `--execute` sends them.
//!
//! One file for each command, over the same SDK as the bots. Nothing here knows more of the exchange
//! than its protocol says.

mod alias;
mod args;
mod bills;
mod blocks;
mod book;
mod calendar;
mod cancel;
mod catalogue;
mod check_proof;
mod combine;
mod csv;
mod curve;
mod deliver;
mod desk;
mod doctor;
mod failure;
mod focus;
mod keys;
mod kill;
mod legs;
mod lists;
mod margin;
mod nearest;
mod outcome;
mod paint;
mod performance;
mod provider;
mod quote;
mod record;
mod schema;
mod statement;
mod table;
#[cfg(feature = "desk")]
mod terminal;
mod ticket;
mod trades;
mod units;
mod watch;
mod withdraw;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Args, Command};
use failure::Failure;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let args = Args::parse();
    end_quietly_when_nobody_reads();
    let as_json = args.common.json;
    match run(args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(as_json),
    }
}

/// `ghx orders | head` closes the pipe when it has seen enough, which is no failure of ours.
fn end_quietly_when_nobody_reads() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.to_string().contains("Broken pipe") {
            std::process::exit(0);
        }
        tell(panic);
    }));
}

async fn run(args: Args) -> Result<(), Failure> {
    let common = args.common;
    match args.command {
        Command::Buy(order) => ticket::run(&common, types::Side::Buy, &order).await,
        Command::Sell(order) => ticket::run(&common, types::Side::Sell, &order).await,
        Command::Cancel(cancel) => cancel::run(&common, &cancel).await,
        Command::Orders { symbol } => lists::orders(&common, symbol.as_deref()).await,
        Command::Fills { limit } => lists::fills(&common, limit).await,
        Command::Positions => lists::positions(&common).await,
        Command::Margin => margin::run(&common).await,
        Command::Withdraw { amount, execute } => withdraw::run(&common, &amount, execute).await,
        Command::Curve { product } => curve::run(&common, product.as_deref()).await,
        Command::Book { symbol, depth } => book::run(&common, &symbol, depth).await,
        Command::Trades { symbol, limit } => trades::run(&common, &symbol, limit).await,
        Command::Watch { channels, count } => watch::run(&common, &channels, count).await,
        Command::Record(wanted) => record::record(&common, &wanted).await,
        Command::Export(wanted) => record::export(&wanted),
        Command::Replay(wanted) => record::replay(&wanted).await,
        Command::Spreads { product } => combine::list(&common, product.as_deref()).await,
        Command::Combine(wanted) => combine::run(&common, &wanted).await,
        Command::Quote(wanted) => quote::run(&common, &wanted).await,
        Command::Block(wanted) => blocks::run(&common, &wanted).await,
        Command::Kill(wanted) => kill::run(&common, &wanted).await,
        Command::Provider(wanted) => deliver::provider(&common, &wanted).await,
        Command::Deliver(wanted) => deliver::deliver(&common, &wanted).await,
        Command::Obligations(wanted) => bills::obligations(&common, &wanted).await,
        Command::Statement { date, from, to, csv } => {
            let wanted = statement::Wanted { from: from.or_else(|| date.clone()), to: to.or(date) };
            statement::run(&common, wanted, csv).await
        }
        Command::Invoice(wanted) => bills::invoice(&common, &wanted).await,
        Command::Calendar { ics } => calendar::run(&common, ics.as_deref()).await,
        Command::Focus { month, out } => focus::run(&common, &month, &out).await,
        #[cfg(feature = "desk")]
        Command::Desk { theme } => terminal::run(&common, theme).await,
        #[cfg(not(feature = "desk"))]
        Command::Desk { .. } => {
            let text = "this build has no desk; `cargo desk` builds one that has";
            Err(Failure::Usage(text.to_owned()))
        }
        Command::Keys { new, account } => keys::run(&common, new.as_deref().zip(account)),
        Command::CheckProof { file, key } => check_proof::run(&common, &file, &key),
        Command::Schema { topic } => schema::run(&common, topic.as_deref()),
        Command::Doctor => doctor::run(&common).await,
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Args::command(), "ghx", &mut std::io::stdout());
            Ok(())
        }
    }
}
