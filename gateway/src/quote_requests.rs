//! Requests for quotes: a member asks what others would trade at, others answer with blocks they have
//! signed, and the member signs one of them. They are kept in memory while they stand, at most ten
//! minutes.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::client::RequestLeg;
use protocol::errors::{Code, WireError};
use protocol::server::{AnswerData, RequestData, RequestList};
use types::{AccountId, ClientOrderId, InstrumentId, Lots, Side};

use crate::names;
use crate::offers::Offer;
use crate::venue::wall_ns;

/// Most open requests of one member, and of all.
const MOST_OF_ONE: usize = 16;
const MOST: usize = 4096;
/// Most answers to one request.
const MOST_ANSWERS: usize = 64;

/// One contract that prices are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WantedLeg {
    pub(crate) instrument: InstrumentId,
    /// What whoever asks would do; either when absent.
    pub(crate) side: Option<Side>,
    pub(crate) lots: Lots,
}

/// What a member asks.
#[derive(Clone, Debug)]
pub(crate) struct QuoteRequest {
    pub(crate) requester: AccountId,
    pub(crate) name: ClientOrderId,
    pub(crate) legs: Vec<WantedLeg>,
    /// The legs as they were written.
    pub(crate) told: Vec<RequestLeg>,
    /// Who is asked; everybody when empty.
    pub(crate) to: Vec<AccountId>,
    pub(crate) until: Instant,
}

impl QuoteRequest {
    /// Whether an account may answer.
    pub(crate) fn asks(&self, account: AccountId) -> bool {
        account != self.requester && (self.to.is_empty() || self.to.contains(&account))
    }

    /// As it stands on the wire.
    pub(crate) fn data(&self) -> RequestData {
        let left = self.until.saturating_duration_since(Instant::now());
        let left = i64::try_from(left.as_nanos()).unwrap_or(i64::MAX);
        RequestData {
            requester: names::account(self.requester),
            rfq_id: self.name.to_string(),
            legs: self.told.clone(),
            expires_ns: wall_ns().saturating_add(left).to_string(),
        }
    }

    /// Whether a block is what was asked for: the same contracts and lots, and the other side of each.
    /// Its sides are those of whoever answers.
    fn is_answered_by(&self, offer: &Offer) -> bool {
        let legs = &offer.block.legs;
        legs.len() == self.legs.len()
            && self.legs.iter().all(|wanted| {
                legs.iter().any(|leg| {
                    (leg.instrument, leg.lots) == (wanted.instrument, wanted.lots)
                        && wanted.side.is_none_or(|side| side.opposite() == leg.side)
                })
            })
    }
}

#[derive(Debug)]
struct Open {
    request: QuoteRequest,
    /// At most one of each member.
    answers: Vec<Offer>,
}

/// All open requests, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct QuoteRequests(Mutex<Vec<Open>>);

impl QuoteRequests {
    /// Opens a request; the same name again replaces it.
    pub(crate) fn open(&self, request: QuoteRequest) -> Result<(), WireError> {
        self.with(|all| {
            all.retain(|open| !open.is(request.requester, request.name));
            let of_one = all.iter().filter(|open| open.request.requester == request.requester);
            if MOST_OF_ONE <= of_one.count() || MOST <= all.len() {
                return Err(WireError::new(Code::TooManyRfqs).with("max", MOST_OF_ONE));
            }
            all.push(Open { request, answers: Vec::new() });
            Ok(())
        })
    }

    /// Takes an answer in, whose second party is who asked; a newer one of the same member replaces it.
    pub(crate) fn answer(&self, name: ClientOrderId, offer: Offer) -> Result<(), WireError> {
        let [maker, requester] = offer.block.parties;
        self.with(|all| {
            let open = all.iter_mut().find(|open| open.is(requester, name));
            let open = open.filter(|open| open.request.asks(maker)).ok_or_else(not_found)?;
            if !open.request.is_answered_by(&offer) {
                return Err(WireError::new(Code::BadRfq));
            }
            open.answers.retain(|answer| answer.block.parties[0] != maker);
            if MOST_ANSWERS <= open.answers.len() {
                return Err(WireError::new(Code::TooManyRfqs).with("max", MOST_ANSWERS));
            }
            open.answers.push(offer);
            Ok(())
        })
    }

    /// The answer of exactly these bytes, and the request, which is over.
    pub(crate) fn accept(
        &self,
        requester: AccountId,
        name: ClientOrderId,
        payload: &[u8],
    ) -> Result<(QuoteRequest, Offer), WireError> {
        self.with(|all| {
            let at = all.iter().position(|open| open.is(requester, name)).ok_or_else(not_found)?;
            let is_it = |answer: &Offer| answer.payload == payload;
            let answer = all[at].answers.iter().position(is_it).ok_or_else(not_found)?;
            let mut open = all.remove(at);
            Ok((open.request, open.answers.swap_remove(answer)))
        })
    }

    /// The request is over.
    pub(crate) fn cancel(
        &self,
        requester: AccountId,
        name: ClientOrderId,
    ) -> Result<QuoteRequest, WireError> {
        self.with(|all| {
            let at = all.iter().position(|open| open.is(requester, name)).ok_or_else(not_found)?;
            Ok(all.remove(at).request)
        })
    }

    /// Those an account has made or may answer, and the answers to its own.
    pub(crate) fn of(&self, account: AccountId) -> RequestList {
        self.with(|all| {
            let is_its =
                |open: &&Open| open.request.requester == account || open.request.asks(account);
            let own = all.iter().filter(|open| open.request.requester == account);
            RequestList {
                requests: all.iter().filter(is_its).map(|open| open.request.data()).collect(),
                quotes: own.flat_map(Open::answers).collect(),
            }
        })
    }

    /// What has expired is gone before anything is looked at.
    fn with<R>(&self, look: impl FnOnce(&mut Vec<Open>) -> R) -> R {
        let mut all = self.0.lock().expect("nothing panics while it holds the requests");
        let now = Instant::now();
        all.retain(|open| now < open.request.until);
        look(&mut all)
    }
}

impl Open {
    fn is(&self, requester: AccountId, name: ClientOrderId) -> bool {
        (self.request.requester, self.request.name) == (requester, name)
    }

    fn answers(&self) -> Vec<AnswerData> {
        self.answers.iter().map(|answer| answered(self.request.name, answer)).collect()
    }
}

/// An answer as it stands on the wire.
pub(crate) fn answered(name: ClientOrderId, offer: &Offer) -> AnswerData {
    AnswerData {
        rfq_id: name.to_string(),
        maker: names::account(offer.block.parties[0]),
        payload: STANDARD.encode(&offer.payload),
    }
}

fn not_found() -> WireError {
    WireError::new(Code::RfqNotFound)
}

/// How long a request may stand, in milliseconds: when nothing is said, and the bounds.
pub(crate) const LIFE_MS: (u32, u32, u32) = (60_000, 1_000, 600_000);

/// When a request that stands so long is over.
pub(crate) fn end_of(life_ms: u32) -> Instant {
    Instant::now() + Duration::from_millis(life_ms.into())
}

#[cfg(test)]
mod tests;
