//! Blocks: trades that two members have agreed on.

use std::collections::BTreeMap;

use types::{
    AccountFact, AccountId, BlockLeg, BlockTrade, ClientOrderId, Detail, Event, FillReport,
    Liquidity, Lots, MarketFact, OrderId, OrderState, Phase, Refusal, RejectReason, Side, Ticks,
    TradeId, TradeKind, TransferKind,
};

use super::state::{Contract, Position, Trade};
use super::{Done, Model};

impl Model {
    pub(super) fn trade_block(
        &mut self,
        block: &BlockTrade,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let [first, second] = block.parties;
        self.find_account(first)?;
        self.find_account(second)?;
        if first == second {
            return Err(RejectReason::BadBlock.into());
        }
        if block.parties.iter().any(|party| self.account(*party).is_killed) {
            return Err(RejectReason::KillSwitch.into());
        }
        for (party, proof) in block.parties.iter().zip(&block.proofs) {
            self.check_nonce(*party, proof.nonce)?;
        }
        if !(1..=36).contains(&block.legs.len()) {
            return Err(RejectReason::BadBlock.into());
        }
        for (at, leg) in block.legs.iter().enumerate() {
            self.check_block_leg(leg, &block.legs[..at])?;
        }
        for party in block.parties {
            self.check_party(party, party == first, &block.legs)?;
        }
        for (party, proof) in block.parties.iter().zip(&block.proofs) {
            self.account_mut(*party).nonces.push(proof.nonce);
        }
        for leg in &block.legs {
            self.tell_block(block.parties, leg, out);
        }
        Ok(Done::Plain)
    }

    pub(super) fn check_nonce(&self, party: AccountId, nonce: u64) -> Result<(), Refusal> {
        let mut highest = self.account(party).nonces.clone();
        highest.sort_unstable_by(|one, other| other.cmp(one));
        highest.truncate(100);
        let is_too_low = highest.len() == 100 && nonce < highest[99];
        if is_too_low || highest.contains(&nonce) {
            return Err(RejectReason::NonceReplayed.into());
        }
        Ok(())
    }

    fn check_block_leg(&self, leg: &BlockLeg, before: &[BlockLeg]) -> Result<(), Refusal> {
        if before.iter().any(|other| other.instrument == leg.instrument) {
            return Err(RejectReason::BadBlock.into());
        }
        let contract = self.find_contract(leg.instrument)?;
        let product = self.product(contract);
        let Some(terms) = product.block_trade.filter(|_| contract.instrument.tenor().is_some())
        else {
            return Err(RejectReason::BadBlock.into());
        };
        if contract.phase != Phase::Open {
            return Err(RejectReason::NotTrading.with(Detail::Phase(contract.phase)));
        }
        if leg.lots.0 < terms.smallest_lots.max(1) {
            return Err(RejectReason::QuantityTooSmall.into());
        }
        if product.position_limit_lots < leg.lots.0 {
            let most = Detail::Most(product.position_limit_lots);
            return Err(RejectReason::QuantityTooLarge.with(most));
        }
        let (lowest, highest) = self.day(contract);
        let reach = contract.settlement.0.abs() * i64::from(terms.range_permille) / 1000;
        let lowest = Ticks(lowest.0 - reach).max(contract.instrument.lowest);
        let highest = Ticks(highest.0 + reach).min(contract.instrument.highest);
        if (lowest..=highest).contains(&leg.price) {
            return Ok(());
        }
        Err(RejectReason::BlockPrice.with(Detail::Band { lowest, highest }))
    }

    /// The lowest and the highest of the last settlement price and the day's trades.
    fn day(&self, contract: &Contract) -> (Ticks, Ticks) {
        let since = usize::try_from(contract.settled_until).expect("a count");
        let of_book = |trade: &&Trade| trade.instrument == contract.id() && !trade.is_block;
        let prices = self.trades[since..].iter().filter(of_book).map(|trade| trade.price);
        let all: Vec<Ticks> = prices.chain([contract.settlement]).collect();
        (*all.iter().min().expect("one"), *all.iter().max().expect("one"))
    }

    fn check_party(
        &self,
        party: AccountId,
        is_first: bool,
        legs: &[BlockLeg],
    ) -> Result<(), Refusal> {
        let account = self.account(party);
        let mut new: BTreeMap<_, Position> = account.positions.clone();
        for leg in legs {
            let side = if is_first { leg.side } else { leg.side.opposite() };
            let reached = self.furthest(party, leg.instrument, side) + i128::from(leg.lots.0);
            self.check_furthest(account, leg.instrument, reached)?;
            let net = i64::try_from(leg.lots.0).expect("within the limit") * side.sign();
            let position = new.entry(leg.instrument).or_default();
            position.net += net;
            position.carry += i128::from(net) * i128::from(leg.price.0);
        }
        let before = self.margin(account, None);
        let after = self.margin_of(account, &new, None);
        let detail = Detail::Margin { required: after.initial, available: after.available };
        if after.initial <= before.initial {
            Ok(())
        } else if account.is_suspended {
            Err(RejectReason::LiquidationOnly.with(detail))
        } else if after.available < after.initial {
            Err(RejectReason::InsufficientMargin.with(detail))
        } else {
            self.check_credit(account, after.initial)
        }
    }

    fn tell_block(&mut self, parties: [AccountId; 2], leg: &BlockLeg, out: &mut Vec<Event>) {
        let &BlockLeg { instrument, side, price, lots } = leg;
        let time = self.now;
        self.trades.push(Trade { time, instrument, price, lots, is_block: true });
        let trade_id = TradeId(u64::try_from(self.trades.len()).expect("a count"));
        let (aggressor, kind) = (None, TradeKind::Block);
        let fact = MarketFact::Trade { trade_id, price, lots, aggressor, kind };
        self.contract_mut(instrument).tell(fact, out);
        for (party, side) in parties.into_iter().zip([side, side.opposite()]) {
            self.tell_block_fill(party, side, trade_id, leg, out);
        }
    }

    fn tell_block_fill(
        &mut self,
        party: AccountId,
        side: Side,
        trade_id: TradeId,
        leg: &BlockLeg,
        out: &mut Vec<Event>,
    ) {
        let &BlockLeg { instrument, price, lots, .. } = leg;
        let fee = self.terms().fees.taker_mills_per_lot * i64::try_from(lots.0).expect("few");
        let report = FillReport {
            trade_id,
            order_id: OrderId(0),
            client_order_id: ClientOrderId::new(&format!("block-{}", trade_id.0)).expect("short"),
            instrument,
            side,
            price,
            lots,
            liquidity: Liquidity::Block,
            fee: types::Mills(fee),
            filled: lots,
            leaves: Lots::ZERO,
            state: OrderState::Filled,
            tag: None,
        };
        self.account_mut(party).tell(AccountFact::Fill(report), out);
        let net = i64::try_from(lots.0).expect("few") * side.sign();
        self.add_position(party, instrument, net, i128::from(net) * i128::from(price.0));
        self.move_cash(party, TransferKind::TradingFee, -i128::from(fee), out);
    }
}
