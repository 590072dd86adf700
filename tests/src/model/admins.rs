//! Acts of admins, and the way back from a default. Chapter 10.

use types::{
    AccountFact, AccountId, AdminAct, AdminEntry, AdminReport, Command, Event, Lots, Party,
    Refusal, RejectReason, Standing, TermsChange, TransferKind,
};

use super::{Done, Model};

impl Model {
    pub(super) fn administer(
        &mut self,
        act: &AdminAct,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let is_said = !act.reason.trim().is_empty() && act.reason.len() <= 200;
        let is_theirs = act.commands.iter().all(|command| {
            !matches!(
                command,
                Command::OpenMarket(_)
                    | Command::ClockAdvanced
                    | Command::OpenAccount { .. }
                    | Command::Deposit { .. }
                    | Command::PlaceOrder(_)
                    | Command::AmendOrder(_)
                    | Command::CancelOrder { .. }
                    | Command::QuoteMany(_)
                    | Command::ProtectQuotes { .. }
                    | Command::ResetQuotes { .. }
                    | Command::DefineCombination { .. }
                    | Command::TradeBlock(_)
                    | Command::Restarted
                    | Command::PublishIndex { .. }
                    | Command::PledgeNodes { .. }
                    | Command::MeterHour { .. }
                    | Command::Withdraw { .. }
                    | Command::Administer(_)
            )
        });
        if !is_said || !is_theirs || act.commands.is_empty() || 1024 < act.commands.len() {
            return Err(RejectReason::BadAdminAct.into());
        }
        let mut keys: Vec<_> = act.signed.iter().map(|(key, _)| *key).collect();
        keys.sort_unstable();
        keys.dedup();
        let gives_back = |command: &Command| match command {
            Command::ThrowKillSwitch { is_thrown, .. }
            | Command::ThrowMemberSwitch { is_thrown, .. } => !is_thrown,
            Command::Reinstate { .. } => true,
            _ => false,
        };
        let is_enough = if act.commands.iter().any(gives_back) { 1 < keys.len() } else { true };
        if !is_enough || keys.is_empty() || keys.len() != act.signed.len() {
            return Err(RejectReason::TwoAdmins.into());
        }
        for (key, proof) in &act.signed {
            let mut used: Vec<u64> =
                self.admins.iter().filter(|(of, _)| of == key).map(|(_, nonce)| *nonce).collect();
            used.sort_unstable_by(|one, other| other.cmp(one));
            used.truncate(100);
            let is_low = used.len() == 100 && proof.nonce < used[99];
            if is_low || used.contains(&proof.nonce) {
                return Err(RejectReason::NonceReplayed.into());
            }
        }
        let mut entries = Vec::new();
        for command in &act.commands {
            let before = self.standing_of(command);
            let result = self.carry_out_act(command, &act.reason, out);
            let after = self.standing_of(command);
            entries.push(AdminEntry { command: command.clone(), before, after, result });
        }
        let done: Vec<u64> = entries.iter().filter_map(|entry| entry.result.ok()).collect();
        if done.is_empty() {
            return Err(entries[0].result.expect_err("none was done"));
        }
        self.admins.extend(act.signed.iter().map(|(key, proof)| (*key, proof.nonce)));
        let count = |count: usize| u64::try_from(count).expect("a count");
        let refused = count(entries.len() - done.len());
        let admins = act.signed.iter().map(|(key, _)| *key).collect();
        let report = AdminReport { admins, reason: act.reason.clone(), entries };
        out.push(Event::Administered(Box::new(report)));
        Ok(Done::Administered { done: count(done.len()), refused, canceled: done.iter().sum() })
    }

    fn carry_out_act(
        &mut self,
        command: &Command,
        reason: &str,
        out: &mut Vec<Event>,
    ) -> Result<u64, Refusal> {
        if let Command::ThrowKillSwitch { is_thrown, .. }
        | Command::ThrowMemberSwitch { is_thrown, .. } = command
        {
            for id in self.meant(command) {
                self.account_mut(id).is_held = *is_thrown;
            }
        }
        let done = self.carry_out(command, out)?;
        for id in self.meant(command) {
            self.account_mut(id).tell(AccountFact::ByOperator { reason: reason.to_owned() }, out);
        }
        match done {
            Done::Canceled(_, count) | Done::CanceledInAll(count) => Ok(count),
            _ => Ok(0),
        }
    }

