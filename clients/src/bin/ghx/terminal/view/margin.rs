//! Cash and what is required of it, as bars over the cash that counts.

use protocol::server::MarginData;
use ratatui::text::{Line, Span};
use types::Mills;

use crate::terminal::model::Model;
use crate::terminal::sheet::Ink;
use crate::terminal::theme::Theme;
use crate::units;

/// Lines it takes, with an empty one.
pub(super) const LINES: u16 = 9;

/// The lines.
pub(super) fn lines(model: &Model, theme: Theme, width: u16) -> Vec<Line<'static>> {
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
        Line::styled("margin", theme.style(Ink::Bold)),
        Line::raw(format!("{:<12}{:>20}", "counts", units::dollars(counts))),
        bar("required", required, tight),
        bar("to keep", money(&margin.maintenance), tight),
        bar("deliveries", money(&margin.delivery), Ink::Plain),
        Line::raw(format!("{:<12}{:>20}", "free", units::dollars(counts - required))),
        Line::raw(format!("{:<12}{:>20}", "in escrow", units::dollars(money(&margin.escrow)))),
        Line::raw(format!("binding     {}", binding(margin))),
    ]
}

fn binding(margin: &MarginData) -> String {
    match margin.initial.as_str() {
        "0.000" => "none: nothing is at risk".to_owned(),
        _ => format!("scenario {} ({})", margin.scenario, margin.scenario_name),
    }
}
