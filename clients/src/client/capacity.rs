//! Signed requests about capacity, and about what comes before a delivery.

use protocol::client::{
    Attest, Elect, Method, NodeForm, Nothing, OfferBlocks, Prefer, Register, Replace, Retire,
    TenderForm, TestResults,
};
use protocol::server::{CapacityList, DoneResult};

use super::Client;
use crate::Error;

impl Client {
    /// Registers nodes, at most 128 at a time.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn register(&mut self, nodes: Vec<NodeForm>) -> Result<DoneResult, Error> {
        let signed = self.sign("capacity.register", &Register { nodes })?;
        self.ask(Method::Register(signed)).await
    }

    /// Takes nodes out of the registry.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn retire(&mut self, nodes: &[u32]) -> Result<DoneResult, Error> {
        let signed = self.sign("capacity.retire", &Retire { nodes: nodes.to_vec() })?;
        self.ask(Method::Retire(signed)).await
    }

    /// Attests nodes of a provider until a day such as `2027-03-31`; for appointed attestors.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn attest(
        &mut self,
        provider: &str,
        nodes: &[u32],
        until: &str,
    ) -> Result<DoneResult, Error> {
        let (provider, until) = (provider.to_owned(), until.to_owned());
        let attest = Attest { provider, nodes: nodes.to_vec(), until };
        let signed = self.sign("capacity.attest", &attest)?;
        self.ask(Method::Attest(signed)).await
    }

    /// The nodes that the account has registered.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn capacity(&mut self) -> Result<CapacityList, Error> {
        self.ask(Method::ListCapacity(Nothing {})).await
    }

    /// Says what the account would like to get of an expired month.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn prefer(&mut self, preference: &Prefer) -> Result<DoneResult, Error> {
        let signed = self.sign("delivery.prefer", preference)?;
        self.ask(Method::Prefer(signed)).await
    }

    /// Offers blocks of fabrics for an expired month, in place of what was offered.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn tender(
        &mut self,
        symbol: &str,
        tenders: Vec<TenderForm>,
    ) -> Result<DoneResult, Error> {
        let signed =
            self.sign("delivery.tender", &OfferBlocks { symbol: symbol.to_owned(), tenders })?;
        self.ask(Method::Tender(signed)).await
    }

    /// Would rather deliver, or receive, without the house.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn elect(&mut self, obligation_id: &str) -> Result<DoneResult, Error> {
        let elect = Elect { obligation_id: obligation_id.to_owned() };
        let signed = self.sign("delivery.elect", &elect)?;
        self.ask(Method::Elect(signed)).await
    }

    /// Says which nodes of an obligation passed a test and which did not.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn accept_nodes(
        &mut self,
        obligation_id: &str,
        results: &[(u32, bool)],
    ) -> Result<DoneResult, Error> {
        let (obligation_id, results) = (obligation_id.to_owned(), results.to_vec());
        let signed = self.sign("delivery.accept", &TestResults { obligation_id, results })?;
        self.ask(Method::Accept(signed)).await
    }

    /// Puts a spare in the place of a node that failed.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn replace_node(
        &mut self,
        obligation_id: &str,
        failed: u32,
        spare: u32,
    ) -> Result<DoneResult, Error> {
        let replace = Replace { obligation_id: obligation_id.to_owned(), failed, spare };
        let signed = self.sign("delivery.replace", &replace)?;
        self.ask(Method::Replace(signed)).await
    }
}
