//! Everything that can have happened, on one page.

use serde::{Deserialize, Serialize};

use crate::{
    AccountId, AdminReport, CapacityFact, ClearingFact, Date, FillReport, IndexPrint, Instrument,
    InstrumentId, Invoice, LegReport, Lots, MarginReport, MarketTerms, NetLots, NodeId,
    ObligationReport, OrderReport, OrderVerdict, PerformanceFact, Phase, PositionReport, ProductId,
    PublicKey, QuoteGroup, QuoteVerdict, Refusal, Side, StandbyFact, Statement, Supply,
    TermsChange, Ticks, Timestamp, TradeId, Transfer,
};

/// Something that happened because of a command. Each command ends with exactly one verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The market was opened with these terms.
    MarketOpened(Box<MarketTerms>),
    /// The reference index of a product has a new value.
    IndexPublished {
        /// Which product.
        product: ProductId,
        /// Mills per GPU-hour.
        price: Ticks,
    },
    /// Something of one instrument that everybody may know.
    Market {
        /// Which instrument.
        instrument: InstrumentId,
        /// The instrument's own sequence number: 1, 2, 3, ... without gaps.
        eseq: u64,
        /// What.
        fact: MarketFact,
    },
    /// Something of one account that its owner may know.
    Account {
        /// Whose.
        account: AccountId,
        /// The account's own sequence number: 1, 2, 3, ... without gaps.
        acct_seq: u64,
        /// What.
        fact: AccountFact,
    },
    /// The answer to whoever sent the command.
    Verdict(Verdict),
    /// There are more nodes of a product, or fewer.
    SupplyChanged {
        /// Which product.
        product: ProductId,
        /// Those that are registered and attested now.
        supply: Supply,
    },
    /// Admins have acted.
    Administered(Box<AdminReport>),
    /// Hours at a hub are waived.
    HoursWaived {
        /// At which hub.
        hub: String,
        /// The start of the first.
        from: Timestamp,
        /// The end of the last.
        until: Timestamp,
    },
    /// The index of a product was worked out for a day, or again.
    IndexPrinted {
        /// Which product.
        product: ProductId,
        /// What came of it.
        print: IndexPrint,
    },
    /// The last value of the index of a product is too old: it has none until one is printed.
    IndexLapsed {
        /// Which product.
        product: ProductId,
    },
    /// Terms have changed, or will.
    TermsChanged {
        /// Which, and to what.
        change: TermsChange,
        /// From when on.
        from: Timestamp,
    },
}

/// What everybody may know of an instrument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MarketFact {
    /// It is listed.
    Listed(Box<Instrument>),
    /// It has entered a phase.
    Phase(Phase),
    /// Two orders traded.
    Trade {
        /// The trade.
        trade_id: TradeId,
        /// At which price.
        price: Ticks,
        /// How much.
        lots: Lots,
        /// The side that came; neither in an auction or a block.
        aggressor: Option<Side>,
        /// How it came about.
        kind: TradeKind,
    },
    /// All that rests at one price, after the command; once for each price it touched.
    Depth {
        /// On which side.
        side: Side,
        /// At which price.
        price: Ticks,
        /// The lots there; none removes the price.
        lots: Lots,
    },
    /// The best that orders of other contracts together make here, when it has changed.
    Implied {
        /// As a bid or as an ask.
        side: Side,
        /// Price and lots; none when there is none.
        best: Option<(Ticks, Lots)>,
    },
    /// What the auction would come to now.
    Indicative(Indicative),
    /// The prices an order may have from now on.
    Band {
        /// Lowest.
        lowest: Ticks,
        /// Highest.
        highest: Ticks,
    },
    /// How far its price is meant to move in the worst ordinary case, as margin counts it.
    ScanRange {
        /// The average of its months by hours, rounded up.
        range: Ticks,
        /// The settlement from which it counts.
        from: Timestamp,
    },
    /// It has a settlement price.
    Settled {
        /// The price.
        price: Ticks,
        /// The day.
        date: Date,
        /// Whether it is the last one.
        is_final: bool,
        /// How the price was found.
        method: SettlementMethod,
        /// Lots traded since the last settlement.
        volume: Lots,
        /// Lots long, which are the lots short.
        open_interest: Lots,
    },
}

/// How a trade came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TradeKind {
    /// Two orders of the book, or of its auction.
    Book,
    /// An order of the book with orders of other contracts.
    Implied,
    /// Two members, away from the book.
    Block,
}

