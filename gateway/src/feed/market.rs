//! What everybody may know of each contract: a projection of the market events.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use serde::{Deserialize, Serialize};
use types::event::SettlementMethod;
use types::{
    AccountFact, Date, Event, IndexPrint, Indicative, Instrument, InstrumentId, Lots, MarketFact,
    MarketTerms, Phase, ProductId, ProductTerms, Side, Supply, TermsChange, Ticks, Timestamp,
    TradeId, TradeKind,
};

use super::book::Book;
use super::candles::Candles;
use super::queue::{Queue, Row};
use super::stats::Stats;

/// Trades of each contract that are kept.
const TRADES_KEPT: usize = 2_000;

/// One contract.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Market {
    pub(crate) instrument: Instrument,
    pub(crate) phase: Phase,
    pub(crate) eseq: u64,
    pub(crate) book: Book,
    pub(crate) queue: Queue,
    pub(crate) stats: Stats,
    pub(crate) candles: Candles,
    /// When its book or last price changed.
    pub(crate) touched: Timestamp,
    /// When it entered its phase.
    pub(crate) phase_since: Timestamp,
    /// What its auction would come to now.
    pub(crate) indicative: Indicative,
    /// What orders of other contracts make in it, as a bid and as an ask.
    pub(crate) implied: [Option<(Ticks, Lots)>; 2],
    /// The band it was given since the last settlement, if any.
    pub(crate) band: Option<(Ticks, Ticks)>,
    /// The scan range that was announced last, and the settlement from which it counts.
    pub(crate) scan_range: Option<(Ticks, Timestamp)>,
    /// Its latest trades, oldest first.
    pub(crate) trades: VecDeque<PublicTrade>,
    /// All its settlement prices, oldest first.
    pub(crate) settlements: Vec<Settled>,
}

/// One settlement price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settled {
    pub(crate) instrument: InstrumentId,
    pub(crate) price: Ticks,
    pub(crate) date: Date,
    pub(crate) is_final: bool,
    pub(crate) method: SettlementMethod,
    pub(crate) volume: Lots,
    pub(crate) open_interest: Lots,
    pub(crate) time: Timestamp,
}

/// One trade as the public sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PublicTrade {
    pub(crate) trade_id: TradeId,
    pub(crate) price: Ticks,
    pub(crate) lots: Lots,
    pub(crate) aggressor: Option<Side>,
    pub(crate) kind: TradeKind,
    pub(crate) eseq: u64,
    pub(crate) time: Timestamp,
}

/// What a command changed that everybody may know.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Contracts of which something changed, each once.
    pub(crate) touched: BTreeMap<InstrumentId, Change>,
    /// Products with a new index.
    pub(crate) indices: Vec<ProductId>,
    /// Products with more nodes, or fewer.
    pub(crate) supplies: Vec<ProductId>,
    /// What everybody is told about the market as a whole.
    pub(crate) notices: Vec<Notice>,
}

/// Something about the market as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// Terms are other ones, from a time on.
    Terms(TermsChange, Timestamp),
    /// Hours at a hub that nobody owes.
    Waived { hub: String, from: Timestamp, until: Timestamp },
}

impl Changes {
    fn note_index(&mut self, product: ProductId) {
        if !self.indices.contains(&product) {
            self.indices.push(product);
        }
    }
}

/// The reference index of a product.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Index {
    /// Its price and when it was published; none where it has lapsed.
    pub(crate) price: Option<(Ticks, Timestamp)>,
    /// What was printed last, by the method of the terms.
    pub(crate) print: Option<IndexPrint>,
    /// When something was last heard of it.
    pub(crate) heard: Timestamp,
}

/// What a command changed in one contract.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) is_listed: bool,
    pub(crate) phase: Option<Phase>,
    pub(crate) levels: Vec<(Side, Ticks, Lots)>,
    pub(crate) orders: Vec<Row>,
    pub(crate) is_implied: bool,
    pub(crate) trades: Vec<PublicTrade>,
    pub(crate) settled: Option<Settled>,
}

