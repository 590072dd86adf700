//! Draws a table: as many columns as there is room for, the picked row always in sight.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::Hits;
use crate::terminal::key::Target;
use crate::terminal::sheet::{Cell, Ink, Sheet};
use crate::terminal::theme::Theme;

/// A table and how it is shown.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    /// What is in it.
    pub(super) sheet: &'a Sheet,
    /// The key of the row that is picked.
    pub(super) picked: Option<&'a str>,
    /// In which colours.
    pub(super) theme: Theme,
    /// Greyed, because it cannot be trusted.
    pub(super) is_stale: bool,
    /// Characters between columns.
    pub(super) gap: usize,
}

impl Table<'_> {
    /// Draws it, and says where its rows stand.
    pub(super) fn draw(&self, frame: &mut Frame<'_>, area: Rect, hits: &mut Hits) {
        let width = usize::from(area.width);
        let (sheet, columns) = (self.sheet, self.fitting(width));
        let title = |text: &str| Line::styled(cut(text, width), self.theme.style(Ink::Bold));
        let mut lines = vec![title(&sheet.title)];
        if sheet.rows.is_empty() {
            lines.push(Line::styled(sheet.nothing.clone(), self.theme.style(Ink::Dim)));
            return frame.render_widget(Paragraph::new(lines), area);
        }
        lines.push(self.names(&columns));
        let below = usize::from(sheet.total.is_some());
        let room = usize::from(area.height).saturating_sub(lines.len() + below).max(1);
        let at = self.picked.and_then(|key| sheet.place(key));
        let first = at.map_or(0, |at| (at + 1).saturating_sub(room));
        let count = sheet.rows.len();
        if room < count {
            let last = (first + room).min(count);
            lines[0] = title(&format!("{}  rows {} to {last} of {count}", sheet.title, first + 1));
        }
        for (row, line) in sheet.rows.iter().skip(first).take(room).zip(lines.len()..) {
            let y = area.y.saturating_add(u16::try_from(line).unwrap_or(u16::MAX));
            hits.add(
                Rect { y, height: 1, ..area }.intersection(area),
                Target::Row(row.key.clone()),
            );
            let is_picked = self.picked == Some(row.key.as_str());
            lines.push(self.line(&row.cells, &columns, is_picked.then(|| self.theme.picked())));
        }
        if let Some(total) = &sheet.total {
            lines.push(self.line(total, &columns, None));
        }
        frame.render_widget(Paragraph::new(lines), area);
    }

    /// The columns there is room for, with their widths.
    fn fitting(&self, room: usize) -> Vec<(usize, usize)> {
        let sheet = self.sheet;
        let all = 0..sheet.columns.len();
        let mut columns: Vec<(usize, usize)> = all.map(|at| (at, self.width(at))).collect();
        let needed = |columns: &[(usize, usize)]| {
            let widths: usize = columns.iter().map(|(_, width)| width).sum();
            widths + self.gap * columns.len().saturating_sub(1)
        };
        while room < needed(&columns) {
            let rank = |at: &(usize, usize)| sheet.columns[at.0].rank;
            let Some(spare) = columns.iter().map(rank).max().filter(|rank| 0 < *rank) else {
                break;
            };
            columns.retain(|column| rank(column) != spare);
        }
        columns
    }

    fn width(&self, at: usize) -> usize {
        let column = self.sheet.columns[at];
        let cells = self.sheet.rows.iter().map(|row| &row.cells).chain(&self.sheet.total);
        let widest = cells.map(|cells| cells[at].text.chars().count()).max().unwrap_or(0);
        if column.width == 0 { widest.max(column.title().len()) } else { column.width }
    }

    fn names(&self, columns: &[(usize, usize)]) -> Line<'static> {
        let cells: Vec<Cell> = self
            .sheet
            .columns
            .iter()
            .map(|column| Cell { text: column.title().to_owned(), ink: Ink::Dim })
            .collect();
        let line = self.line(&cells, columns, None);
        line.patch_style(Modifier::UNDERLINED)
    }

    fn line(
        &self,
        cells: &[Cell],
        columns: &[(usize, usize)],
        picked: Option<ratatui::style::Style>,
    ) -> Line<'static> {
        let mut spans = Vec::new();
        for (at, width) in columns {
            if !spans.is_empty() {
                spans.push(Span::raw(" ".repeat(self.gap)));
            }
            let (text, width) = (cut(&cells[*at].text, *width), *width);
            let text = if self.sheet.columns[*at].is_number() {
                format!("{text:>width$}")
            } else {
                format!("{text:<width$}")
            };
            let ink = self.theme.style(cells[*at].ink);
            spans.push(Span::styled(text, if self.is_stale { self.theme.stale() } else { ink }));
        }
        let line = Line::from(spans);
        match picked {
            Some(style) => line.patch_style(style),
            None => line,
        }
    }
}

fn cut(text: &str, width: usize) -> String {
    text.chars().take(width).collect()
}
