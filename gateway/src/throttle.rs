//! How fast an account may ask: a token bucket for each kind of request, shared by all sessions of
//! the account. Cancels have their own, so that reducing risk never waits for placing.
//!
//! Knows nothing of sockets or clocks: the time is an argument.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::config::Tier;

/// What a request is paid from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bucket {
    /// Placing and amending.
    Orders,
    /// Cancelling.
    Cancels,
    /// Quoting, in tens of sides.
    Quotes,
    /// Asking: `order.get`, lists, previews.
    Requests,
    /// Subscribing.
    Subs,
}

impl Bucket {
    pub(crate) const ALL: [Self; 5] =
        [Self::Orders, Self::Cancels, Self::Quotes, Self::Requests, Self::Subs];

    /// Its name on the wire.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Cancels => "cancels",
            Self::Quotes => "quotes",
            Self::Requests => "requests",
            Self::Subs => "subs",
        }
    }
}

/// How much a bucket holds and how fast it fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    /// The most it holds.
    pub(crate) cap: u32,
    /// What it gains each second.
    pub(crate) per_s: u32,
}

impl Tier {
    /// The rate of a bucket for accounts of this tier.
    pub(crate) const fn rate(self, bucket: Bucket) -> Rate {
        match (self, bucket) {
            (Self::Standard, Bucket::Orders) => Rate { cap: 100, per_s: 50 },
            (Self::Standard, Bucket::Cancels) => Rate { cap: 400, per_s: 200 },
            (Self::Standard, Bucket::Quotes) => Rate { cap: 20, per_s: 10 },
            (Self::Standard, Bucket::Requests) => Rate { cap: 50, per_s: 20 },
            (Self::Maker, Bucket::Orders) => Rate { cap: 2000, per_s: 1000 },
            (Self::Maker, Bucket::Cancels) => Rate { cap: 8000, per_s: 4000 },
            (Self::Maker, Bucket::Quotes) => Rate { cap: 400, per_s: 200 },
            (Self::Maker, Bucket::Requests) => Rate { cap: 100, per_s: 50 },
            (Self::Standard | Self::Maker, Bucket::Subs) => SUBSCRIPTIONS,
        }
    }
}

/// Most channels that can be asked for at once.
pub(crate) const SUBSCRIPTION_BURST: u32 = 100;
const SUBSCRIPTIONS: Rate = Rate { cap: SUBSCRIPTION_BURST, per_s: 10 };

/// What a connection without a login may ask for, beside channels.
const ANONYMOUS: Rate = Rate { cap: 30, per_s: 10 };

/// Too fast: when the same request would pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limited {
    pub(crate) retry_after_ms: u64,
}

/// The buckets of one account, or of one connection without a login.
#[derive(Debug)]
pub(crate) struct Throttle {
    buckets: [Tokens; 5],
}

/// A level in millionths of a token, so that nothing is lost between two looks.
#[derive(Debug)]
struct Tokens {
    rate: Rate,
    micros: u64,
    at: Instant,
}

const TOKEN: u64 = 1_000_000;

impl Throttle {
    /// Full buckets of a tier.
    pub(crate) fn new(tier: Tier, now: Instant) -> Self {
        Self { buckets: Bucket::ALL.map(|bucket| Tokens::full(tier.rate(bucket), now)) }
    }

    /// Full buckets of a connection without a login.
    pub(crate) fn anonymous(now: Instant) -> Self {
        let rate = |bucket| match bucket {
            Bucket::Subs => SUBSCRIPTIONS,
            Bucket::Orders | Bucket::Cancels | Bucket::Quotes | Bucket::Requests => ANONYMOUS,
        };
        Self { buckets: Bucket::ALL.map(|bucket| Tokens::full(rate(bucket), now)) }
    }

    /// Pays `cost` and says how much is left. A cost of zero always passes.
    pub(crate) fn take(&mut self, bucket: Bucket, cost: u32, now: Instant) -> Result<u32, Limited> {
        self.buckets[bucket as usize].take(cost, now)
    }

    /// Returns what a request turned out not to cost.
    pub(crate) fn give_back(&mut self, bucket: Bucket, cost: u32) {
        let tokens = &mut self.buckets[bucket as usize];
        tokens.micros = (tokens.micros + u64::from(cost) * TOKEN).min(tokens.most());
    }

    /// Rate and level of a bucket.
    pub(crate) fn level(&mut self, bucket: Bucket, now: Instant) -> (Rate, u32) {
        let tokens = &mut self.buckets[bucket as usize];
        tokens.fill(now);
        (tokens.rate, tokens.whole())
    }
}

impl Tokens {
    fn full(rate: Rate, now: Instant) -> Self {
        Self { rate, micros: u64::from(rate.cap) * TOKEN, at: now }
    }

    fn most(&self) -> u64 {
        u64::from(self.rate.cap) * TOKEN
    }

    fn whole(&self) -> u32 {
        u32::try_from(self.micros / TOKEN).expect("a level is at most its u32 cap")
    }

    /// A token a second is a millionth of a token a microsecond.
    fn fill(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.at);
        let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        let gained = micros.saturating_mul(u64::from(self.rate.per_s));
        self.micros = self.micros.saturating_add(gained).min(self.most());
        self.at = self.at.max(now);
    }

    fn take(&mut self, cost: u32, now: Instant) -> Result<u32, Limited> {
        self.fill(now);
        let wanted = u64::from(cost) * TOKEN;
        if self.micros < wanted {
            let missing = wanted - self.micros;
            let micros = missing.div_ceil(u64::from(self.rate.per_s));
            return Err(Limited { retry_after_ms: micros.div_ceil(1000).max(1) });
        }
        self.micros -= wanted;
        Ok(self.whole())
    }
}

/// Refusals for speed that one connection may collect before it is closed with 4029.
const MOST_REFUSALS: usize = 200;
const REFUSAL_WINDOW: Duration = Duration::from_secs(10);

/// When a connection was last refused for speed.
#[derive(Debug, Default)]
pub(crate) struct Refusals(VecDeque<Instant>);

impl Refusals {
    /// Counts one more and says whether it was one too many.
    pub(crate) fn count(&mut self, now: Instant) -> bool {
        self.0.push_back(now);
        while self.0.front().is_some_and(|at| REFUSAL_WINDOW < now.duration_since(*at)) {
            self.0.pop_front();
        }
        MOST_REFUSALS < self.0.len()
    }
}

#[cfg(test)]
mod tests;
