//! Why the rules say no. Codes are those of the wire and are never reused.

use serde::{Deserialize, Serialize};

use crate::{Lots, Mills, OrderState, Phase, Ticks};

/// A refusal: the reason and the numbers it turned on. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The rule.
    pub reason: RejectReason,
    /// The numbers.
    pub detail: Detail,
}

/// The numbers a refusal turned on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Detail {
    /// None needed.
    None,
    /// The phase the contract is in.
    Phase(Phase),
    /// The prices that would pass.
    Band {
        /// Lowest.
        lowest: Ticks,
        /// Highest.
        highest: Ticks,
    },
    /// The best price on the other side.
    BestOpposite(Ticks),
    /// The most that would pass.
    Most(u64),
    /// How an ended order ended.
    Ended {
        /// Where it stands.
        state: OrderState,
        /// Filled in all.
        filled: Lots,
    },
    /// The revision the order is at.
    Revision(u32),
    /// What the order would require, and what there is.
    Margin {
        /// Initial margin with the order.
        required: Mills,
        /// Cash that counts.
        available: Mills,
    },
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal $wire:literal;)*) => {
        /// Which rule said no.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[repr(u16)]
        pub enum RejectReason {
            $($(#[$doc])* $name = $code,)*
        }

        impl RejectReason {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The number on the wire.
            #[must_use]
            pub const fn code(self) -> u16 {
                self as u16
            }

            /// The name on the wire.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $wire,)*
                }
            }
        }
    };
}

