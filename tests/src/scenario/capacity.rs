//! Capacity as providers, attestors, buyers and sellers write it, and what they hear of it.

use types::{
    AccountId, CapacityFact, Command, Coverage, FabricName, GpuId, Grade, InstrumentId, NodeEntry,
    NodeId, NodeTest, ObligationId, PlaceName, Preference, ProductId, Supply, Tender, Text,
};

use super::delivery::{nodes, proof};
use super::names::Names;
use super::words::{Problem, Words};
use crate::view::View;

const GRADES: [(&str, Grade); 5] = [
    ("3200", Grade::Rdma3200),
    ("1600", Grade::Rdma1600),
    ("800", Grade::Rdma800),
    ("none", Grade::NoRdma),
    ("pcie", Grade::Pcie),
];

/// Reads a command whose verb has been read; none if the verb is not about capacity.
pub(super) fn command(
    account: AccountId,
    verb: &str,
    words: &mut Words<'_>,
    names: &mut Names,
    view: &View,
) -> Option<Result<Command, Problem>> {
    let read = match verb {
        "register" => register(account, words, names),
        "retire" => retire(account, words, names),
        "attest" => attest(account, words, names),
        "prefer" => prefer(account, words, names, view),
        "tender" => tender(account, words, names, view),
        "elect" => elect(account, words, names),
        "test" => test(account, words, names),
        "replace" => replace(account, words, names),
        _ => return None,
    };
    Some(read)
}

/// `register 1-8 fabric f1 zone east grade 3200 product H200-US gpus-of bob`
fn register(
    account: AccountId,
    words: &mut Words<'_>,
    names: &mut Names,
) -> Result<Command, Problem> {
    let numbers = nodes(words.next("nodes")?)?;
    let (mut fabric, mut zone, mut grade) = (name("f1")?, name("east")?, Grade::Rdma3200);
    let (mut product, mut owner) = (ProductId(0), account);
    loop {
        if words.took("fabric") {
            fabric = name(words.next("a fabric")?)?;
        } else if words.took("zone") {
            zone = name(words.next("a zone")?)?;
        } else if words.took("grade") {
            let word = words.next("a grade")?;
            let known = GRADES.iter().find(|(known, _)| *known == word);
            grade = known.ok_or_else(|| format!("`{word}` is no grade"))?.1;
        } else if words.took("product") {
            product = names.product(words)?;
        } else if words.took("gpus-of") {
            let word = words.next("an account")?;
            owner = names.account(word).ok_or_else(|| format!("who is {word}?"))?;
        } else {
            break;
        }
    }
    let entry = |node: NodeId| NodeEntry {
        node,
        product,
        gpus: std::array::from_fn(|at| gpu(owner, node, at)),
        site: zone,
        zone,
        fabric,
        grade,
        evidence: [0xee; 32],
    };
    let nodes = numbers.into_iter().map(entry).collect();
    Ok(Command::RegisterNodes { account, nodes, proof: proof(words, names)? })
}

/// The GPUs of a node that an account has: no two accounts have the same.
fn gpu(owner: AccountId, node: NodeId, at: usize) -> GpuId {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&owner.0.to_be_bytes());
    bytes[4..8].copy_from_slice(&node.0.to_be_bytes());
    bytes[15] = u8::try_from(at).expect("eight");
    GpuId(bytes)
}

fn name<const N: usize>(word: &str) -> Result<Text<N>, Problem> {
    Text::new(word).ok_or_else(|| format!("`{word}` is no name"))
}

/// `retire 1-8`
fn retire(
    account: AccountId,
    words: &mut Words<'_>,
    names: &mut Names,
) -> Result<Command, Problem> {
    let nodes = nodes(words.next("nodes")?)?;
    Ok(Command::RetireNodes { account, nodes, proof: proof(words, names)? })
}

/// `attest bob 1-8 until 2027-03-31`
fn attest(
    account: AccountId,
    words: &mut Words<'_>,
    names: &mut Names,
) -> Result<Command, Problem> {
    let word = words.next("a provider")?;
    let provider = names.account(word).ok_or_else(|| format!("who is {word}?"))?;
    let nodes = nodes(words.next("nodes")?)?;
    words.expect("until")?;
    let until = words.time()?.date();
    Ok(Command::AttestNodes { account, provider, nodes, until, proof: proof(words, names)? })
}

