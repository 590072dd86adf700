//! A bot's connection, and what it has heard of itself on it: its orders, positions and obligations.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use protocol::client::{AmendOrder, CancelAll, CancelOrder, Cod, CodMode, Method, PlaceOrder, Tif};
use protocol::decimal;
use serde_json::Value;
use types::{Side, Ticks, Timestamp};

use super::act::Act;
use super::deliveries::Deliveries;
use super::heard::Heard;
use super::pacer::Pacer;
use super::prices::PricePath;
use super::provider::Duty;
use super::pulse::Pulse;
use super::view::{Contract, Intent, Spread, View, Working};
use crate::{Client, Credentials, Error};

/// What a bot hears of itself, and of the contracts there are.
const CHANNELS: [&str; 5] = ["instruments", "orders", "fills", "positions", "obligations"];

/// How often a request that came too fast is sent again.
const PATIENCE: u32 = 100;

/// Refusals that say no more than that the venue is busy.
const RATE_LIMITED: i32 = 4001;
const ENGINE_BUSY: i32 = 4005;

/// A connection and what has been heard on it.
#[derive(Debug)]
pub(super) struct Desk {
    url: String,
    key: Credentials,
    client: Client,
    pulse: Arc<Mutex<Pulse>>,
    pacer: Pacer,
    heard: Heard,
    /// Contracts that trade at the time of the last look.
    trading: Vec<Contract>,
    /// Spreads of those.
    spreads: Vec<Spread>,
    /// Own orders as of the last look.
    working: Vec<Working>,
    /// Orders are named by the number of the account's last event at login, and counted from there;
    /// so are signed requests. Both repeat when the run is repeated, and never within a log.
    prefix: u64,
    count: u64,
    signed: u64,
}

/// A request that changes something.
#[derive(Debug)]
enum Wish {
    Place(PlaceOrder),
    Amend(AmendOrder),
    Cancel(CancelOrder),
    Act(Act),
}

impl Desk {
    /// Connects, and cancels what an earlier run has left.
    pub(super) async fn open(
        url: &str,
        key: &Credentials,
        pulse: Arc<Mutex<Pulse>>,
    ) -> Result<Self, Error> {
        let client = Client::connect(url, Some(key)).await?;
        let mut desk = Self {
            url: url.to_owned(),
            key: key.clone(),
            client,
            pulse,
            pacer: Pacer::new(Instant::now()),
            heard: Heard::default(),
            trading: Vec::new(),
            spreads: Vec::new(),
            working: Vec::new(),
            prefix: 0,
            count: 0,
            signed: 0,
        };
        desk.settle_in().await?;
        Ok(desk)
    }

    /// Connects again.
    pub(super) async fn reopen(&mut self) -> Result<(), Error> {
        self.client = Client::connect(&self.url, Some(&self.key)).await?;
        self.settle_in().await
    }

    /// Orders stay when the connection ends: a venue that goes on after a restart has a book.
    async fn settle_in(&mut self) -> Result<(), Error> {
        self.heard = Heard::default();
        let keep = Cod { mode: CodMode::Keep, grace_ms: 0 };
        self.client.call(Method::SetCod(keep)).await?;
        self.client.subscribe(&CHANNELS).await?;
        self.prefix = self.client.cancel_all(CancelAll::default()).await?.acct_seq;
        self.count = 0;
        self.client.number_signed_from((self.prefix << 20) + self.signed);
        while self.heard.contracts.is_empty() {
            let event = self.client.next_event().await?;
            self.heard.event(event)?;
        }
        Ok(())
    }

    /// Hears everything that has happened to the account until now. The answer to the question comes
    /// after all of it.
    pub(super) async fn look(&mut self, now: Timestamp) -> Result<(), Error> {
        tokio::time::sleep(self.pacer.take(Instant::now())).await;
        self.client.margin().await?;
        for event in self.client.take_events() {
            self.heard.event(event)?;
        }
        self.tell_prices(now);
        let trades = |contract: &&Contract| now < contract.last_trading;
        self.trading = self.heard.contracts.values().filter(trades).cloned().collect();
        self.trading.sort_by_key(|contract| contract.last_trading);
        self.spreads = self.trading_spreads(now);
        self.working = self.heard.orders.values().cloned().collect();
        Ok(())
    }

    fn trading_spreads(&self, now: Timestamp) -> Vec<Spread> {
        let leg = |symbol: &String| {
            self.heard.contracts.get(symbol).filter(|leg| now < leg.last_trading).cloned()
        };
        let spread = |(symbol, (near, far)): (&String, &(String, String))| {
            let (near, far) = (leg(near)?, leg(far)?);
            Some(Spread { symbol: symbol.clone(), near, far })
        };
        let mut spreads: Vec<Spread> = self.heard.spreads.iter().filter_map(spread).collect();
        spreads.sort_by_key(|spread| spread.near.last_trading);
        spreads
    }

