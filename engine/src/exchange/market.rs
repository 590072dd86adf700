//! One listed contract: its book, its phase, its settlement price.

use std::collections::VecDeque;

use book::{Book, Structure};
use serde::{Deserialize, Serialize};
use types::{
    Event, Indicative, Instrument, InstrumentId, Lots, MarketFact, Mills, NetLots, Phase,
    ProductTerms, Settlement, Tenor, Ticks, Timestamp,
};

use super::relations::Relation;
use crate::breaker::Extremes;
use crate::clearing::Position;
use crate::risk::Risk;
use crate::settlement::TradeWindow;
use crate::stops::Stops;

/// A listed contract.
#[derive(Debug)]
pub(super) struct Market {
    pub(super) instrument: Instrument,
    pub(super) settlement_terms: Settlement,
    pub(super) risk: Risk,
    pub(super) book: Book,
    pub(super) stops: Stops,
    /// What it is made of, if it is traded against that.
    pub(super) relation: Option<Relation>,
    /// The contracts whose relations it belongs to, its own among them, in order of listing.
    pub(super) related: Vec<InstrumentId>,
    /// What was last looked at for what is implied elsewhere.
    pub(super) seen: [Option<Top>; 2],
    pub(super) state: State,
}

/// The best of a side of a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Top {
    pub(super) price: Ticks,
    /// What is shown there.
    pub(super) lots: Lots,
    /// Its first order is reduce-only.
    pub(super) reduces: bool,
}

/// What changes of a contract, other than its book.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) phase: Phase,
    /// The last settlement price.
    pub(super) settlement: Ticks,
    /// Its size, of which band and breaker are parts; of a spread the sizes of its legs'.
    pub(super) basis: Ticks,
    /// Lowest and highest trade since the last settlement, other than blocks.
    pub(super) day: Option<(Ticks, Ticks)>,
    /// Trades of the last minutes, for the settlement price.
    pub(super) window: TradeWindow,
    /// Trades of the last minutes, for the breaker.
    pub(super) extremes: Extremes,
    /// Price of the last trade.
    pub(super) last: Option<Ticks>,
    /// What its phase waits for.
    pub(super) timer: Option<Timer>,
    /// What was last told of its auction.
    pub(super) indicative: Indicative,
    /// What was last told to be implied, as a bid and as an ask.
    pub(super) implied: [Option<(Ticks, Lots)>; 2],
    /// It is the nearest month of its product.
    pub(super) is_spot: bool,
    /// A member has listed it.
    pub(super) is_members: bool,
    /// It had not traded between the last two settlements.
    pub(super) is_idle: bool,
    /// The band the operator gave it, in place of the product's.
    pub(super) band_permille: Option<u32>,
    /// Which of the wider bands it is in; 0 for the first band.
    pub(super) band_step: u8,
    /// Lots traded since the last settlement.
    pub(super) volume: Lots,
    /// Lots traded before each of the last settlements, as many as concentration looks back.
    pub(super) volumes: VecDeque<u64>,
    /// The scan range that was last told.
    pub(super) range: Ticks,
    pub(super) open_interest: Lots,
    eseq: u64,
}

/// What a contract's phase waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Timer {
    /// The last part of an auction begins at `at`; the auction ends at `end`.
    Freeze { at: Timestamp, end: Timestamp },
    /// The auction ends.
    Uncross(Timestamp),
    /// A halt at the edge of the band ends.
    Widen(Timestamp),
}

impl Timer {
    pub(super) fn due(self) -> Timestamp {
        match self {
            Self::Freeze { at, .. } | Self::Uncross(at) | Self::Widen(at) => at,
        }
    }
}

impl Market {
    /// A contract that has just been listed, without orders.
    pub(super) fn new(
        instrument: Instrument,
        terms: &ProductTerms,
        risk: Risk,
        structure: Structure,
    ) -> Self {
        let state = State {
            phase: Phase::Open,
            settlement: instrument.reference,
            basis: Ticks(instrument.reference.0.abs()),
            day: None,
            window: TradeWindow::default(),
            extremes: Extremes::default(),
            last: None,
            timer: None,
            indicative: Indicative::default(),
            implied: [None; 2],
            is_spot: false,
            is_members: false,
            is_idle: false,
            band_permille: None,
            band_step: 0,
            volume: Lots::ZERO,
            volumes: VecDeque::new(),
            range: Ticks(0),
            open_interest: Lots::ZERO,
            eseq: 0,
        };
        Self {
            instrument,
            settlement_terms: terms.settlement,
            risk,
            book: Book::new(structure).with_allocation(terms.allocation.map(allocation)),
            stops: Stops::default(),
            relation: None,
            related: Vec::new(),
            seen: [None; 2],
            state,
        }
    }

