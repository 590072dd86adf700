//! What is refused changes nothing. Every refusal of every scenario leaves the exchange as a command leaves
//! it that does nothing, down to the last nonce, and the facts that its state root is made of as they were.
//! Orders are left out: the exchange remembers them, so that they are answered twice in the same way.

use engine::Exchange;
use sequencer::{Digest, proof};
use tests::scenario;
use types::{AccountId, Attestation, Command, Event, PublicKey, Sequenced, Verdict};

use crate::scenarios::files;

/// An exchange, and its twin to whom nobody says what is refused.
#[derive(Default)]
struct Twins {
    exchange: Exchange,
    twin: Exchange,
}

impl Twins {
    /// Applies a command to both; false when it was refused, and the twin heard nothing of it.
    fn apply(&mut self, command: &Sequenced<Command>) -> bool {
        let mut events = Vec::new();
        self.exchange.apply(command, &mut events);
        let is_refused = matches!(events.last(), Some(Event::Verdict(Verdict::Refused(_))));
        if !is_refused || is_order(&command.value) {
            self.twin.apply(command, &mut Vec::new());
            return true;
        }
        assert_eq!(events.len(), 1, "a refusal is all that is heard of {command:?}");
        let nothing = Sequenced { value: nothing(), ..*command };
        self.twin.apply(&nothing, &mut Vec::new());
        false
    }
}

fn is_order(command: &Command) -> bool {
    matches!(
        command,
        Command::PlaceOrder(_)
            | Command::AmendOrder(_)
            | Command::CancelOrder { .. }
            | Command::CancelOrders(_)
            | Command::QuoteMany(_)
            | Command::TradeBlock(_)
    )
}

/// A record for whoever checks the log.
fn nothing() -> Command {
    Command::Attest(Box::new(Attestation::Login {
        account: AccountId(1),
        key_id: String::new(),
        key: PublicKey([0; 32]),
        message: Vec::new(),
        signature: Vec::new(),
        sign_every: 0,
    }))
}

#[test]
fn what_is_refused_leaves_the_exchange_as_it_was() {
    let mut refusals = 0;
    for file in files() {
        let text = std::fs::read_to_string(&file).expect("a scenario can be read");
        let log = scenario::log(&text).unwrap_or_else(|failure| panic!("{failure}"));
        let mut twins = Twins::default();
        for command in &log {
            if !twins.apply(command) {
                let (one, other) = (&twins.exchange, &twins.twin);
                let at = format!("{}: {:?}", file.display(), command.value);
                assert_eq!(proof::state(one), proof::state(other), "{at}");
                assert_eq!(Digest::of(one), Digest::of(other), "{at}");
                refusals += 1;
            }
        }
    }
    assert!(200 < refusals, "only {refusals} commands were refused");
}