/// What an auction would come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicative {
    /// The price; none while nothing would trade.
    pub price: Option<Ticks>,
    /// The lots that would trade.
    pub lots: Lots,
    /// The lots that would be left over at that price: bought if above zero, sold if below.
    pub surplus: NetLots,
}

/// How a settlement price was found, in order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettlementMethod {
    /// Average price of the trades of the last minutes, weighted by lots.
    Vwap,
    /// Implied from trades of calendar spreads in the last minutes.
    SpreadVwap,
    /// Middle of the best bid and the best ask.
    MidQuote,
    /// Middle of the best bid and the best ask that calendar spreads imply.
    SpreadQuote,
    /// The settlement price before, moved as the nearest settled contract moved.
    Neighbour,
    /// The settlement price before.
    Previous,
    /// Of a quarter or a year: the mean of its months by hours.
    Months,
    /// Of a combination: worked out from those of its legs.
    Legs,
    /// Of a cash twin at its end: the average of the index over the month.
    IndexAverage,
}

/// What the owner of an account may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccountFact {
    /// It was opened.
    Opened {
        /// Its name.
        name: String,
        /// Its key.
        key: PublicKey,
    },
    /// An order changed.
    Order(OrderReport),
    /// An order traded.
    Fill(FillReport),
    /// What a fill brought in one leg; right after the fill, leg by leg.
    Leg(LegReport),
    /// A position changed.
    Position(PositionReport),
    /// Cash or requirement changed; once for each account a command touched.
    Margin(MarginReport),
    /// Money moved.
    Cash(Transfer),
    /// It is in default: it may only reduce its risk from now on.
    Suspended,
    /// A call for margin, or a step of a default. Chapter 10.
    Clearing(ClearingFact),
    /// Its kill switch was thrown or released.
    KillSwitch {
        /// Thrown or released.
        is_thrown: bool,
    },
    /// It was appointed a market maker, or dismissed.
    Maker {
        /// Of which product.
        product: ProductId,
        /// Appointed or dismissed.
        is_appointed: bool,
    },
    /// A quote group was protected, pulled or reset.
    QuoteGroup {
        /// Which.
        group: QuoteGroup,
        /// Whether its quotes were pulled and no new ones are taken.
        is_frozen: bool,
        /// When it takes quotes again by itself.
        until: Option<Timestamp>,
    },
    /// A position ended with its contract. The three add up to the position there was.
    Expired {
        /// The contract.
        instrument: InstrumentId,
        /// Final settlement price.
        price: Ticks,
        /// Lots that became positions in the months and quarters of the period.
        cascaded: NetLots,
        /// Lots that will be delivered in GPU-hours.
        delivered: NetLots,
        /// Lots that ended in money.
        cashed: NetLots,
    },
    /// Nodes are pledged to a contract month.
    Pledged {
        /// The contract month.
        instrument: InstrumentId,
        /// All nodes pledged to it by this account.
        nodes: Vec<NodeId>,
    },
    /// An obligation changed.
    Obligation(ObligationReport),
    /// An obligation was billed.
    Invoice(Invoice),
    /// A day was settled.
    Statement(Box<Statement>),
    /// Something of its capacity, or a step before a delivery. Chapter 11.
    Capacity(CapacityFact),
    /// What came before was done to it by the operator, for this reason.
    ByOperator {
        /// Why.
        reason: String,
    },
    /// It is in default no more.
    Reinstated,
    /// Something happened to one of its obligations.
    Performance(PerformanceFact),
    /// Its standby nodes, its bids for them, its bond, its office as a probe.
    Standby(StandbyFact),
    /// It was appointed a reporter of the index, or dismissed.
    Reporter {
        /// Of which product.
        product: ProductId,
        /// Appointed or dismissed.
        is_appointed: bool,
    },
}

/// The answer to a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// Done.
    Done,
    /// Where the order stands.
    Order(OrderVerdict),
    /// The combination is listed, since now or before.
    Listed(InstrumentId),
    /// So many orders were cancelled.
    Canceled {
        /// How many.
        count: u64,
        /// The account's sequence number after the command.
        acct_seq: u64,
    },
    /// Where each quote stands.
    Quotes {
        /// One for each side given, in the order given.
        results: Vec<QuoteVerdict>,
        /// The account's sequence number after the command.
        acct_seq: u64,
    },
    /// The rules say no, and nothing has changed.
    Refused(Refusal),
    /// Of what admins have signed.
    Administered {
        /// Commands that were carried out.
        done: u64,
        /// Commands that were refused.
        refused: u64,
        /// Orders that ended.
        canceled: u64,
    },
}
