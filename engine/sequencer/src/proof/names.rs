//! Names of things in the lines of a proof: ids as they stand on the wire, and words for states.

use types::event::SettlementMethod;
use types::{
    AccountId, DeliveryRole, Liquidity, ObligationId, ObligationState, OrderChange, OrderId,
    OrderState, Side, TradeId, TransferKind,
};

pub(super) fn account(id: AccountId) -> String {
    format!("A-{}", id.0)
}

pub(super) fn order(id: OrderId) -> String {
    format!("O{}", id.0)
}

pub(super) fn trade(id: TradeId) -> String {
    format!("T{}", id.0)
}

/// One side of a trade.
pub(super) fn execution(id: TradeId, side: Side) -> String {
    match side {
        Side::Buy => format!("X{}b", id.0),
        Side::Sell => format!("X{}s", id.0),
    }
}

pub(super) fn obligation(id: ObligationId) -> String {
    format!("OB-{}", id.0)
}

pub(super) const fn side(side: Side) -> &'static str {
    match side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    }
}

pub(super) const fn change(change: OrderChange) -> &'static str {
    match change {
        OrderChange::New => "new",
        OrderChange::Amended => "amended",
        OrderChange::Restated => "restated",
        OrderChange::Elected => "elected",
        OrderChange::Canceled => "canceled",
        OrderChange::Expired => "expired",
    }
}

pub(super) const fn order_state(state: OrderState) -> &'static str {
    match state {
        OrderState::Open => "open",
        OrderState::Filled => "filled",
        OrderState::Canceled => "canceled",
        OrderState::Expired => "expired",
    }
}

pub(super) const fn liquidity(liquidity: Liquidity) -> &'static str {
    match liquidity {
        Liquidity::Maker => "maker",
        Liquidity::Taker => "taker",
        Liquidity::Auction => "auction",
        Liquidity::Block => "block",
    }
}

pub(super) const fn role(role: DeliveryRole) -> &'static str {
    match role {
        DeliveryRole::Deliver => "deliver",
        DeliveryRole::Receive => "receive",
    }
}

pub(super) const fn obligation_state(state: ObligationState) -> &'static str {
    match state {
        ObligationState::Assigned => "assigned",
        ObligationState::Delivering => "delivering",
        ObligationState::Settled => "settled",
        ObligationState::Accepted => "accepted",
        ObligationState::Released => "released",
        ObligationState::Covered => "covered",
        ObligationState::Defaulted => "defaulted",
        ObligationState::CashedOut => "cashed_out",
    }
}

pub(super) const fn transfer(kind: TransferKind) -> &'static str {
    match kind {
        TransferKind::Deposit => "deposit",
        TransferKind::TradingFee => "trading_fee",
        TransferKind::DeliveryFee => "delivery_fee",
        TransferKind::Rounding => "rounding",
        TransferKind::Variation => "variation",
        TransferKind::EscrowIn => "escrow_in",
        TransferKind::EscrowOut => "escrow_out",
        TransferKind::Delivery => "delivery",
        TransferKind::Damages => "damages",
        TransferKind::Shortfall => "shortfall",
        TransferKind::Withdrawal => "withdrawal",
        TransferKind::FundIn => "fund_in",
        TransferKind::FundOut => "fund_out",
        TransferKind::Assessment => "assessment",
        TransferKind::Default => "default",
        TransferKind::FundCharge => "fund_charge",
        TransferKind::Repayment => "repayment",
        TransferKind::BondIn => "bond_in",
        TransferKind::BondOut => "bond_out",
        TransferKind::Penalty => "penalty",
        TransferKind::Cover => "cover",
        TransferKind::Warrant => "warrant",
    }
}

pub(super) const fn method(method: SettlementMethod) -> &'static str {
    match method {
        SettlementMethod::Vwap => "vwap",
        SettlementMethod::MidQuote => "mid_quote",
        SettlementMethod::Neighbour => "neighbour",
        SettlementMethod::Previous => "previous",
        SettlementMethod::SpreadVwap => "spread_vwap",
        SettlementMethod::SpreadQuote => "spread_quote",
        SettlementMethod::Months => "months",
        SettlementMethod::Legs => "legs",
        SettlementMethod::IndexAverage => "index_average",
    }
}
