//! The answer to a command that was carried out.

use types::{Command, OrderVerdict, Verdict};

use super::{Done, Exchange};

impl Exchange {
    pub(super) fn verdict(&mut self, done: Done, command: &Command) -> Verdict {
        match done {
            Done::Plain => Verdict::Done,
            Done::Listed(id) => Verdict::Listed(id),
            Done::Repeated(first) => Verdict::Order(first),
            Done::Canceled(account, count) => {
                Verdict::Canceled { count, acct_seq: self.accounts[&account].acct_seq() }
            }
            Done::CanceledInAll(count) => Verdict::Canceled { count, acct_seq: 0 },
            Done::Administered { done, refused, canceled } => {
                Verdict::Administered { done, refused, canceled }
            }
            Done::Quoted(account) => self.quote_verdict(account),
            Done::Changed(id, priority) => {
                let verdict = OrderVerdict { priority, ..self.standing(id) };
                Verdict::Order(self.stamped(verdict, command))
            }
            Done::Placed(id) => {
                let verdict = self.stamped(self.standing(id), command);
                self.requests.answered(&verdict);
                Verdict::Order(verdict)
            }
        }
    }

    fn stamped(&self, verdict: OrderVerdict, command: &Command) -> OrderVerdict {
        let account = match command {
            Command::PlaceOrder(order) => order.account,
            Command::AmendOrder(amend) => amend.account,
            Command::CancelOrder { account, .. } => *account,
            _ => unreachable!("only these three are about one order"),
        };
        let eseq = self.market(verdict.instrument).eseq();
        OrderVerdict { eseq, acct_seq: self.accounts[&account].acct_seq(), ..verdict }
    }
}
