//! Everything that may change the exchange, on one page. The log is a list of these.

use serde::{Deserialize, Serialize};

use crate::{
    AccountId, AdminAct, AmendOrder, Attestation, BlockTrade, Date, HourClaim, InstrumentId, Leg,
    Lots, MarketTerms, MassCancel, MassQuote, MemberId, Mills, NewOrder, NodeEntry, NodeId,
    NodeReading, NodeTest, ObligationId, Observation, OrderRef, Party, PhaseChange, Preference,
    ProductId, Proof, Protection, PublicKey, QuoteGroup, StandbyBid, StandbyOffer, Tender,
    TermsChange, Ticks, Timestamp,
};

/// Most nodes that one pledge or one meter reading may name.
pub const MOST_NODES: usize = 1024;

/// Something that may change the exchange.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// The first command of every log: the market and its terms.
    OpenMarket(Box<MarketTerms>),
    /// Time has passed: every timer that is due fires, oldest first.
    ClockAdvanced,
    /// A new account.
    OpenAccount {
        /// Its number.
        account: AccountId,
        /// Its name, 1 to 64 bytes.
        name: String,
        /// The key that signs its logins and what moves its value.
        key: PublicKey,
    },
    /// Money paid in.
    Deposit {
        /// To whom.
        account: AccountId,
        /// How much; above zero.
        amount: Mills,
    },
    /// A new order. Chapter 3.
    PlaceOrder(NewOrder),
    /// A change of a resting order.
    AmendOrder(AmendOrder),
    /// The end of a resting order.
    CancelOrder {
        /// Whose.
        account: AccountId,
        /// Which.
        order: OrderRef,
    },
    /// The end of many resting orders.
    CancelOrders(MassCancel),
    /// Quotes of a market maker.
    QuoteMany(MassQuote),
    /// The protection of a quote group.
    ProtectQuotes {
        /// Whose.
        account: AccountId,
        /// Which group.
        group: QuoteGroup,
        /// When its quotes are pulled; never when absent.
        protection: Option<Protection>,
    },
    /// A frozen quote group takes quotes again.
    ResetQuotes {
        /// Whose.
        account: AccountId,
        /// Which group.
        group: QuoteGroup,
    },
    /// The kill switch of an account: all its orders end, and no new one is taken until it is
    /// released.
    ThrowKillSwitch {
        /// Whose.
        account: AccountId,
        /// Thrown or released.
        is_thrown: bool,
    },
    /// A member lists a combination that is not listed yet.
    DefineCombination {
        /// Who.
        account: AccountId,
        /// Its legs, in any order; a spread has ratios -1 and 1.
        legs: Vec<Leg>,
    },
    /// A trade that two members have agreed on.
    TradeBlock(Box<BlockTrade>),
    /// The operator appoints a market maker of a product, or dismisses one.
    AppointMaker {
        /// Who.
        account: AccountId,
        /// Of which product.
        product: ProductId,
        /// Appointed or dismissed.
        is_appointed: bool,
    },
    /// The operator changes the phase of a contract.
    ChangePhase {
        /// Which.
        instrument: InstrumentId,
        /// How.
        change: PhaseChange,
    },
    /// The operator changes the price band of a contract until it is changed again.
    ChangeBand {
        /// Which.
        instrument: InstrumentId,
        /// The new reach around the settlement price, 1 to 1,000.
        permille: u32,
    },
    /// The venue was down and is back: nothing trades before an auction.
    Restarted,
    /// A new value of the reference index of a product.
    PublishIndex {
        /// Which product.
        product: ProductId,
        /// Mills per GPU-hour; above zero.
        price: Ticks,
    },
    /// A provider pledges nodes to the delivery of a contract month.
    PledgeNodes {
        /// Who runs the nodes.
        account: AccountId,
        /// The contract month.
        instrument: InstrumentId,
        /// The nodes; each can be pledged once to a month.
        nodes: Vec<NodeId>,
        /// The provider's signature.
        proof: Proof,
    },
    /// A provider's receipt for one hour of its nodes.
    MeterHour {
        /// Who runs the nodes.
        account: AccountId,
        /// The contract month.
        instrument: InstrumentId,
        /// The start of the hour.
        hour: Timestamp,
        /// What each node delivered; a later reading of a node replaces an earlier one. A node that
        /// is never named has delivered nothing.
        readings: Vec<NodeReading>,
        /// The provider's signature.
        proof: Proof,
    },
    /// Money paid out.
    Withdraw {
        /// To whom.
        account: AccountId,
        /// How much; above zero, and no more than its margin leaves free.
        amount: Mills,
        /// The owner's signature.
        proof: Proof,
    },
    /// The operator attests the nodes that stand behind a product at its hub.
    AttestCapacity {
        /// Which product.
        product: ProductId,
        /// How many lots they are.
        lots: Lots,
    },
    /// An account declares that it needs more of a product than others may hold.
    ExemptHedger {
        /// Whose need.
        account: AccountId,
        /// Of which product.
        product: ProductId,
        /// So many lots more; 0 ends it.
        lots: Lots,
    },
    /// An account becomes one of a member's.
    JoinMember {
        /// Which account.
        account: AccountId,
        /// The member.
        member: MemberId,
    },
    /// The operator limits what an account, or all accounts of a member, may require in margin.
    LimitCredit {
        /// Of whom.
        party: Party,
        /// The limit; none when absent.
        most: Option<Mills>,
    },
    /// The kill switches of all accounts of a member.
    ThrowMemberSwitch {
        /// Whose.
        member: MemberId,
        /// Thrown or released.
        is_thrown: bool,
    },
    /// A provider registers nodes.
    RegisterNodes {
        /// Who runs them.
        account: AccountId,
        /// The nodes.
        nodes: Vec<NodeEntry>,
        /// The provider's signature.
        proof: Proof,
    },
    /// A provider takes nodes out of the registry.
    RetireNodes {
        /// Who runs them.
        account: AccountId,
        /// Which.
        nodes: Vec<NodeId>,
        /// The provider's signature.
        proof: Proof,
    },
    /// An attestor has seen nodes.
    AttestNodes {
        /// Who attests.
        account: AccountId,
        /// Who runs them.
        provider: AccountId,
        /// Which.
        nodes: Vec<NodeId>,
        /// The last day for which they count; a day in the past takes it back.
        until: Date,
        /// The attestor's signature.
        proof: Proof,
    },
    /// The operator appoints an attestor, or dismisses one.
    AppointAttestor {
        /// Who.
        account: AccountId,
        /// Appointed or dismissed.
        is_appointed: bool,
    },
    /// What a buyer of an expired month would like to get.
    PreferDelivery {
        /// Who.
        account: AccountId,
        /// The contract month.
        instrument: InstrumentId,
        /// What.
        preference: Box<Preference>,
        /// The buyer's signature.
        proof: Proof,
    },
    /// What a seller of an expired month offers.
    TenderBlocks {
        /// Who.
        account: AccountId,
        /// The contract month.
        instrument: InstrumentId,
        /// What; it replaces an earlier offer.
        tenders: Vec<Tender>,
        /// The seller's signature.
        proof: Proof,
    },
    /// One side of an obligation would rather do without the house.
    ElectAlternative {
        /// Who.
        account: AccountId,
        /// Which obligation.
        obligation: ObligationId,
        /// Its signature.
        proof: Proof,
    },
    /// What a buyer, or an attestor, found when it tested nodes.
    TestNodes {
        /// Who tested.
        account: AccountId,
        /// Which obligation.
        obligation: ObligationId,
        /// What it found.
        results: Vec<NodeTest>,
        /// Its signature.
        proof: Proof,
    },
    /// A seller puts a spare node in the place of one that failed.
    ReplaceNode {
        /// Who runs them.
        account: AccountId,
        /// Which obligation.
        obligation: ObligationId,
        /// The node that failed.
        failed: NodeId,
        /// The node in its place.
        spare: NodeId,
        /// The seller's signature.
        proof: Proof,
    },
    /// A session has logged in, or signed its order flow. Changes nothing: it is there for whoever
    /// checks the log.
    Attest(Box<Attestation>),
    /// What admins have signed.
    Administer(Box<AdminAct>),
    /// An account in default that is flat and has paid may trade again.
    Reinstate {
        /// Which.
        account: AccountId,
    },
    /// The buyer signs the seller's receipt of an hour.
    CountersignHour {
        /// The buyer.
        account: AccountId,
        /// Of which obligation.
        obligation: ObligationId,
        /// The start of the hour.
        hour: Timestamp,
        /// The buyer's signature.
        proof: Proof,
    },
    /// The buyer says that nodes delivered less in an hour than the seller reported.
    DisputeHour(HourClaim),
    /// The operator appoints a probe, or dismisses one.
    AppointProbe {
        /// Who.
        account: AccountId,
        /// Appointed or dismissed.
        is_appointed: bool,
    },
    /// What a probe has read of nodes in an hour; it outranks seller and buyer.
    ProbeHour(HourClaim),
    /// The operator waives hours at a hub, as far as the terms allow.
    WaiveHours {
        /// At which hub.
        hub: String,
        /// The start of the first.
        from: Timestamp,
        /// The end of the last.
        until: Timestamp,
    },
    /// A provider offers nodes for what is left of a month, in place of those it offered before.
    OfferStandby(StandbyOffer),
    /// A bid for hours that are resold for what is left of a month, in place of the one before.
    BidStandby(StandbyBid),
    /// Cash that becomes bond.
    PostBond {
        /// Whose.
        account: AccountId,
        /// How much; above zero, and no more than its margin leaves free.
        amount: Mills,
        /// The owner's signature.
        proof: Proof,
    },
    /// Bond that becomes cash.
    ReleaseBond {
        /// Whose.
        account: AccountId,
        /// How much; above zero, and no more than its deliveries leave free.
        amount: Mills,
        /// The owner's signature.
        proof: Proof,
    },
    /// The buyer of an obligation offers the rest of its window to another account.
    TransferObligation {
        /// The buyer.
        account: AccountId,
        /// Which obligation.
        obligation: ObligationId,
        /// To whom.
        to: AccountId,
        /// What that account pays; below zero, what it gets.
        price: Mills,
        /// The buyer's signature.
        proof: Proof,
    },
    /// The account to which the rest of an obligation's window was offered takes it.
    AcceptObligation {
        /// Who takes it.
        account: AccountId,
        /// Which obligation.
        obligation: ObligationId,
        /// Its signature.
        proof: Proof,
    },
    /// The operator appoints a reporter of the index of a product, or dismisses one.
    AppointReporter {
        /// Who.
        account: AccountId,
        /// Of which product.
        product: ProductId,
        /// Appointed or dismissed.
        is_appointed: bool,
    },
    /// Prices that a reporter has seen.
    ObserveIndex {
        /// Who has seen them.
        account: AccountId,
        /// Of which product.
        product: ProductId,
        /// On which day.
        date: Date,
        /// The prices; each reference once.
        observations: Vec<Observation>,
        /// The reporter's signature.
        proof: Proof,
    },
    /// The operator changes terms.
    ChangeTerms(TermsChange),
    /// All orders of all accounts of a member end.
    CancelMember(MemberId),
}
