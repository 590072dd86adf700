//! Whether a command of an act is what its admins have signed.

use protocol::client::{Act, AdminRequest};
use types::{AdminAct, Command, Mills, Party, PhaseChange, TermsChange};

use sequencer::Names;

use crate::{ingress, names as wire};

/// Whether the signed payload says what the act does.
pub(super) fn agree(payload: &[u8], done: &AdminAct, names: Names<'_>) -> bool {
    serde_json::from_slice(payload).is_ok_and(|said: AdminRequest| {
        said.reason == done.reason
            && done.commands.iter().all(|command| says(&said.act, command, names))
    })
}

fn says(act: &Act, command: &Command, names: Names<'_>) -> bool {
    match (act, command) {
        (Act::Halt { of }, Command::ChangePhase { instrument, change: PhaseChange::Halt })
        | (Act::Resume { of }, Command::ChangePhase { instrument, change: PhaseChange::Reopen }) => {
            (names.contract)(*instrument).is_some_and(|symbol| {
                symbol == *of || symbol.strip_prefix(of).is_some_and(|rest| rest.starts_with('-'))
            })
        }
        (Act::Band { symbol, permille }, Command::ChangeBand { instrument, permille: done }) => {
            (names.contract)(*instrument).as_ref() == Some(symbol) && permille == done
        }
        (Act::Kill { of }, Command::ThrowKillSwitch { account, is_thrown: true })
        | (Act::Unkill { of }, Command::ThrowKillSwitch { account, is_thrown: false }) => {
            wire::account(*account) == *of
        }
        (Act::Kill { of }, Command::ThrowMemberSwitch { member, is_thrown: true })
        | (Act::Unkill { of }, Command::ThrowMemberSwitch { member, is_thrown: false }) => {
            wire::member(*member) == *of
        }
        (Act::Cancel { of, session }, Command::CancelOrders(which)) => {
            wire::account(which.account) == *of
                && which.session.map(wire::session) == *session
                && which.instrument.is_none()
                && which.side.is_none()
                && which.tag.is_none()
        }
        (Act::Cancel { of, session: None }, Command::CancelMember(member)) => {
            wire::member(*member) == *of
        }
        (Act::Credit { of, most }, Command::LimitCredit { party, most: done }) => {
            let name = match party {
                Party::Account(account) => wire::account(*account),
                Party::Member(member) => wire::member(*member),
            };
            let said = most.as_deref().map(|text| ingress::money("most", text).ok());
            name == *of && said == done.map(Some)
        }
        (Act::Member { account, firm }, Command::JoinMember { account: id, member }) => {
            wire::account(*id) == *account && wire::member(*member) == *firm
        }
        (
            Act::Exempt { account, product, lots },
            Command::ExemptHedger { account: id, product: of, lots: done },
        ) => {
            wire::account(*id) == *account
                && (names.product)(*of).as_ref() == Some(product)
                && ingress::quantity(lots).ok() == Some(*done)
        }
        (Act::Attest { product, lots }, Command::AttestCapacity { product: of, lots: done }) => {
            (names.product)(*of).as_ref() == Some(product)
                && ingress::quantity(lots).ok() == Some(*done)
        }
        (
            Act::Maker { account, product, appointed },
            Command::AppointMaker { account: id, product: of, is_appointed },
        ) => {
            wire::account(*id) == *account
                && (names.product)(*of).as_ref() == Some(product)
                && appointed == is_appointed
        }
        (Act::Fees { maker, taker, delivery }, Command::ChangeTerms(TermsChange::Fees(fees))) => {
            let done = [
                fees.maker_mills_per_lot,
                fees.taker_mills_per_lot,
                fees.delivery_mills_per_gpu_hour,
            ];
            let said = [maker, taker, delivery].map(|text| ingress::money("fees", text).ok());
            said == done.map(|mills| Some(Mills(mills)))
        }
        (
            Act::PositionLimit { product, lots },
            Command::ChangeTerms(TermsChange::PositionLimit { product: of, lots: done }),
        ) => {
            (names.product)(*of).as_ref() == Some(product)
                && ingress::quantity(lots).is_ok_and(|lots| lots == *done)
        }
        (
            Act::Attestor { account, appointed },
            Command::AppointAttestor { account: id, is_appointed },
        )
        | (
            Act::Probe { account, appointed },
            Command::AppointProbe { account: id, is_appointed },
        ) => wire::account(*id) == *account && appointed == is_appointed,
        (
            Act::Reporter { account, product, appointed },
            Command::AppointReporter { account: id, product: of, is_appointed },
        ) => {
            wire::account(*id) == *account
                && (names.product)(*of).as_ref() == Some(product)
                && appointed == is_appointed
        }
        (Act::Waive { hub, from_ns, until_ns }, Command::WaiveHours { hub: done, from, until }) => {
            hub == done
                && ingress::time("from_ns", from_ns).is_ok_and(|said| said == *from)
                && ingress::time("until_ns", until_ns).is_ok_and(|said| said == *until)
        }
        (Act::Reinstate { account }, Command::Reinstate { account: id }) => {
            wire::account(*id) == *account
        }
        _ => false,
    }
}
