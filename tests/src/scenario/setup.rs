//! The lines before trading: which clock, which terms, which contracts.

use types::terms::{AllocationTerms, BlockTerms, IndexTerms, SpreadTerms};
use types::{Date, MarketTerms, ProductTerms, Settlement, Tenor, Timestamp, YearMonth};

mod capacity;
mod performance;
mod risk;

use super::words::{Problem, Words};
use crate::market;

/// What the market will be opened with.
#[derive(Debug)]
pub(super) struct Setup {
    /// When it opens.
    pub(super) start: Timestamp,
    /// Changes of the usual terms: a word and its value.
    changes: Vec<(String, String)>,
}

impl Default for Setup {
    fn default() -> Self {
        let start = Date::from_civil(2027, 1, 4).start().plus(10 * Timestamp::HOUR);
        Self { start, changes: Vec::new() }
    }
}

impl Setup {
    /// `terms block 4 B200-EU.band 50`: pairs of a word and its value, of every product or of one.
    pub(super) fn terms(&mut self, words: &mut Words<'_>) -> Result<(), Problem> {
        while words.peek().is_some() {
            let key = words.next("a term")?.to_owned();
            self.changes.push((key, words.next("a value")?.to_owned()));
        }
        Ok(())
    }

    /// The terms of a market with the products of these contracts.
    pub(super) fn market(&self, symbols: &[&str]) -> Result<MarketTerms, Problem> {
        let mut products: Vec<ProductTerms> = Vec::new();
        for symbol in symbols {
            let (product, _) = split(symbol)?;
            if products.iter().all(|known| known.symbol() != product.symbol()) {
                products.push(product);
            }
        }
        let mut terms = market::terms(products);
        for (key, value) in &self.changes {
            change(&mut terms, key, value)
                .ok_or_else(|| format!("the terms have no {key} {value}"))?;
        }
        Ok(terms)
    }
}

/// The product and the period of `H100-US-2027M03`.
pub(super) fn split(symbol: &str) -> Result<(ProductTerms, Tenor), Problem> {
    let outright = symbol.strip_suffix("-C").unwrap_or(symbol);
    let mut parts = outright.splitn(3, '-');
    let (name, hub, tenor) = (parts.next(), parts.next(), parts.next().and_then(Tenor::parse));
    match (name, hub, tenor) {
        (Some(name), Some(hub), Some(tenor)) => {
            let mut product = market::product(name, hub);
            if outright != symbol {
                product.settlement = Settlement::Index;
            }
            Ok((product, tenor))
        }
        _ => Err(format!("`{symbol}` is not of the form H100-US-2027M03")),
    }
}

fn change(terms: &mut MarketTerms, key: &str, value: &str) -> Option<()> {
    if key == "holiday" {
        terms.holidays.push(Date::parse(value)?);
        return Some(());
    }
    if key == "next_generation" {
        let month = YearMonth::parse(value)?;
        terms.product.iter_mut().for_each(|product| product.next_generation = month);
        return Some(());
    }
    if key == "spread" {
        terms.spread.push(spread(value)?);
        return Some(());
    }
    if key == "index" {
        terms.index = Some(index(value)?);
        return Some(());
    }
    if key == "block_trade" {
        let (smallest, range) = value.split_once('/')?;
        let terms_of_blocks = BlockTerms {
            smallest_lots: smallest.parse().ok()?,
            range_permille: range.parse().ok()?,
        };
        terms.product.iter_mut().for_each(|p| p.block_trade = Some(terms_of_blocks));
        return Some(());
    }
    if let Some(allocation) = allocation(key, value) {
        terms.product.iter_mut().for_each(|product| product.allocation = Some(allocation));
        return Some(());
    }
    if let Some(()) = risk::change(terms, key, value) {
        return Some(());
    }
    if let Some(()) = capacity::change(terms, key, value) {
        return Some(());
    }
    let number: i64 = value.parse().ok()?;
    if let Some((symbol, key)) = key.split_once('.') {
        let product = terms.product.iter_mut().find(|product| product.symbol() == symbol)?;
        return change_product(product, key, number);
    }
    change_market(terms, key, number)
        .or_else(|| performance::change(terms, key, number))
        .or_else(|| terms.product.iter_mut().try_for_each(|p| change_product(p, key, number)))
}

/// `spread H100-US/B200-US/3`: between the nearest three months of two products.
fn spread(value: &str) -> Option<SpreadTerms> {
    let mut parts = value.split('/');
    let (near, far) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    Some(SpreadTerms { near, far, months: parts.next()?.parse().ok()? })
}

/// `index 7/8/3/12/2/5`: days of the window, observations a day, days that count, hour of the cut-off,
/// days of revision, days carried; a tenth is trimmed at each end, and two and a half deviations are kept.
fn index(value: &str) -> Option<IndexTerms> {
    let parts: Option<Vec<u8>> = value.split('/').map(|part| part.parse().ok()).collect();
    let [window_days, least_per_day, least_days, cutoff_hour, revision_days, carry_days] =
        parts?[..]
    else {
        return None;
    };
    Some(IndexTerms {
        window_days,
        least_per_day: u32::from(least_per_day),
        least_days,
        trim_permille: 100,
        spread_permille: 2500,
        least_gpus: 0,
        kinds: Vec::new(),
        cutoff_hour,
        revision_days,
        carry_days,
    })
}

