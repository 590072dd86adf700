//! What the operator of the market says.

use types::terms::FeeTerms;
use types::{
    AccountId, AdminAct, Command, MemberId, Party, PhaseChange, Proof, PublicKey, TermsChange,
    Timestamp,
};

use super::names::Names;
use super::words::{Problem, Words};
use crate::view::View;

const VERBS: [&str; 31] = [
    "call",
    "freeze",
    "uncross",
    "halt",
    "reopen",
    "close",
    "expire",
    "band",
    "restarted",
    "appoint",
    "dismiss",
    "index",
    "reporter",
    "no-reporter",
    "deposit",
    "attest",
    "exempt",
    "join",
    "credit",
    "kill",
    "cancel",
    "release",
    "attestor",
    "no-attestor",
    "reinstate",
    "fees",
    "position-limit",
    "signed",
    "appoint-probe",
    "dismiss-probe",
    "waive",
];

/// Why, in every scenario.
const REASON: &str = "a test";

/// Whether the operator says this.
pub(super) fn is_verb(verb: &str) -> bool {
    VERBS.contains(&verb)
}

/// Reads a command whose verb has been read.
pub(super) fn command(
    verb: &str,
    words: &mut Words<'_>,
    names: &Names,
    view: &View,
) -> Result<Command, Problem> {
    if let Some(change) = phase_change(verb) {
        let instrument = Names::contract(words, view)?;
        return Ok(Command::ChangePhase { instrument, change });
    }
    match verb {
        "band" => {
            let instrument = Names::contract(words, view)?;
            Ok(Command::ChangeBand { instrument, permille: words.number("a band")? })
        }
        "restarted" => Ok(Command::Restarted),
        "appoint" | "dismiss" => {
            let (account, product) = (account(words, names)?, names.product(words)?);
            Ok(Command::AppointMaker { account, product, is_appointed: verb == "appoint" })
        }
        "index" => {
            let product = names.product(words)?;
            Ok(Command::PublishIndex { product, price: words.price()? })
        }
        "reporter" | "no-reporter" => {
            let (account, product) = (account(words, names)?, names.product(words)?);
            Ok(Command::AppointReporter { account, product, is_appointed: verb == "reporter" })
        }
        "deposit" => {
            let account = account(words, names)?;
            Ok(Command::Deposit { account, amount: words.dollars()? })
        }
        "attest" => {
            let product = names.product(words)?;
            Ok(Command::AttestCapacity { product, lots: words.lots()? })
        }
        "exempt" => {
            let (account, product) = (account(words, names)?, names.product(words)?);
            Ok(Command::ExemptHedger { account, product, lots: words.lots()? })
        }
        "attestor" | "no-attestor" => {
            let account = account(words, names)?;
            Ok(Command::AppointAttestor { account, is_appointed: verb == "attestor" })
        }
        "join" => {
            let account = account(words, names)?;
            Ok(Command::JoinMember { account, member: member(words)? })
        }
        "credit" => credit(words, names),
        "kill" | "release" => {
            let is_thrown = verb == "kill";
            if words.peek().is_some_and(|word| word.starts_with("member-")) {
                return Ok(Command::ThrowMemberSwitch { member: member(words)?, is_thrown });
            }
            Ok(Command::ThrowKillSwitch { account: account(words, names)?, is_thrown })
        }
        "cancel" => Ok(Command::CancelMember(member(words)?)),
        "reinstate" => Ok(Command::Reinstate { account: account(words, names)? }),
        "fees" => Ok(Command::ChangeTerms(TermsChange::Fees(FeeTerms {
            maker_mills_per_lot: words.number("the maker's mills")?,
            taker_mills_per_lot: words.number("the taker's mills")?,
            delivery_mills_per_gpu_hour: words.number("mills of delivery")?,
        }))),
        "position-limit" => {
            let (product, lots) = (names.product(words)?, words.lots()?);
            Ok(Command::ChangeTerms(TermsChange::PositionLimit { product, lots }))
        }
        "signed" => signed(words, names, view),
        "appoint-probe" | "dismiss-probe" => {
            let account = account(words, names)?;
            Ok(Command::AppointProbe { account, is_appointed: verb == "appoint-probe" })
        }
        "waive" => {
            let hub = words.next("a hub")?.to_owned();
            Ok(Command::WaiveHours { hub, from: words.time()?, until: words.time()? })
        }
        other => Err(format!("nothing begins with `{other}`")),
    }
}

/// `signed 2 nonce 7 release ann and halt SYMBOL`: by so many admins, each with this nonce.
fn signed(words: &mut Words<'_>, names: &Names, view: &View) -> Result<Command, Problem> {
    let count: u8 = words.number("how many admins")?;
    words.expect("nonce")?;
    let nonce = words.number("a nonce")?;
    let mut commands = Vec::new();
    loop {
        let verb = words.next("a command")?;
        commands.push(command(verb, words, names, view)?);
        if !words.took("and") {
            break;
        }
    }
    let proof = |_| Proof { payload: Vec::new(), nonce, signature: Vec::new() };
    let signed = (1..=count).map(|admin| (PublicKey([admin; 32]), proof(admin))).collect();
    Ok(Command::Administer(Box::new(AdminAct { commands, reason: REASON.to_owned(), signed })))
}

fn phase_change(verb: &str) -> Option<PhaseChange> {
    PhaseChange::ALL.into_iter().find(|change| word(*change) == verb)
}

/// The verb of a step between phases.
pub(super) const fn word(change: PhaseChange) -> &'static str {
    match change {
        PhaseChange::Call => "call",
        PhaseChange::Freeze => "freeze",
        PhaseChange::Uncross => "uncross",
        PhaseChange::Halt => "halt",
        PhaseChange::Reopen => "reopen",
        PhaseChange::Close => "close",
        PhaseChange::Expire => "expire",
    }
}

/// The line of a change of terms, as a command.
pub(super) fn change(change: &TermsChange) -> String {
    match change {
        TermsChange::Fees(fees) => format!(
            "fees {} {} {}",
            fees.maker_mills_per_lot, fees.taker_mills_per_lot, fees.delivery_mills_per_gpu_hour
        ),
        TermsChange::PositionLimit { product, lots } => {
            format!("position-limit product-{} {lots}", product.0)
        }
    }
}

/// And as what it came to.
pub(super) fn changed(to: &TermsChange, from: Timestamp) -> String {
    format!("{} from {from}", change(to))
}

fn account(words: &mut Words<'_>, names: &Names) -> Result<AccountId, Problem> {
    let name = words.next("an account")?;
    names.account(name).ok_or_else(|| format!("nobody is called {name}"))
}

/// `credit ann 1000`, `credit member-7 none`.
fn credit(words: &mut Words<'_>, names: &Names) -> Result<Command, Problem> {
    let is_member = words.peek().is_some_and(|word| word.starts_with("member-"));
    let party = if is_member {
        Party::Member(member(words)?)
    } else {
        Party::Account(account(words, names)?)
    };
    let most = if words.took("none") { None } else { Some(words.dollars()?) };
    Ok(Command::LimitCredit { party, most })
}

/// `member-7`
fn member(words: &mut Words<'_>) -> Result<MemberId, Problem> {
    let word = words.next("a member")?;
    let number = word.strip_prefix("member-").and_then(|number| number.parse().ok());
    number.map(MemberId).ok_or_else(|| format!("`{word}` is not of the form member-7"))
}
