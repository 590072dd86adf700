//! Acts of admins: from names to commands of the exchange, and from what they did to what is told of it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::client::{Act, ActData, ActList, ChangeData};
use protocol::errors::{Code, WireError};
use serde_json::{Value, json};
use types::terms::FeeTerms;
use types::{
    AccountId, AdminEntry, CancelReason, Command, InstrumentId, MassCancel, MemberId, Party, Phase,
    PhaseChange, ProductId, TermsChange,
};

use super::Publisher;
use super::account_data as data;
use crate::admin_log::Acted;
use crate::feed::Markets;
use crate::{ingress, names};

impl Publisher {
    /// The commands of an act: one, or one for each contract of a product.
    pub(super) fn translate(&self, act: &Act) -> Result<Vec<Command>, WireError> {
        let markets = &self.model.markets;
        Ok(match act {
            Act::Halt { of } => phases(markets, of, PhaseChange::Halt)?,
            Act::Resume { of } => phases(markets, of, PhaseChange::Reopen)?,
            Act::Kill { of } => vec![switch(of, true)?],
            Act::Unkill { of } => vec![switch(of, false)?],
            Act::Cancel { of, session } => vec![cancel(of, session.as_ref())?],
            one => vec![command(markets, one)?],
        })
    }

    /// The last acts, oldest first.
    pub(super) fn acts(&self, last: u32) -> Value {
        let last = usize::try_from(last.clamp(1, 1000)).unwrap_or(1000);
        let markets = &self.model.markets;
        json!(ActList { acts: self.model.admin.last(last).map(|a| told(markets, a)).collect() })
    }
}

fn command(markets: &Markets, act: &Act) -> Result<Command, WireError> {
    Ok(match act {
        Act::Band { symbol, permille } => {
            let instrument = contract(markets, symbol)?;
            Command::ChangeBand { instrument, permille: *permille }
        }
        Act::Credit { of, most } => {
            let most = most.as_deref().map(|text| ingress::money("act.most", text)).transpose()?;
            Command::LimitCredit { party: party(of)?, most }
        }
        Act::Member { account: id, firm } => {
            Command::JoinMember { account: account(id)?, member: member(firm)? }
        }
        Act::Exempt { account: id, product, lots } => Command::ExemptHedger {
            account: account(id)?,
            product: find_product(markets, product)?,
            lots: ingress::quantity(lots)?,
        },
        Act::Attest { product, lots } => Command::AttestCapacity {
            product: find_product(markets, product)?,
            lots: ingress::quantity(lots)?,
        },
        Act::Maker { account: id, product, appointed } => Command::AppointMaker {
            account: account(id)?,
            product: find_product(markets, product)?,
            is_appointed: *appointed,
        },
        Act::Fees { maker, taker, delivery } => {
            let mills = |path, text: &String| ingress::money(path, text).map(|mills| mills.0);
            Command::ChangeTerms(TermsChange::Fees(FeeTerms {
                maker_mills_per_lot: mills("act.maker", maker)?,
                taker_mills_per_lot: mills("act.taker", taker)?,
                delivery_mills_per_gpu_hour: mills("act.delivery", delivery)?,
            }))
        }
        Act::PositionLimit { product, lots } => Command::ChangeTerms(TermsChange::PositionLimit {
            product: find_product(markets, product)?,
            lots: ingress::quantity(lots)?,
        }),
        Act::Attestor { account: id, appointed } => {
            Command::AppointAttestor { account: account(id)?, is_appointed: *appointed }
        }
        Act::Probe { account: id, appointed } => {
            Command::AppointProbe { account: account(id)?, is_appointed: *appointed }
        }
        Act::Reporter { account: id, product, appointed } => Command::AppointReporter {
            account: account(id)?,
            product: find_product(markets, product)?,
            is_appointed: *appointed,
        },
        Act::Waive { hub, from_ns, until_ns } => Command::WaiveHours {
            hub: hub.clone(),
            from: ingress::time("act.from_ns", from_ns)?,
            until: ingress::time("act.until_ns", until_ns)?,
        },
        Act::Reinstate { account: id } => Command::Reinstate { account: account(id)? },
        Act::Halt { .. }
        | Act::Resume { .. }
        | Act::Kill { .. }
        | Act::Unkill { .. }
        | Act::Cancel { .. }
        | Act::Log { .. } => return Err(WireError::new(Code::Internal)),
    })
}

/// A step of one contract, or of all of a product that trade.
fn phases(markets: &Markets, of: &str, change: PhaseChange) -> Result<Vec<Command>, WireError> {
    let step = |instrument: InstrumentId| Command::ChangePhase { instrument, change };
    if let Some(instrument) = markets.find(of) {
        return Ok(vec![step(instrument)]);
    }
    let product = find_product(markets, of)?;
    let trading = markets
        .iter()
        .filter(|market| market.instrument.product == product && market.phase != Phase::Expired);
    Ok(trading.map(|market| step(market.instrument.id)).collect())
}

