//! One function for each thing that can be asked.

use protocol::client::{
    AmendOrder, CancelAll, CancelOrder, Channels, GetOrder, ListFills, ListOrders, ListStatements,
    Method, Nothing, OneChannel, Ping, PlaceOrder, Subscribe,
};
use protocol::server::{
    CanceledResult, DoneResult, FillList, GetResult, InvoiceList, MarginResult, ObligationList,
    OrderList, OrderResult, PingResult, PositionList, PreviewResult, StatementList, StatusResult,
    SubscribeResult,
};

use super::Client;
use crate::Error;

/// Every error is one of [`Client::call`].
impl Client {
    /// Enters an order; the answer says where it stood when it had traded what it could.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn place(&mut self, order: PlaceOrder) -> Result<OrderResult, Error> {
        self.ask(Method::Place(order)).await
    }

    /// What an order would do.
    ///
    /// # Errors
    /// As [`Self::call`]; a refusal is what the order itself would get.
    pub async fn preview(&mut self, order: PlaceOrder) -> Result<PreviewResult, Error> {
        self.ask(Method::Preview(order)).await
    }

    /// Changes price or quantity of a resting order.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn amend(&mut self, order: AmendOrder) -> Result<OrderResult, Error> {
        self.ask(Method::Amend(order)).await
    }

    /// Ends a resting order.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn cancel(&mut self, order: CancelOrder) -> Result<OrderResult, Error> {
        self.ask(Method::Cancel(order)).await
    }

    /// Ends every resting order that meets all conditions given.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn cancel_all(&mut self, orders: CancelAll) -> Result<CanceledResult, Error> {
        self.ask(Method::CancelAll(orders)).await
    }

    /// Where an order stands.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn get(&mut self, order: GetOrder) -> Result<GetResult, Error> {
        self.ask(Method::Get(order)).await
    }

    /// The open orders.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn orders(&mut self) -> Result<OrderList, Error> {
        self.ask(Method::ListOrders(ListOrders::default())).await
    }

    /// The latest fills.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn fills(&mut self) -> Result<FillList, Error> {
        self.ask(Method::ListFills(ListFills::default())).await
    }

    /// The positions that are not flat.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn positions(&mut self) -> Result<PositionList, Error> {
        self.ask(Method::ListPositions(Nothing {})).await
    }

    /// Cash, and what is required of it.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn margin(&mut self) -> Result<MarginResult, Error> {
        self.ask(Method::GetMargin(Nothing {})).await
    }

    /// The obligations to deliver and to receive.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn obligations(&mut self) -> Result<ObligationList, Error> {
        self.ask(Method::ListObligations(Nothing {})).await
    }

    /// The invoices.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn invoices(&mut self) -> Result<InvoiceList, Error> {
        self.ask(Method::ListInvoices(Nothing {})).await
    }

    /// The daily statements from one day to another, such as `2027-01-04`, both included.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn statements(
        &mut self,
        from: Option<&str>,
        to: Option<&str>,
    ) -> Result<StatementList, Error> {
        let [from, to] = [from, to].map(|day| day.map(str::to_owned));
        self.ask(Method::ListStatements(ListStatements { from, to })).await
    }

    /// The clocks of the exchange.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn ping(&mut self) -> Result<PingResult, Error> {
        self.ask(Method::Ping(Ping::default())).await
    }

    /// What the session is, and what would be cancelled if it ended now.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn status(&mut self) -> Result<StatusResult, Error> {
        self.ask(Method::Status(Nothing {})).await
    }

    /// Ends the session; its orders stay.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn log_out(&mut self) -> Result<DoneResult, Error> {
        self.ask(Method::Logout(Nothing {})).await
    }

    /// Asks for channels; they are asked for again after a loss.
    ///
    /// # Errors
    /// As [`Self::call`]. A channel that cannot be had is in the answer, not an error.
    pub async fn subscribe(&mut self, channels: &[&str]) -> Result<SubscribeResult, Error> {
        let channels = channels.iter().map(|channel| (*channel).to_owned()).collect();
        let wanted = Subscribe { channels, from_acct_seq: None, from_firm_seq: None };
        let answer: SubscribeResult = self.ask(Method::Subscribe(wanted)).await?;
        self.channels.extend(answer.ok.iter().cloned());
        Ok(answer)
    }

    /// Ends channels.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn unsubscribe(&mut self, channels: &[&str]) -> Result<SubscribeResult, Error> {
        self.channels.retain(|channel| !channels.contains(&channel.as_str()));
        let channels = channels.iter().map(|channel| (*channel).to_owned()).collect();
        self.ask(Method::Unsubscribe(Channels { channels })).await
    }

    /// Asks for a fresh snapshot of a channel, as [`Book`](crate::book::Book) does after a gap.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn resync(&mut self, channel: &str) -> Result<DoneResult, Error> {
        self.ask(Method::Resync(OneChannel { channel: channel.to_owned() })).await
    }
}