reasons! {
    /// A signed command carries a nonce that was used, or is too old.
    NonceReplayed = 1010 "NONCE_REPLAYED";
    /// No such instrument.
    UnknownInstrument = 2001 "UNKNOWN_INSTRUMENT";
    /// The phase does not allow it.
    NotTrading = 2002 "NOT_TRADING";
    /// The price is outside the price band.
    PriceBand = 2004 "PRICE_BAND";
    /// Less than one lot.
    QuantityTooSmall = 2006 "QTY_TOO_SMALL";
    /// More than the largest order.
    QuantityTooLarge = 2007 "QTY_TOO_LARGE";
    /// Time in force and qualifiers contradict each other.
    BadTimeInForce = 2009 "BAD_TIF";
    /// Post-only, and it would trade at once.
    PostOnlyWouldCross = 2010 "POST_ONLY_WOULD_CROSS";
    /// Reduce-only, and there is no position to reduce.
    ReduceOnlyViolation = 2011 "REDUCE_ONLY_VIOLATION";
    /// Fill-or-kill, and it cannot be filled whole at once.
    FokUnfillable = 2012 "FOK_UNFILLABLE";
    /// It came later than its own deadline.
    DeadlinePassed = 2014 "DEADLINE_PASSED";
    /// The client order id stands for another order.
    ClientOrderIdConflict = 2015 "CLIENT_ORDER_ID_CONFLICT";
    /// No such order.
    OrderNotFound = 2016 "ORDER_NOT_FOUND";
    /// The order has ended.
    OrderAlreadyFinal = 2017 "ORDER_ALREADY_FINAL";
    /// The order is at another revision.
    StaleRevision = 2018 "STALE_REVISION";
    /// The account has as many open orders as it may have.
    TooManyOpenOrders = 2019 "TOO_MANY_OPEN_ORDERS";
    /// The amendment asks for nothing, or for what only a new order can have.
    AmendNotAllowed = 2020 "AMEND_NOT_ALLOWED";
    /// The group's protection has frozen its quotes.
    QuotesFrozen = 2022 "MMP_FROZEN";
    /// Its minimum quantity cannot be filled at once.
    MinimumUnfillable = 2024 "MINIMUM_UNFILLABLE";
    /// What it shows is nothing, less than a hundredth of it, or not less than all of it.
    BadPeak = 2025 "BAD_PEAK";
    /// A quote's bid is not below its ask, it names a contract twice, or there are too many.
    BadQuote = 2026 "BAD_QUOTE";
    /// No such combination can be traded.
    BadCombination = 2027 "BAD_COMBINATION";
    /// Members have as many combinations listed as they may have.
    TooManyCombinations = 2028 "TOO_MANY_COMBINATIONS";
    /// A block has no leg, too many, one twice, one too small, or a combination; or it has only one
    /// party.
    BadBlock = 2030 "BAD_BLOCK";
    /// A price of the block is too far from the prices of the day.
    BlockPrice = 2031 "BLOCK_PRICE";
    /// Initial margin would exceed the cash that counts.
    InsufficientMargin = 3001 "INSUFFICIENT_MARGIN";
    /// The position could grow beyond the limit.
    PositionLimit = 3002 "POSITION_LIMIT";
    /// The account, or its member, would require more margin than its credit allows.
    CreditLimit = 3003 "CREDIT_LIMIT";
    /// The account is suspended and the order would not reduce its risk.
    LiquidationOnly = 3004 "LIQUIDATION_ONLY";
    /// The kill switch of the account is thrown.
    KillSwitch = 3005 "KILL_SWITCH";
    /// It would take out what margin needs.
    BeyondFreeCollateral = 3007 "BEYOND_FREE_COLLATERAL";
    /// Too much of the attested capacity in the month of delivery.
    SpotMonthLimit = 3008 "SPOT_MONTH_LIMIT";
    /// The kill switch was thrown by the operator, who alone releases it.
    HeldByOperator = 3010 "HELD_BY_OPERATOR";
    /// The first command must open the market, and only the first may.
    MarketNotOpen = 7001 "MARKET_NOT_OPEN";
    /// The terms contradict themselves.
    BadTerms = 7002 "BAD_TERMS";
    /// No such account.
    UnknownAccount = 7003 "UNKNOWN_ACCOUNT";
    /// The account exists already.
    AccountExists = 7004 "ACCOUNT_EXISTS";
    /// An amount or a price that must be above zero is not, or a name is too long.
    BadAmount = 7005 "BAD_AMOUNT";
    /// The rulebook has no such step.
    BadPhaseChange = 7006 "BAD_PHASE_CHANGE";
    /// No such product.
    UnknownProduct = 7007 "UNKNOWN_PRODUCT";
    /// No account belongs to this member.
    UnknownMember = 7008 "UNKNOWN_MEMBER";
    /// An act of admins has no command or too many, one that is not theirs, or no reason.
    BadAdminAct = 7020 "BAD_ADMIN_ACT";
    /// Two admins must sign it, each once.
    TwoAdmins = 7021 "TWO_ADMINS";
    /// The account is not in default, not flat, or cannot pay back what others paid for it.
    NotReinstatable = 7022 "NOT_REINSTATABLE";
    /// The contract is not delivered in GPU-hours, or is no month.
    NotDeliverable = 7101 "NOT_DELIVERABLE";
    /// The assignment is over.
    PledgeClosed = 7102 "PLEDGE_CLOSED";
    /// A node is named twice, or is pledged already.
    NodeAlreadyPledged = 7103 "NODE_ALREADY_PLEDGED";
    /// A node has not been pledged to this month.
    NodeNotPledged = 7104 "NODE_NOT_PLEDGED";
    /// More nodes than one command may name, or none.
    BadNodeCount = 7105 "BAD_NODE_COUNT";
    /// The hour is not an hour of the delivery, or is not over yet.
    HourNotDue = 7106 "HOUR_NOT_DUE";
    /// The receipts of the hour are final.
    HourFinal = 7107 "HOUR_FINAL";
    /// A node of eight GPUs cannot deliver more than eight GPU-hours an hour.
    BadReading = 7108 "BAD_READING";
    /// The terms of the market have no registry of nodes.
    NoRegistry = 7120 "NO_REGISTRY";
    /// The account has not registered this node.
    NodeNotRegistered = 7121 "NODE_NOT_REGISTERED";
    /// A node or a GPU is registered already, or named twice.
    AlreadyRegistered = 7122 "ALREADY_REGISTERED";
    /// The nodes of a fabric are of one product, zone and grade.
    FabricMismatch = 7123 "FABRIC_MISMATCH";
    /// GPUs that reach each other over PCIe only cannot be delivered.
    GradeNotDeliverable = 7124 "GRADE_NOT_DELIVERABLE";
    /// The node is pledged, or serves an obligation.
    NodeInUse = 7125 "NODE_IN_USE";
    /// The account attests no nodes, or these are its own.
    NotAttestor = 7126 "NOT_ATTESTOR";
    /// Nobody attests nodes for more than a year ahead.
    BadDate = 7127 "BAD_DATE";
    /// Pledges to this month are not taken yet.
    PledgeNotOpen = 7128 "PLEDGE_NOT_OPEN";
    /// The node is of another product.
    WrongProduct = 7129 "WRONG_PRODUCT";
    /// The account has no blocks of this month to be delivered.
    NoBlocks = 7130 "NO_BLOCKS";
    /// Preferences and tenders of this month are not taken now.
    TenderClosed = 7131 "TENDER_CLOSED";
    /// Not whole blocks of a fabric with so many nodes, or more than was sold.
    BadTender = 7132 "BAD_TENDER";
    /// There is no such obligation, or not of this account.
    UnknownObligation = 7133 "UNKNOWN_OBLIGATION";
    /// The account is not the side of the obligation that may do this.
    NotAParty = 7134 "NOT_A_PARTY";
    /// The obligation is past this step, or not there yet.
    WrongState = 7135 "WRONG_STATE";
    /// The node does not serve the obligation, or its test stands.
    NotInTest = 7136 "NOT_IN_TEST";
    /// The spare is not attested, or of a lesser grade.
    NotASpare = 7137 "NOT_A_SPARE";
    /// The terms of the market do not have this.
    NotInTerms = 7140 "NOT_IN_TERMS";
    /// The account is no probe.
    NotProbe = 7141 "NOT_PROBE";
    /// The hour was countersigned, or the claim is not below the seller's receipt.
    NotDisputable = 7142 "NOT_DISPUTABLE";
    /// It would take the bond below what its deliveries need.
    BeyondBond = 7143 "BEYOND_BOND";
    /// The rest was not offered to this account, or can no longer be handed over.
    NotOffered = 7144 "NOT_OFFERED";
    /// Hours that are over, or more of them than the terms say.
    NotWaivable = 7145 "NOT_WAIVABLE";
    /// The operator publishes the index of this market, or the method of its terms does.
    IndexNotBy = 7201 "INDEX_NOT_BY";
    /// The account is no reporter of this product.
    NotAReporter = 7202 "NOT_A_REPORTER";
    /// The day has not begun, or can no longer be revised.
    DayClosed = 7203 "DAY_CLOSED";
    /// An observation has no price that can be, a reference stands twice, or there are too many.
    BadObservation = 7204 "BAD_OBSERVATION";
}

impl From<RejectReason> for Refusal {
    fn from(reason: RejectReason) -> Self {
        Self { reason, detail: Detail::None }
    }
}

impl RejectReason {
    /// A refusal with the numbers it turned on.
    #[must_use]
    pub const fn with(self, detail: Detail) -> Refusal {
        Refusal { reason: self, detail }
    }
}