fn switch(of: &str, is_thrown: bool) -> Result<Command, WireError> {
    Ok(match party(of)? {
        Party::Account(account) => Command::ThrowKillSwitch { account, is_thrown },
        Party::Member(member) => Command::ThrowMemberSwitch { member, is_thrown },
    })
}

/// The end of all orders of an account, of one of its sessions, or of a firm.
fn cancel(of: &str, session: Option<&String>) -> Result<Command, WireError> {
    let parse = |text: &String| {
        let id = names::parse_session(text);
        id.ok_or_else(|| ingress::invalid("act.session", "a session such as s-5521"))
    };
    let session = session.map(parse).transpose()?;
    match party(of)? {
        Party::Member(firm) if session.is_none() => Ok(Command::CancelMember(firm)),
        Party::Member(_) => Err(ingress::invalid("act.of", "the account of the session")),
        Party::Account(account) => Ok(Command::CancelOrders(MassCancel {
            account,
            instrument: None,
            side: None,
            tag: None,
            session,
            reason: CancelReason::KillSwitch,
        })),
    }
}

fn contract(markets: &Markets, symbol: &str) -> Result<InstrumentId, WireError> {
    markets.find(symbol).ok_or_else(|| WireError::new(Code::UnknownInstrument))
}

fn find_product(markets: &Markets, name: &str) -> Result<ProductId, WireError> {
    markets.product_named(name).ok_or_else(|| WireError::new(Code::UnknownProduct))
}

fn account(text: &str) -> Result<AccountId, WireError> {
    names::parse_account(text).ok_or_else(|| ingress::invalid("act", "an account such as A-1001"))
}

fn member(text: &str) -> Result<MemberId, WireError> {
    names::parse_member(text).ok_or_else(|| ingress::invalid("act", "a firm such as M-7"))
}

fn party(text: &str) -> Result<Party, WireError> {
    if text.starts_with("M-") {
        return member(text).map(Party::Member);
    }
    account(text).map(Party::Account)
}

fn told(markets: &Markets, acted: &Acted) -> ActData {
    let report = &acted.report;
    ActData {
        seq: acted.seq,
        eng_ns: acted.time.0.to_string(),
        admins: report.admins.iter().map(|key| STANDARD.encode(key.0)).collect(),
        reason: report.reason.clone(),
        changes: report.entries.iter().map(|entry| change(markets, entry)).collect(),
    }
}

fn change(markets: &Markets, entry: &AdminEntry) -> ChangeData {
    let (what, of) = described(markets, &entry.command);
    ChangeData {
        what: what.to_owned(),
        of,
        before: entry.before,
        after: entry.after,
        canceled: entry.result.unwrap_or(0),
        refused: entry.result.err().map(|refusal| refusal.reason.name().to_owned()),
    }
}

fn described(markets: &Markets, command: &Command) -> (&'static str, String) {
    let product =
        |id: ProductId| markets.product(id).map(types::ProductTerms::symbol).unwrap_or_default();
    let switched = |is_thrown: bool| if is_thrown { "kill" } else { "unkill" };
    match command {
        Command::ChangePhase { instrument, change } => {
            let what = if *change == PhaseChange::Halt { "halt" } else { "resume" };
            (what, data::symbol(markets, *instrument))
        }
        Command::ChangeBand { instrument, .. } => ("band", data::symbol(markets, *instrument)),
        Command::ThrowKillSwitch { account, is_thrown } => {
            (switched(*is_thrown), names::account(*account))
        }
        Command::ThrowMemberSwitch { member, is_thrown } => {
            (switched(*is_thrown), names::member(*member))
        }
        Command::CancelOrders(which) => ("cancel", names::account(which.account)),
        Command::CancelMember(member) => ("cancel", names::member(*member)),
        Command::LimitCredit { party: Party::Account(id), .. } => ("credit", names::account(*id)),
        Command::LimitCredit { party: Party::Member(id), .. } => ("credit", names::member(*id)),
        Command::JoinMember { account, .. } => ("member", names::account(*account)),
        Command::ExemptHedger { account, product: id, .. } => {
            ("exempt", format!("{} {}", names::account(*account), product(*id)))
        }
        Command::AttestCapacity { product: id, .. } => ("attest", product(*id)),
        Command::AppointMaker { account, product: id, .. } => {
            ("maker", format!("{} {}", names::account(*account), product(*id)))
        }
        Command::Reinstate { account } => ("reinstate", names::account(*account)),
        Command::ChangeTerms(TermsChange::Fees(_)) => ("fees", String::new()),
        Command::ChangeTerms(TermsChange::PositionLimit { product: id, .. }) => {
            ("position_limit", product(*id))
        }
        Command::AppointAttestor { account, .. } => ("attestor", names::account(*account)),
        Command::AppointProbe { account, .. } => ("probe", names::account(*account)),
        Command::AppointReporter { account, product: id, .. } => {
            ("reporter", format!("{} {}", names::account(*account), product(*id)))
        }
        Command::WaiveHours { hub, from, until } => ("waive", format!("{hub} {from} {until}")),
        _ => ("other", String::new()),
    }
}
