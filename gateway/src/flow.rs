//! How much of its order flow a session has signed, while it lives.
//!
//! A session's commands count in the order in which the exchange has decided them, which is that of
//! their replies. So the client knows it too.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

use protocol::flow::Running;

/// Most commands between two signatures; of an older one the hash is not known any more.
const MOST_UNSIGNED: usize = 8_192;

/// The flow of one session; nothing until it begins.
#[derive(Debug, Default)]
pub(crate) struct Flow(Mutex<Option<Begun>>);

#[derive(Debug)]
struct Begun {
    running: Running,
    /// The hash behind each command that is not signed, the last one last.
    unsigned: VecDeque<[u8; 32]>,
    every: u32,
}

impl Flow {
    /// A login says after how many commands they will be signed.
    pub(crate) fn begin(&self, login: &[u8], every: u32) {
        let running = Running::of_login(login);
        *self.begun() = Some(Begun { running, unsigned: VecDeque::new(), every });
    }

    /// Whether anybody waits for signatures.
    pub(crate) fn has_begun(&self) -> bool {
        self.begun().is_some()
    }

    /// The exchange has decided a command.
    pub(crate) fn add(&self, line: &str) {
        if let Some(flow) = self.begun().as_mut() {
            flow.running.add(line);
            flow.unsigned.push_back(flow.running.hash());
            if MOST_UNSIGNED < flow.unsigned.len() {
                flow.unsigned.pop_front();
            }
        }
    }

    /// The hash over the first `count` commands, if it is one that can be signed.
    pub(crate) fn hash_at(&self, count: u64) -> Option<[u8; 32]> {
        let flow = self.begun();
        let flow = flow.as_ref()?;
        let behind = usize::try_from(flow.running.count().checked_sub(count)?).ok()?;
        let place = flow.unsigned.len().checked_sub(behind + 1)?;
        flow.unsigned.get(place).copied()
    }

    /// The first `count` commands are signed.
    pub(crate) fn sign(&self, count: u64) {
        if let Some(flow) = self.begun().as_mut() {
            let left = flow.running.count().saturating_sub(count);
            let left = usize::try_from(left).unwrap_or(usize::MAX);
            let signed = flow.unsigned.len().saturating_sub(left);
            flow.unsigned.drain(..signed);
        }
    }

    /// Whether twice as many commands wait for a signature as the login has said.
    pub(crate) fn is_overdue(&self) -> bool {
        self.begun().as_ref().is_some_and(|flow| 2 * flow.every as usize <= flow.unsigned.len())
    }

    fn begun(&self) -> MutexGuard<'_, Option<Begun>> {
        self.0.lock().expect("nothing panics while it holds the flow")
    }
}

#[cfg(test)]
mod tests {
    use super::{Flow, MOST_UNSIGNED};
    use protocol::flow::Running;

    fn hash_of(lines: &[&str]) -> [u8; 32] {
        let mut running = Running::of_login(b"login");
        lines.iter().for_each(|line| running.add(line));
        running.hash()
    }

    #[test]
    fn what_is_signed_lies_between_the_last_signature_and_the_last_reply() {
        let flow = Flow::default();
        flow.add("before anybody has logged in");
        flow.begin(b"login", 2);
        assert_eq!(flow.hash_at(0), None);
        ["a", "b", "c"].iter().for_each(|line| flow.add(line));
        assert_eq!(flow.hash_at(2), Some(hash_of(&["a", "b"])));
        assert_eq!(flow.hash_at(3), Some(hash_of(&["a", "b", "c"])));
        assert_eq!(flow.hash_at(4), None);
        flow.sign(2);
        assert_eq!((flow.hash_at(2), flow.hash_at(3)), (None, Some(hash_of(&["a", "b", "c"]))));
    }

    #[test]
    fn a_signature_is_overdue_after_twice_as_many_commands() {
        let flow = Flow::default();
        flow.begin(b"login", 2);
        ["a", "b", "c"].iter().for_each(|line| flow.add(line));
        assert!(!flow.is_overdue());
        flow.add("d");
        assert!(flow.is_overdue());
        flow.sign(1);
        assert!(!flow.is_overdue());
    }

    #[test]
    fn one_that_never_signs_takes_no_more_than_so_much_memory() {
        let flow = Flow::default();
        flow.begin(b"login", 1);
        (0..=MOST_UNSIGNED).for_each(|_| flow.add("a"));
        assert_eq!(flow.hash_at(1), None);
        assert!(flow.hash_at(2).is_some());
    }
}