/// `prefer zone east best single from bob image cuda-12`
fn prefer(
    account: AccountId,
    words: &mut Words<'_>,
    names: &mut Names,
    view: &View,
) -> Result<Command, Problem> {
    let mut preference = Preference::default();
    loop {
        if words.took("zone") {
            preference.zone = Some(name(words.next("a zone")?)?);
        } else if words.took("best") {
            preference.best_grade = true;
        } else if words.took("single") {
            preference.single_fabric = true;
        } else if words.took("from") {
            preference.seller = Some(somebody(words, names)?);
        } else if words.took("image") {
            preference.image = Some(words.next("an image")?.to_owned());
        } else {
            break;
        }
    }
    let (instrument, preference) = (names.contract_or_first(words, view)?, Box::new(preference));
    Ok(Command::PreferDelivery { account, instrument, preference, proof: proof(words, names)? })
}

fn somebody(words: &mut Words<'_>, names: &Names) -> Result<AccountId, Problem> {
    let word = words.next("an account")?;
    names.account(word).ok_or_else(|| format!("who is {word}?"))
}

/// `tender 16 of f1 to ann 8 of f2`
fn tender(
    account: AccountId,
    words: &mut Words<'_>,
    names: &mut Names,
    view: &View,
) -> Result<Command, Problem> {
    let mut tenders = Vec::new();
    while words.peek().is_some_and(|word| word.parse::<u64>().is_ok()) {
        let lots = words.lots()?;
        words.expect("of")?;
        let fabric: FabricName = name(words.next("a fabric")?)?;
        let buyer = if words.took("to") { Some(somebody(words, names)?) } else { None };
        tenders.push(Tender { fabric, lots, buyer });
    }
    let instrument = names.contract_or_first(words, view)?;
    Ok(Command::TenderBlocks { account, instrument, tenders, proof: proof(words, names)? })
}

/// `elect 1`
fn elect(account: AccountId, words: &mut Words<'_>, names: &mut Names) -> Result<Command, Problem> {
    let obligation = ObligationId(words.number("an obligation")?);
    Ok(Command::ElectAlternative { account, obligation, proof: proof(words, names)? })
}

/// `test 1 1-7=pass 8=fail`
fn test(account: AccountId, words: &mut Words<'_>, names: &mut Names) -> Result<Command, Problem> {
    let obligation = ObligationId(words.number("an obligation")?);
    let mut results = Vec::new();
    while let Some((range, result)) = words.peek().and_then(|word| word.split_once('=')) {
        words.next("a result")?;
        let passed = result == "pass";
        results.extend(nodes(range)?.into_iter().map(|node| NodeTest { node, passed }));
    }
    Ok(Command::TestNodes { account, obligation, results, proof: proof(words, names)? })
}

/// `replace 1 8 by 9`
fn replace(
    account: AccountId,
    words: &mut Words<'_>,
    names: &mut Names,
) -> Result<Command, Problem> {
    let obligation = ObligationId(words.number("an obligation")?);
    let failed = NodeId(words.number("a node")?);
    words.expect("by")?;
    let spare = NodeId(words.number("a node")?);
    let proof = proof(words, names)?;
    Ok(Command::ReplaceNode { account, obligation, failed, spare, proof })
}

