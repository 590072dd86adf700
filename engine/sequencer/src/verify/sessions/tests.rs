use ed25519_dalek::{Signer as _, SigningKey};
use types::{
    AccountId, Attestation, Command, OrderId, OrderRef, PublicKey, Sequenced, SessionId, Timestamp,
};

use super::{Sessions, SessionsSeen};
use crate::Digest;
use crate::log::Logged;

const ACCOUNT: AccountId = AccountId(7);
const AUTHOR: u64 = 5521;
const LOGIN: &str = "gigahour-login-v1\ngw.example:9000\nk_desk\n00\n11\n22";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn public(seed: u8) -> PublicKey {
    PublicKey(key(seed).verifying_key().to_bytes())
}

fn attest(attestation: Attestation) -> Command {
    Command::Attest(Box::new(attestation))
}

fn login(seed: u8, message: &str, key_id: &str) -> Command {
    attest(Attestation::Login {
        account: ACCOUNT,
        key_id: key_id.to_owned(),
        key: public(seed),
        message: message.as_bytes().to_vec(),
        signature: key(1).sign(message.as_bytes()).to_bytes().to_vec(),
        sign_every: 2,
    })
}

fn cancel(account: AccountId, order: u64) -> Command {
    Command::CancelOrder { account, order: OrderRef::Exchange(OrderId(order)) }
}

fn line(command: &Command) -> Option<String> {
    let Command::CancelOrder { order: OrderRef::Exchange(id), .. } = command else { return None };
    Some(format!(r#"order.cancel {{"order_id":"O{}"}}"#, id.0))
}

/// The signature of this key under the cancels of these orders.
fn flow(seed: u8, orders: &[u64]) -> Command {
    let start = Digest::over([LOGIN.as_bytes()]);
    let hash = orders.iter().fold(start, |hash, order| {
        let line = line(&cancel(ACCOUNT, *order)).expect("it is order flow");
        Digest::over([&hash.0[..], line.as_bytes()])
    });
    let count = orders.len() as u64;
    let message = format!("gigahour-flow-v1\ngw.example:9000\nk_desk\ns-{AUTHOR}\n{count}\n{hash}");
    let signature = key(seed).sign(message.as_bytes()).to_bytes().to_vec();
    attest(Attestation::Flow { account: ACCOUNT, count, signature })
}

/// What these records come to, all of one session.
fn run(commands: &[Command]) -> Result<SessionsSeen, (u64, String)> {
    let mut sessions = Sessions::default();
    for (seq, command) in (1..).zip(commands) {
        let key_of = |account| (account == ACCOUNT).then(|| public(1));
        let line = line(command);
        let command = Sequenced { seq, time: Timestamp(0), value: command.clone() };
        let step = sessions.step(&Logged { author: AUTHOR, command }, line.as_deref(), key_of);
        step.map_err(|what| (seq, what))?;
    }
    Ok(sessions.seen())
}

#[test]
fn a_session_signs_what_it_has_sent_and_may_be_ahead_of_its_signature() {
    let seen = run(&[
        login(1, LOGIN, "k_desk"),
        cancel(ACCOUNT, 1),
        cancel(ACCOUNT, 2),
        cancel(ACCOUNT, 3),
        flow(1, &[1, 2]),
        cancel(ACCOUNT, 4),
        flow(1, &[1, 2, 3, 4]),
        cancel(ACCOUNT, 5),
    ]);
    let seen = seen.expect("all of it holds");
    assert_eq!((seen.own_key, seen.commands, seen.signed), (1, 5, 4));
    assert_eq!(seen.signing.into_iter().collect::<Vec<_>>(), [(AUTHOR, (5, 4))]);
    assert_eq!(seen.first_without_login, None);
}

#[test]
fn commands_before_a_login_are_named_and_a_login_is_never_used_twice() {
    let seen = run(&[cancel(ACCOUNT, 1), login(1, LOGIN, "k_desk")]).expect("nothing is forged");
    assert_eq!(seen.first_without_login, Some(1));
    let twice = run(&[login(1, LOGIN, "k_desk"), login(1, LOGIN, "k_desk")]);
    assert_eq!(twice.expect_err("it is the same nonce").0, 2);
}

#[test]
fn whatever_is_forged_is_named_by_its_record() {
    let good = || login(1, LOGIN, "k_desk");
    let two = || [good(), cancel(ACCOUNT, 1), cancel(ACCOUNT, 2)].to_vec();
    let then = |command| [two(), vec![command]].concat();
    let other = AccountId(8);
    for (what, commands) in [
        ("a login under another key", vec![login(2, LOGIN, "k_desk")]),
        ("a login of another key's name", vec![login(1, LOGIN, "k_other")]),
        ("a login for another purpose", vec![login(1, &LOGIN.replace("v1", "v2"), "k_desk")]),
        ("a login without nonces", vec![login(1, "gigahour-login-v1\ngw\nk_desk", "k_desk")]),
        ("a command for another account", then(cancel(other, 3))),
        ("flow under another key", then(flow(2, &[1, 2]))),
        ("flow of another order", then(flow(1, &[1, 3]))),
        ("flow in another order", then(flow(1, &[2, 1]))),
        ("more than there is", then(flow(1, &[1, 2, 3]))),
        ("nothing", then(flow(1, &[]))),
        ("the same again", [then(flow(1, &[1, 2])), vec![flow(1, &[1, 2])]].concat()),
        ("less than before", [then(flow(1, &[1, 2])), vec![flow(1, &[1])]].concat()),
        ("flow without a login", vec![flow(1, &[])]),
        (
            "a ticket of another account's session",
            then(attest(Attestation::Ticket {
                account: other,
                key_id: "k_desk".to_owned(),
                of: SessionId(AUTHOR),
            })),
        ),
    ] {
        let (seq, _) = run(&commands).expect_err(what);
        assert_eq!(seq, commands.len() as u64, "{what}");
    }
}
