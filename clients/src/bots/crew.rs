//! The bots together: hired on one venue, and moved in turns or set free.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::task::JoinSet;
use types::{Grade, Timestamp};

use super::bot::{Bot, Role};
use super::cover::Schedule;
use super::docket::Docket;
use super::fleet::{Fleet, OutageRecord};
use super::inspector::Inspector;
use super::lab::Lab;
use super::maker::{Maker, Style};
use super::momentum::Momentum;
use super::noise::Noise;
use super::prices::PricePath;
use super::provider::Provider;
use super::pulse::Pulse;
use super::site::Site;
use super::spreader::Spreader;
use crate::{Credentials, Error};

/// Nodes a provider runs in each product.
const NODES: u32 = 58;

/// The servers of the record that are the providers' first nodes.
const FIRST_SERVERS: [u32; 2] = [0, 4];

/// The numbers of their first nodes.
const FIRST_NODES: [u32; 2] = [0, 500];

/// How long a bot that was cut off waits before it comes back.
const RETURN_AFTER: Duration = Duration::from_millis(500);

/// Whose keys the bots use.
#[derive(Clone, Debug)]
pub struct Cast {
    /// Two makers.
    pub makers: [Credentials; 2],
    /// A lab that needs GPUs.
    pub lab: Credentials,
    /// A momentum trader.
    pub momentum: Credentials,
    /// A noise trader.
    pub noise: Credentials,
    /// A spread trader.
    pub spreader: Credentials,
    /// Two providers that run nodes.
    pub providers: [Credentials; 2],
    /// An inspector, whom the operator has appointed an attestor.
    pub inspector: Credentials,
}

/// What the bots act by.
#[derive(Clone, Debug)]
pub struct Script {
    /// Everything random comes from it.
    pub seed: u64,
    /// Symbols of the products, in the order of the market's terms.
    pub products: Vec<String>,
    /// What GPU-hours are worth.
    pub prices: Arc<PricePath>,
    /// What the lab needs; the providers sell a half of it each.
    pub need: Schedule,
    /// Which servers were down when.
    pub record: OutageRecord,
    /// When the record begins in market time.
    pub record_start: Timestamp,
}

/// All bots, connected.
#[derive(Debug)]
pub struct Crew {
    bots: Vec<Bot>,
    pulse: Arc<Mutex<Pulse>>,
}

/// Bots that act by themselves until this is dropped.
#[derive(Debug)]
#[must_use = "dropped, the bots go home"]
pub struct Free {
    _tasks: JoinSet<()>,
}

impl Crew {
    /// Connects all bots to the venue at `url`. Orders they left there are cancelled.
    ///
    /// # Errors
    /// When one cannot connect or log in.
    pub async fn hire(url: &str, cast: &Cast, script: Script) -> Result<Self, Error> {
        let pulse = Arc::new(Mutex::new(Pulse::default()));
        let mut bots = Vec::new();
        for (key, role, pace) in roles(cast, &script) {
            let prices = Arc::clone(&script.prices);
            let bot = Bot::hire(url, key, role, pace, prices, Arc::clone(&pulse)).await?;
            bots.push(bot);
        }
        Ok(Self { bots, pulse })
    }

    /// Lets each bot act once, in an order that is always the same.
    ///
    /// # Errors
    /// When one has lost its connection.
    pub async fn take_turns(&mut self, now: Timestamp) -> Result<(), Error> {
        for bot in &mut self.bots {
            bot.turn(now).await?;
        }
        Ok(())
    }

    /// What they have seen of the venue; it goes on changing.
    #[must_use]
    pub fn pulse(&self) -> Arc<Mutex<Pulse>> {
        Arc::clone(&self.pulse)
    }

    /// Lets each act when it likes, at its own pace. `now` tells market time.
    pub fn set_free(self, now: impl Fn() -> Timestamp + Clone + Send + 'static) -> Free {
        let mut tasks = JoinSet::new();
        for (seed, bot) in (0..).zip(self.bots) {
            tasks.spawn(live(bot, StdRng::seed_from_u64(seed), now.clone()));
        }
        Free { _tasks: tasks }
    }
}

