//! Draws the state. Everything here is a function of it: nothing is remembered from frame to frame but
//! where things stand for the mouse.

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::key::Target;
use super::line::Source;
use super::model::{Model, Over, View};
use super::sheet::Ink;
use super::sheets;
use super::theme::Theme;

mod margin;
mod over;
mod table;

use table::Table;

/// From here on a book is no longer new.
const AMBER: Duration = Duration::from_secs(2);
/// From here on it is stale. A silent channel says so each 5 s, so a quiet book never comes here.
const RED: Duration = Duration::from_secs(6);

/// Where things stand for the mouse.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hits(Vec<(Rect, Target)>);

impl Hits {
    /// What stands there.
    pub(crate) fn at(&self, column: u16, line: u16) -> Option<Target> {
        let is_there = |(area, _): &&(Rect, Target)| area.contains(Position::new(column, line));
        self.0.iter().rev().find(is_there).map(|(_, target)| target.clone())
    }

    fn add(&mut self, area: Rect, target: Target) {
        self.0.push((area, target));
    }
}

/// Draws everything and says where it stands.
pub(crate) fn draw(frame: &mut Frame<'_>, model: &Model, theme: Theme) -> Hits {
    let mut hits = Hits::default();
    let rows =
        [Constraint::Length(1), Constraint::Length(1), Constraint::Min(1), Constraint::Length(1)];
    let [head, tabs, body, foot] = Layout::vertical(rows).areas(frame.area());
    frame.render_widget(Paragraph::new(headline(model, theme)), head);
    draw_tabs(frame, model, theme, tabs, &mut hits);
    draw_body(frame, model, theme, body, &mut hits);
    frame.render_widget(Paragraph::new(footline(model, theme)), foot);
    over::draw(frame, model, theme);
    hits
}

/// Who, what, when, and how old it is.
fn headline(model: &Model, theme: Theme) -> Line<'static> {
    let market = model.market();
    let symbol = &market.focus.symbol;
    let phase = match &market.focus.status {
        Some(status) => status.phase.clone(),
        None => market.contracts.get(symbol).map_or_else(String::new, |c| c.phase.clone()),
    };
    let time = match market.market_ns {
        0 => "connecting".to_owned(),
        ns => format!("{} UTC", crate::units::time(&ns.to_string()).unwrap_or_default()),
    };
    let (ink, age) = age(model);
    let mut spans = vec![
        Span::styled(format!("{} ", model.name), theme.style(Ink::Bold)),
        Span::raw(format!(" {symbol} {phase}  {time}  ")),
        Span::styled(age, theme.style(ink)),
    ];
    if model.is_frozen() {
        spans.push(Span::raw("  "));
        spans.push(Span::styled(" FROZEN, p goes on ", theme.style(Ink::Alarm)));
    }
    Line::from(spans)
}

/// How old the book is, in words and in a colour.
fn age(model: &Model) -> (Ink, String) {
    for (source, name) in [(Source::Feed, "FEED"), (Source::Trade, "ACCOUNT")] {
        if let Some(why) = &model.links[source as usize].lost {
            return (Ink::Alarm, format!(" {name} LOST, connecting again: {why} "));
        }
    }
    let focus = &model.market().focus;
    let Some(heard) = focus.heard else { return (Ink::Dim, "no book yet".to_owned()) };
    let age = model.now.saturating_sub(heard);
    let seconds = format!("{}.{}s", age.as_secs(), age.subsec_millis() / 100);
    match age {
        _ if !focus.book.is_fresh() => (Ink::Alarm, format!(" book {seconds} GAP ")),
        age if age < AMBER => (Ink::Gain, format!("book {seconds}")),
        age if age < RED => (Ink::Warning, format!("book {seconds} quiet")),
        _ => (Ink::Alarm, format!(" book {seconds} STALE ")),
    }
}

/// Whether what the feed told can no longer be trusted.
fn is_stale(model: &Model) -> bool {
    age(model).0 == Ink::Alarm
}

fn draw_tabs(frame: &mut Frame<'_>, model: &Model, theme: Theme, area: Rect, hits: &mut Hits) {
    let mut left = area.x;
    for (number, view) in (1..).zip(View::ALL) {
        let text = format!(" {number} {} ", view.name());
        let width = u16::try_from(text.len()).expect("names are short");
        let tab = Rect { x: left, width, ..area }.intersection(area);
        let style = if view == model.view { theme.picked() } else { Style::new() };
        frame.render_widget(Paragraph::new(Span::styled(text, style)), tab);
        hits.add(tab, Target::View(view));
        left = left.saturating_add(width);
    }
}

