//! Commands about capacity, one of each.

use types::{
    AccountId, Command, Date, GpuId, Grade, InstrumentId, Lots, NodeEntry, NodeId, NodeTest,
    ObligationId, Preference, ProductId, Proof, Tender, Text,
};

pub(super) fn one_of_each(
    account: AccountId,
    instrument: InstrumentId,
    proof: &Proof,
) -> Vec<Command> {
    let (nodes, obligation, proof) = (vec![NodeId(3)], ObligationId(4), proof.clone());
    let east = Text::new("us-east").expect("it is in the grammar");
    let fabric = Text::new("rail-7").expect("it is in the grammar");
    let entry = NodeEntry {
        node: NodeId(3),
        product: ProductId(1),
        gpus: std::array::from_fn(|at| GpuId([u8::try_from(at).expect("eight"); 16])),
        site: east,
        zone: east,
        fabric,
        grade: Grade::Rdma1600,
        evidence: [0xee; 32],
    };
    let preference = Preference {
        zone: Some(east),
        best_grade: true,
        single_fabric: true,
        seller: Some(AccountId(8)),
        image: Some("cuda:12".to_owned()),
    };
    let tender = Tender { fabric, lots: Lots(8), buyer: Some(AccountId(9)) };
    vec![
        Command::RegisterNodes { account, nodes: vec![entry], proof: proof.clone() },
        Command::RetireNodes { account, nodes: nodes.clone(), proof: proof.clone() },
        Command::AttestNodes {
            account,
            provider: AccountId(8),
            nodes,
            until: Date(20_000),
            proof: proof.clone(),
        },
        Command::AppointAttestor { account, is_appointed: true },
        Command::PreferDelivery {
            account,
            instrument,
            preference: Box::new(preference),
            proof: proof.clone(),
        },
        Command::TenderBlocks { account, instrument, tenders: vec![tender], proof: proof.clone() },
        Command::ElectAlternative { account, obligation, proof: proof.clone() },
        Command::TestNodes {
            account,
            obligation,
            results: vec![NodeTest { node: NodeId(3), passed: false }],
            proof: proof.clone(),
        },
        Command::ReplaceNode { account, obligation, failed: NodeId(3), spare: NodeId(5), proof },
    ]
}