/// Acts for ever; comes back when it is cut off.
async fn live(mut bot: Bot, mut random: StdRng, now: impl Fn() -> Timestamp) {
    loop {
        let pace = bot.pace();
        tokio::time::sleep(pace.mul_f64(random.gen_range(0.5..1.5))).await;
        if bot.turn(now()).await.is_err() {
            tokio::time::sleep(RETURN_AFTER).await;
            bot.come_back().await.ok();
        }
    }
}

fn roles<'a>(cast: &'a Cast, script: &Script) -> Vec<(&'a Credentials, Role, Duration)> {
    let random =
        |number: u64| StdRng::seed_from_u64(script.seed.wrapping_mul(1_000).wrapping_add(number));
    let maker =
        |style, number| Role::Maker(Maker::new(style, script.products.clone(), random(number)));
    let (fleets, docket) = (fleets(script), Docket::default());
    let names = cast.providers.each_ref().map(account);
    let lab = Lab::new(
        script.need.clone(),
        names[0].clone(),
        fleets.to_vec(),
        script.products.clone(),
        docket.clone(),
    );
    let provider = |at: usize| {
        let (offer, products) = (script.need.part(2), script.products.clone());
        let (fleet, site) = (fleets[at].clone(), SITES[at].clone());
        // The meters of the second provider round in its favour, which buyers dispute.
        let fleet = if at == 1 { fleet.rounding_up() } else { fleet };
        let provider = Provider::new(offer, products, fleet, site, account(&cast.lab));
        Role::Provider(Box::new(provider))
    };
    let seen = names.into_iter().zip(&fleets).map(|(name, fleet)| (name, nodes(fleet, script)));
    let inspector = Inspector::new(seen.collect(), fleets.to_vec(), docket);
    let momentum = Momentum::new(script.products.first().cloned().unwrap_or_default());
    let millis = Duration::from_millis;
    vec![
        (&cast.makers[0], maker(TIGHT, 1), millis(60)),
        (&cast.makers[1], maker(DEEP, 2), millis(60)),
        (&cast.lab, Role::Lab(lab), millis(90)),
        (&cast.momentum, Role::Momentum(momentum), millis(120)),
        (&cast.noise, Role::Noise(Noise::new(random(3))), millis(30)),
        (&cast.spreader, Role::Spreader(Spreader::new(random(4))), millis(40)),
        (&cast.providers[0], provider(0), millis(80)),
        (&cast.providers[1], provider(1), millis(80)),
        (&cast.inspector, Role::Inspector(inspector), millis(200)),
    ]
}

/// What the two providers run.
fn fleets(script: &Script) -> [Fleet; 2] {
    let fleet = |(first_server, first_node)| {
        let record = script.record.clone();
        Fleet::new(record, script.record_start, first_server, NODES).numbered_from(first_node)
    };
    let [one, other] = FIRST_SERVERS;
    [(one, FIRST_NODES[0]), (other, FIRST_NODES[1])].map(fleet)
}

/// All nodes of a fleet, in all products.
fn nodes(fleet: &Fleet, script: &Script) -> Vec<u32> {
    let products = (0..).zip(&script.products);
    products.flat_map(|(number, _)| fleet.of(number)).map(|node| node.0).collect()
}

/// An account as the protocol writes it.
fn account(key: &Credentials) -> String {
    format!("A-{}", key.account)
}

/// Where the providers' nodes stand.
const SITES: [Site; 2] = [
    Site {
        places: [("ashburn-1", "us-east"), ("frankfurt-1", "eu-central")],
        grade: Grade::Rdma3200,
    },
    Site { places: [("dallas-2", "us-central"), ("paris-2", "eu-west")], grade: Grade::Rdma1600 },
];

/// A maker with small quotes close to fair.
const TIGHT: Style =
    Style { half_spread: 25, step: 20, levels: 3, lots: 6, lean: 15, patience: 18 };

/// A maker with large quotes further away.
const DEEP: Style = Style { half_spread: 40, step: 35, levels: 3, lots: 16, lean: 8, patience: 30 };
