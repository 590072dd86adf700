use super::{Fact, Fault, File, Leaf, Proof, Record};
use crate::{Checkpoint, Entry, Hash, SigningKey, Tree};

/// A small exchange: a key, five records, three lines of state.
struct Sample {
    key: SigningKey,
    entries: Vec<Entry>,
    log: Tree,
    state: Tree,
}

const STATE: [&str; 3] = ["balance A-1", "balance A-2", "order O9"];
const OUTCOME: [&str; 3] = ["fill X1b account=A-1", "fill X1s account=A-2", "verdict done"];

fn sample() -> Sample {
    let outcome: Tree = OUTCOME.iter().collect();
    let entry = |seq: u64| Entry {
        seq,
        time_ns: 1_772_323_200_000_000_000,
        author: 0,
        payload: Entry::hash(&seq.to_le_bytes()),
        outcome: (outcome.len(), outcome.root()),
    };
    let entries: Vec<Entry> = (1..=5).map(entry).collect();
    Sample {
        key: SigningKey::generate("market.example/log").expect("a name"),
        log: entries.iter().map(Entry::bytes).collect(),
        entries,
        state: STATE.iter().collect(),
    }
}

impl Sample {
    fn note(&self, size: u64) -> String {
        self.key.sign(&Checkpoint {
            size,
            root: self.log.root_at(size),
            time_ns: 5,
            chain: Hash([3; 32]),
            state: (self.state.len(), self.state.root()),
        })
    }

    fn state(&self) -> File {
        let leaf = Leaf::new(STATE[1], 1, 3, &self.state.inclusion(1, 3));
        File::new(&self.note(5), Proof::State { leaf })
    }

    fn outcome(&self) -> File {
        let tree: Tree = OUTCOME.iter().collect();
        let leaf = Leaf::new(OUTCOME[0], 0, 3, &tree.inclusion(0, 3));
        let payload = 4_u64.to_le_bytes();
        let record = Record::new(&self.entries[3], Some(&payload), &self.log.inclusion(3, 5));
        File::new(&self.note(5), Proof::Outcome { leaf, record })
    }

    fn consistency(&self) -> File {
        let proof = Proof::consistency(&self.note(3), &self.log.consistency(3, 5));
        File::new(&self.note(5), proof)
    }
}

#[test]
fn each_kind_proves_what_it_says() {
    let sample = sample();
    let check = |file: File| File::check(&file.text(), sample.key.public()).map(|p| p.fact);
    assert_eq!(check(sample.state()), Ok(Fact::State(STATE[1].to_owned())));
    let fill = Fact::Outcome(OUTCOME[0].to_owned(), sample.entries[3]);
    assert_eq!(check(sample.outcome()), Ok(fill));
    let Ok(Fact::Consistency(older)) = check(sample.consistency()) else { panic!("it is one") };
    assert_eq!((older.size, older.root), (3, sample.log.root_at(3)));
}

#[test]
fn a_file_proves_nothing_with_any_byte_changed_left_out_or_doubled() {
    let sample = sample();
    for file in [sample.state(), sample.outcome(), sample.consistency()] {
        let text = file.text();
        let refused = |bytes: Vec<u8>, what: &str| {
            let Ok(changed) = String::from_utf8(bytes) else { return };
            let checked = File::check(&changed, sample.key.public());
            assert!(checked.is_err() || changed == text, "{what}: {changed}");
        };
        for at in 0..text.len() {
            for other in [b'0', b'1', b'a', b'A', b' ', b'\n', b'"', text.as_bytes()[at] ^ 1] {
                let mut bytes = text.clone().into_bytes();
                bytes[at] = other;
                refused(bytes, &format!("byte {at} is {other}"));
            }
            let mut bytes = text.clone().into_bytes();
            bytes.remove(at);
            refused(bytes, &format!("without byte {at}"));
            let mut bytes = text.clone().into_bytes();
            bytes.insert(at, bytes[at]);
            refused(bytes, &format!("byte {at} twice"));
        }
    }
}

#[test]
fn a_line_is_not_proved_by_the_path_of_another() {
    let sample = sample();
    let leaf = Leaf::new("balance A-3", 1, 3, &sample.state.inclusion(1, 3));
    let file = File::new(&sample.note(5), Proof::State { leaf });
    let refused = Err(Fault::Path("the line of the state"));
    assert_eq!(File::check(&file.text(), sample.key.public()), refused);
}

#[test]
fn a_command_is_shown_as_it_was_or_not_at_all() {
    let sample = sample();
    let tree: Tree = OUTCOME.iter().collect();
    let leaf = Leaf::new(OUTCOME[0], 0, 3, &tree.inclusion(0, 3));
    let path = sample.log.inclusion(3, 5);
    let with = |payload: Option<&[u8]>| {
        let record = Record::new(&sample.entries[3], payload, &path);
        let proof = Proof::Outcome { leaf: leaf.clone(), record };
        File::check(&File::new(&sample.note(5), proof).text(), sample.key.public())
    };
    assert!(with(None).is_ok());
    assert_eq!(with(Some(b"another")), Err(Fault::Payload));
}

#[test]
fn another_key_proves_nothing() {
    let (sample, other) = (sample(), sample());
    assert!(matches!(File::check(&sample.state().text(), other.key.public()), Err(Fault::Note(_))));
}
