use types::{BlockLeg, Proof, Ticks};

use super::*;
use crate::offers::Terms;

const MARCH: InstrumentId = InstrumentId(2);

fn name(text: &str) -> ClientOrderId {
    ClientOrderId::new(text).expect("a name")
}

fn request(requester: u32, to: &[u32], life_ms: u32) -> QuoteRequest {
    QuoteRequest {
        requester: AccountId(requester),
        name: name("r"),
        legs: vec![WantedLeg { instrument: MARCH, side: Some(Side::Buy), lots: Lots(64) }],
        told: Vec::new(),
        to: to.iter().copied().map(AccountId).collect(),
        until: end_of(life_ms),
    }
}

fn answer(maker: u32, requester: u32, side: Side, lots: u64) -> Offer {
    let leg = BlockLeg { instrument: MARCH, side, price: Ticks(2400), lots: Lots(lots) };
    let parties = [AccountId(maker), AccountId(requester)];
    let proof = Proof { payload: Vec::new(), nonce: 1, signature: Vec::new() };
    let payload = maker.to_le_bytes().to_vec();
    let block = Terms { name: name("b"), parties, legs: vec![leg] };
    Offer { block, payload, proof, made: Instant::now() }
}

fn code<T>(refused: Result<T, WireError>) -> Option<Code> {
    refused.err().and_then(|error| error.known())
}

#[test]
fn an_answer_takes_the_other_side_of_what_was_asked_for() {
    let requests = QuoteRequests::default();
    requests.open(request(1, &[], 60_000)).expect("there is room");
    let same_side = requests.answer(name("r"), answer(2, 1, Side::Buy, 64));
    assert_eq!(code(same_side), Some(Code::BadRfq));
    let fewer = requests.answer(name("r"), answer(2, 1, Side::Sell, 63));
    assert_eq!(code(fewer), Some(Code::BadRfq));
    requests.answer(name("r"), answer(2, 1, Side::Sell, 64)).expect("it fits");
    assert_eq!(
        code(requests.answer(name("r"), answer(1, 1, Side::Sell, 64))),
        Some(Code::RfqNotFound)
    );
}

#[test]
fn only_those_who_are_asked_see_it_and_only_who_asks_sees_answers() {
    let requests = QuoteRequests::default();
    requests.open(request(1, &[2], 60_000)).expect("there is room");
    assert_eq!(
        code(requests.answer(name("r"), answer(3, 1, Side::Sell, 64))),
        Some(Code::RfqNotFound)
    );
    requests.answer(name("r"), answer(2, 1, Side::Sell, 64)).expect("it was asked");
    requests.answer(name("r"), answer(2, 1, Side::Sell, 64)).expect("it replaces the first");
    let counts = |account| {
        let seen = requests.of(AccountId(account));
        (seen.requests.len(), seen.quotes.len())
    };
    assert_eq!([counts(1), counts(2), counts(3)], [(1, 1), (1, 0), (0, 0)]);
}

#[test]
fn one_answer_is_accepted_and_the_request_is_over() {
    let requests = QuoteRequests::default();
    requests.open(request(1, &[], 60_000)).expect("there is room");
    for maker in [2, 3] {
        requests.answer(name("r"), answer(maker, 1, Side::Sell, 64)).expect("it fits");
    }
    let bytes = 3_u32.to_le_bytes();
    assert_eq!(code(requests.accept(AccountId(2), name("r"), &bytes)), Some(Code::RfqNotFound));
    assert_eq!(code(requests.accept(AccountId(1), name("r"), b"other")), Some(Code::RfqNotFound));
    let (_, taken) = requests.accept(AccountId(1), name("r"), &bytes).expect("it is there");
    assert_eq!(taken.block.parties[0], AccountId(3));
    assert_eq!(code(requests.accept(AccountId(1), name("r"), &bytes)), Some(Code::RfqNotFound));
}

#[test]
fn a_request_ends_by_itself_and_a_member_has_a_few() {
    let requests = QuoteRequests::default();
    requests.open(request(1, &[], 0)).expect("there is room");
    assert!(requests.of(AccountId(1)).requests.is_empty());
    for n in 0..MOST_OF_ONE {
        let one = QuoteRequest { name: name(&format!("r{n}")), ..request(1, &[], 60_000) };
        requests.open(one).expect("there is room");
    }
    assert_eq!(code(requests.open(request(1, &[], 60_000))), Some(Code::TooManyRfqs));
}
