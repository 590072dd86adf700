//! The requests as a snapshot has them: by account and name, which does not depend on where they lie.

use serde::{Deserialize, Serialize, Serializer};
use types::{AccountId, ClientOrderId, Timestamp};

use super::asked::Asked;
use super::directory::NONE;
use super::{Request, Requests, State, hash_of};

/// What was asked under each name, by name.
type Known = Vec<(ClientOrderId, (Asked, State))>;

/// Everything that is remembered.
#[derive(Serialize, Deserialize)]
pub(super) struct Written {
    /// By account.
    known: Vec<(AccountId, Known)>,
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
        let mut all: Vec<_> = requests.known.iter().collect();
        all.sort_unstable_by_key(|(name, _)| *name);
        let of_account = all.chunk_by(|((one, _), _), ((other, _), _)| one == other);
        let known = of_account.map(|chunk| {
            let known = chunk.iter().map(|((_, name), r)| (*name, (r.asked, r.state)));
            (chunk[0].0.0, known.collect())
        });
        let known = known.collect();
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
                let free = requests.known.seek(&(account, name)).expect_err("each name once");
                requests.known.insert(free, (account, name), request);
            }
        }
        for (account, names) in written.ended {
            requests.open(account);
            for (at, name) in names {
                let place = requests.known.place(&(account, name)).expect("what ended is known");
                if let State::Accepted { answer, end: Some(_) } = requests.known.at(place).state {
                    requests.by_order.insert(hash_of(answer.order), place);
                }
                requests.forget_later(account, place, at);
            }
        }
        requests
    }
}
