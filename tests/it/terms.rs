//! what opens a market and what does not, and what contracts are called.

use engine::Exchange;
use tests::market;
use types::terms::{ConcentrationTerms, InterestTerms, ScanTerms};
use types::{
    AccountId, Command, Event, MarketTerms, Mills, PublicKey, RejectReason, Sequenced, Tenor,
    Timestamp, Verdict,
};

/// What an exchange without a log says to each.
pub(crate) fn verdicts(commands: Vec<Command>) -> Vec<Option<RejectReason>> {
    let mut exchange = Exchange::new();
    let mut answers = Vec::new();
    for (value, seq) in commands.into_iter().zip(1..) {
        let mut events = Vec::new();
        exchange.apply(&Sequenced { seq, time: Timestamp(0), value }, &mut events);
        answers.push(match events.last() {
            Some(Event::Verdict(Verdict::Refused(refusal))) => Some(refusal.reason),
            Some(Event::Verdict(_)) => None,
            other => panic!("the verdict comes last, not {other:?}"),
        });
        exchange.audit();
    }
    answers
}

fn open(terms: MarketTerms) -> Command {
    Command::OpenMarket(Box::new(terms))
}

fn terms() -> MarketTerms {
    market::terms(vec![market::product("H100", "US")])
}

#[test]
fn nothing_is_accepted_before_the_market_is_open() {
    let account = AccountId(1);
    let open_account =
        Command::OpenAccount { account, name: "ann".to_owned(), key: PublicKey([0; 32]) };
    let deposit = Command::Deposit { account, amount: Mills(1) };
    let not_open = Some(RejectReason::MarketNotOpen);
    let all = vec![
        Command::ClockAdvanced,
        open_account.clone(),
        deposit.clone(),
        open(terms()),
        open_account,
        deposit,
        Command::ClockAdvanced,
    ];
    assert_eq!(verdicts(all), [not_open, not_open, not_open, None, None, None, None]);
}

#[test]
fn nothing_changes_the_terms_of_an_open_market() {
    let answers = verdicts(vec![open(terms()), open(terms())]);
    assert_eq!(answers, [None, Some(RejectReason::MarketNotOpen)]);
}

const fn concentration(permille: u32, days: u8, least_volume_lots: u64) -> ConcentrationTerms {
    ConcentrationTerms { permille, days, least_volume_lots }
}

const fn scan(floor_permille: u32, most_ticks: i64) -> ScanTerms {
    ScanTerms { floor_permille, most_ticks }
}

/// A word of what is said about it, and how terms come to it.
type Fault = (&'static str, fn(&mut MarketTerms));

#[test]
fn terms_that_contradict_themselves_open_no_market() {
    let faults: [Fault; 25] = [
        ("settlement_hour", |t| t.settlement_hour = 24),
        ("settlement_window_minutes", |t| t.settlement_window_minutes = 0),
        ("scenarios", |t| t.scenario.truncate(15)),
        ("sixtieths", |t| t.scenario[0].before_60ths = 601),
        ("fee", |t| t.fees.taker_mills_per_lot = 1_000_001),
        ("products", |t| t.product.clear()),
        ("stands once", |t| t.product.push(market::product("H100", "US"))),
        ("escrow_days", |t| t.delivery.escrow_days = 0),
        ("receipt_hours", |t| t.delivery.receipt_hours = 169),
        ("invoice", |t| t.delivery.invoice_days = 0),
        ("months_listed", |t| t.product[0].months_listed = 0),
        ("reference_ticks", |t| t.product[0].reference_ticks = 20_001),
        ("band_permille", |t| t.product[0].band_permille = Some(0)),
        ("block_lots", |t| t.product[0].block_lots = 0),
        ("2^50 ticks", |t| t.product[0].highest_ticks = i64::MAX),
        ("2^50 ticks", |t| t.product[0].protection_ticks = i64::MAX),
        ("A-Z", |t| t.product[0].name = "h100".to_owned()),
        ("2^50", |t| t.product[0].position_limit_lots = 1 << 40),
        ("concentration is 1", |t| t.product[0].risk.concentration = Some(concentration(0, 20, 1))),
        ("days", |t| t.product[0].risk.concentration = Some(concentration(500, 61, 1))),
        ("least_volume_lots", |t| {
            t.product[0].risk.concentration = Some(concentration(500, 20, 0));
        }),
        ("concentration of the largest", |t| {
            t.product[0].position_limit_lots = 1 << 17;
            t.product[0].risk.concentration = Some(concentration(500, 20, 1));
        }),
        ("to_lots", |t| {
            t.product[0].risk.interest = Some(InterestTerms { from_lots: 5, to_lots: 5 });
        }),
        ("floor_permille", |t| t.product[0].risk.scan = Some(scan(1001, 2000))),
        ("most_ticks", |t| t.product[0].risk.scan = Some(scan(100, 299))),
    ];
    for (word, spoil) in faults {
        let mut spoiled = terms();
        spoil(&mut spoiled);
        let fault = spoiled.fault().unwrap_or_else(|| panic!("{word}: no fault was found"));
        assert!(fault.contains(word), "`{fault}` does not say {word}");
        let answers = verdicts(vec![open(spoiled), open(terms())]);
        assert_eq!(answers, [Some(RejectReason::BadTerms), None], "{word}");
    }
}

#[test]
fn contracts_are_called_by_generation_hub_and_period() {
    for (tenor, hours) in [("2027M02", 672), ("2027M03", 744), ("2027Q2", 2184), ("2028Y", 8784)] {
        let parsed = Tenor::parse(tenor).expect("a period");
        assert_eq!((parsed.to_string().as_str(), parsed.hours()), (tenor, hours));
    }
    for wrong in ["", "2027", "2027M13", "2027M00", "2027Q5", "2027Y1", "27M03", "2027m03"] {
        assert_eq!(Tenor::parse(wrong), None, "{wrong}");
    }
}