fn draw_body(frame: &mut Frame<'_>, model: &Model, theme: Theme, area: Rect, hits: &mut Hits) {
    let sheet = model.sheet();
    let main = Table {
        sheet: &sheet,
        picked: model.picked(),
        theme,
        is_stale: is_stale(model)
            && matches!(model.view, View::Curve | View::Ladder | View::Spreads),
        gap: 2,
    };
    match model.view {
        View::Curve | View::Spreads | View::Delivery => main.draw(frame, area, hits),
        View::Ladder => draw_ladder(frame, model, &main, area, hits),
        View::Positions => {
            let lines = margin::lines(model, theme, area);
            let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
            let rows = [Constraint::Length(height), Constraint::Min(4)];
            let [upper, lower] = Layout::vertical(rows).areas(area);
            frame.render_widget(Paragraph::new(lines), upper);
            main.draw(frame, lower, hits);
        }
        View::Orders => {
            let halves = [Constraint::Percentage(55), Constraint::Percentage(45)];
            let [upper, lower] = Layout::vertical(halves).areas(area);
            main.draw(frame, upper, hits);
            let fills = sheets::fills(model);
            let fills = Table { sheet: &fills, picked: None, theme, is_stale: false, gap: 2 };
            fills.draw(frame, lower, &mut Hits::default());
        }
    }
}

/// The ladder with the tape to its right; the ladder's columns have fixed widths, so nothing moves.
fn draw_ladder(
    frame: &mut Frame<'_>,
    model: &Model,
    ladder: &Table<'_>,
    area: Rect,
    hits: &mut Hits,
) {
    let bars = if 110 <= area.width { 2 * 17 } else { 0 };
    let columns = [Constraint::Length(50 + bars), Constraint::Min(10)];
    let [left, right] = Layout::horizontal(columns).areas(area);
    Table { gap: 1, ..*ladder }.draw(frame, left, hits);
    let rows = [Constraint::Min(3), Constraint::Length(3)];
    let [upper, lower] = Layout::vertical(rows).areas(right);
    let tape = sheets::tape(model);
    let tape = Table { sheet: &tape, picked: None, gap: 1, ..*ladder };
    tape.draw(frame, upper, &mut Hits::default());
    let width = usize::from(lower.width);
    frame.render_widget(Paragraph::new(beside_ladder(model, ladder.theme, width)), lower);
}

/// Prices over time, how the ladder is shown, and what an auction would come to.
fn beside_ladder(model: &Model, theme: Theme, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Some((lowest, highest, blocks)) =
        model.bars.line(model.market().focus.tape.iter(), width.saturating_sub(1))
    {
        let price = |ticks| protocol::decimal::price(types::Ticks(ticks));
        let told = format!("{} {} to {}", model.bars.name(), price(lowest), price(highest));
        lines.push(Line::styled(told, theme.style(Ink::Dim)));
        lines.push(Line::raw(blocks));
    }
    let auction = model.market().focus.status.as_ref().and_then(|status| {
        let price = status.indicative_price.as_deref()?;
        let lots = status.indicative_qty.as_deref().unwrap_or("0");
        Some(format!("auction: {lots} lots at {price}"))
    });
    let shown = format!("row {} ticks, depth {}", model.ladder.group(), model.ladder.depth());
    lines.push(Line::styled(auction.unwrap_or(shown), theme.style(Ink::Dim)));
    lines
}

/// A note, a question of the palette, or the five keys one needs first.
fn footline(model: &Model, theme: Theme) -> Line<'static> {
    match (&model.over, &model.note) {
        (Over::Search(typed), _) => {
            let found = model.matches(typed);
            let shown: Vec<&str> = found.iter().take(6).copied().collect();
            Line::raw(format!("/{typed}_  {}", shown.join("  ")))
        }
        (Over::Palette(typed), _) => {
            Line::raw(format!(":{typed}_  {}", super::model::commands(typed).join("  ")))
        }
        (Over::Ask(question), _) => {
            let text = format!(" {}  Enter yes, Esc no ", question.text());
            Line::styled(text, theme.style(Ink::Alarm))
        }
        (_, Some(note)) => Line::styled(note.text.clone(), theme.style(note.ink)),
        (_, None) => {
            let keys = match model.view {
                View::Curve => "Enter ladder  b buy  s sell  / search  ? keys  left right product",
                View::Ladder => "b buy  s sell  c cancel  , . contract  g group  C centre  ? keys",
                View::Spreads => "Enter ladder  b buy  s sell  / search  ? keys",
                View::Positions => "Enter ladder  b buy  s sell  y copy  ? keys",
                View::Orders => "Enter detail  c cancel  X cancel all  y copy  ? keys",
                View::Delivery => "Enter detail  left right product  y copy  ? keys",
            };
            Line::styled(keys, theme.style(Ink::Dim))
        }
    }
}

#[cfg(test)]
mod tests;
