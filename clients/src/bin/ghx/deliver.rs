//! `ghx provider` and `ghx deliver`: nodes, and what is said before a delivery begins.

use clients::inventory::Inventory;
use protocol::client::{Method, NodeForm, Nothing, Prefer, TenderForm};
use protocol::server::CapacityList;

use crate::args::{Common, Deliver, Provider};
use crate::desk;
use crate::failure::Failure;
use crate::performance::{self, numbers};
use crate::provider;
use crate::table::Table;

/// Most nodes of one request.
const AT_ONCE: usize = 128;

/// What a provider or an attestor wants.
pub(crate) async fn provider(common: &Common, wanted: &Provider) -> Result<(), Failure> {
    match wanted {
        Provider::Meter(wanted) => provider::run(common, wanted).await,
        Provider::Register { inventory, product, evidence, first, execute } => {
            let text = std::fs::read_to_string(inventory)
                .map_err(|error| Failure::Usage(format!("{}: {error}", inventory.display())))?;
            let nodes = Inventory::parse(&text)?.nodes(product, evidence, *first)?;
            register(common, nodes, *execute).await
        }
        Provider::List => list(common).await,
        Provider::Standby(said) => performance::stand_by(common, said).await,
        Provider::Probe(said) => performance::probe(common, said).await,
        Provider::Bond(said) => performance::bond(common, said).await,
        Provider::Retire { nodes, execute } => {
            let nodes = numbers(nodes)?;
            if is_preview(*execute, &format!("{} nodes would be retired", nodes.len())) {
                return Ok(());
            }
            desk::trade(common).await?.client().retire(&nodes).await?;
            done(&format!("{} nodes retired", nodes.len()))
        }
        Provider::Attest { provider, nodes, until, execute } => {
            let nodes = numbers(nodes)?;
            let what = format!("{} nodes of {provider} until {until}", nodes.len());
            if is_preview(*execute, &format!("you would attest {what}")) {
                return Ok(());
            }
            desk::trade(common).await?.client().attest(provider, &nodes, until).await?;
            done(&format!("attested {what}"))
        }
        Provider::Pledge { symbol, nodes, execute } => {
            let nodes = numbers(nodes)?;
            let what = format!("{} nodes to {symbol}", nodes.len());
            if is_preview(*execute, &format!("you would pledge {what}")) {
                return Ok(());
            }
            desk::trade(common).await?.client().pledge(symbol, &nodes).await?;
            done(&format!("pledged {what}"))
        }
        Provider::Tender { symbol, blocks, execute } => {
            let tenders = blocks.iter().map(|text| tender(text)).collect::<Result<Vec<_>, _>>()?;
            if is_preview(*execute, &format!("you would tender {} to {symbol}", blocks.join(" "))) {
                return Ok(());
            }
            desk::trade(common).await?.client().tender(symbol, tenders).await?;
            done(&format!("tendered {} to {symbol}", blocks.join(" ")))
        }
        Provider::Replace { obligation, failed, spare, execute } => {
            let what = format!("node {spare} for node {failed} of {obligation}");
            if is_preview(*execute, &format!("you would put {what}")) {
                return Ok(());
            }
            desk::trade(common).await?.client().replace_node(obligation, *failed, *spare).await?;
            done(&format!("put {what}"))
        }
    }
}

/// What a buyer wants.
pub(crate) async fn deliver(common: &Common, wanted: &Deliver) -> Result<(), Failure> {
    match wanted {
        Deliver::Countersign(said) => performance::countersign(common, said).await,
        Deliver::Dispute(said) => performance::dispute(common, said).await,
        Deliver::Bid(said) => performance::bid(common, said).await,
        Deliver::Transfer(said) => performance::transfer(common, said).await,
        Deliver::AcceptTransfer(said) => performance::accept_transfer(common, said).await,
        Deliver::Prefer { symbol, zone, best_grade, single_fabric, seller, image, execute } => {
            let preference = Prefer {
                symbol: symbol.clone(),
                zone: zone.clone(),
                best_grade: *best_grade,
                single_fabric: *single_fabric,
                seller: seller.clone(),
                image: image.clone(),
            };
            if is_preview(*execute, &format!("you would say what you like of {symbol}")) {
                return Ok(());
            }
            desk::trade(common).await?.client().prefer(&preference).await?;
            done(&format!("the exchange knows what you like of {symbol}"))
        }
        Deliver::Accept { obligation, pass, fail, execute } => {
            let mut results = Vec::new();
            for (nodes, passed) in [(pass, true), (fail, false)] {
                let nodes = nodes.as_deref().map_or(Ok(Vec::new()), numbers)?;
                results.extend(nodes.into_iter().map(|node| (node, passed)));
            }
            if results.is_empty() {
                return Err(Failure::Usage("name nodes with --pass or --fail".to_owned()));
            }
            let what = format!("{} nodes of {obligation}", results.len());
            if is_preview(*execute, &format!("you would report on {what}")) {
                return Ok(());
            }
            desk::trade(common).await?.client().accept_nodes(obligation, &results).await?;
            done(&format!("reported on {what}"))
        }
        Deliver::Elect { obligation, execute } => {
            let what = format!("{obligation} without the house");
            if is_preview(*execute, &format!("you would take {what}")) {
                return Ok(());
            }
            desk::trade(common).await?.client().elect(obligation).await?;
            done(&format!("elected {what}"))
        }
    }
}

async fn register(common: &Common, nodes: Vec<NodeForm>, execute: bool) -> Result<(), Failure> {
    let count = nodes.len();
    if is_preview(execute, &format!("{count} nodes would be registered")) {
        return Ok(());
    }
    let mut desk = desk::trade(common).await?;
    for nodes in nodes.chunks(AT_ONCE) {
        desk.client().register(nodes.to_vec()).await?;
    }
    done(&format!("{count} nodes registered"))
}

async fn list(common: &Common) -> Result<(), Failure> {
    let mut desk = desk::trade(common).await?;
    let all = desk.show::<CapacityList>(Method::ListCapacity(Nothing {})).await?;
    let Some(CapacityList { nodes, .. }) = all else { return Ok(()) };
    let mut table = Table::new(&["node", "product", "zone", "fabric", "grade", "attested until"]);
    for one in &nodes {
        let grade = serde_json::to_value(one.form.grade).unwrap_or_default();
        table.row(&[
            &one.form.node.to_string(),
            &one.form.product,
            &one.form.zone,
            &one.form.fabric,
            grade.as_str().unwrap_or_default(),
            one.attested_until.as_deref().unwrap_or("-"),
        ]);
    }
    table.print("no nodes are registered");
    Ok(())
}

fn is_preview(execute: bool, what: &str) -> bool {
    if !execute {
        println!("{what}");
        println!("preview: nothing was sent; add --execute to send it");
    }
    !execute
}

fn done(what: &str) -> Result<(), Failure> {
    println!("{what}");
    Ok(())
}

/// `rail-7=16:A-1001`
fn tender(text: &str) -> Result<TenderForm, Failure> {
    let bad = || Failure::Usage(format!("`{text}` is no tender; write rail-7=16"));
    let (fabric, rest) = text.split_once('=').ok_or_else(bad)?;
    let (lots, buyer) = match rest.split_once(':') {
        Some((lots, buyer)) => (lots, Some(buyer.to_owned())),
        None => (rest, None),
    };
    Ok(TenderForm { fabric: fabric.to_owned(), lots: lots.to_owned(), buyer })
}
