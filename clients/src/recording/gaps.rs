//! What a recording lacks: numbers of a channel that never came.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// As much of an event as its place in its channel needs.
#[derive(Clone, Debug, Deserialize)]
pub struct Head<'a> {
    /// Which channel.
    #[serde(borrow)]
    pub channel: Cow<'a, str>,
    /// What kind of event.
    #[serde(borrow)]
    pub kind: Cow<'a, str>,
    /// Numbers are not used twice within one epoch.
    #[serde(borrow)]
    pub epoch: Cow<'a, str>,
    /// Number on a public channel.
    #[serde(default)]
    pub seq: Option<u64>,
    /// Number of the event before.
    #[serde(default)]
    pub prev_seq: Option<u64>,
    /// Number on the account's stream.
    #[serde(default)]
    pub acct_seq: Option<u64>,
    /// Of a gap that the exchange tells: the first number left out.
    #[serde(default)]
    pub from_seq: Option<u64>,
    /// The last number left out.
    #[serde(default)]
    pub to_seq: Option<u64>,
}

#[derive(Deserialize)]
struct Notice<'a> {
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow)]
    params: Head<'a>,
}

impl<'a> Head<'a> {
    /// Of a message; nothing if it is no event.
    #[must_use]
    pub fn of(message: &'a str) -> Option<Self> {
        let notice: Notice<'a> = serde_json::from_str(message).ok()?;
        (notice.method == "event").then_some(notice.params)
    }
}

/// Why numbers are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// An event does not follow the last one.
    Skipped,
    /// The exchange says that it left them out.
    Told,
    /// A snapshot stands for them.
    Snapshot,
    /// The exchange began to count anew; how many are missing is not known.
    Epoch,
}

/// Numbers of a channel that never came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// Which channel.
    pub channel: String,
    /// In which epoch.
    pub epoch: String,
    /// The first that is missing.
    pub from_seq: u64,
    /// The last that is missing.
    pub to_seq: u64,
    /// Why.
    pub why: Why,
}

/// Where each channel stands.
#[derive(Clone, Debug, Default)]
pub struct Continuity(BTreeMap<String, (String, u64)>);

impl Continuity {
    /// Takes the next event; what is missing before it, if anything.
    ///
    /// Channels whose events do not name the one before keep the latest only, and miss nothing.
    pub fn hear(&mut self, head: &Head<'_>) -> Option<Gap> {
        let seq = head.seq?;
        let gap = |from_seq, to_seq, why| {
            let (channel, epoch) = (head.channel.to_string(), head.epoch.to_string());
            (from_seq <= to_seq).then_some(Gap { channel, epoch, from_seq, to_seq, why })
        };
        let Some((epoch, last)) = self.0.get_mut(head.channel.as_ref()) else {
            self.0.insert(head.channel.to_string(), (head.epoch.to_string(), seq));
            return None;
        };
        if *epoch != head.epoch {
            head.epoch.as_ref().clone_into(epoch);
            *last = seq;
            return gap(0, 0, Why::Epoch);
        }
        let before = std::mem::replace(last, seq.max(*last));
        match (head.kind.as_ref(), head.prev_seq) {
            ("gap", _) => {
                let (from, to) = (head.from_seq.unwrap_or(before + 1), head.to_seq.unwrap_or(seq));
                *last = to.max(*last);
                gap(from, to, Why::Told)
            }
            ("heartbeat", _) => gap(before + 1, seq, Why::Skipped),
            ("snapshot", _) if before < seq => gap(before + 1, seq - 1, Why::Snapshot),
            (_, Some(prev)) if before < seq => gap(before + 1, prev, Why::Skipped),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(events: &[&str]) -> Vec<(u64, u64, Why)> {
        let mut continuity = Continuity::default();
        let gaps = events.iter().filter_map(|params| {
            let message = format!(r#"{{"jsonrpc":"2.0","method":"event","params":{{{params}}}}}"#);
            continuity.hear(&Head::of(&message).expect("an event"))
        });
        gaps.map(|gap| (gap.from_seq, gap.to_seq, gap.why)).collect()
    }

    const SNAPSHOT: &str = r#""channel":"book.A","kind":"snapshot","epoch":"b-1","seq":4"#;
    const NEXT: &str = r#""channel":"book.A","kind":"delta","epoch":"b-1","seq":5,"prev_seq":4"#;
    const LATER: &str = r#""channel":"book.A","kind":"delta","epoch":"b-1","seq":9,"prev_seq":8"#;

    #[test]
    fn events_that_follow_one_another_lack_nothing() {
        let beat = r#""channel":"book.A","kind":"heartbeat","epoch":"b-1","seq":5"#;
        assert_eq!(heard(&[SNAPSHOT, NEXT, beat, NEXT, SNAPSHOT]), []);
    }

    #[test]
    fn what_does_not_follow_is_a_gap() {
        assert_eq!(heard(&[SNAPSHOT, NEXT, LATER]), [(6, 8, Why::Skipped)]);
        let beat = r#""channel":"book.A","kind":"heartbeat","epoch":"b-1","seq":7"#;
        assert_eq!(heard(&[SNAPSHOT, NEXT, beat]), [(6, 7, Why::Skipped)]);
    }

    #[test]
    fn a_snapshot_stands_for_what_came_while_nobody_listened() {
        let again =
            r#""channel":"book.A","kind":"snapshot","reason":"lagged","epoch":"b-1","seq":9"#;
        assert_eq!(heard(&[SNAPSHOT, again]), [(5, 8, Why::Snapshot)]);
    }

    #[test]
    fn the_exchange_tells_of_trades_it_left_out() {
        let trade = r#""channel":"trades.A","kind":"trades","epoch":"t-1","seq":5,"prev_seq":4"#;
        let gap =
            r#""channel":"trades.A","kind":"gap","epoch":"t-1","seq":9,"from_seq":6,"to_seq":9"#;
        let next = r#""channel":"trades.A","kind":"trades","epoch":"t-1","seq":10,"prev_seq":9"#;
        assert_eq!(heard(&[trade, gap, next]), [(6, 9, Why::Told)]);
    }

    #[test]
    fn a_new_epoch_is_told() {
        let anew = r#""channel":"book.A","kind":"snapshot","epoch":"b-2","seq":1"#;
        assert_eq!(heard(&[SNAPSHOT, anew]), [(0, 0, Why::Epoch)]);
    }

    #[test]
    fn channels_of_the_latest_value_may_skip() {
        let first = r#""channel":"bbo.A","kind":"bbo","epoch":"q-1","seq":4"#;
        let later = r#""channel":"bbo.A","kind":"bbo","epoch":"q-1","seq":9"#;
        assert_eq!(heard(&[first, later]), []);
    }

    #[test]
    fn what_is_no_event_has_no_place() {
        assert!(Head::of(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#).is_none());
        assert!(Head::of("pong").is_none());
    }
}