/// All contracts.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Markets {
    terms: Option<Box<MarketTerms>>,
    by_id: BTreeMap<InstrumentId, Market>,
    #[serde(skip)]
    by_symbol: HashMap<String, InstrumentId>,
    indices: BTreeMap<ProductId, Index>,
    supplies: BTreeMap<ProductId, Supply>,
}

impl Markets {
    /// Takes what a command did at `time`, and says what changed.
    pub(crate) fn apply(&mut self, events: &[Event], time: Timestamp) -> Changes {
        let mut changes = Changes::default();
        let mut stirred = BTreeSet::new();
        for event in events {
            match event {
                Event::MarketOpened(terms) => self.terms = Some(terms.clone()),
                Event::IndexPublished { product, price } => {
                    let index = self.indices.entry(*product).or_default();
                    (index.price, index.heard) = (Some((*price, time)), time);
                    changes.note_index(*product);
                }
                Event::IndexLapsed { product } => {
                    let index = self.indices.entry(*product).or_default();
                    (index.price, index.heard) = (None, time);
                    changes.note_index(*product);
                }
                Event::IndexPrinted { product, print } => {
                    let index = self.indices.entry(*product).or_default();
                    (index.print, index.heard) = (Some(*print), time);
                    changes.note_index(*product);
                }
                Event::SupplyChanged { product, supply } => {
                    self.supplies.insert(*product, *supply);
                    changes.supplies.push(*product);
                }
                Event::Market { instrument, eseq, fact } => {
                    let change = changes.touched.entry(*instrument).or_default();
                    self.take(*instrument, *eseq, fact, time, change);
                }
                Event::Account { fact, .. } => stirred.extend(self.take_order(fact)),
                Event::TermsChanged { change, from } => {
                    changes.notices.push(Notice::Terms(*change, *from));
                }
                Event::HoursWaived { hub, from, until } => {
                    let (hub, from, until) = (hub.clone(), *from, *until);
                    changes.notices.push(Notice::Waived { hub, from, until });
                }
                Event::Administered(_) | Event::Verdict(_) => {}
            }
        }
        for id in stirred {
            let orders = self.by_id.get_mut(&id).map(|market| market.queue.finish());
            if let Some(orders) = orders.filter(|orders| !orders.is_empty()) {
                changes.touched.entry(id).or_default().orders = orders;
            }
        }
        changes
    }

    /// What an owner is told of an order is told of its place as well. The contract it is about.
    fn take_order(&mut self, fact: &AccountFact) -> Option<InstrumentId> {
        let id = match fact {
            AccountFact::Order(report) => {
                self.by_id.get_mut(&report.instrument)?.queue.report(report);
                report.instrument
            }
            AccountFact::Fill(fill) => {
                self.by_id.get_mut(&fill.instrument)?.queue.fill(fill);
                fill.instrument
            }
            _ => return None,
        };
        Some(id)
    }

    fn take(
        &mut self,
        id: InstrumentId,
        eseq: u64,
        fact: &MarketFact,
        time: Timestamp,
        change: &mut Change,
    ) {
        if let MarketFact::Listed(instrument) = fact {
            self.by_symbol.insert(instrument.symbol.clone(), id);
            self.by_id.insert(id, Market::new(instrument, time));
            change.is_listed = true;
        }
        if let Some(market) = self.by_id.get_mut(&id) {
            market.eseq = eseq;
            market.take(fact, eseq, time, change);
        }
    }

    /// Finds by symbol what was saved by number.
    pub(crate) fn index_again(&mut self) {
        let symbol =
            |(id, market): (&InstrumentId, &Market)| (market.instrument.symbol.clone(), *id);
        self.by_symbol = self.by_id.iter().map(symbol).collect();
    }

    /// The terms the market was opened with.
    pub(crate) fn terms(&self) -> Option<&MarketTerms> {
        self.terms.as_deref()
    }

    /// One contract.
    pub(crate) fn get(&self, id: InstrumentId) -> Option<&Market> {
        self.by_id.get(&id)
    }

    /// The contract of a symbol.
    pub(crate) fn find(&self, symbol: &str) -> Option<InstrumentId> {
        self.by_symbol.get(symbol).copied()
    }

