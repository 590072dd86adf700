//! Block trades.

use types::block::MOST_BLOCK_LEGS;
use types::terms::BlockTerms;
use types::{
    AccountFact, AccountId, BlockLeg, BlockTrade, ClientOrderId, Detail, Event, FillReport,
    Liquidity, Lots, MarginReport, MarketFact, Mills, OrderId, OrderState, Phase, Refusal,
    RejectReason, Side, Ticks, TradeId, TradeKind,
};

use super::account::{Account, Holding};
use super::market::Market;
use super::{Done, Exchange};
use crate::clearing::value;

impl Exchange {
    /// A trade that two members have agreed on.
    pub(super) fn trade_block(
        &mut self,
        block: &BlockTrade,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.check_members(block)?;
        for (at, leg) in block.legs.iter().enumerate() {
            self.check_leg(leg, &block.legs[..at])?;
        }
        for (party, turn) in block.parties.iter().zip([1, -1]) {
            self.check_party(self.find_account(*party)?, &block.legs, turn)?;
        }
        for (party, proof) in block.parties.iter().zip(&block.proofs) {
            self.account_mut(*party).use_nonce(proof.nonce);
        }
        for leg in &block.legs {
            self.trade_leg(block.parties, leg, out);
        }
        Ok(Done::Plain)
    }

    fn check_members(&self, block: &BlockTrade) -> Result<(), Refusal> {
        let [one, other] = block.parties;
        let members = [self.find_account(one)?, self.find_account(other)?];
        if one == other {
            return Err(RejectReason::BadBlock.into());
        }
        if members.iter().any(|member| member.is_switched_off) {
            return Err(RejectReason::KillSwitch.into());
        }
        for (member, proof) in members.iter().zip(&block.proofs) {
            member.check_nonce(proof.nonce)?;
        }
        if block.legs.is_empty() || MOST_BLOCK_LEGS < block.legs.len() {
            return Err(RejectReason::BadBlock.into());
        }
        Ok(())
    }

    fn check_leg(&self, leg: &BlockLeg, before: &[BlockLeg]) -> Result<(), Refusal> {
        let bad = Refusal::from(RejectReason::BadBlock);
        if before.iter().any(|other| other.instrument == leg.instrument) {
            return Err(bad);
        }
        let market = self.find_market(leg.instrument)?;
        let product = self.product(market.instrument.product);
        let is_outright = !market.instrument.is_combination();
        let terms = product.block_trade.filter(|_| is_outright).ok_or(bad)?;
        if market.state.phase != Phase::Open {
            return Err(RejectReason::NotTrading.with(Detail::Phase(market.state.phase)));
        }
        if leg.lots == Lots::ZERO || leg.lots < Lots(terms.smallest_lots) {
            return Err(RejectReason::QuantityTooSmall.into());
        }
        let most = product.position_limit_lots;
        if Lots(most) < leg.lots {
            return Err(RejectReason::QuantityTooLarge.with(Detail::Most(most)));
        }
        let (lowest, highest) = range(market, terms);
        if leg.price < lowest || highest < leg.price {
            return Err(RejectReason::BlockPrice.with(Detail::Band { lowest, highest }));
        }
        Ok(())
    }

    /// Whether one of the members can take its side: that of the legs, or with `turn` -1 the other.
    fn check_party(&self, account: &Account, legs: &[BlockLeg], turn: i64) -> Result<(), Refusal> {
        let now = self.margin_report(account);
        let (mut sums, mut variation) = (account.sums, account.variation);
        for leg in legs {
            let market = self.market(leg.instrument);
            let (before, after) = with_leg(account, leg, turn);
            self.check_furthest(account, market, side_of(leg, turn), after)?;
            sums.change(&market.risk, before.exposure(), after.exposure());
            variation += market.variation(&after.position) - market.variation(&before.position);
        }
        let initial = sums.initial().0 + account.margin_of_delivery();
        let MarginReport { cash, .. } = now;
        let available = cash + variation.min(Mills::ZERO);
        if initial <= now.initial {
            return Ok(());
        }
        if !account.is_suspended && initial <= available {
            return self.check_credit(account, initial);
        }
        let detail = Detail::Margin { required: initial, available };
        Err(if account.is_suspended {
            RejectReason::LiquidationOnly.with(detail)
        } else {
            RejectReason::InsufficientMargin.with(detail)
        })
    }

    fn trade_leg(&mut self, parties: [AccountId; 2], leg: &BlockLeg, out: &mut Vec<Event>) {
        let &BlockLeg { instrument, price, lots, .. } = leg;
        self.trades += 1;
        let trade_id = TradeId(self.trades);
        let (aggressor, kind) = (None, TradeKind::Block);
        let market = self.market_mut(instrument);
        market.state.volume += lots;
        market.tell(MarketFact::Trade { trade_id, price, lots, aggressor, kind }, out);
        for (party, turn) in parties.into_iter().zip([1, -1]) {
            let side = side_of(leg, turn);
            let fee = self.fee(Liquidity::Block, lots);
            let report = FillReport {
                trade_id,
                order_id: OrderId(0),
                client_order_id: block_name(trade_id),
                instrument,
                side,
                price,
                lots,
                liquidity: Liquidity::Block,
                fee,
                filled: lots,
                leaves: Lots::ZERO,
                state: OrderState::Filled,
                tag: None,
            };
            self.account_mut(party).tell(AccountFact::Fill(report), out);
            let signed = lots.signed(side);
            self.take_over(party, instrument, signed, value(signed, price), self.seq);
            self.pay_fee(party, fee, out);
        }
    }
}

/// What stands in the place of a client order id.
fn block_name(trade: TradeId) -> ClientOrderId {
    ClientOrderId::new(&format!("block-{}", trade.0)).expect("at most 26 characters")
}

fn side_of(leg: &BlockLeg, turn: i64) -> Side {
    if 0 < turn { leg.side } else { leg.side.opposite() }
}

/// What a member has in a contract, and what it would have.
fn with_leg(account: &Account, leg: &BlockLeg, turn: i64) -> (Holding, Holding) {
    let before = account.holding(leg.instrument);
    let mut after = before;
    let signed = leg.lots.signed(side_of(leg, turn));
    after.position.add(signed, value(signed, leg.price), 0);
    (before, after)
}

/// The prices that a block may have.
fn range(market: &Market, terms: BlockTerms) -> (Ticks, Ticks) {
    let settlement = market.state.settlement;
    let (lowest, highest) = market.state.day.unwrap_or((settlement, settlement));
    let reach = market.state.basis.0 * i64::from(terms.range_permille) / 1000;
    let (lowest, highest) = (lowest.min(settlement), highest.max(settlement));
    let (instrument, below, above) =
        (&market.instrument, Ticks(lowest.0 - reach), Ticks(highest.0 + reach));
    (below.max(instrument.lowest), above.min(instrument.highest))
}
