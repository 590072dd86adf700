//! One command of each variant about deliveries on their way.

use types::{
    AccountId, Command, HourClaim, InstrumentId, Lots, Mills, NodeId, NodeReading, ObligationId,
    Proof, StandbyBid, StandbyOffer, Ticks, Timestamp,
};

pub(super) fn one_of_each(
    account: AccountId,
    instrument: InstrumentId,
    proof: &Proof,
) -> Vec<Command> {
    let (obligation, hour) = (ObligationId(12), Timestamp(1_772_323_200_000_000_000));
    let readings = vec![NodeReading { node: NodeId(3), gpu_hours: 5 }];
    let proof = || proof.clone();
    let claim = HourClaim { account, obligation, hour, readings, proof: proof() };
    vec![
        Command::CountersignHour { account, obligation, hour, proof: proof() },
        Command::DisputeHour(claim.clone()),
        Command::AppointProbe { account, is_appointed: true },
        Command::ProbeHour(claim),
        Command::WaiveHours {
            hub: "US".to_owned(),
            from: hour,
            until: hour.plus(6 * Timestamp::HOUR),
        },
        Command::OfferStandby(StandbyOffer {
            account,
            instrument,
            nodes: vec![NodeId(41)],
            price: Ticks(2_950),
            proof: proof(),
        }),
        Command::BidStandby(StandbyBid {
            account,
            instrument,
            lots: Lots(4),
            price: Ticks(2_100),
            proof: proof(),
        }),
        Command::PostBond { account, amount: Mills(8_000_000), proof: proof() },
        Command::ReleaseBond { account, amount: Mills(1_000), proof: proof() },
        Command::TransferObligation {
            account,
            obligation,
            to: AccountId(1002),
            price: Mills(-5_000),
            proof: proof(),
        },
        Command::AcceptObligation { account, obligation, proof: proof() },
    ]
}