    /// All contracts, in order of listing.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Market> {
        self.by_id.values()
    }

    /// The terms of a product.
    pub(crate) fn product(&self, product: ProductId) -> Option<&ProductTerms> {
        self.terms.as_ref()?.product.get(usize::from(product.0))
    }

    /// The product of a symbol such as `H100-US`.
    pub(crate) fn product_named(&self, symbol: &str) -> Option<ProductId> {
        let place = self.terms.as_ref()?.product.iter().position(|p| p.symbol() == symbol)?;
        u16::try_from(place).ok().map(ProductId)
    }

    /// The reference index of a product and when it was published.
    pub(crate) fn index(&self, product: ProductId) -> Option<(Ticks, Timestamp)> {
        self.indices.get(&product)?.price
    }

    /// All that is known of the index of a product.
    pub(crate) fn index_state(&self, product: ProductId) -> Option<&Index> {
        self.indices.get(&product)
    }

    /// The registered nodes of a product, once there were any.
    pub(crate) fn supply(&self, product: ProductId) -> Option<Supply> {
        self.supplies.get(&product).copied()
    }
}

impl Market {
    fn new(instrument: &Instrument, time: Timestamp) -> Self {
        Self {
            instrument: instrument.clone(),
            phase: Phase::Open,
            eseq: 0,
            book: Book::default(),
            queue: Queue::default(),
            stats: Stats::default(),
            candles: Candles::default(),
            touched: time,
            phase_since: time,
            indicative: Indicative::default(),
            implied: [None; 2],
            band: None,
            scan_range: None,
            trades: VecDeque::new(),
            settlements: Vec::new(),
        }
    }

    fn take(&mut self, fact: &MarketFact, eseq: u64, time: Timestamp, change: &mut Change) {
        match *fact {
            MarketFact::Listed(_) => {}
            MarketFact::Phase(phase) => {
                self.phase = phase;
                self.phase_since = time;
                self.indicative = Indicative::default();
                change.phase = Some(phase);
            }
            MarketFact::Indicative(indicative) => {
                self.indicative = indicative;
                change.phase = Some(self.phase);
            }
            MarketFact::Band { lowest, highest } => {
                self.band = Some((lowest, highest));
                change.is_listed = true;
            }
            MarketFact::ScanRange { range, from } => {
                self.scan_range = Some((range, from));
                change.is_listed = true;
            }
            MarketFact::Implied { side, best } => {
                self.implied[side as usize] = best;
                self.touched = time;
                change.is_implied = true;
            }
            MarketFact::Trade { trade_id, price, lots, aggressor, kind } => {
                self.stats.trade(price, lots, time);
                self.candles.trade(price, lots, time);
                self.touched = time;
                let trade = PublicTrade { trade_id, price, lots, aggressor, kind, eseq, time };
                self.remember(trade);
                change.trades.push(trade);
            }
            MarketFact::Depth { side, price, lots } => {
                self.book.set(side, price, lots);
                self.touched = time;
                change.levels.push((side, price, lots));
            }
            MarketFact::Settled { price, date, is_final, method, volume, open_interest } => {
                let instrument = self.instrument.id;
                let settled = Settled {
                    instrument,
                    price,
                    date,
                    is_final,
                    method,
                    volume,
                    open_interest,
                    time,
                };
                self.settlements.push(settled);
                self.band = None;
                change.settled = Some(settled);
            }
        }
    }

    fn remember(&mut self, trade: PublicTrade) {
        if self.trades.len() == TRADES_KEPT {
            self.trades.pop_front();
        }
        self.trades.push_back(trade);
    }

    /// Lots long, which are the lots short, at the last settlement.
    pub(crate) fn open_interest(&self) -> Lots {
        self.settlements.last().map_or(Lots::ZERO, |settled| settled.open_interest)
    }

    /// The last settlement price; before the first, the price it was listed with.
    pub(crate) fn settlement(&self) -> Ticks {
        self.settlements.last().map_or(self.instrument.reference, |settled| settled.price)
    }

    /// What one lot is worth now: the middle of the quotes, else the last settlement price.
    pub(crate) fn mark(&self) -> Ticks {
        self.book.middle().unwrap_or_else(|| self.settlement())
    }
}
