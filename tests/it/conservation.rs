//! whatever the nodes of a month do, every GPU-hour ends as delivered or short,
//! the buyer pays for exactly what was delivered, and no money is made or lost.

use proptest::prelude::*;
use tests::conservation::Conservation;
use tests::scenario;
use tests::view::View;
use types::{
    AccountId, Command, DeliveryRole, GpuHours, InstrumentId, Mills, NodeId, NodeReading, Proof,
    Sequenced, Timestamp,
};

const HOURS: u64 = 672;
const NODES: u32 = 8;
const DUE: u64 = HOURS * 64;
const CASH: i64 = 1_000_000_000;

/// A node that delivers only so much for some hours; without `reported`, nothing is said of it.
#[derive(Clone, Debug)]
struct Outage {
    node: u32,
    first: u64,
    hours: u64,
    gpu_hours: u8,
    reported: bool,
}

fn outage() -> impl Strategy<Value = Outage> {
    (1..=NODES, 0..HOURS, 1..120_u64, 0..=8_u8, any::<bool>()).prop_map(
        |(node, first, hours, gpu_hours, reported)| Outage {
            node,
            first,
            hours,
            gpu_hours,
            reported,
        },
    )
}

fn readings(outages: &[Outage], hour: u64) -> Vec<NodeReading> {
    let mut readings = Vec::new();
    for node in 1..=NODES {
        let is_down = |o: &&Outage| o.node == node && (o.first..o.first + o.hours).contains(&hour);
        match outages.iter().find(is_down) {
            Some(outage) if !outage.reported => {}
            Some(outage) => {
                readings.push(NodeReading { node: NodeId(node), gpu_hours: outage.gpu_hours });
            }
            None => readings.push(NodeReading { node: NodeId(node), gpu_hours: 8 }),
        }
    }
    readings
}

/// A month of a market in which `lab` has bought 8 lots of `provider`.
fn deliver(price: i64, index: i64, outages: &[Outage]) -> Conservation {
    let text = format!(
        "terms reference {price}\n\
         list H100-US-2027M02\n\
         fund lab 1000000 provider 1000000\n\
         index H100-US {index}  index of product 0 is {index}\n\
         lab buy 8 @ {price}  accepted 1\n\
         provider sell 8 @ {price}  trade 8 @ {price} with 1\n\
         provider pledge 1-8  pledged 8\n"
    );
    let mut log = scenario::log(&text).expect("a scenario");
    let start = types::Date::from_civil(2027, 2, 1).start();
    let mut push = |time: Timestamp, value: Command| {
        let seq = u64::try_from(log.len()).expect("a length") + 1;
        log.push(Sequenced { seq, time, value });
    };
    push(start, Command::ClockAdvanced);
    for (hour, n) in (0..HOURS).zip(0_i64..) {
        let time = start.plus(n * Timestamp::HOUR);
        let end = time.plus(Timestamp::HOUR);
        push(end, Command::ClockAdvanced);
        let readings = readings(outages, hour);
        if !readings.is_empty() {
            push(end, receipt(time, readings, hour));
        }
    }
    push(start.plus(30 * Timestamp::DAY), Command::ClockAdvanced);
    replay(&log)
}

fn receipt(hour: Timestamp, readings: Vec<NodeReading>, n: u64) -> Command {
    let proof = Proof { payload: Vec::new(), nonce: 1000 + n, signature: vec![0; 64] };
    let (account, instrument) = (AccountId(1002), InstrumentId(0));
    Command::MeterHour { account, instrument, hour, readings, proof }
}

fn replay(log: &[Sequenced<Command>]) -> Conservation {
    let mut exchange = engine::Exchange::new();
    let mut conserved = Conservation::default();
    for command in log {
        let mut events = Vec::new();
        exchange.apply(command, &mut events);
        conserved.check(&events);
    }
    exchange.audit();
    conserved
}

fn cash(view: &View, account: u32) -> i64 {
    view.accounts[&AccountId(account)].cash.0
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_buyer_pays_what_was_delivered(
        price in 2000..2800_i64,
        index in 1500..3500_i64,
        outages in prop::collection::vec(outage(), 0..12),
    ) {
        let conserved = deliver(price, index, &outages);
        let view = conserved.view();
        let expected: u64 = (0..HOURS)
            .flat_map(|hour| readings(&outages, hour))
            .map(|reading| u64::from(reading.gpu_hours))
            .sum();
        let report = view.obligations.values().next().expect("one obligation").report();
        prop_assert_eq!(report.delivered, GpuHours(expected));
        prop_assert_eq!(report.short, GpuHours(DUE - expected));
        prop_assert_eq!(conserved.hours_open(), GpuHours(0));

        let paid = i64::try_from(expected).expect("small") * price;
        let beyond = (DUE - expected).saturating_sub(DUE * 20 / 1000);
        let damages = i64::try_from(beyond).expect("small") * (index - price).max(0);
        prop_assert_eq!((report.paid, report.damages), (Mills(paid), Mills(damages)));
        prop_assert_eq!(cash(view, 1001), CASH - paid + damages);
        prop_assert_eq!(cash(view, 1002), CASH + paid - damages);

        prop_assert_eq!(view.invoices.len(), 2);
        for (_, invoice) in &view.invoices {
            prop_assert_eq!(invoice.amount, Mills(paid));
            prop_assert_eq!(invoice.damages, Mills(damages));
            prop_assert_eq!(invoice.due, invoice.delivered + invoice.short);
            prop_assert!(invoice.tolerated <= invoice.short);
        }
        let roles: Vec<DeliveryRole> = view.invoices.iter().map(|(_, i)| i.role).collect();
        prop_assert!(roles.contains(&DeliveryRole::Deliver) && roles.contains(&DeliveryRole::Receive));
    }
}