/// `allocation 5/300/400/2`: most lots for the top order, permille for makers, permille by time, and
/// the smallest share by size.
fn allocation(key: &str, value: &str) -> Option<AllocationTerms> {
    let parts: Option<Vec<u64>> = value.split('/').map(|part| part.parse().ok()).collect();
    let [top_lots, makers, fifo, smallest_lots] = parts?[..] else { return None };
    let permille = |part: u64| u32::try_from(part).ok();
    (key == "allocation").then_some(AllocationTerms {
        top_lots,
        maker_permille: permille(makers)?,
        fifo_permille: permille(fifo)?,
        smallest_lots,
    })
}

fn change_market(terms: &mut MarketTerms, key: &str, number: i64) -> Option<()> {
    match key {
        "window" => terms.settlement_window_minutes = u32::try_from(number).ok()?,
        "settlement_hour" => terms.settlement_hour = u8::try_from(number).ok()?,
        "opening" => terms.auction.opening_seconds = u32::try_from(number).ok()?,
        "settlement_call" => terms.auction.settlement_seconds = u32::try_from(number).ok()?,
        "volatility" => terms.auction.volatility_seconds = u32::try_from(number).ok()?,
        "restart" => terms.auction.restart_seconds = u32::try_from(number).ok()?,
        "no_cancel" => terms.auction.no_cancel_seconds = u32::try_from(number).ok()?,
        "house_capital" => terms.clearing.house_capital_mills = number,
        "fund" => terms.clearing.fund_permille = u32::try_from(number).ok()?,
        "assessment" => terms.clearing.assessment_permille = u32::try_from(number).ok()?,
        "call" => terms.clearing.call_minutes = u32::try_from(number).ok()?,
        "slice" => terms.clearing.slice_permille = u32::try_from(number).ok()?,
        "slice_full" => terms.clearing.slice_full_lots = u64::try_from(number).ok()?,
        "slice_book" => terms.clearing.slice_book_permille = u32::try_from(number).ok()?,
        "slice_seconds" => terms.clearing.slice_seconds = u32::try_from(number).ok()?,
        "spot_month" => terms.clearing.spot_month_permille = u32::try_from(number).ok()?,
        "accountability" => terms.clearing.accountability_permille = u32::try_from(number).ok()?,
        "accountability_lots" => terms.clearing.accountability_lots = u64::try_from(number).ok()?,
        "combinations" => terms.member_combinations = u32::try_from(number).ok()?,
        "open_orders" => terms.open_orders_per_account = u32::try_from(number).ok()?,
        "maker_fee" => terms.fees.maker_mills_per_lot = number,
        "taker_fee" => terms.fees.taker_mills_per_lot = number,
        "delivery_fee" => terms.fees.delivery_mills_per_gpu_hour = number,
        "assignment_days" => terms.delivery.assignment_business_days = u8::try_from(number).ok()?,
        "receipt_hours" => terms.delivery.receipt_hours = u8::try_from(number).ok()?,
        "escrow_days" => terms.delivery.escrow_days = u8::try_from(number).ok()?,
        "invoice_days" => terms.delivery.invoice_days = u8::try_from(number).ok()?,
        "tolerance" => terms.delivery.tolerance_permille = u32::try_from(number).ok()?,
        _ => return None,
    }
    Some(())
}

fn change_product(product: &mut ProductTerms, key: &str, number: i64) -> Option<()> {
    match key {
        "cash" => product.settlement = Settlement::Cash { multiplier_mills: number },
        "months" => product.months_listed = u8::try_from(number).ok()?,
        "quarters" => product.quarters_listed = u8::try_from(number).ok()?,
        "spreads" => product.spreads_listed = u8::try_from(number).ok()?,
        "years" => product.years_listed = u8::try_from(number).ok()?,
        "reference" => product.reference_ticks = number,
        "lowest" => product.lowest_ticks = number,
        "highest" => product.highest_ticks = number,
        "band" => product.band_permille = Some(u32::try_from(number).ok()?),
        "wider_band" => product.wider_bands_permille.push(u32::try_from(number).ok()?),
        "limit_halt" => product.limit_halt_seconds = u32::try_from(number).ok()?,
        "breaker" => product.breaker_permille = Some(u32::try_from(number).ok()?),
        "breaker_minutes" => product.breaker_minutes = u32::try_from(number).ok()?,
        "protection" => product.protection_ticks = number,
        "largest_order" => product.largest_order_lots = u64::try_from(number).ok()?,
        "position_limit" => product.position_limit_lots = u64::try_from(number).ok()?,
        "block" => product.block_lots = u64::try_from(number).ok()?,
        "scan" => {
            (product.scan_before_ticks, product.scan_after_ticks) = (number, number);
        }
        "scan_before" => product.scan_before_ticks = number,
        "scan_after" => product.scan_after_ticks = number,
        _ => return None,
    }
    Some(())
}
