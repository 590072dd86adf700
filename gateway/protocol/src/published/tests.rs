use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{document, documents};
use crate::client::Method;
use crate::errors::Code;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("published")
}

/// The files of a folder, those in folders of it included.
fn files(folder: &Path) -> Vec<PathBuf> {
    let all = fs::read_dir(folder).expect("the folder is there");
    let paths = all.map(|entry| entry.expect("it can be read").path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// `UPDATE_GOLDEN=1 cargo test -p protocol published` writes them.
#[test]
fn the_files_are_what_the_types_say() {
    let folder = folder();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        if folder.is_dir() {
            fs::remove_dir_all(&folder).expect("the old ones can go");
        }
        for document in documents() {
            let path = folder.join(&document.path);
            fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder");
            fs::write(path, &document.text).expect("it can be written");
        }
        return;
    }
    for document in documents() {
        let written = fs::read_to_string(folder.join(&document.path)).unwrap_or_default();
        let at = written.lines().zip(document.text.lines()).position(|(a, b)| a != b);
        let (path, is_same) = (&document.path, written == document.text);
        assert!(is_same, "{path} is stale, at line {at:?}; run with UPDATE_GOLDEN=1 to write it");
    }
    let there =
        files(&folder).into_iter().map(|path| path.strip_prefix(&folder).map(Path::to_owned));
    let there: BTreeSet<PathBuf> = there.map(|path| path.expect("it is inside")).collect();
    let meant: BTreeSet<PathBuf> = documents().iter().map(|one| PathBuf::from(&one.path)).collect();
    assert_eq!(there, meant, "a file of the folder is no document any more");
}

#[test]
fn every_method_and_every_code_is_in_every_document() {
    for path in ["asyncapi.json", "schema.json", "llms.txt"] {
        let text = &document(path).expect("it is written").text;
        for method in Method::NAMES {
            assert!(text.contains(method), "{path} has no {method}");
        }
        for code in Code::ALL {
            assert!(text.contains(code.name()), "{path} has no {}", code.name());
        }
    }
    for code in Code::ALL {
        let page = document(&format!("errors/{}.md", code.number())).expect("each has a page");
        let says = ["**Final.**", r#""jsonrpc""#, code.name(), code.text()];
        assert!(says.iter().all(|word| page.text.contains(word)), "{}", page.text);
        let has_advice =
            page.text.contains("**Cause and cure.**") || page.text.contains("**When.**");
        assert!(has_advice, "{}", page.text);
    }
}

#[test]
fn the_channels_of_the_page_are_those_of_the_documents() {
    let llms = &document("llms.txt").expect("it is written").text;
    let table = crate::PAGE.lines().skip_while(|line| !line.starts_with("| Channel |")).skip(2);
    let rows = table.take_while(|line| line.starts_with('|'));
    let mut seen = 0;
    for row in rows {
        let cell = row.split('|').nth(1).expect("a row has cells");
        let names = cell.split('`').filter(|name| !name.trim_matches([' ', ',']).is_empty());
        for name in names.filter(|name| *name != "settlement.SYMBOL") {
            assert!(llms.contains(&format!("- `{name}`")), "{name}");
            seen += 1;
        }
    }
    assert!(20 < seen, "only {seen} channels are on the page");
}
