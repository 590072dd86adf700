//! The commands of the reference index, once each.

use types::{AccountId, Command, Date, Micros, Observation, ObservationKind, ProductId, Proof};

pub(super) fn one_of_each(account: AccountId, proof: &Proof) -> Vec<Command> {
    let product = ProductId(1);
    vec![
        Command::AppointReporter { account, product, is_appointed: true },
        Command::ObserveIndex {
            account,
            product,
            date: Date::from_civil(2027, 1, 4),
            observations: vec![Observation {
                reference: 9,
                price: Micros(1_735_000),
                gpus: 8,
                kind: ObservationKind::Lease,
            }],
            proof: proof.clone(),
        },
    ]
}
