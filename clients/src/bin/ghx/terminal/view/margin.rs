//! Cash and what is required of it, as bars over the cash that counts.

use protocol::server::{MarginData, ScenarioData};
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use types::Mills;

use crate::terminal::model::Model;
use crate::terminal::sheet::Ink;
use crate::terminal::theme::Theme;
use crate::units;

/// From so many lines on there is room for all scenarios.
const ROOM: u16 = 30;
/// Characters of the longest bar of a scenario.
const BAR: i64 = 5;

/// The lines, the last one empty.
pub(super) fn lines(model: &Model, theme: Theme, area: Rect) -> Vec<Line<'static>> {
    let mut lines = sums(model, theme, area.width);
    lines.extend(scenarios(model, theme, area));
    lines.push(Line::raw(""));
    lines
}

/// What each scenario would lose, two in a line; where room is short the four worst.
fn scenarios(model: &Model, theme: Theme, area: Rect) -> Vec<Line<'static>> {
    let loss = |one: &ScenarioData| units::money(&one.loss).map_or(0, |mills| mills.0);
    let mut all: Vec<(usize, &ScenarioData)> = model.account.scenarios.iter().enumerate().collect();
    let most = all.iter().map(|(_, one)| loss(one)).max().unwrap_or(0).max(1);
    if area.height < ROOM {
        all.sort_by_key(|(at, one)| (-loss(one), *at));
        all.truncate(4);
    }
    let binding = model.account.margin.as_ref().map(|margin| usize::from(margin.scenario));
    let span = |(at, one): &(usize, &ScenarioData)| {
        let filled = loss(one).max(0).saturating_mul(BAR) / most;
        let bar = "#".repeat(usize::try_from(filled).unwrap_or(0));
        let gain = units::signed_dollars(Mills(-loss(one)));
        let name: String = one.name.chars().take(16).collect();
        let ink = if Some(*at) == binding && 0 < loss(one) { Ink::Bold } else { Ink::Plain };
        Span::styled(format!("{at:>2} {name:<16}{gain:>15} {bar:<5}"), theme.style(ink))
    };
    all.chunks(2).map(|two| Line::from(two.iter().map(span).collect::<Vec<_>>())).collect()
}

/// Cash, and what is required of it.
fn sums(model: &Model, theme: Theme, width: u16) -> Vec<Line<'static>> {
    let Some(margin) = &model.account.margin else {
        return vec![Line::styled("waiting for the margin", theme.style(Ink::Dim))];
    };
    let money = |text: &str| units::money(text).unwrap_or(Mills::ZERO);
    let (counts, required) = (money(&margin.available), money(&margin.initial));
    let longest = usize::from(width).saturating_sub(46).clamp(8, 60);
    let bar = |name: &str, part: Mills, ink: Ink| {
        let share = if counts.0 <= 0 { 1_000 } else { part.0.saturating_mul(1_000) / counts.0 };
        let share = usize::try_from(share.clamp(0, 1_000)).unwrap_or(0);
        let filled = "#".repeat((share * longest).div_ceil(1_000));
        Line::from(vec![
            Span::raw(format!("{name:<12}{:>20} ", units::dollars(part))),
            Span::styled(format!("[{filled:.<longest$}]"), theme.style(ink)),
            Span::raw(format!(" {:>3}.{}%", share / 10, share % 10)),
        ])
    };
    let tight = if required.0 <= counts.0 / 2 { Ink::Gain } else { Ink::Warning };
    let tight = if counts < required { Ink::Alarm } else { tight };
    vec![
        title(model, theme),
        Line::raw(format!("{:<12}{:>20}", "counts", units::dollars(counts))),
        bar("required", required, tight),
        bar("to keep", money(&margin.maintenance), tight),
        bar("deliveries", money(&margin.delivery), Ink::Plain),
        bar("size", money(&margin.concentration), Ink::Plain),
        Line::raw(format!("{:<12}{:>20}", "free", units::dollars(counts - required))),
        Line::raw(format!("{:<12}{:>20}", "in escrow", units::dollars(money(&margin.escrow)))),
        Line::raw(format!("binding     {}", binding(margin))),
    ]
}

fn title(model: &Model, theme: Theme) -> Line<'static> {
    match &model.account.call {
        Some(call) => Line::styled(format!(" {call} "), theme.style(Ink::Alarm)),
        None => Line::styled("margin", theme.style(Ink::Bold)),
    }
}

fn binding(margin: &MarginData) -> String {
    match margin.initial.as_str() {
        "0.000" => "none: nothing is at risk".to_owned(),
        _ => format!("scenario {} ({})", margin.scenario, margin.scenario_name),
    }
}
