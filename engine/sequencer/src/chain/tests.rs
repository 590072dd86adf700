use super::Chain;
use crate::log::{CommandLog, MemoryLog};
use crate::samples::{one_of_each, stamped};
use crate::{Batch, Head};

#[test]
fn the_links_are_those_of_the_log_whatever_the_commands() {
    let mut log = MemoryLog::default();
    let mut chain = Chain::behind(Head::default());
    for (seq, command) in (1..).zip(one_of_each()) {
        let mut batch = Batch::default();
        batch.push_by(seq % 3, &stamped(seq, command));
        log.append(&batch).expect("memory");
        let record = log.records(seq).expect("memory").next().expect("it is there").expect("whole");
        chain.add(&record);
        assert_eq!(Some(chain.last()), batch.iter().next());
        assert_eq!(chain.head(), log.head());
    }
}
