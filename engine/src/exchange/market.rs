//! One listed contract: its book, its phase, its settlement price.

use serde::Serialize;
use types::{
    Event, Instrument, InstrumentId, Lots, MarketFact, Mills, NetLots, Phase, Settlement, Tenor,
    Ticks,
};

use crate::book::Book;
use crate::clearing::Position;
use crate::risk::Losses;
use crate::settlement::TradeWindow;

/// A listed contract.
#[derive(Debug)]
pub(super) struct Market {
    pub(super) instrument: Instrument,
    pub(super) settlement_terms: Settlement,
    pub(super) losses: Losses,
    pub(super) book: Book,
    pub(super) state: State,
}

/// What changes of a contract, other than its book.
#[derive(Debug, Serialize)]
pub(super) struct State {
    pub(super) phase: Phase,
    /// The last settlement price.
    pub(super) settlement: Ticks,
    /// Trades of the last minutes.
    pub(super) window: TradeWindow,
    /// Lots traded since the last settlement.
    pub(super) volume: Lots,
    pub(super) open_interest: Lots,
    eseq: u64,
}

impl Market {
    /// A contract that has just been listed, without orders.
    pub(super) fn new(
        instrument: Instrument,
        settlement_terms: Settlement,
        losses: Losses,
    ) -> Self {
        let state = State {
            phase: Phase::Open,
            settlement: instrument.reference,
            window: TradeWindow::default(),
            volume: Lots::ZERO,
            open_interest: Lots::ZERO,
            eseq: 0,
        };
        Self { instrument, settlement_terms, losses, book: Book::new(), state }
    }

    pub(super) fn id(&self) -> InstrumentId {
        self.instrument.id
    }

    pub(super) fn eseq(&self) -> u64 {
        self.state.eseq
    }

    /// Tells everybody.
    pub(super) fn tell(&mut self, fact: MarketFact, out: &mut Vec<Event>) {
        self.state.eseq += 1;
        out.push(Event::Market { instrument: self.instrument.id, eseq: self.state.eseq, fact });
    }

    /// Gain (or loss) of a position since the last settlement, at the last settlement price.
    pub(super) fn variation(&self, position: &Position) -> Mills {
        position.variation(self.state.settlement, self.instrument.tick_value)
    }

    /// A position in this contract changed.
    pub(super) fn count_interest(&mut self, before: NetLots, after: NetLots) {
        let long = |net: NetLots| Lots(net.0.max(0).unsigned_abs());
        self.state.open_interest = self.state.open_interest + long(after) - long(before);
    }

    /// The month it delivers in GPU-hours, if it does.
    pub(super) fn delivery_month(&self) -> Option<types::YearMonth> {
        match (self.settlement_terms, self.instrument.tenor) {
            (Settlement::Physical, Tenor::Month(month)) => Some(month),
            (Settlement::Physical, Tenor::Quarter(_) | Tenor::Year(_))
            | (Settlement::Cash { .. }, _) => None,
        }
    }
}
