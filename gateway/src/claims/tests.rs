use types::{
    AccountId, BlockLeg, BlockTrade, Command, Date, GpuId, Grade, HourClaim, InstrumentId, Lots,
    Micros, Mills, NodeEntry, NodeId, NodeReading, NodeTest, ObligationId, Observation,
    ObservationKind, ProductId, Proof, Side, StandbyBid, StandbyOffer, Text, Ticks, Timestamp,
};

use sequencer::Names;

use super::agree;

const SYMBOL: &str = "H100-US-2027M03";

const NAMES: Names<'static> = Names { contract: &contract, product: &product };

fn contract(instrument: InstrumentId) -> Option<String> {
    (instrument == InstrumentId(3)).then(|| SYMBOL.to_owned())
}

fn product(product: ProductId) -> Option<String> {
    (product == ProductId(1)).then(|| "H100-US".to_owned())
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
    assert!(agree(signed, &pledge(3, &[1, 2]), NAMES));
    for other in [pledge(4, &[1, 2]), pledge(3, &[1]), pledge(3, &[2, 1]), pledge(3, &[1, 2, 3])] {
        assert!(!agree(signed, &other, NAMES), "{other:?}");
    }
    assert!(!agree(b"", &pledge(3, &[1, 2]), NAMES));
}

#[test]
fn a_receipt_is_of_the_hour_and_the_readings_that_were_signed() {
    let signed = br#"{"symbol": "H100-US-2027M03", "hour_ns": "3600", "readings": [[1, 8]]}"#;
    assert!(agree(signed, &meter(3600, 8), NAMES));
    for other in [meter(3601, 8), meter(3600, 7)] {
        assert!(!agree(signed, &other, NAMES), "{other:?}");
    }
}

#[test]
fn a_block_is_of_the_legs_and_between_the_parties_that_were_signed() {
    let signed = br#"{"block_id": "x", "parties": ["A-1", "A-2"],
        "legs": [{"symbol": "H100-US-2027M03", "side": "buy", "price": "2.400", "qty": "50"}]}"#;
    assert!(agree(signed, &block([1, 2], Side::Buy, 2400, 50), NAMES));
    for other in [
        block([2, 1], Side::Buy, 2400, 50),
        block([1, 2], Side::Sell, 2400, 50),
        block([1, 2], Side::Buy, 2401, 50),
        block([1, 2], Side::Buy, 2400, 51),
    ] {
        assert!(!agree(signed, &other, NAMES), "{other:?}");
    }
}

fn entry(product: u16, node: u32) -> NodeEntry {
    let name = Text::new("east").expect("it is in the grammar");
    NodeEntry {
        node: NodeId(node),
        product: ProductId(product),
        gpus: std::array::from_fn(|at| GpuId([u8::try_from(at).expect("eight"); 16])),
        site: name,
        zone: name,
        fabric: Text::new("rail-7").expect("it is in the grammar"),
        grade: Grade::Rdma3200,
        evidence: [0xee; 32],
    }
}

#[test]
fn a_registration_is_of_the_nodes_gpus_and_product_that_were_signed() {
    let gpus = entry(1, 3).gpus.map(|gpu| format!("\"{gpu}\"")).join(",");
    let signed = format!(
        r#"{{"nodes":[{{"node":3,"product":"H100-US","gpus":[{gpus}],"site":"east","zone":"east",
           "fabric":"rail-7","grade":"rdma_3200","evidence":"{}"}}]}}"#,
        "ee".repeat(32)
    );
    let register = |nodes: Vec<NodeEntry>| Command::RegisterNodes {
        account: AccountId(7),
        nodes,
        proof: proof(),
    };
    assert!(agree(signed.as_bytes(), &register(vec![entry(1, 3)]), NAMES));
    let mut slower = entry(1, 3);
    slower.grade = Grade::Rdma800;
    for other in [vec![entry(1, 4)], vec![entry(2, 3)], vec![slower], vec![]] {
        assert!(!agree(signed.as_bytes(), &register(other), NAMES));
    }
}

