//! Market makers' requests, the kill switch and combinations.

use protocol::client::{self, MmpReset, MmpSet, QuoteMass};
use protocol::errors::{Code, WireError};
use sequencer::{Lane, Request};
use types::Command;

use super::conversation::Conversation;
use super::dispatch::Call;
use crate::config::Scope;
use crate::egress::Requested;
use crate::ingress;
use crate::throttle::Bucket;

/// Sides of a mass quote for one token of its bucket.
const SIDES_A_TOKEN: usize = 10;

/// What the kill switch costs.
const KILL_COST: u32 = 5;

impl Conversation {
    /// Quotes never outlive their session.
    pub(super) fn quote(&mut self, call: &mut Call, mass: &QuoteMass) -> Result<(), WireError> {
        let sender = self.sender_for(Scope::Quote)?;
        if !sender.cancels_on_disconnect {
            let text = "Quotes end with their session: set `cod` to cancel first.";
            return Err(WireError::saying(Code::CodRequired, text));
        }
        let sides: usize = mass
            .quotes
            .iter()
            .map(|two| usize::from(two.bid.is_some()) + usize::from(two.ask.is_some()))
            .sum();
        let cost = u32::try_from(sides.div_ceil(SIDES_A_TOKEN).max(1)).unwrap_or(u32::MAX);
        self.pay(call, Bucket::Quotes, cost)?;
        self.refuse_new_risk()?;
        let quotes = ingress::quotes(&self.venue.directory, sender, mass)?;
        let requested = Requested::Quote(sender.session);
        self.submit(call, requested, Lane::Orders, Request::Command(Command::QuoteMany(quotes)))
    }

    pub(super) fn protect(&mut self, call: &mut Call, set: &MmpSet) -> Result<(), WireError> {
        let account = self.sender_for(Scope::Quote)?.account;
        self.pay(call, Bucket::Quotes, 1)?;
        let (group, protection) = ingress::protection(set)?;
        let command = Command::ProtectQuotes { account, group, protection: Some(protection) };
        self.submit(call, Requested::Plain, Lane::Orders, Request::Command(command))
    }

    pub(super) fn reset_quotes(
        &mut self,
        call: &mut Call,
        reset: &MmpReset,
    ) -> Result<(), WireError> {
        let account = self.sender_for(Scope::Quote)?.account;
        self.pay(call, Bucket::Quotes, 1)?;
        let group = ingress::quote_group(&reset.mmp_group)?;
        let command = Command::ResetQuotes { account, group };
        self.submit(call, Requested::Plain, Lane::Orders, Request::Command(command))
    }

    pub(super) fn kill(&mut self, call: &mut Call, kill: client::Kill) -> Result<(), WireError> {
        let account = self.sender_for(Scope::Quote)?.account;
        self.pay(call, Bucket::Cancels, KILL_COST)?;
        let command = Command::ThrowKillSwitch { account, is_thrown: kill.on };
        self.submit(call, Requested::Kill, self.cancel_lane(), Request::Command(command))
    }

    pub(super) fn combine(
        &mut self,
        call: &mut Call,
        combine: &client::Combine,
    ) -> Result<(), WireError> {
        let account = self.sender()?.account;
        self.pay(call, Bucket::Orders, 1)?;
        self.refuse_new_risk()?;
        let legs = ingress::legs(&self.venue.directory, combine)?;
        let command = Command::DefineCombination { account, legs };
        self.submit(call, Requested::Plain, Lane::Orders, Request::Command(command))
    }
}