    /// Adds the latest fills to what all bots have seen, and forgets contracts that have ended.
    fn tell_prices(&mut self, now: Timestamp) {
        let mut pulse = self.pulse.lock().expect(POISONED);
        for (symbol, price) in std::mem::take(&mut self.heard.last) {
            pulse.traded(&symbol, price);
        }
        for contract in self.trading.iter().filter(|contract| contract.last_trading <= now) {
            pulse.ended(&contract.symbol);
        }
    }

    /// What a strategy sees.
    pub(super) fn view<'a>(&'a self, now: Timestamp, prices: &'a PricePath) -> View<'a> {
        let (contracts, spreads, orders) = (&self.trading, &self.spreads, &self.working);
        View { now, contracts, spreads, orders, positions: &self.heard.positions, prices }
    }

    /// Months it must deliver.
    pub(super) fn duties(&self) -> Vec<Duty> {
        let duties = self.heard.duties.values();
        let months: BTreeMap<&str, &Duty> = duties.map(|duty| (&duty.symbol[..], duty)).collect();
        months.into_values().cloned().collect()
    }

    /// What it has heard of its deliveries.
    pub(super) fn deliveries(&self) -> &Deliveries {
        &self.heard.deliveries
    }

    /// Asks for what is wanted.
    pub(super) async fn send(&mut self, intent: Intent) -> Result<(), Error> {
        let wish = match intent {
            Intent::Quote { symbol, side, price, lots, tag } => {
                let order = self.order(&symbol, side, price, lots);
                Wish::Place(PlaceOrder { post_only: true, tag: Some(tag), ..order })
            }
            Intent::Take { symbol, side, limit, lots } => {
                let order = self.order(&symbol, side, limit, lots);
                Wish::Place(PlaceOrder { tif: Tif::Ioc, ..order })
            }
            Intent::Amend { id, price, lots } => Wish::Amend(AmendOrder {
                client_order_id: Some(id),
                price: Some(decimal::price(price)),
                qty: Some(lots.to_string()),
                ..AmendOrder::default()
            }),
            Intent::Cancel { id } => {
                Wish::Cancel(CancelOrder { client_order_id: Some(id), order_id: None })
            }
        };
        self.wish(&wish).await.map(drop)
    }

    /// The average price at which so many lots could be bought now; `None` when there are not enough.
    pub(super) async fn price_of(
        &mut self,
        symbol: &str,
        lots: u64,
    ) -> Result<Option<Ticks>, Error> {
        tokio::time::sleep(self.pacer.take(Instant::now())).await;
        let order = PlaceOrder::market(symbol, "probe", Side::Buy, &lots.to_string());
        match self.client.preview(order).await {
            Ok(preview) if preview.fill_qty == lots.to_string() => {
                Ok(preview.fill_worst_px.and_then(|price| decimal::parse_price(&price).ok()))
            }
            Ok(_) | Err(Error::Refused { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Signs something; tells whether it was taken.
    pub(super) async fn act(&mut self, act: Act) -> Result<bool, Error> {
        self.wish(&Wish::Act(act)).await
    }

    fn order(&mut self, symbol: &str, side: Side, limit: Ticks, lots: u64) -> PlaceOrder {
        self.count += 1;
        let id = format!("{}-{}", self.prefix, self.count);
        let price = decimal::price(limit);
        PlaceOrder::limit(symbol, &id, side, &price, &lots.to_string())
    }

    /// Sends a request, again and again while the venue says it is too busy. Any other refusal is an
    /// answer: the bot looks again in its next turn. Tells whether it was taken.
    async fn wish(&mut self, wish: &Wish) -> Result<bool, Error> {
        for _ in 0..PATIENCE {
            let sent = Instant::now();
            let answer = self.request(wish).await;
            self.pulse.lock().expect(POISONED).answered(sent.elapsed());
            match answer {
                Err(Error::Refused { code: RATE_LIMITED | ENGINE_BUSY, data, .. }) => {
                    let wait = data.get("retry_after_ms").and_then(Value::as_u64).unwrap_or(5);
                    tokio::time::sleep(Duration::from_millis(wait)).await;
                }
                Err(Error::Refused { name, .. }) => {
                    self.pulse.lock().expect(POISONED).refused(&name);
                    return Ok(false);
                }
                done => return done.map(|()| true),
            }
        }
        Ok(false)
    }

    async fn request(&mut self, wish: &Wish) -> Result<(), Error> {
        self.signed += u64::from(matches!(wish, Wish::Act(_)));
        match wish {
            Wish::Place(order) => self.client.place(order.clone()).await.map(drop),
            Wish::Amend(amend) => self.client.amend(amend.clone()).await.map(drop),
            Wish::Cancel(cancel) => self.client.cancel(cancel.clone()).await.map(drop),
            Wish::Act(act) => act.send(&mut self.client).await,
        }
    }
}

/// Why the pulse can always be had.
const POISONED: &str = "nothing panics while it holds the pulse";
