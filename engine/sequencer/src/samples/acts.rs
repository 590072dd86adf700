//! What sessions and admins have signed, one of each.

use types::terms::FeeTerms;
use types::{AccountId, AdminAct, Attestation, Command, Proof, PublicKey, TermsChange};

pub(super) fn one_of_each(account: AccountId, proof: &Proof) -> Vec<Command> {
    vec![
        Command::Attest(Box::new(Attestation::Login {
            account,
            key_id: "k_desk".to_owned(),
            key: PublicKey([0xcd; 32]),
            message: b"gigahour-login-v1\ngw\nk_desk\n00\n11\n22".to_vec(),
            signature: vec![0xab; 64],
            sign_every: 1_000,
        })),
        Command::Administer(Box::new(AdminAct {
            commands: vec![Command::ThrowKillSwitch { account, is_thrown: true }],
            reason: "a fault".to_owned(),
            signed: vec![(PublicKey([4; 32]), proof.clone())],
        })),
        Command::Reinstate { account },
    ]
}

/// What came to the format after the others.
pub(super) fn later() -> Vec<Command> {
    let fees = FeeTerms {
        maker_mills_per_lot: -5,
        taker_mills_per_lot: 35,
        delivery_mills_per_gpu_hour: 2,
    };
    vec![Command::ChangeTerms(TermsChange::Fees(fees))]
}
