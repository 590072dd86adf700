//! Whether what was signed about capacity is what the command does.

use protocol::client::{
    Attest, Elect, OfferBlocks, Prefer, Register, Replace, Retire, TestResults,
};
use sequencer::Names;
use types::{Command, NodeId, ObligationId, ProductId};

use super::said;
use crate::ingress;
use crate::ingress::capacity as read;

/// Whether the payload says what the command does; no other command is about capacity.
pub(super) fn agree(payload: &[u8], command: &Command, names: Names<'_>) -> bool {
    let is_of =
        |id: ObligationId, name: &str| ingress::obligation(name).is_ok_and(|said| said == id);
    match command {
        Command::RegisterNodes { nodes, .. } => said(payload, |register: Register| {
            register.nodes.len() == nodes.len()
                && register.nodes.iter().zip(nodes).all(|(form, entry)| {
                    let product = |symbol: &str| is_product(entry.product, symbol, names);
                    read::entry(form, product).is_ok_and(|said| said == *entry)
                })
        }),
        Command::RetireNodes { nodes, .. } => {
            said(payload, |retire: Retire| ingress::nodes(&retire.nodes) == *nodes)
        }
        Command::AttestNodes { provider, nodes, until, .. } => said(payload, |attest: Attest| {
            read::attested(&attest).is_ok_and(|said| said == (*provider, nodes.clone(), *until))
        }),
        Command::PreferDelivery { instrument, preference, .. } => {
            said(payload, |prefer: Prefer| {
                (names.contract)(*instrument).as_ref() == Some(&prefer.symbol)
                    && read::preference(&prefer).is_ok_and(|said| said == **preference)
            })
        }
        Command::TenderBlocks { instrument, tenders, .. } => said(payload, |offer: OfferBlocks| {
            (names.contract)(*instrument).as_ref() == Some(&offer.symbol)
                && read::tenders(&offer).is_ok_and(|said| said == *tenders)
        }),
        Command::ElectAlternative { obligation, .. } => {
            said(payload, |elect: Elect| is_of(*obligation, &elect.obligation_id))
        }
        Command::TestNodes { obligation, results, .. } => said(payload, |tested: TestResults| {
            is_of(*obligation, &tested.obligation_id) && read::results(&tested) == *results
        }),
        Command::ReplaceNode { obligation, failed, spare, .. } => {
            said(payload, |replace: Replace| {
                is_of(*obligation, &replace.obligation_id)
                    && [NodeId(replace.failed), NodeId(replace.spare)] == [*failed, *spare]
            })
        }
        _ => false,
    }
}

fn is_product(product: ProductId, symbol: &str, names: Names<'_>) -> Option<ProductId> {
    ((names.product)(product).as_deref() == Some(symbol)).then_some(product)
}
