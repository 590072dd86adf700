use types::{
    AccountId, BlockLeg, BlockTrade, Command, InstrumentId, Lots, NodeId, NodeReading, Proof, Side,
    Ticks, Timestamp,
};

use super::agree;

const SYMBOL: &str = "H100-US-2027M03";

fn symbols(instrument: InstrumentId) -> Option<String> {
    (instrument == InstrumentId(3)).then(|| SYMBOL.to_owned())
}

fn proof() -> Proof {
    Proof { payload: Vec::new(), nonce: 1, signature: Vec::new() }
}

fn pledge(instrument: u32, nodes: &[u32]) -> Command {
    let nodes = nodes.iter().copied().map(NodeId).collect();
    let (account, instrument) = (AccountId(7), InstrumentId(instrument));
    Command::PledgeNodes { account, instrument, nodes, proof: proof() }
}

fn meter(hour: i64, gpu_hours: u8) -> Command {
    Command::MeterHour {
        account: AccountId(7),
        instrument: InstrumentId(3),
        hour: Timestamp(hour),
        readings: vec![NodeReading { node: NodeId(1), gpu_hours }],
        proof: proof(),
    }
}

fn block(parties: [u32; 2], side: Side, price: i64, lots: u64) -> Command {
    let instrument = InstrumentId(3);
    let legs = vec![BlockLeg { instrument, side, price: Ticks(price), lots: Lots(lots) }];
    let (parties, proofs) = (parties.map(AccountId), [proof(), proof()]);
    Command::TradeBlock(Box::new(BlockTrade { parties, legs, proofs }))
}

#[test]
fn a_pledge_is_of_the_nodes_and_the_contract_that_were_signed() {
    let signed = br#"{"symbol": "H100-US-2027M03", "nodes": [1, 2]}"#;
    assert!(agree(signed, &pledge(3, &[1, 2]), &symbols));
    for other in [pledge(4, &[1, 2]), pledge(3, &[1]), pledge(3, &[2, 1]), pledge(3, &[1, 2, 3])] {
        assert!(!agree(signed, &other, &symbols), "{other:?}");
    }
    assert!(!agree(b"", &pledge(3, &[1, 2]), &symbols));
}

#[test]
fn a_receipt_is_of_the_hour_and_the_readings_that_were_signed() {
    let signed = br#"{"symbol": "H100-US-2027M03", "hour_ns": "3600", "readings": [[1, 8]]}"#;
    assert!(agree(signed, &meter(3600, 8), &symbols));
    for other in [meter(3601, 8), meter(3600, 7)] {
        assert!(!agree(signed, &other, &symbols), "{other:?}");
    }
}

#[test]
fn a_block_is_of_the_legs_and_between_the_parties_that_were_signed() {
    let signed = br#"{"block_id": "x", "parties": ["A-1", "A-2"],
        "legs": [{"symbol": "H100-US-2027M03", "side": "buy", "price": "2.400", "qty": "50"}]}"#;
    assert!(agree(signed, &block([1, 2], Side::Buy, 2400, 50), &symbols));
    for other in [
        block([2, 1], Side::Buy, 2400, 50),
        block([1, 2], Side::Sell, 2400, 50),
        block([1, 2], Side::Buy, 2401, 50),
        block([1, 2], Side::Buy, 2400, 51),
    ] {
        assert!(!agree(signed, &other, &symbols), "{other:?}");
    }
}