/// What an account hears, behind its name.
pub(super) fn told(fact: &CapacityFact, symbol: impl Fn(InstrumentId) -> String) -> String {
    match fact {
        CapacityFact::Registered { nodes } => format!("registered {}", nodes.len()),
        CapacityFact::Retired { nodes } => format!("retired {}", nodes.len()),
        CapacityFact::Attested { nodes, until } => {
            format!("attested {} until {until}", nodes.len())
        }
        CapacityFact::Attestor { is_appointed: true } => "is attestor".to_owned(),
        CapacityFact::Attestor { is_appointed: false } => "is no attestor".to_owned(),
        CapacityFact::Coverage(Coverage {
            instrument,
            short,
            required,
            covered,
            uncovered,
            margin,
        }) => format!(
            "short {short} requires {required} covers {covered} lacks {uncovered} margin {margin} \
             on {}",
            symbol(*instrument)
        ),
        CapacityFact::BuyIn { instrument, lots, uncovered } => {
            format!("bought in {lots} of {uncovered} on {}", symbol(*instrument))
        }
        CapacityFact::Preferred { preference, .. } => format!("prefers{}", preferred(preference)),
        CapacityFact::Tendered { tenders, .. } => {
            let lots: u64 = tenders.iter().map(|tender| tender.lots.0).sum();
            format!("tenders {lots}")
        }
        CapacityFact::Elected { obligation, by } => {
            let by = format!("{by:?}").to_lowercase();
            format!("hears that {by} elects of obligation {}", obligation.0)
        }
        CapacityFact::Tested { node, passed: true, .. } => format!("node {} passed", node.0),
        CapacityFact::Tested { node, replace_until, .. } => {
            let until = replace_until.map(|until| until.to_string()).unwrap_or_default();
            format!("node {} failed until {until}", node.0)
        }
        CapacityFact::Replaced { failed, spare, .. } => {
            format!("node {} replaced by {}", failed.0, spare.0)
        }
        CapacityFact::Dropped { node, .. } => format!("node {} dropped", node.0),
    }
}

fn preferred(preference: &Preference) -> String {
    let Preference { zone, best_grade, single_fabric, seller, image } = preference;
    let mut text = zone.map(|zone: PlaceName| format!(" zone {zone}")).unwrap_or_default();
    for (is_asked, word) in [(best_grade, " best"), (single_fabric, " single")] {
        text += if *is_asked { word } else { "" };
    }
    text += &seller.map(|seller| format!(" from account-{}", seller.0)).unwrap_or_default();
    text + &image.as_ref().map(|image| format!(" image {image}")).unwrap_or_default()
}

/// What everybody hears of a product.
pub(super) fn supply(product: ProductId, supply: Supply) -> String {
    let Supply { registered, attested } = supply;
    format!("supply of product {}: {registered} registered {attested} attested", product.0)
}

/// A command about capacity as a line; none if it is about something else. Registrations are written
/// for people only: GPUs have no words.
pub(super) fn written(command: &Command) -> Option<String> {
    let listed =
        |nodes: &[NodeId]| nodes.iter().map(|n| n.0.to_string()).collect::<Vec<_>>().join(",");
    let line = match command {
        Command::RegisterNodes { account, nodes, .. } => {
            let numbers: Vec<NodeId> = nodes.iter().map(|entry| entry.node).collect();
            format!("account-{} register {}", account.0, listed(&numbers))
        }
        Command::RetireNodes { account, nodes, .. } => {
            format!("account-{} retire {}", account.0, listed(nodes))
        }
        Command::AttestNodes { account, provider, nodes, until, .. } => format!(
            "account-{} attest account-{} {} until {until}",
            account.0,
            provider.0,
            listed(nodes)
        ),
        Command::AppointAttestor { account, is_appointed } => {
            let verb = if *is_appointed { "attestor" } else { "no-attestor" };
            format!("{verb} account-{}", account.0)
        }
        Command::PreferDelivery { account, instrument, preference, .. } => {
            let asked = preferred(preference);
            format!("account-{} prefer{asked} on instrument-{}", account.0, instrument.0)
        }
        Command::TenderBlocks { account, instrument, tenders, .. } => {
            let tender = |t: &Tender| {
                let to = t.buyer.map(|buyer| format!(" to account-{}", buyer.0));
                format!(" {} of {}{}", t.lots, t.fabric, to.unwrap_or_default())
            };
            let tenders: String = tenders.iter().map(tender).collect();
            format!("account-{} tender{tenders} on instrument-{}", account.0, instrument.0)
        }
        Command::ElectAlternative { account, obligation, .. } => {
            format!("account-{} elect {}", account.0, obligation.0)
        }
        Command::TestNodes { account, obligation, results, .. } => {
            let result =
                |r: &NodeTest| format!(" {}={}", r.node.0, if r.passed { "pass" } else { "fail" });
            let results: String = results.iter().map(result).collect();
            format!("account-{} test {}{results}", account.0, obligation.0)
        }
        Command::ReplaceNode { account, obligation, failed, spare, .. } => {
            format!("account-{} replace {} {} by {}", account.0, obligation.0, failed.0, spare.0)
        }
        _ => return None,
    };
    Some(line)
}
