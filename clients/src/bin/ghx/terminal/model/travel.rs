//! Going from contract to contract and from product to product, and what is to be heard of there.

use protocol::channels::Channel;
use types::Ticks;

use super::{Focus, Model, View};
use crate::terminal::line::{Source, Wish};

/// The channels of the contract that is looked at closely.
fn channels(symbol: &str) -> Vec<String> {
    ["book", "trades", "status"].iter().map(|kind| format!("{kind}.{symbol}")).collect()
}

/// Channels of one request.
const AT_ONCE: usize = 20;

impl Model {
    /// Contracts have been listed: the first product and its front month are where one begins, and what
    /// is new is heard.
    pub(super) fn listed(&mut self) {
        let products = self.market.products().to_vec();
        let curves: Vec<String> = products
            .iter()
            .filter(|product| !self.market.curves.contains_key(*product))
            .map(|product| format!("curve.{product}"))
            .collect();
        self.hear_all(&curves);
        if self.product.is_empty()
            && let Some(first) = products.first()
        {
            self.show_product(first);
        }
        self.hear_combinations();
        self.hear_deliveries();
    }

    /// Shows another product; the contract looked at becomes its front month.
    pub(super) fn show_product(&mut self, product: &str) {
        product.clone_into(&mut self.product);
        let of_product = self.market.contracts.values().filter(|c| c.product == product);
        let months = of_product.filter(|c| c.tenor == "month" && c.phase != "expired");
        if let Some(front) = months.min_by(|a, b| a.start.cmp(&b.start)) {
            let front = front.symbol.clone();
            self.show_contract(&front);
        }
        self.hear_combinations();
        self.hear_deliveries();
    }

    /// Looks at another contract closely.
    pub(super) fn show_contract(&mut self, symbol: &str) {
        if symbol == self.market.focus.symbol || !self.market.contracts.contains_key(symbol) {
            return;
        }
        if !self.market.focus.symbol.is_empty() {
            let before = channels(&self.market.focus.symbol);
            self.wish(Source::Feed, Wish::Leave(before));
        }
        self.market.focus = Focus::on(symbol);
        self.frozen = None;
        self.ladder.forget();
        self.picked[View::Ladder as usize] = None;
        self.queue_all();
        self.hear_all(&channels(symbol));
        if let Some(product) = self.market.contracts.get(symbol).map(|c| c.product.clone())
            && product != self.product
        {
            self.product = product;
            self.hear_combinations();
            self.hear_deliveries();
        }
    }

    /// The next product, or the one before.
    pub(super) fn turn_product(&mut self, step: isize) {
        let products = self.market.products();
        let here = products.iter().position(|product| *product == self.product);
        let count = isize::try_from(products.len()).unwrap_or(0);
        if let Some(here) = here.and_then(|here| isize::try_from(here).ok()) {
            let there = usize::try_from((here + step).rem_euclid(count)).unwrap_or(0);
            let product = products[there].clone();
            self.show_product(&product);
        }
    }

    /// The next contract of the curve, or the one before; of combinations likewise.
    pub(super) fn turn_contract(&mut self, step: isize) {
        let here = self.market.focus.symbol.clone();
        let combinations = self.market.combinations(&self.product);
        let mut all: Vec<String> = combinations.iter().map(|c| c.symbol.clone()).collect();
        if !all.contains(&here) {
            let curve = self.market.curves.get(&self.product);
            let points = curve.map_or(&[][..], |curve| &curve.points);
            all = points.iter().map(|point| point.symbol.clone()).collect();
        }
        let at = all.iter().position(|symbol| *symbol == here);
        if let Some(next) = at.and_then(|at| at.checked_add_signed(step)).and_then(|at| all.get(at))
        {
            self.show_contract(&next.clone());
        }
    }

    /// The price a contract was last settled at, for want of a better one.
    pub(super) fn reference(&self) -> Option<Ticks> {
        let contract = self.market.contracts.get(&self.market.focus.symbol)?;
        protocol::decimal::parse_price(&contract.settle).ok()
    }

    fn hear_combinations(&mut self) {
        let all = self.market.combinations(&self.product);
        let unheard = all.iter().filter(|c| !self.market.quotes.contains_key(&c.symbol));
        let names = unheard.map(|c| format!("bbo.{}", c.symbol)).collect::<Vec<_>>();
        self.hear_all(&names);
    }

    fn hear_deliveries(&mut self) {
        let all = self.market.delivered().into_iter().filter(|c| c.product == self.product);
        let unheard = all.filter(|c| !self.market.deliveries.contains_key(&c.symbol));
        let names = unheard.map(|c| format!("delivery.{}", c.symbol)).collect::<Vec<_>>();
        self.hear_all(&names);
    }

    /// Asks for channels, but for those whose names the protocol does not have.
    fn hear_all(&mut self, channels: &[String]) {
        let is_one = |name: &&String| Channel::parse(name).is_ok();
        let channels: Vec<String> = channels.iter().filter(is_one).cloned().collect();
        for some in channels.chunks(AT_ONCE) {
            self.wish(Source::Feed, Wish::Hear(some.to_vec()));
        }
    }
}
