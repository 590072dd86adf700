//! One bot: a strategy at a desk. Each turn it looks, decides, and sends what it wants.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use types::Timestamp;

use super::act::Act;
use super::desk::Desk;
use super::inspector::Inspector;
use super::lab::Lab;
use super::maker::Maker;
use super::momentum::Momentum;
use super::noise::Noise;
use super::prices::PricePath;
use super::provider::Provider;
use super::pulse::Pulse;
use super::spreader::Spreader;
use super::view::Intent;
use crate::{Credentials, Error};

/// What a bot does.
#[derive(Debug)]
pub(super) enum Role {
    Maker(Maker),
    Lab(Lab),
    Momentum(Momentum),
    Noise(Noise),
    Spreader(Spreader),
    Provider(Box<Provider>),
    Inspector(Inspector),
}

/// A bot and its connection.
#[derive(Debug)]
pub(super) struct Bot {
    desk: Desk,
    role: Role,
    pace: Duration,
    prices: Arc<PricePath>,
}

impl Bot {
    /// Connects a bot.
    pub(super) async fn hire(
        url: &str,
        key: &Credentials,
        role: Role,
        pace: Duration,
        prices: Arc<PricePath>,
        pulse: Arc<Mutex<Pulse>>,
    ) -> Result<Self, Error> {
        let desk = Desk::open(url, key, pulse).await?;
        Ok(Self { desk, role, pace, prices })
    }

    /// How long it likes to wait between two turns.
    pub(super) fn pace(&self) -> Duration {
        self.pace
    }

    /// Connects again after it was cut off.
    pub(super) async fn come_back(&mut self) -> Result<(), Error> {
        self.desk.reopen().await
    }

    /// Acts once.
    pub(super) async fn turn(&mut self, now: Timestamp) -> Result<(), Error> {
        self.desk.look(now).await?;
        let intents = self.decide(now).await?;
        for intent in intents {
            self.desk.send(intent).await?;
        }
        for act in self.acts(now) {
            if self.desk.act(act.clone()).await? {
                self.taken(&act);
            }
        }
        Ok(())
    }

    /// What it signs now.
    fn acts(&mut self, now: Timestamp) -> Vec<Act> {
        let deliveries = self.desk.deliveries();
        match &mut self.role {
            Role::Provider(provider) => {
                let view = self.desk.view(now, &self.prices);
                provider.acts(&view, deliveries, &self.desk.duties())
            }
            Role::Lab(lab) => lab.acts(now, deliveries),
            Role::Inspector(inspector) => inspector.acts(now),
            Role::Maker(_) | Role::Momentum(_) | Role::Noise(_) | Role::Spreader(_) => Vec::new(),
        }
    }

    /// Something that it signed was taken.
    fn taken(&mut self, act: &Act) {
        match &mut self.role {
            Role::Lab(lab) => lab.taken(act),
            Role::Provider(provider) => provider.taken(act),
            Role::Inspector(inspector) => inspector.taken(act),
            Role::Maker(_) | Role::Momentum(_) | Role::Noise(_) | Role::Spreader(_) => {}
        }
    }

    async fn decide(&mut self, now: Timestamp) -> Result<Vec<Intent>, Error> {
        let view = self.desk.view(now, &self.prices);
        Ok(match &mut self.role {
            Role::Maker(maker) => maker.act(&view),
            Role::Lab(lab) => lab.act(&view),
            Role::Noise(noise) => noise.act(&view),
            Role::Spreader(spreader) => spreader.act(&view),
            Role::Provider(provider) => provider.act(&view),
            Role::Inspector(_) => Vec::new(),
            Role::Momentum(momentum) => {
                let question = momentum.question(&view).map(|(c, lots)| (c.symbol.clone(), lots));
                let price = match question {
                    Some((symbol, lots)) => self.desk.price_of(&symbol, lots).await?,
                    None => None,
                };
                momentum.act(&self.desk.view(now, &self.prices), price)
            }
        })
    }
}
