//! Tables: names to the left, numbers to the right, totals in the last row.

use comfy_table::{Cell, CellAlignment, Table as Grid};

/// No lines but one under the names of the columns.
const RULED_HEADER: &str = "     \u{2500}\u{2500}            ";

/// A table that grows row by row.
#[derive(Debug)]
pub(crate) struct Table {
    grid: Grid,
    aligned: Vec<CellAlignment>,
}

impl Table {
    /// A table with these columns; a name that begins with `>` is a column of numbers.
    pub(crate) fn new(columns: &[&str]) -> Self {
        let right = |column: &&str| {
            if column.starts_with('>') { CellAlignment::Right } else { CellAlignment::Left }
        };
        let aligned: Vec<CellAlignment> = columns.iter().map(right).collect();
        let mut grid = Grid::new();
        grid.load_preset(RULED_HEADER);
        let mut table = Self { grid, aligned };
        let names: Vec<&str> =
            columns.iter().map(|column| column.trim_start_matches('>')).collect();
        let cells = table.cells(&names);
        table.grid.set_header(cells);
        table
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: &[&str]) {
        let cells = self.cells(cells);
        self.grid.add_row(cells);
    }

    /// Prints it, or says that there is nothing.
    pub(crate) fn print(&self, nothing: &str) {
        if self.grid.row_iter().next().is_none() {
            println!("{nothing}");
            return;
        }
        for line in self.grid.lines() {
            println!("{}", line.trim_end());
        }
    }

    fn cells(&self, texts: &[&str]) -> Vec<Cell> {
        let cell =
            |(text, aligned): (&&str, &CellAlignment)| Cell::new(text).set_alignment(*aligned);
        texts.iter().zip(&self.aligned).map(cell).collect()
    }
}