    pub(super) fn id(&self) -> InstrumentId {
        self.instrument.id
    }

    pub(super) fn eseq(&self) -> u64 {
        self.state.eseq
    }

    /// Tells everybody. Inlined, so that the fact is made where it is put.
    #[inline(always)]
    pub(super) fn tell(&mut self, fact: MarketFact, out: &mut Vec<Event>) {
        self.state.eseq += 1;
        let (instrument, eseq) = (self.instrument.id, self.state.eseq);
        out.extend(std::iter::once_with(|| Event::Market { instrument, eseq, fact }));
    }

    /// Gain (or loss) of a position since the last settlement, at the last settlement price.
    pub(super) fn variation(&self, position: &Position) -> Mills {
        position.variation(self.state.settlement, self.instrument.tick_value)
    }

    /// The lowest and the highest price of an order.
    pub(super) fn band(&self, terms: &ProductTerms) -> (Ticks, Ticks) {
        let permille = self.band_permille(terms, self.state.band_step);
        self.instrument.band(self.state.settlement, self.state.basis, permille)
    }

    /// How far the band of a step reaches.
    fn band_permille(&self, terms: &ProductTerms, step: u8) -> Option<u32> {
        match step {
            0 => self.state.band_permille.or(terms.band_permille),
            _ => terms.wider_bands_permille.get(usize::from(step) - 1).copied(),
        }
    }

    /// The next band that is wider than the one it is in.
    pub(super) fn wider_step(&self, terms: &ProductTerms) -> Option<u8> {
        let reach = self.band_permille(terms, self.state.band_step)?;
        let steps = u8::try_from(terms.wider_bands_permille.len()).expect("at most 8");
        let mut next = self.state.band_step + 1..=steps;
        next.find(|step| Some(reach) < self.band_permille(terms, *step))
    }

    /// A position in this contract changed.
    pub(super) fn count_interest(&mut self, before: NetLots, after: NetLots) {
        let long = |net: NetLots| Lots(net.0.max(0).unsigned_abs());
        self.state.open_interest = self.state.open_interest + long(after) - long(before);
    }

    /// The month it delivers in GPU-hours, if it does.
    pub(super) fn delivery_month(&self) -> Option<types::YearMonth> {
        match (self.settlement_terms, self.instrument.tenor()) {
            (Settlement::Physical, Some(Tenor::Month(month))) => Some(month),
            (Settlement::Physical, Some(Tenor::Quarter(_) | Tenor::Year(_)) | None)
            | (Settlement::Cash { .. } | Settlement::Index, _) => None,
        }
    }

    /// Whether a price is one that an order may have.
    pub(super) fn is_in_band(&self, terms: &ProductTerms, price: Ticks) -> bool {
        let (lowest, highest) = self.band(terms);
        lowest <= price && price <= highest
    }

    /// The day is settled; the volumes of so many days are kept.
    pub(super) fn close_day(&mut self, days: usize) {
        self.state.is_idle = self.state.volume == Lots::ZERO;
        let volume = std::mem::take(&mut self.state.volume);
        self.state.volumes.push_back(volume.0);
        while days < self.state.volumes.len() {
            self.state.volumes.pop_front();
        }
        self.state.day = None;
    }

    /// A book trade was made.
    pub(super) fn remember_price(&mut self, price: Ticks) {
        let (lowest, highest) = self.state.day.unwrap_or((price, price));
        self.state.day = Some((lowest.min(price), highest.max(price)));
        self.state.last = Some(price);
    }
}

fn allocation(terms: types::terms::AllocationTerms) -> book::Allocation {
    book::Allocation {
        top_lots: terms.top_lots,
        maker_permille: terms.maker_permille,
        fifo_permille: terms.fifo_permille,
        smallest_lots: terms.smallest_lots,
    }
}
