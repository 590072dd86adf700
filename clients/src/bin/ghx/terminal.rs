//! `ghx desk`: curve, ladder, spreads, positions, orders and deliveries in a terminal.
//!
//! `model` is the state and how keys and events change it, `sheets` the tables made of it, `view` how
//! they are drawn, `screen` the terminal and `line` the two connections. Only this file knows them all.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clients::{Client, keys};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use crate::args::{Common, Theme as Wanted};
use crate::failure::Failure;
use line::{Source, Told, Wish};
use model::{Action, Model};
use screen::{Input, Screen};
use theme::Theme;
use view::Hits;

mod amount;
mod bars;
mod key;
mod line;
mod model;
mod queue;
mod screen;
mod sheet;
mod sheets;
mod theme;
mod ticket;
mod view;

/// At most 15 frames a second.
const FRAME: Duration = Duration::from_millis(67);
/// News that wait to be taken in; the exchange waits when there are more.
const NEWS: usize = 4_096;
/// News taken in before keys are looked at again.
const AT_ONCE: usize = 1_000;

/// What goes on.
enum Going {
    On,
    Out,
}

/// The desk while it is open.
struct Desk {
    model: Model,
    screen: Screen,
    theme: Theme,
    wishes: [mpsc::Sender<Wish>; 2],
    hits: Hits,
    started: Instant,
    /// Whether something changed since the last frame, and when that was.
    is_changed: bool,
    drawn: Duration,
}

/// Connects, takes the terminal, and gives it back at the end.
pub(crate) async fn run(common: &Common, wanted: Wanted) -> Result<(), Failure> {
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        return Err(Failure::Usage("the desk needs a terminal".to_owned()));
    }
    let keys = keys::load(&common.keys)?;
    let credentials = keys.of(&common.name)?;
    let feed = Client::connect(&keys.feed, None).await?;
    let trade = Client::connect(&keys.trade, Some(credentials)).await?;
    let (told, mut news) = mpsc::channel(NEWS);
    let feed = line::start(Source::Feed, feed, told.clone());
    let trade = line::start(Source::Trade, trade, told);

    let made = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let model =
        Model::new(&format!("A-{}", credentials.account), &format!("desk-{}", made.as_micros()));
    let mut desk = Desk {
        model,
        screen: Screen::open().map_err(|error| no_terminal(&error))?,
        theme: Theme::of(wanted),
        wishes: [feed, trade],
        hits: Hits::default(),
        started: Instant::now(),
        is_changed: true,
        drawn: Duration::ZERO,
    };
    let (columns, lines) = desk.screen.size().map_err(|error| no_terminal(&error))?;
    desk.model.resize(columns, lines);
    desk.sit(&mut news).await.map_err(|error| no_terminal(&error))
}

fn no_terminal(error: &io::Error) -> Failure {
    Failure::Usage(format!("the terminal: {error}"))
}

impl Desk {
    /// Until somebody leaves.
    async fn sit(&mut self, news: &mut mpsc::Receiver<(Source, Told)>) -> io::Result<()> {
        let mut inputs = screen::inputs();
        let mut frames = tokio::time::interval(FRAME);
        frames.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut terminate, mut hang_up) =
            (signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
        loop {
            tokio::select! {
                told = news.recv() => self.hear(told, news),
                input = inputs.recv() => match input {
                    Some(input) => self.feel(input),
                    None => return Ok(()),
                },
                _ = frames.tick() => self.frame()?,
                _ = terminate.recv() => return Ok(()),
                _ = hang_up.recv() => return Ok(()),
            }
            if matches!(self.act(), Going::Out) {
                return Ok(());
            }
        }
    }

    fn hear(&mut self, told: Option<(Source, Told)>, news: &mut mpsc::Receiver<(Source, Told)>) {
        let now = self.started.elapsed();
        let more = std::iter::from_fn(|| news.try_recv().ok()).take(AT_ONCE);
        for (source, told) in told.into_iter().chain(more) {
            self.model.hear(source, told, now);
        }
        self.is_changed = true;
    }

    fn feel(&mut self, input: Input) {
        match input {
            Input::Key(key) => self.model.key(key),
            Input::Wheel(step) => self.model.wheel(step),
            Input::Resized(columns, lines) => self.model.resize(columns, lines),
            Input::Click(column, line) => {
                self.hits.at(column, line).into_iter().for_each(|target| self.model.click(target));
            }
        }
        self.is_changed = true;
    }

    /// Draws when something has changed, and once a second for the ages.
    fn frame(&mut self) -> io::Result<()> {
        let now = self.started.elapsed();
        self.model.tick(now);
        if !self.is_changed && now < self.drawn + Duration::from_secs(1) {
            return Ok(());
        }
        let Self { model, screen, theme, hits, .. } = self;
        screen.draw(|frame| *hits = view::draw(frame, model, *theme))?;
        (self.is_changed, self.drawn) = (false, now);
        Ok(())
    }

    fn act(&mut self) -> Going {
        for action in self.model.take_actions() {
            match action {
                Action::Quit => return Going::Out,
                Action::Copy(name, csv) => {
                    let outcome = self.copy(name, &csv);
                    self.model.copied(outcome);
                }
                Action::Wish(source, wish) => {
                    // A connection that takes no more wishes has ended for good, or is far behind.
                    if self.wishes[source as usize].try_send(wish).is_err() {
                        self.model.overloaded();
                    }
                }
            }
        }
        Going::On
    }

    /// Into the clipboard, and into a file for terminals that have none.
    fn copy(&self, name: &str, csv: &str) -> Result<String, String> {
        let path = std::env::temp_dir().join(format!("ghx-{name}.csv"));
        let written = std::fs::write(&path, csv).and_then(|()| self.screen.copy(csv));
        written.map(|()| path.display().to_string()).map_err(|e| format!("{}: {e}", path.display()))
    }
}
