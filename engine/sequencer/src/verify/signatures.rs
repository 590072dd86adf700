//! The signatures under commands that move value, checked again from the log: under the key that the
//! account has in the state.

use ed25519_dalek::{Signature, VerifyingKey};
use types::{AccountId, Command, Proof, PublicKey};

/// What a signed command begins with.
const PURPOSE: &[u8] = b"gigahour-command-v1";

/// Checks every signature of a command before it is applied, and that what was signed says what the
/// command does. Of an account that does not exist there
/// is nothing to check: the command is refused.
pub(super) fn check(
    key_of: impl Fn(AccountId) -> Option<PublicKey>,
    says: impl Fn(&[u8]) -> bool,
    command: &Command,
) -> Result<(), String> {
    if let Command::Administer(act) = command {
        return act.signed.iter().try_for_each(|(admin, proof)| {
            let is_meant = signed_for("admin", proof).is_some_and(&says);
            let is_good = is_meant && is_signed(&admin.0, proof);
            if is_good { Ok(()) } else { Err("the signature of an admin".to_owned()) }
        });
    }
    let proofs = proofs(command);
    proofs.into_iter().try_for_each(|(account, method, proof)| {
        let Some(key) = key_of(account) else { return Ok(()) };
        let is_meant = signed_for(method, proof).is_some_and(&says);
        if is_meant && is_signed(&key.0, proof) {
            return Ok(());
        }
        Err(format!("the signature of account {} under {method}", account.0))
    })
}

/// Who signed a command, under which method.
fn proofs(command: &Command) -> Vec<(AccountId, &'static str, &Proof)> {
    match command {
        Command::PledgeNodes { account, proof, .. } => vec![(*account, "delivery.pledge", proof)],
        Command::MeterHour { account, proof, .. } => vec![(*account, "delivery.meter", proof)],
        Command::ObserveIndex { account, proof, .. } => vec![(*account, "index.observe", proof)],
        Command::Withdraw { account, proof, .. } => vec![(*account, "account.withdraw", proof)],
        Command::RegisterNodes { account, proof, .. } => {
            vec![(*account, "capacity.register", proof)]
        }
        Command::RetireNodes { account, proof, .. } => vec![(*account, "capacity.retire", proof)],
        Command::AttestNodes { account, proof, .. } => vec![(*account, "capacity.attest", proof)],
        Command::PreferDelivery { account, proof, .. } => {
            vec![(*account, "delivery.prefer", proof)]
        }
        Command::TenderBlocks { account, proof, .. } => vec![(*account, "delivery.tender", proof)],
        Command::ElectAlternative { account, proof, .. } => {
            vec![(*account, "delivery.elect", proof)]
        }
        Command::TestNodes { account, proof, .. } => vec![(*account, "delivery.accept", proof)],
        Command::ReplaceNode { account, proof, .. } => vec![(*account, "delivery.replace", proof)],
        Command::CountersignHour { account, proof, .. } => {
            vec![(*account, "delivery.countersign", proof)]
        }
        Command::DisputeHour(claim) => vec![(claim.account, "delivery.dispute", &claim.proof)],
        Command::ProbeHour(claim) => vec![(claim.account, "delivery.probe", &claim.proof)],
        Command::OfferStandby(offer) => vec![(offer.account, "delivery.standby", &offer.proof)],
        Command::BidStandby(bid) => vec![(bid.account, "delivery.bid", &bid.proof)],
        Command::PostBond { account, proof, .. } => vec![(*account, "bond.post", proof)],
        Command::ReleaseBond { account, proof, .. } => vec![(*account, "bond.release", proof)],
        Command::TransferObligation { account, proof, .. } => {
            vec![(*account, "delivery.transfer", proof)]
        }
        Command::AcceptObligation { account, proof, .. } => {
            vec![(*account, "delivery.accept_transfer", proof)]
        }
        Command::TradeBlock(block) => {
            let sides = block.parties.iter().zip(&block.proofs);
            sides.map(|(account, proof)| (*account, "block", proof)).collect()
        }
        Command::OpenMarket(_)
        | Command::ClockAdvanced
        | Command::OpenAccount { .. }
        | Command::Deposit { .. }
        | Command::PlaceOrder(_)
        | Command::AmendOrder(_)
        | Command::CancelOrder { .. }
        | Command::CancelOrders(_)
        | Command::QuoteMany(_)
        | Command::ProtectQuotes { .. }
        | Command::ResetQuotes { .. }
        | Command::ThrowKillSwitch { .. }
        | Command::DefineCombination { .. }
        | Command::AppointMaker { .. }
        | Command::ChangePhase { .. }
        | Command::ChangeBand { .. }
        | Command::Restarted
        | Command::PublishIndex { .. }
        | Command::AppointReporter { .. }
        | Command::AttestCapacity { .. }
        | Command::ExemptHedger { .. }
        | Command::JoinMember { .. }
        | Command::LimitCredit { .. }
        | Command::ThrowMemberSwitch { .. }
        | Command::CancelMember(_)
        | Command::AppointProbe { .. }
        | Command::WaiveHours { .. }
        | Command::AppointAttestor { .. }
        | Command::Reinstate { .. }
        | Command::ChangeTerms(_)
        | Command::Administer(_)
        | Command::Attest(_) => Vec::new(),
    }
}

/// What was signed, if it was signed for this method and the nonce that was used.
fn signed_for<'a>(method: &str, proof: &'a Proof) -> Option<&'a [u8]> {
    let nonce = proof.nonce.to_string();
    let lines: Vec<&[u8]> = proof.payload.splitn(5, |byte| *byte == b'\n').collect();
    let [purpose, named, _, number, payload] = lines[..] else { return None };
    let is_meant = purpose == PURPOSE && named == method.as_bytes() && number == nonce.as_bytes();
    is_meant.then_some(payload)
}

fn is_signed(key: &[u8; 32], proof: &Proof) -> bool {
    let key = VerifyingKey::from_bytes(key);
    let signature = Signature::from_slice(&proof.signature);
    key.and_then(|key| key.verify_strict(&proof.payload, &signature?)).is_ok()
}

#[cfg(test)]
mod tests;
