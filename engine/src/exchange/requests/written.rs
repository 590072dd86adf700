//! The requests as a snapshot has them: by account and name, which does not depend on where they lie.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};
use types::{AccountId, ClientOrderId, Timestamp};

use super::asked::Asked;
use super::directory::NONE;
use super::{Request, Requests, State};

/// Everything that is remembered.
#[derive(Serialize, Deserialize)]
pub(super) struct Written {
    known: BTreeMap<AccountId, BTreeMap<ClientOrderId, (Asked, State)>>,
    /// When orders ended, each account's earliest first.
    ended: Vec<(AccountId, Vec<(Timestamp, ClientOrderId)>)>,
}

impl Serialize for Requests {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written::from(self).serialize(serializer)
    }
}

impl From<&Requests> for Written {
    fn from(requests: &Requests) -> Self {
        let mut known = BTreeMap::<_, BTreeMap<_, _>>::new();
        for ((account, name), request) in requests.known.iter() {
            known.entry(*account).or_default().insert(*name, (request.asked, request.state));
        }
        let mut ended = Vec::new();
        for (account, queue) in requests.ended.iter() {
            let (mut names, mut at) = (Vec::new(), queue.oldest);
            while at != NONE {
                let request = requests.known.at(at);
                names.push((request.ended, requests.known.name(at).1));
                at = request.next;
            }
            if !names.is_empty() {
                ended.push((*account, names));
            }
        }
        Self { known, ended }
    }
}

impl From<Written> for Requests {
    fn from(written: Written) -> Self {
        let mut requests = Self::default();
        for (account, known) in written.known {
            for (name, (asked, state)) in known {
                let request = Request { asked, state, ended: Timestamp(0), next: NONE };
                requests.known.insert((account, name), request);
            }
        }
        for (account, names) in written.ended {
            for (at, name) in names {
                let place = requests.known.place(&(account, name)).expect("what ended is known");
                requests.forget_later(account, place, at);
            }
        }
        requests
    }
}
