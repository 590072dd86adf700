//! Acts of admins.: signed commands of the operator, each carried out or refused by itself, and
//! told with their reason and with what they changed.

use std::collections::BTreeSet;

use types::operator::{LONGEST_REASON, MOST_COMMANDS};
use types::{
    AccountFact, AccountId, AdminAct, AdminEntry, AdminReport, Command, Event, Lots, Party,
    PublicKey, Refusal, RejectReason, Standing, TermsChange,
};

use super::{Done, Exchange};

impl Exchange {
    /// Carries out what admins have signed. Refused whole where no command of it can be carried out.
    pub(super) fn administer(
        &mut self,
        act: &AdminAct,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.check_act(act)?;
        let mut entries = Vec::new();
        for command in &act.commands {
            let before = self.what_stands(command);
            let result = self.carry_out_signed(command, &act.reason, out);
            let after = self.what_stands(command);
            entries.push(AdminEntry { command: command.clone(), before, after, result });
        }
        let canceled = entries.iter().filter_map(|entry| entry.result.ok()).sum();
        let done = entries.iter().filter(|entry| entry.result.is_ok()).count();
        if let (0, Some(Err(refusal))) = (done, entries.first().map(|entry| entry.result)) {
            return Err(refusal);
        }
        for (admin, proof) in &act.signed {
            self.admins.entry(*admin).or_default().spend(proof.nonce);
        }
        let refused = u64::try_from(entries.len() - done).expect("a count");
        let admins: Vec<PublicKey> = act.signed.iter().map(|(admin, _)| *admin).collect();
        let report = AdminReport { admins, reason: act.reason.clone(), entries };
        out.push(Event::Administered(Box::new(report)));
        Ok(Done::Administered { done: u64::try_from(done).expect("a count"), refused, canceled })
    }

    fn check_act(&self, act: &AdminAct) -> Result<(), Refusal> {
        let reason = act.reason.trim().len();
        let is_small = (1..=MOST_COMMANDS).contains(&act.commands.len());
        if reason == 0 || LONGEST_REASON < act.reason.len() || !is_small {
            return Err(RejectReason::BadAdminAct.into());
        }
        if !act.commands.iter().all(is_of_admins) {
            return Err(RejectReason::BadAdminAct.into());
        }
        let admins: BTreeSet<PublicKey> = act.signed.iter().map(|(admin, _)| *admin).collect();
        let needed = if act.commands.iter().any(takes_two) { 2 } else { 1 };
        if admins.len() != act.signed.len() || admins.len() < needed {
            return Err(RejectReason::TwoAdmins.into());
        }
        for (admin, proof) in &act.signed {
            self.admins.get(admin).map_or(Ok(()), |admin| admin.check(proof.nonce))?;
        }
        Ok(())
    }

    /// The accounts that a command is about hear what, and then why.
    fn carry_out_signed(
        &mut self,
        command: &Command,
        reason: &str,
        out: &mut Vec<Event>,
    ) -> Result<u64, Refusal> {
        // A switch of an account that exists is never refused once its hold is what it will be.
        for id in self.concerned(command) {
            self.set_held(id, command);
        }
        let done = self.carry_out(command, out)?;
        for id in self.concerned(command) {
            let reason = reason.to_owned();
            self.account_mut(id).tell(AccountFact::ByOperator { reason }, out);
        }
        Ok(match done {
            Done::Canceled(_, count) | Done::CanceledInAll(count) => count,
            _ => 0,
        })
    }

    /// A switch that admins have thrown is theirs to release.
    fn set_held(&mut self, id: AccountId, command: &Command) {
        if let Command::ThrowKillSwitch { is_thrown, .. }
        | Command::ThrowMemberSwitch { is_thrown, .. } = command
        {
            self.account_mut(id).is_held = *is_thrown;
        }
    }

