use types::{AccountFact, AccountId, MemberId, Party, Timestamp};

use super::{FirmTooOld, Firms};
use crate::account_stream::{Accounts, KEPT, Record};

const FIRM: MemberId = MemberId(7);

/// Two accounts of a firm, to which things happen in turn.
fn happened(count: u64) -> (Firms, Accounts) {
    let (mut firms, mut accounts) = (Firms::default(), Accounts::default());
    for n in 0..count {
        let account = AccountId(u32::try_from(1 + n % 2).expect("1 or 2"));
        let (acct_seq, fact) = (1 + n / 2, AccountFact::Suspended);
        let record = Record { acct_seq, time: Timestamp(0), eseq: None, fact };
        accounts.stream(account).push(record);
        assert_eq!(firms.push(FIRM, account, acct_seq), n + 1);
    }
    (firms, accounts)
}

fn numbers(firms: &Firms, accounts: &Accounts, first: u64) -> Result<Vec<[u64; 3]>, FirmTooOld> {
    let copied = firms.since(FIRM, first, accounts)?;
    let numbers = copied.iter().map(|c| [c.firm_seq, c.account.0.into(), c.record.acct_seq]);
    Ok(numbers.collect())
}

#[test]
fn a_firm_resumes_at_the_event_asked_for() {
    let (firms, accounts) = happened(5);
    assert_eq!(numbers(&firms, &accounts, 3), Ok(vec![[3, 1, 2], [4, 2, 2], [5, 1, 3]]));
    assert_eq!(numbers(&firms, &accounts, 6), Ok(vec![]));
    assert_eq!(numbers(&firms, &accounts, 9), Ok(vec![]));
    assert_eq!(numbers(&firms, &accounts, 0).map(|all| all.len()), Ok(5));
}

#[test]
fn what_a_firm_no_longer_has_is_not_silently_left_out() {
    let kept = u64::try_from(KEPT).expect("small");
    let (firms, mut accounts) = happened(kept + 3);
    assert_eq!(numbers(&firms, &accounts, 3), Err(FirmTooOld { min_firm_seq: 4 }));
    assert_eq!(numbers(&firms, &accounts, 4).map(|all| all.len()), Ok(KEPT));
    // An account that goes on elsewhere does not keep what it did here.
    let stream = accounts.stream(AccountId(1));
    for acct_seq in stream.acct_seq() + 1..=stream.acct_seq() + kept {
        let fact = AccountFact::Suspended;
        stream.push(Record { acct_seq, time: Timestamp(0), eseq: None, fact });
    }
    let last = kept + 3;
    assert_eq!(numbers(&firms, &accounts, 4), Err(FirmTooOld { min_firm_seq: last + 1 }));
}

#[test]
fn a_limit_is_remembered_of_whom_it_was() {
    let mut firms = Firms::default();
    firms.note_limit(Party::Member(FIRM));
    assert!(firms.was_limited(Party::Member(FIRM)));
    assert!(!firms.was_limited(Party::Account(AccountId(7))));
}
