//! Questions about an account, answered as of its last event.

use protocol::server::{
    CapacityList, FillList, GetResult, InvoiceList, ObligationList, OrderList, PositionList,
    StatementList,
};
use types::AccountId;

use super::{
    Ask, Asked, Publisher, Question, account_data as data, capacity_data, private, replies,
    statement_data,
};
use crate::account_stream::AccountStream;

impl Publisher {
    pub(super) fn answer(&mut self, ask: Ask) {
        match ask {
            Ask::Question { asked, account, question } => self.question(asked, account, question),
            Ask::Subscribe { asked, audience, channels, from } => {
                self.subscribe(asked, audience, channels, from);
            }
            Ask::Unsubscribe { asked, audience, channels } => {
                self.unsubscribe(asked, audience, channels);
            }
            Ask::Tell { to, channel, kind, data } => {
                self.owners.tell(&to, channel, &private::unnumbered(channel, kind, data));
            }
            Ask::Announce(data) => self.feeds.announce(&data, std::time::Instant::now()),
            Ask::Resync { asked, channel } => self.resync(asked, &channel),
            Ask::Pull { asked, lever } => self.pull(asked, &lever),
            Ask::Past { wanted, answer } => {
                // Whoever asked may have gone meanwhile.
                answer.send(self.past(&wanted)).ok();
            }
            Ask::Watch { link, channels } => self.watch(&link, channels),
            Ask::Translate { act, answer } => {
                // Whoever asked may have gone meanwhile.
                answer.send(self.translate(&act)).ok();
            }
            Ask::AdminLog { last, answer } => {
                // Whoever asked may have gone meanwhile.
                answer.send(self.acts(last)).ok();
            }
            Ask::Summary(answer) => {
                // Whoever asked may have gone meanwhile.
                answer.send(self.model.summary()).ok();
            }
            Ask::Checkpoint(note) => {
                self.model.checkpoint = Some(note);
                self.feeds.publish_checkpoint(&self.model, std::time::Instant::now());
            }
            Ask::LastCheckpoint(answer) => {
                answer.send(self.model.checkpoint.clone()).ok();
            }
            Ask::Goodbye => self.feeds.announce_shutdown(std::time::Instant::now()),
        }
    }

    pub(super) fn question(&mut self, asked: Asked, account: AccountId, question: Question) {
        let no_events = AccountStream::default();
        let stream = self.model.stream(account).unwrap_or(&no_events);
        let (markets, state, acct_seq) = (&self.model.markets, stream.state(), stream.acct_seq());
        match question {
            Question::Order(order) => {
                let order = state.orders.find(order).map(|view| data::order_view(markets, view));
                replies::send_result(asked, &GetResult { found: order.is_some(), order, acct_seq });
            }
            Question::Orders(wanted) => {
                let open = state.orders.open();
                let open = open.filter(|o| wanted.is_none_or(|id| o.report.instrument == id));
                let orders = open.map(|view| data::order_view(markets, view)).collect();
                replies::send_result(asked, &OrderList { orders, acct_seq });
            }
            Question::Fills(limit) => {
                let skipped = state.fills.len().saturating_sub(limit);
                let fills = state.fills.iter().skip(skipped);
                let fills = fills.map(|view| data::fill(markets, view)).collect();
                replies::send_result(asked, &FillList { fills, acct_seq });
            }
            Question::Positions => {
                let positions = state.positions.values();
                let positions = positions.map(|p| data::position(markets, p)).collect();
                replies::send_result(asked, &PositionList { positions, acct_seq });
            }
            Question::Obligations => {
                let all = state.obligations.values();
                let obligations = all.map(|o| data::obligation(markets, o)).collect();
                replies::send_result(asked, &ObligationList { obligations, acct_seq });
            }
            Question::Invoices => {
                let all = state.invoices.iter();
                let invoices = all.map(|invoice| data::invoice(markets, invoice)).collect();
                replies::send_result(asked, &InvoiceList { invoices, acct_seq });
            }
            Question::Statements(from, to) => {
                let is_asked_for = |day: &&types::Statement| {
                    from.is_none_or(|from| from <= day.date) && to.is_none_or(|to| day.date <= to)
                };
                let all = state.statements.iter().filter(is_asked_for);
                let statements = all.map(|s| statement_data::statement(markets, s)).collect();
                replies::send_result(asked, &StatementList { statements, acct_seq });
            }
            Question::Capacity => {
                let all = state.registered.values();
                let nodes = all.map(|(entry, until)| capacity_data::row(markets, entry, *until));
                replies::send_result(asked, &CapacityList { nodes: nodes.collect(), acct_seq });
            }
            Question::Login(mut login) => {
                login.acct_seq = acct_seq;
                replies::send_result(asked, &login);
            }
            Question::Status(mut status, session) => {
                status.acct_seq = acct_seq;
                status.cod_orders = self.entered.count(session, &self.model.accounts);
                replies::send_result(asked, &status);
            }
        }
    }
}
