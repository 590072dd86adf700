use super::*;

fn offer(proposer: u32, other: u32, name: &str) -> Offer {
    let parties = [AccountId(proposer), AccountId(other)];
    let name = ClientOrderId::new(name).expect("a name");
    let proof = Proof { payload: Vec::new(), nonce: 1, signature: Vec::new() };
    let block = Terms { name, parties, legs: Vec::new() };
    Offer { block, payload: b"{}".to_vec(), proof, made: Instant::now() }
}

fn code(refused: Result<impl Sized, WireError>) -> Option<Code> {
    refused.err().and_then(|error| error.known())
}

#[test]
fn an_offer_is_taken_once_and_only_with_the_bytes_that_were_signed() {
    let offers = Offers::default();
    let first = offer(1, 2, "a");
    offers.add(first.clone()).expect("there is room");
    assert_eq!(code(offers.take(&first.block, b"{ }")), Some(Code::BlockNotFound));
    assert!(offers.take(&first.block, b"{}").is_ok());
    assert_eq!(code(offers.take(&first.block, b"{}")), Some(Code::BlockNotFound));
}

#[test]
fn either_side_withdraws_and_nobody_else_sees_it() {
    let offers = Offers::default();
    let name = ClientOrderId::new("a").expect("a name");
    for account in [1, 2] {
        offers.add(offer(1, 2, "a")).expect("there is room");
        assert_eq!((offers.of(AccountId(2)).len(), offers.of(AccountId(3)).len()), (1, 0));
        let stranger = offers.withdraw(AccountId(3), AccountId(1), name);
        assert_eq!(code(stranger), Some(Code::BlockNotFound));
        offers.withdraw(AccountId(account), AccountId(1), name).expect("it is theirs");
        assert!(offers.of(AccountId(1)).is_empty());
    }
}

#[test]
fn one_member_has_a_few_offers_and_a_name_stands_for_the_last_one() {
    let offers = Offers::default();
    for n in 0..MOST_OF_ONE {
        offers.add(offer(1, 2, &format!("b{n}"))).expect("there is room");
    }
    assert_eq!(code(offers.add(offer(1, 2, "more"))), Some(Code::TooManyBlocks));
    offers.add(offer(1, 3, "b0")).expect("it replaces one");
    offers.add(offer(4, 2, "b0")).expect("it is another member's");
    assert_eq!(offers.of(AccountId(3)).len(), 1);
}