#[test]
fn what_comes_before_a_delivery_is_what_was_signed() {
    let (account, proof, obligation) = (AccountId(7), proof(), ObligationId(4));
    let elect =
        |obligation| Command::ElectAlternative { account, obligation, proof: proof.clone() };
    assert!(agree(br#"{"obligation_id":"OB-4"}"#, &elect(obligation), NAMES));
    assert!(!agree(br#"{"obligation_id":"OB-4"}"#, &elect(ObligationId(5)), NAMES));
    let test = |passed| Command::TestNodes {
        account,
        obligation,
        results: vec![NodeTest { node: NodeId(1), passed }],
        proof: proof.clone(),
    };
    let signed = br#"{"obligation_id":"OB-4","results":[[1,false]]}"#;
    assert!(agree(signed, &test(false), NAMES));
    assert!(!agree(signed, &test(true), NAMES), "a failure is not turned into a pass");
    let attest = |day| Command::AttestNodes {
        account,
        provider: AccountId(8),
        nodes: vec![NodeId(1)],
        until: Date::from_civil(2027, 3, day),
        proof: proof.clone(),
    };
    let signed = br#"{"provider":"A-8","nodes":[1],"until":"2027-03-30"}"#;
    assert!(agree(signed, &attest(30), NAMES) && !agree(signed, &attest(31), NAMES));
}

#[test]
fn what_was_seen_is_what_was_signed() {
    let seen = |product, day, price| Command::ObserveIndex {
        account: AccountId(7),
        product: ProductId(product),
        date: Date::from_civil(2027, 1, day),
        observations: vec![Observation {
            reference: 9,
            price: Micros(price),
            gpus: 8,
            kind: ObservationKind::Lease,
        }],
        proof: proof(),
    };
    let signed = br#"{"product": "H100-US", "date": "2027-01-04",
        "observations": [{"ref": 9, "price": "1.735001", "gpus": 8, "kind": "lease"}]}"#;
    assert!(agree(signed, &seen(1, 4, 1_735_001), NAMES));
    for other in [seen(2, 4, 1_735_001), seen(1, 5, 1_735_001), seen(1, 4, 1_735_000)] {
        assert!(!agree(signed, &other, NAMES), "{other:?}");
    }
}

#[test]
fn what_is_said_of_an_hour_is_what_was_signed() {
    let (account, proof) = (AccountId(7), proof());
    let sign = |id, hour| Command::CountersignHour {
        account,
        obligation: ObligationId(id),
        hour: Timestamp(hour),
        proof: proof.clone(),
    };
    let signed = br#"{"obligation_id":"OB-4","hour_ns":"3600"}"#;
    assert!(agree(signed, &sign(4, 3600), NAMES));
    for other in [sign(5, 3600), sign(4, 3601)] {
        assert!(!agree(signed, &other, NAMES), "{other:?}");
    }
    let claim = |id, hour, gpu_hours| HourClaim {
        account,
        obligation: ObligationId(id),
        hour: Timestamp(hour),
        readings: vec![NodeReading { node: NodeId(1), gpu_hours }],
        proof: proof.clone(),
    };
    let signed = br#"{"obligation_id":"OB-4","hour_ns":"3600","readings":[[1,6]]}"#;
    for says in [Command::DisputeHour, Command::ProbeHour] {
        assert!(agree(signed, &says(claim(4, 3600, 6)), NAMES));
        for other in [claim(5, 3600, 6), claim(4, 0, 6), claim(4, 3600, 7)] {
            assert!(!agree(signed, &says(other), NAMES));
        }
    }
}

#[test]
fn offers_and_bids_for_the_rest_of_a_month_are_what_was_signed() {
    let (account, proof) = (AccountId(7), proof());
    let offer = |instrument, node, price| {
        Command::OfferStandby(StandbyOffer {
            account,
            instrument: InstrumentId(instrument),
            nodes: vec![NodeId(node)],
            price: Ticks(price),
            proof: proof.clone(),
        })
    };
    let signed = br#"{"symbol":"H100-US-2027M03","nodes":[9],"price":"2.600"}"#;
    assert!(agree(signed, &offer(3, 9, 2600), NAMES));
    for other in [offer(4, 9, 2600), offer(3, 8, 2600), offer(3, 9, 2601)] {
        assert!(!agree(signed, &other, NAMES), "{other:?}");
    }
    let bid = |instrument, lots, price| {
        Command::BidStandby(StandbyBid {
            account,
            instrument: InstrumentId(instrument),
            lots: Lots(lots),
            price: Ticks(price),
            proof: proof.clone(),
        })
    };
    let signed = br#"{"symbol":"H100-US-2027M03","lots":"8","price":"2.100"}"#;
    assert!(agree(signed, &bid(3, 8, 2100), NAMES));
    for other in [bid(4, 8, 2100), bid(3, 9, 2100), bid(3, 8, 2099)] {
        assert!(!agree(signed, &other, NAMES), "{other:?}");
    }
}

#[test]
fn a_warrant_and_a_bond_are_what_was_signed() {
    let (account, proof) = (AccountId(7), proof());
    let transfer = |id, to, price| Command::TransferObligation {
        account,
        obligation: ObligationId(id),
        to: AccountId(to),
        price: Mills(price),
        proof: proof.clone(),
    };
    let signed = br#"{"obligation_id":"OB-4","to":"A-9","price":"-120.500"}"#;
    assert!(agree(signed, &transfer(4, 9, -120_500), NAMES));
    for other in [transfer(5, 9, -120_500), transfer(4, 8, -120_500), transfer(4, 9, 120_500)] {
        assert!(!agree(signed, &other, NAMES), "{other:?}");
    }
    let accept = |id| Command::AcceptObligation {
        account,
        obligation: ObligationId(id),
        proof: proof.clone(),
    };
    let signed = br#"{"obligation_id":"OB-4"}"#;
    assert!(agree(signed, &accept(4), NAMES) && !agree(signed, &accept(5), NAMES));
    let post = |mills| Command::PostBond { account, amount: Mills(mills), proof: proof.clone() };
    let release =
        |mills| Command::ReleaseBond { account, amount: Mills(mills), proof: proof.clone() };
    let signed = br#"{"amount":"5000.001"}"#;
    assert!(agree(signed, &post(5_000_001), NAMES) && !agree(signed, &post(5_000_000), NAMES));
    assert!(agree(signed, &release(5_000_001), NAMES));
    assert!(!agree(signed, &release(50_000_010), NAMES));
}
