//! Signed requests about capacity and about what comes before a delivery. Chapter 11.

use protocol::client::{
    Attest, Elect, Method, OfferBlocks, Prefer, Register, Replace, Retire, Signed, TestResults,
};
use protocol::errors::WireError;
use sequencer::{Lane, Request};
use types::{Command, NodeId};

use super::conversation::Conversation;
use super::dispatch::Call;
use crate::egress::Requested;
use crate::ingress;
use crate::throttle::Bucket;

/// What a registration costs: it is the largest of all requests.
const REGISTER_COST: u32 = 10;

impl Conversation {
    pub(super) fn of_capacity(
        &mut self,
        call: &mut Call,
        method: &Method,
    ) -> Result<(), WireError> {
        match method {
            Method::Register(signed) => self.register(call, signed),
            Method::Retire(signed) => self.retire(call, signed),
            Method::Attest(signed) => self.attest(call, signed),
            Method::Prefer(signed) => self.prefer(call, signed),
            Method::Tender(signed) => self.tender(call, signed),
            Method::Elect(signed) => self.elect(call, signed),
            Method::Accept(signed) => self.test_nodes(call, signed),
            Method::Replace(signed) => self.replace(call, signed),
            _ => unreachable!("the dispatcher hands these over"),
        }
    }

    fn register(&mut self, call: &mut Call, signed: &Signed) -> Result<(), WireError> {
        let account = self.sender()?.account;
        self.pay(call, Bucket::Orders, REGISTER_COST)?;
        let (register, proof) = self.proven::<Register>("capacity.register", signed)?;
        let directory = &self.venue.directory;
        let entry = |form| ingress::capacity::entry(form, |symbol| directory.product(symbol));
        let nodes = register.nodes.iter().map(entry).collect::<Result<_, _>>()?;
        self.command(call, Command::RegisterNodes { account, nodes, proof })
    }

    fn retire(&mut self, call: &mut Call, signed: &Signed) -> Result<(), WireError> {
        let account = self.sender()?.account;
        self.pay(call, Bucket::Orders, 1)?;
        let (retire, proof) = self.proven::<Retire>("capacity.retire", signed)?;
        let nodes = ingress::nodes(&retire.nodes);
        self.command(call, Command::RetireNodes { account, nodes, proof })
    }

    fn attest(&mut self, call: &mut Call, signed: &Signed) -> Result<(), WireError> {
        let account = self.sender()?.account;
        self.pay(call, Bucket::Orders, 1)?;
        let (attest, proof) = self.proven::<Attest>("capacity.attest", signed)?;
        let (provider, nodes, until) = ingress::capacity::attested(&attest)?;
        self.command(call, Command::AttestNodes { account, provider, nodes, until, proof })
    }

    fn prefer(&mut self, call: &mut Call, signed: &Signed) -> Result<(), WireError> {
        let account = self.sender()?.account;
        self.pay(call, Bucket::Orders, 1)?;
        let (prefer, proof) = self.proven::<Prefer>("delivery.prefer", signed)?;
        let instrument = ingress::instrument(&self.venue.directory, &prefer.symbol)?;
        let preference = Box::new(ingress::capacity::preference(&prefer)?);
        self.command(call, Command::PreferDelivery { account, instrument, preference, proof })
    }

    fn tender(&mut self, call: &mut Call, signed: &Signed) -> Result<(), WireError> {
        let account = self.sender()?.account;
        self.pay(call, Bucket::Orders, 1)?;
        let (offer, proof) = self.proven::<OfferBlocks>("delivery.tender", signed)?;
        let instrument = ingress::instrument(&self.venue.directory, &offer.symbol)?;
        let tenders = ingress::capacity::tenders(&offer)?;
        self.command(call, Command::TenderBlocks { account, instrument, tenders, proof })
    }

    fn elect(&mut self, call: &mut Call, signed: &Signed) -> Result<(), WireError> {
        let account = self.sender()?.account;
        self.pay(call, Bucket::Orders, 1)?;
        let (elect, proof) = self.proven::<Elect>("delivery.elect", signed)?;
        let obligation = ingress::obligation(&elect.obligation_id)?;
        self.command(call, Command::ElectAlternative { account, obligation, proof })
    }

    fn test_nodes(&mut self, call: &mut Call, signed: &Signed) -> Result<(), WireError> {
        let account = self.sender()?.account;
        self.pay(call, Bucket::Orders, 1)?;
        let (tested, proof) = self.proven::<TestResults>("delivery.accept", signed)?;
        let obligation = ingress::obligation(&tested.obligation_id)?;
        let results = ingress::capacity::results(&tested);
        self.command(call, Command::TestNodes { account, obligation, results, proof })
    }

    fn replace(&mut self, call: &mut Call, signed: &Signed) -> Result<(), WireError> {
        let account = self.sender()?.account;
        self.pay(call, Bucket::Orders, 1)?;
        let (replace, proof) = self.proven::<Replace>("delivery.replace", signed)?;
        let obligation = ingress::obligation(&replace.obligation_id)?;
        let (failed, spare) = (NodeId(replace.failed), NodeId(replace.spare));
        self.command(call, Command::ReplaceNode { account, obligation, failed, spare, proof })
    }

    fn command(&mut self, call: &mut Call, command: Command) -> Result<(), WireError> {
        self.submit(call, Requested::Plain, Lane::Orders, Request::Command(command))
    }
}