    /// The accounts that a command is about, as far as they exist.
    fn concerned(&self, command: &Command) -> Vec<AccountId> {
        let one = |id: &AccountId| self.find_account(*id).map(|found| found.id).ok();
        match command {
            Command::ThrowKillSwitch { account, .. }
            | Command::AppointMaker { account, .. }
            | Command::ExemptHedger { account, .. }
            | Command::JoinMember { account, .. }
            | Command::Reinstate { account }
            | Command::AppointAttestor { account, .. }
            | Command::AppointProbe { account, .. }
            | Command::AppointReporter { account, .. }
            | Command::LimitCredit { party: Party::Account(account), .. } => {
                one(account).into_iter().collect()
            }
            Command::CancelOrders(which) => one(&which.account).into_iter().collect(),
            Command::ThrowMemberSwitch { member, .. }
            | Command::CancelMember(member)
            | Command::LimitCredit { party: Party::Member(member), .. } => {
                self.accounts_of(*member).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    fn what_stands(&self, command: &Command) -> Standing {
        let off = |ids: &[AccountId]| {
            let off = ids.iter().filter(|id| self.accounts[id].is_switched_off).count();
            Standing::SwitchedOff(u64::try_from(off).expect("a count"))
        };
        let of = |id: &AccountId| self.find_account(*id).ok();
        match command {
            Command::ChangePhase { instrument, .. } => self
                .find_market(*instrument)
                .map_or(Standing::None, |market| Standing::Phase(market.state.phase)),
            Command::ThrowKillSwitch { .. } | Command::ThrowMemberSwitch { .. } => {
                off(&self.concerned(command))
            }
            Command::LimitCredit { party: Party::Account(id), .. } => {
                of(id).map_or(Standing::None, |account| Standing::Credit(account.credit))
            }
            Command::LimitCredit { party: Party::Member(member), .. } => {
                Standing::Credit(self.members.get(member).and_then(|firm| firm.credit))
            }
            Command::JoinMember { account, .. } => {
                of(account).map_or(Standing::None, |account| Standing::Member(account.member))
            }
            Command::AttestCapacity { product, .. } => {
                Standing::Lots(self.capacities.get(product).copied().unwrap_or(Lots::ZERO))
            }
            Command::ExemptHedger { account, product, .. } => {
                let lots = self.exemptions.get(&(*account, *product));
                Standing::Lots(lots.copied().unwrap_or(Lots::ZERO))
            }
            Command::AppointMaker { account, product, .. } => {
                Standing::IsMaker(self.makers.contains(&(*product, *account)))
            }
            Command::AppointAttestor { account, .. } => {
                Standing::IsAppointed(self.deliveries.attestors.contains(account))
            }
            Command::AppointProbe { account, .. } => {
                Standing::IsAppointed(self.deliveries.probes.contains(account))
            }
            Command::AppointReporter { account, product, .. } => {
                Standing::IsAppointed(self.reporters.contains(&(*product, *account)))
            }
            Command::WaiveHours { hub, .. } => {
                Standing::WaivedHours(self.deliveries.waivers.all_hours(hub))
            }
            Command::Reinstate { account } => of(account)
                .map_or(Standing::None, |account| Standing::IsSuspended(account.is_suspended)),
            Command::ChangeTerms(TermsChange::Fees(_)) => Standing::Fees(self.coming_fees()),
            Command::ChangeTerms(TermsChange::PositionLimit { product, .. }) => {
                let of = self.terms().product.get(usize::from(product.0));
                of.map_or(Standing::None, |of| Standing::Lots(Lots(of.position_limit_lots)))
            }
            _ => Standing::None,
        }
    }
}

/// What admins may command.
fn is_of_admins(command: &Command) -> bool {
    matches!(
        command,
        Command::ThrowKillSwitch { .. }
            | Command::ThrowMemberSwitch { .. }
            | Command::CancelOrders(_)
            | Command::CancelMember(_)
            | Command::AppointMaker { .. }
            | Command::ChangePhase { .. }
            | Command::ChangeBand { .. }
            | Command::AttestCapacity { .. }
            | Command::ExemptHedger { .. }
            | Command::JoinMember { .. }
            | Command::LimitCredit { .. }
            | Command::Reinstate { .. }
            | Command::ChangeTerms(_)
            | Command::AppointAttestor { .. }
            | Command::AppointProbe { .. }
            | Command::AppointReporter { .. }
            | Command::WaiveHours { .. }
    )
}

/// What gives back what was taken away for a reason needs two of them, and so does what takes a claim
/// from a buyer.
fn takes_two(command: &Command) -> bool {
    matches!(
        command,
        Command::ThrowKillSwitch { is_thrown: false, .. }
            | Command::ThrowMemberSwitch { is_thrown: false, .. }
            | Command::Reinstate { .. }
            | Command::WaiveHours { .. }
    )
}