    /// Whom a command is about.
    fn meant(&self, command: &Command) -> Vec<AccountId> {
        let all = self.accounts.iter().filter(|account| !account.id.is_of_house());
        let is_meant = |account: &&super::state::Account| match command {
            Command::ThrowKillSwitch { account: id, .. }
            | Command::AppointMaker { account: id, .. }
            | Command::ExemptHedger { account: id, .. }
            | Command::JoinMember { account: id, .. }
            | Command::Reinstate { account: id }
            | Command::LimitCredit { party: Party::Account(id), .. } => account.id == *id,
            Command::CancelOrders(which) => account.id == which.account,
            Command::ThrowMemberSwitch { member, .. }
            | Command::CancelMember(member)
            | Command::LimitCredit { party: Party::Member(member), .. } => {
                account.member == Some(*member)
            }
            _ => false,
        };
        all.filter(is_meant).map(|account| account.id).collect()
    }

    fn standing_of(&self, command: &Command) -> Standing {
        let first = self.meant(command).first().map(|id| self.account(*id));
        match command {
            Command::ChangePhase { instrument, .. } => {
                let contract = self.contracts.iter().find(|contract| contract.id() == *instrument);
                contract.map_or(Standing::None, |contract| Standing::Phase(contract.phase))
            }
            Command::ThrowKillSwitch { .. } | Command::ThrowMemberSwitch { .. } => {
                let mut off = 0;
                for id in self.meant(command) {
                    off += u64::from(self.account(id).is_killed);
                }
                Standing::SwitchedOff(off)
            }
            Command::LimitCredit { party: Party::Account(_), .. } => {
                first.map_or(Standing::None, |account| Standing::Credit(account.credit))
            }
            Command::LimitCredit { party: Party::Member(member), .. } => {
                Standing::Credit(self.member_credits.get(member).copied().flatten())
            }
            Command::JoinMember { .. } => {
                first.map_or(Standing::None, |account| Standing::Member(account.member))
            }
            Command::AttestCapacity { product, .. } => {
                Standing::Lots(self.capacities.get(product).copied().unwrap_or_default())
            }
            Command::ExemptHedger { product, .. } => {
                let needed = first.and_then(|account| account.needs.get(product));
                Standing::Lots(needed.copied().unwrap_or(Lots::ZERO))
            }
            Command::AppointMaker { product, .. } => {
                Standing::IsMaker(first.is_some_and(|account| account.makes.contains(product)))
            }
            Command::ChangeTerms(TermsChange::Fees(_)) => {
                let now = self.terms().fees;
                Standing::Fees(self.fees_to_come.last().copied().unwrap_or(now))
            }
            Command::ChangeTerms(TermsChange::PositionLimit { product, .. }) => {
                let product = self.terms().product.get(usize::from(product.0));
                product.map_or(Standing::None, |p| Standing::Lots(Lots(p.position_limit_lots)))
            }
            Command::Reinstate { .. } => {
                first.map_or(Standing::None, |account| Standing::IsSuspended(account.is_suspended))
            }
            _ => Standing::None,
        }
    }

    pub(super) fn reinstate(
        &mut self,
        id: AccountId,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let account = self.find_account(id)?;
        let has_gained = |(of, position): (&types::InstrumentId, &super::state::Position)| {
            self.contract(*of).gain(*position, self.contract(*of).settlement)
        };
        let gained: i128 = account.positions.iter().map(has_gained).sum();
        let is_open = account.has_lots()
            || gained != 0
            || self.orders.iter().any(|order| order.account == id)
            || self.next_slices.contains_key(&id.of_house())
            || account.is_due;
        if !account.is_suspended || is_open || account.cash < account.debt {
            return Err(RejectReason::NotReinstatable.into());
        }
        let debt = std::mem::take(&mut self.account_mut(id).debt);
        self.house += debt;
        self.move_cash(id, TransferKind::Repayment, -debt, out);
        let account = self.account_mut(id);
        account.is_suspended = false;
        account.tell(AccountFact::Reinstated, out);
        Ok(Done::Plain)
    }

    /// what admins have switched off they alone switch on.
    pub(super) fn check_release(&self, ids: &[AccountId], is_thrown: bool) -> Result<(), Refusal> {
        let is_held = ids.iter().any(|id| self.account(*id).is_held);
        if is_held && !is_thrown { Err(RejectReason::HeldByOperator.into()) } else { Ok(()) }
    }
}
