//! The reference index: who may report, what they have seen, and when it is printed., chapter 12

use std::collections::BTreeSet;

use types::index::{DEAREST, MOST_OBSERVATIONS, MOST_OF_A_DAY};
use types::terms::IndexTerms;
use types::{
    AccountFact, AccountId, Date, Event, IndexPrint, Micros, Observation, ProductId, Proof,
    Refusal, RejectReason, Settlement, Tenor, Ticks, Timestamp, YearMonth,
};

use super::{Done, Exchange};

impl Exchange {
    /// the operator publishes the index of a market whose terms have no method for it.
    pub(super) fn publish_index(
        &mut self,
        product: ProductId,
        price: Ticks,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        let Some(terms) = self.terms().product.get(usize::from(product.0)) else {
            return Err(RejectReason::UnknownProduct.into());
        };
        if self.terms().index.is_some() {
            return Err(RejectReason::IndexNotBy.into());
        }
        if price <= Ticks(0) || terms.highest_ticks < price.0 {
            return Err(RejectReason::BadAmount.into());
        }
        self.indexes.insert(product, price);
        out.push(Event::IndexPublished { product, price });
        self.review_delivery_margins();
        Ok(Done::Plain)
    }

    /// what a reporter has observed stays when it is dismissed.
    pub(super) fn appoint_reporter(
        &mut self,
        id: AccountId,
        product: ProductId,
        is_appointed: bool,
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.find_account(id)?;
        self.index_terms(product)?;
        if is_appointed {
            self.reporters.insert((product, id));
        } else {
            self.reporters.remove(&(product, id));
        }
        self.account_mut(id).tell(AccountFact::Reporter { product, is_appointed }, out);
        Ok(Done::Plain)
    }

    /// prices that a reporter has seen of a product on a day.
    pub(super) fn observe(
        &mut self,
        id: AccountId,
        product: ProductId,
        date: Date,
        observations: &[Observation],
        proof: &Proof,
    ) -> Result<Done, Refusal> {
        let account = self.find_account(id)?;
        account.check_nonce(proof.nonce)?;
        let terms = self.index_terms(product)?;
        if !self.reporters.contains(&(product, id)) {
            return Err(RejectReason::NotAReporter.into());
        }
        let last_print =
            print_of(date, terms).plus(i64::from(terms.revision_days) * Timestamp::DAY);
        if self.now < date.start() || last_print <= self.now {
            return Err(RejectReason::DayClosed.into());
        }
        let references: BTreeSet<u64> = observations.iter().map(|seen| seen.reference).collect();
        let may_be = |seen: &Observation| Micros(0) < seen.price && seen.price <= DEAREST;
        let series = self.series.get(&product);
        let count =
            series.map_or(observations.len(), |series| series.count_with(date, id, observations));
        if !(1..=MOST_OBSERVATIONS).contains(&observations.len())
            || references.len() < observations.len()
            || !observations.iter().all(may_be)
            || MOST_OF_A_DAY < count
        {
            return Err(RejectReason::BadObservation.into());
        }
        self.series.entry(product).or_default().observe(date, id, observations);
        self.account_mut(id).use_nonce(proof.nonce);
        Ok(Done::Plain)
    }

    /// at the cut-off, every product that was ever observed is printed.
    pub(super) fn print_indexes(&mut self, at: Timestamp, out: &mut Vec<Event>) {
        let Some(terms) = self.terms().index.clone() else { return };
        if at != print_of(at.date().plus(-1), &terms) {
            return;
        }
        let mut has_moved = false;
        let products: Vec<ProductId> = self.series.keys().copied().collect();
        for product in products {
            let series = self.series.get_mut(&product).expect("it was just listed");
            let prints = series.print(at.date(), &terms);
            let price = self.price_within(product, at.date().plus(-1), &terms);
            let told = |print: IndexPrint| Event::IndexPrinted { product, print };
            out.extend(prints.into_iter().map(told));
            match price {
                Some(price) => {
                    has_moved |= self.indexes.insert(product, price) != Some(price);
                    out.push(Event::IndexPublished { product, price });
                }
                None if self.indexes.remove(&product).is_some() => {
                    has_moved = true;
                    out.push(Event::IndexLapsed { product });
                }
                None => {}
            }
        }
        if has_moved {
            self.review_delivery_margins();
        }
    }

    /// The value of a day as a price between a tick and the product's highest price, which is what
    /// the exchange has proved that it can count with.
    fn price_within(&self, product: ProductId, date: Date, terms: &IndexTerms) -> Option<Ticks> {
        let value = self.series[&product].value(date, terms)?;
        let highest = Ticks(self.product(product).highest_ticks).max(Ticks(1));
        Some(value.ticks().clamp(Ticks(1), highest))
    }

    /// what a cash twin ends at: the average of the month, where it is over and was printed.
    pub(super) fn average_at_end(&self, id: types::InstrumentId, at: Timestamp) -> Option<Ticks> {
        let market = self.market(id);
        let month = match (market.settlement_terms, market.instrument.tenor()) {
            (Settlement::Index, Some(Tenor::Month(month))) => month,
            _ => return None,
        };
        if at < market.instrument.last_trading {
            return None;
        }
        self.average_of(market.instrument.product, month)
    }

    fn average_of(&self, twin: ProductId, month: YearMonth) -> Option<Ticks> {
        let series = self.series.get(&self.observed_product(twin))?;
        series.average(month, self.terms().index.as_ref()?)
    }

    /// The product whose index a contract goes by: of a cash twin, that of the same generation and
    /// hub which is delivered, where there is one.
    pub(super) fn observed_product(&self, product: ProductId) -> ProductId {
        let twin = self.product(product);
        let is_same = |other: &types::ProductTerms| {
            twin.settlement == Settlement::Index
                && other.settlement != Settlement::Index
                && (&other.name, &other.hub) == (&twin.name, &twin.hub)
        };
        let other = self.terms().product.iter().position(is_same);
        other.map_or(product, |at| ProductId(u16::try_from(at).expect("at most 64 products")))
    }

    /// The method, when the product is one that is observed.
    fn index_terms(&self, product: ProductId) -> Result<&IndexTerms, Refusal> {
        if self.terms().product.get(usize::from(product.0)).is_none() {
            return Err(RejectReason::UnknownProduct.into());
        }
        let is_own = self.observed_product(product) == product;
        let terms = self.terms().index.as_ref().filter(|_| is_own);
        terms.ok_or(RejectReason::IndexNotBy.into())
    }
}

/// When a day is printed for the first time: the cut-off of the next day.
fn print_of(date: Date, terms: &IndexTerms) -> Timestamp {
    date.plus(1).start().plus(i64::from(terms.cutoff_hour) * Timestamp::HOUR)
}
