//! The streams of firms: what happened to which of its accounts, in one order, gapless by `firm_seq`.
//!
//! They name events and do not keep them: those are in the account streams. Replaying the log gives the
//! same streams. Knows nothing of sessions.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use types::{AccountId, MemberId, Party};

use crate::account_stream::{Accounts, KEPT, Record};

/// The event of this number in a firm's stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Copied<'a> {
    pub(crate) firm_seq: u64,
    pub(crate) account: AccountId,
    pub(crate) record: &'a Record,
}

/// The events wanted are no longer kept; the oldest that are begin here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FirmTooOld {
    pub(crate) min_firm_seq: u64,
}

/// All firms.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Firms {
    streams: BTreeMap<MemberId, Stream>,
    /// Accounts and firms whose credit was ever limited.
    limited: BTreeSet<Party>,
}

/// The latest events of one firm, each by its account and its number there.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Stream {
    firm_seq: u64,
    events: VecDeque<(AccountId, u64)>,
}

impl Firms {
    /// An event of an account is the firm's next. Its number.
    pub(crate) fn push(&mut self, firm: MemberId, account: AccountId, acct_seq: u64) -> u64 {
        let stream = self.streams.entry(firm).or_default();
        stream.firm_seq += 1;
        if stream.events.len() == KEPT {
            stream.events.pop_front();
        }
        stream.events.push_back((account, acct_seq));
        stream.firm_seq
    }

    /// The credit of an account or a firm was limited, or its limit taken away.
    pub(crate) fn note_limit(&mut self, party: Party) {
        self.limited.insert(party);
    }

    /// Whether its credit was ever limited.
    pub(crate) fn was_limited(&self, party: Party) -> bool {
        self.limited.contains(&party)
    }

    /// The events of a firm from number `first` on.
    pub(crate) fn since<'a>(
        &self,
        firm: MemberId,
        first: u64,
        accounts: &'a Accounts,
    ) -> Result<Vec<Copied<'a>>, FirmTooOld> {
        let Some(stream) = self.streams.get(&firm) else { return Ok(Vec::new()) };
        let numbered = (first.max(1)..=stream.firm_seq).rev().zip(stream.events.iter().rev());
        let mut copied: Vec<Copied<'a>> = numbered
            .map_while(|(firm_seq, (account, acct_seq))| {
                let record = accounts.get(*account)?.record(*acct_seq)?;
                Some(Copied { firm_seq, account: *account, record })
            })
            .collect();
        copied.reverse();
        let wanted = (stream.firm_seq + 1).saturating_sub(first.max(1));
        let missing = wanted - copied.len() as u64;
        if missing != 0 {
            return Err(FirmTooOld { min_firm_seq: first.max(1) + missing });
        }
        Ok(copied)
    }
}

#[cfg(test)]
mod tests;
