//! Tables for spreadsheets and other programs: RFC 4180.

use std::path::Path;

use clients::Error;

use crate::failure::Failure;

/// One line of a table.
pub(crate) fn line<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> String {
    let cells: Vec<String> = cells.into_iter().map(|cell| quoted(cell.as_ref())).collect();
    cells.join(",") + "\r\n"
}

/// A cell; quoted where it has to be.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}

/// Writes a document, and says where it is.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let wrong = |source| Error::Io { path: path.to_owned(), source };
    std::fs::write(path, text).map_err(wrong)?;
    eprintln!("{}: {} bytes", path.display(), text.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn cells_are_quoted_where_they_have_to_be() {
        let cells = ["plain", "a,b", "say \"no\"", ""];
        assert_eq!(line(cells), "plain,\"a,b\",\"say \"\"no\"\"\",\r\n");
    }
}
