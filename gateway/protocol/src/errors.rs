//! Errors on the wire: one code, one meaning, for ever. `message` is the constant name; `data.final`
//! says whether the request has changed nothing and never will; `data.text` says it to people.

mod refusal;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub use refusal::refused;

/// An error as it stands in a reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WireError {
    /// The number.
    pub code: i32,
    /// The name.
    pub message: String,
    /// `final`, `text`, and the numbers the error turned on.
    pub data: Map<String, Value>,
}

macro_rules! codes {
    ($($name:ident = $code:literal $wire:literal $text:literal;)*) => {
        /// Every code there is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(i32)]
        pub enum Code {
            $(#[doc = $text] $name = $code,)*
        }

        impl Code {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The constant name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $wire,)*
                }
            }

            /// What it means, to people.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

codes! {
    ParseError = -32700 "PARSE_ERROR" "The message is not JSON.";
    InvalidRequest = -32600 "INVALID_REQUEST" "The message is not a request of JSON-RPC 2.0.";
    MethodNotFound = -32601 "METHOD_NOT_FOUND" "There is no such method.";
    InvalidParams = -32602 "INVALID_PARAMS" "A parameter is missing, unknown or malformed.";
    Internal = -32603 "INTERNAL" "Something is wrong with the venue.";
    AuthRequired = 1001 "AUTH_REQUIRED" "Log in first.";
    AuthFailed = 1002 "AUTH_FAILED" "The login failed.";
    KeyRevokedOrExpired = 1003 "KEY_REVOKED_OR_EXPIRED" "The key is no longer valid.";
    IpNotAllowed = 1004 "IP_NOT_ALLOWED" "The key may not be used from this address.";
    ScopeDenied = 1005 "SCOPE_DENIED" "The key has not the scope for this.";
    SessionLimit = 1006 "SESSION_LIMIT" "The key has as many sessions as it may have.";
    AlreadyLoggedIn = 1007 "ALREADY_LOGGED_IN" "This connection is logged in already.";
    AccountSuspended = 1008 "ACCOUNT_SUSPENDED" "The account is suspended.";
    BadSignedPayload = 1009 "BAD_SIGNED_PAYLOAD" "The payload or its signature is wrong.";
    NonceReplayed = 1010 "NONCE_REPLAYED" "The nonce was used before, or is too old.";
    SignatureDue = 1011 "SIGNATURE_DUE" "The order flow so far must be signed first.";
    UnknownInstrument = 2001 "UNKNOWN_INSTRUMENT" "There is no such contract.";
    NotTrading = 2002 "NOT_TRADING" "The contract does not trade now.";
    PriceOffTick = 2003 "PRICE_OFF_TICK" "The price lies between two ticks.";
    PriceBand = 2004 "PRICE_BAND" "The price is outside the price band.";
    QtyOffLot = 2005 "QTY_OFF_LOT" "The quantity is not a whole number of lots.";
    QtyTooSmall = 2006 "QTY_TOO_SMALL" "The quantity is less than one lot.";
    QtyTooLarge = 2007 "QTY_TOO_LARGE" "The quantity is more than the largest order.";
    NotionalLimit = 2008 "NOTIONAL_LIMIT" "The order is worth more than is allowed.";
    BadTif = 2009 "BAD_TIF" "Time in force and qualifiers do not go together, or are not offered.";
    PostOnlyWouldCross = 2010 "POST_ONLY_WOULD_CROSS" "The post-only order would trade at once.";
    ReduceOnlyViolation = 2011 "REDUCE_ONLY_VIOLATION" "The order would not reduce the position.";
    FokUnfillable = 2012 "FOK_UNFILLABLE" "The order cannot be filled whole.";
    SelfTradePrevented = 2013 "SELF_TRADE_PREVENTED" "The order would trade with its own account.";
    DeadlinePassed = 2014 "DEADLINE_PASSED" "The order came later than its own deadline.";
    ClientOrderIdConflict = 2015 "CLIENT_ORDER_ID_CONFLICT"
        "The client order id stands for another order.";
    OrderNotFound = 2016 "ORDER_NOT_FOUND" "There is no such order.";
    OrderAlreadyFinal = 2017 "ORDER_ALREADY_FINAL" "The order has ended.";
    StaleRevision = 2018 "STALE_REVISION" "The order is at another revision.";
    TooManyOpenOrders = 2019 "TOO_MANY_OPEN_ORDERS"
        "The account has as many open orders as it may have.";
    AmendNotAllowed = 2020 "AMEND_NOT_ALLOWED" "The amendment changes neither price nor quantity.";
    CodRequired = 2021 "COD_REQUIRED" "This needs cancel on disconnect.";
    MmpFrozen = 2022 "MMP_FROZEN" "Market maker protection has frozen the quotes.";
    InDeliveryWindow = 2023 "IN_DELIVERY_WINDOW" "The contract is being delivered.";
    MinimumUnfillable = 2024 "MINIMUM_UNFILLABLE" "Not as much as must trade at once can.";
    BadPeak = 2025 "BAD_PEAK" "An iceberg shows less than all and at least a hundredth of it.";
    BadQuote = 2026 "BAD_QUOTE" "The quotes contradict themselves, or there are too many.";
    BadCombination = 2027 "BAD_COMBINATION" "No such combination can be traded.";
    TooManyCombinations = 2028 "TOO_MANY_COMBINATIONS"
        "Members have as many combinations listed as they may have.";
    BlockNotFound = 2029 "BLOCK_NOT_FOUND" "No such block waits for this account, or with these terms.";
    BadBlock = 2030 "BAD_BLOCK" "The block contradicts itself, or cannot be traded away from the book.";
    BlockPrice = 2031 "BLOCK_PRICE" "A price of the block is too far from the prices of the day.";
    TooManyBlocks = 2032 "TOO_MANY_BLOCKS" "As many blocks wait for their other side as may wait.";
    RfqNotFound = 2041 "RFQ_NOT_FOUND" "No such request for quotes is open, or not with this answer.";
    BadRfq = 2042 "BAD_RFQ" "The answer is not to what was asked for.";
    TooManyRfqs = 2043 "TOO_MANY_RFQS" "As many requests for quotes are open as may be.";
    InsufficientMargin = 3001 "INSUFFICIENT_MARGIN" "Initial margin would exceed the cash that counts.";
    PositionLimit = 3002 "POSITION_LIMIT" "The position could grow beyond the limit.";
    CreditLimit = 3003 "CREDIT_LIMIT" "The credit limit would be exceeded.";
    LiquidationOnly = 3004 "LIQUIDATION_ONLY" "The account may only reduce its risk.";
    KillSwitch = 3005 "KILL_SWITCH" "Trading was switched off for this account.";
    BeyondFreeCollateral = 3007 "BEYOND_FREE_COLLATERAL" "Margin needs what would go out.";
    SpotMonthLimit = 3008 "SPOT_MONTH_LIMIT" "Too much of the attested capacity of the month.";
    HeldByOperator = 3010 "HELD_BY_OPERATOR" "The operator has switched the account off.";
    ObligationLocked = 3006 "OBLIGATION_LOCKED" "The obligation cannot be changed now.";
    RateLimited = 4001 "RATE_LIMITED" "Too many requests; the connection stays.";
    TooManyInFlight = 4002 "TOO_MANY_IN_FLIGHT" "Too many requests wait for their answer.";
    SubscriptionLimit = 4003 "SUBSCRIPTION_LIMIT" "The connection has as many channels as it may have.";
    MessageTooLarge = 4004 "MESSAGE_TOO_LARGE" "The message is too large.";
    EngineBusy = 4005 "ENGINE_BUSY" "The exchange has no room now; nothing was sequenced.";
    OutcomeUnknown = 5001 "OUTCOME_UNKNOWN" "Nobody knows what became of the request.";
    Maintenance = 5002 "MAINTENANCE" "The venue takes no new orders now.";
    ShuttingDown = 5003 "SHUTTING_DOWN" "The venue is shutting down.";
    NotPrimary = 5004 "NOT_PRIMARY" "Another node takes commands.";
    UnknownChannel = 6001 "UNKNOWN_CHANNEL" "There is no such channel.";
    BadChannelParam = 6002 "BAD_CHANNEL_PARAM" "A parameter of the channel is not among those allowed.";
    NotSubscribed = 6003 "NOT_SUBSCRIBED" "The channel is not subscribed.";
    ResumeTooOld = 6004 "RESUME_TOO_OLD" "Events that old are no longer kept.";
    EpochMismatch = 6005 "EPOCH_MISMATCH" "The epoch is over.";
    MarketNotOpen = 7001 "MARKET_NOT_OPEN" "The market is not open, or is open already.";
    BadTerms = 7002 "BAD_TERMS" "The terms of the market contradict themselves.";
    UnknownAccount = 7003 "UNKNOWN_ACCOUNT" "There is no such account.";
    AccountExists = 7004 "ACCOUNT_EXISTS" "The account exists already.";
    BadAmount = 7005 "BAD_AMOUNT" "The amount is not one that can be taken.";
    BadPhaseChange = 7006 "BAD_PHASE_CHANGE" "The rulebook has no such step.";
    UnknownProduct = 7007 "UNKNOWN_PRODUCT" "There is no such product.";
    UnknownMember = 7008 "UNKNOWN_MEMBER" "No account belongs to this member.";
    BadAdminAct = 7020 "BAD_ADMIN_ACT" "An act of admins has no reason, or what is not theirs.";
    TwoAdmins = 7021 "TWO_ADMINS" "Two admins must sign it.";
    NotReinstatable = 7022 "NOT_REINSTATABLE" "It is not in default, not flat, or has not paid.";
    NotDeliverable = 7101 "NOT_DELIVERABLE" "The contract is not delivered in GPU-hours.";
    PledgeClosed = 7102 "PLEDGE_CLOSED" "The month has been assigned.";
    NodeAlreadyPledged = 7103 "NODE_ALREADY_PLEDGED" "A node is pledged already, or named twice.";
    NodeNotPledged = 7104 "NODE_NOT_PLEDGED" "A node was not pledged to this contract.";
    BadNodeCount = 7105 "BAD_NODE_COUNT" "No nodes, or more than one request may name.";
    HourNotDue = 7106 "HOUR_NOT_DUE" "The hour is not one of this delivery, or is not over.";
    HourFinal = 7107 "HOUR_FINAL" "The receipts of the hour are final.";
    BadReading = 7108 "BAD_READING" "A node cannot deliver more than eight GPU-hours in an hour.";
    NoRegistry = 7120 "NO_REGISTRY" "The market has no registry of nodes.";
    NodeNotRegistered = 7121 "NODE_NOT_REGISTERED" "A node is not registered.";
    AlreadyRegistered = 7122 "ALREADY_REGISTERED" "A node or a GPU is registered already, or named twice.";
    FabricMismatch = 7123 "FABRIC_MISMATCH" "The nodes of a fabric are of one product, site, zone and grade.";
    GradeNotDeliverable = 7124 "GRADE_NOT_DELIVERABLE" "Nodes of this grade cannot be delivered.";
    NodeInUse = 7125 "NODE_IN_USE" "A node is pledged, or serves an obligation.";
    NotAttestor = 7126 "NOT_ATTESTOR" "The account attests no nodes, or these are its own.";
    BadDate = 7127 "BAD_DATE" "Nodes are attested for 400 days ahead at most.";
    PledgeNotOpen = 7128 "PLEDGE_NOT_OPEN" "Pledges to this month are not taken yet.";
    WrongProduct = 7129 "WRONG_PRODUCT" "A node is of another product.";
    NoBlocks = 7130 "NO_BLOCKS" "The account has no blocks of this month.";
    TenderClosed = 7131 "TENDER_CLOSED" "Preferences and tenders of this month are not taken now.";
    BadTender = 7132 "BAD_TENDER" "Not whole blocks of attested, pledged nodes, or more than was sold.";
    UnknownObligation = 7133 "UNKNOWN_OBLIGATION" "There is no such obligation.";
    NotAParty = 7134 "NOT_A_PARTY" "The account is not the side that may do this.";
    WrongState = 7135 "WRONG_STATE" "The obligation is past this step, or not there yet.";
    NotInTest = 7136 "NOT_IN_TEST" "The node does not serve the obligation, or its test stands.";
    NotASpare = 7137 "NOT_A_SPARE" "The spare is not attested, or of a lesser grade.";
    NotInTerms = 7140 "NOT_IN_TERMS" "The terms of the market do not have this.";
    NotProbe = 7141 "NOT_PROBE" "The account is no probe of this obligation.";
    NotDisputable = 7142 "NOT_DISPUTABLE" "The hour is signed, or the claim is not below the receipt.";
    BeyondBond = 7143 "BEYOND_BOND" "Deliveries need what would be released.";
    NotOffered = 7144 "NOT_OFFERED" "The rest of the window cannot change hands, or not to this account.";
    NotWaivable = 7145 "NOT_WAIVABLE" "The hours are over, or more than the terms allow.";
    IndexNotBy = 7201 "INDEX_NOT_BY" "The index of this product does not come about in this way.";
    NotAReporter = 7202 "NOT_A_REPORTER" "The account does not report the index of this product.";
    DayClosed = 7203 "DAY_CLOSED" "The day has not begun, or can no longer be revised.";
    BadObservation = 7204 "BAD_OBSERVATION"
        "An observation cannot be, a reference stands twice, or there are too many.";
}

impl Code {
    /// The number.
    #[must_use]
    pub const fn number(self) -> i32 {
        self as i32
    }

    /// The code of a number.
    #[must_use]
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.number() == number)
    }

    /// Whether a request that got this has changed nothing and never will.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::OutcomeUnknown | Self::Internal | Self::ShuttingDown)
    }
}

impl WireError {
    /// An error in its own words.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self::saying(code, code.text())
    }

    /// An error in words that fit the case better.
    #[must_use]
    pub fn saying(code: Code, text: impl Into<String>) -> Self {
        let mut data = Map::new();
        data.insert("final".to_owned(), json!(code.is_final()));
        data.insert("text".to_owned(), json!(text.into()));
        Self { code: code.number(), message: code.name().to_owned(), data }
    }

    /// With one more number it turned on.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.data.insert(name.to_owned(), value.into());
        self
    }

    /// Its code, if it is one that is known here.
    #[must_use]
    pub fn known(&self) -> Option<Code> {
        Code::from_number(self.code)
    }

    /// What it says to people.
    #[must_use]
    pub fn text(&self) -> &str {
        self.data.get("text").and_then(Value::as_str).unwrap_or(&self.message)
    }
}

#[cfg(test)]
mod tests;
