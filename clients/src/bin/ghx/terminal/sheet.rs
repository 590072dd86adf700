//! A table before it is drawn or copied: columns, rows with a key each, and a row of totals.

/// How a text is to look; what it says never depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Ink {
    /// As everything.
    #[default]
    Plain,
    /// What matters less.
    Dim,
    /// What matters most.
    Bold,
    /// Bids, and what is bought.
    Bid,
    /// Asks, and what is sold.
    Ask,
    /// Gains.
    Gain,
    /// Losses.
    Loss,
    /// Ours.
    Own,
    /// Made by orders of other contracts.
    Implied,
    /// To be looked at.
    Warning,
    /// Wrong.
    Alarm,
}

/// One text of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    /// What it says.
    pub(crate) text: String,
    /// How it looks.
    pub(crate) ink: Ink,
}

/// A cell that looks as everything does.
pub(crate) fn plain(text: impl Into<String>) -> Cell {
    inked(Ink::Plain, text)
}

/// A cell in this ink.
pub(crate) fn inked(ink: Ink, text: impl Into<String>) -> Cell {
    Cell { text: text.into(), ink }
}

/// A column. Where there is no room for all, those of the highest rank go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// Its name; numbers, to the right, begin with `>`.
    name: &'static str,
    /// 0 always stays.
    pub(crate) rank: u8,
    /// Characters, whatever is in it; 0 as many as it needs.
    pub(crate) width: usize,
}

/// A column that always stays.
pub(crate) const fn column(name: &'static str) -> Column {
    Column { name, rank: 0, width: 0 }
}

/// A column that goes where room is short.
pub(crate) const fn spare(name: &'static str, rank: u8) -> Column {
    Column { name, rank, width: 0 }
}

impl Column {
    /// The same, always so wide, so that nothing moves when its contents do.
    pub(crate) const fn wide(self, width: usize) -> Self {
        Self { width, ..self }
    }

    /// Its name.
    pub(crate) fn title(self) -> &'static str {
        self.name.trim_start_matches('>')
    }

    /// Whether it stands to the right.
    pub(crate) fn is_number(self) -> bool {
        self.name.starts_with('>')
    }
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// What it is about; stays the same while the numbers change.
    pub(crate) key: String,
    /// One for each column.
    pub(crate) cells: Vec<Cell>,
}

/// A table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet {
    /// What it is.
    pub(crate) title: String,
    /// From the left.
    pub(crate) columns: Vec<Column>,
    /// From the top.
    pub(crate) rows: Vec<Row>,
    /// Under them.
    pub(crate) total: Option<Vec<Cell>>,
    /// What to say when there are no rows.
    pub(crate) nothing: String,
}

impl Sheet {
    /// An empty table.
    pub(crate) fn new(title: impl Into<String>, columns: &[Column], nothing: &str) -> Self {
        Self {
            title: title.into(),
            columns: columns.to_vec(),
            rows: Vec::new(),
            total: None,
            nothing: nothing.to_owned(),
        }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, key: impl Into<String>, cells: Vec<Cell>) {
        assert_eq!(cells.len(), self.columns.len(), "a row has a cell for each column");
        self.rows.push(Row { key: key.into(), cells });
    }

    /// The row of this key.
    pub(crate) fn place(&self, key: &str) -> Option<usize> {
        self.rows.iter().position(|row| row.key == key)
    }

    /// As comma-separated values, with the names of the columns first.
    pub(crate) fn csv(&self) -> String {
        let names = self.columns.iter().map(|column| quoted(column.title()));
        let mut out = names.collect::<Vec<_>>().join(",") + "\n";
        for row in &self.rows {
            let cells = row.cells.iter().map(|cell| quoted(cell.text.trim()));
            out += &(cells.collect::<Vec<_>>().join(",") + "\n");
        }
        out
    }
}

/// RFC 4180: quoted where a comma, a quote or a line would break it.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_names_and_quotes_what_has_commas() {
        let mut sheet = Sheet::new("orders", &[column("order"), column(">lots")], "none");
        sheet.row("O1", vec![plain("O1"), plain("1,200")]);
        sheet.row("O2", vec![plain("say \"8\""), plain(" 8")]);
        assert_eq!(sheet.csv(), "order,lots\nO1,\"1,200\"\n\"say \"\"8\"\"\",8\n");
    }
}
