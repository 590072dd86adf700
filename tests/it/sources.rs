//! The project's own files, for tests that read them.

use std::path::{Path, PathBuf};

/// Folders that hold no sources of ours.
const SKIPPED: [&str; 5] = ["target", ".git", "node_modules", "web", "vendor"];

/// A file and its text.
pub(crate) struct Source {
    /// From the root of the project, with slashes.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    pub(crate) fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs")
            || self.path.starts_with("tests/")
            || self.path.contains("/tests/")
    }
}

/// The root of the project.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A file by its path from the root.
pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file under a folder whose name ends so, by path.
pub(crate) fn files_under(folder: &str, ending: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root().join(folder), folder, ending, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Every Rust source under a folder.
pub(crate) fn rust_under(folder: &str) -> Vec<Source> {
    files_under(folder, ".rs")
}

fn collect(folder: &Path, name: &str, ending: &str, found: &mut Vec<Source>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
        let entry = entry.expect("an entry can be read");
        let file = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{name}/{file}");
        if entry.path().is_dir() {
            if !SKIPPED.contains(&file.as_str()) {
                collect(&entry.path(), &path, ending, found);
            }
        } else if file.ends_with(ending) {
            let text = std::fs::read_to_string(entry.path()).expect("sources are UTF-8");
            found.push(Source { path, text });
        }
    }
}
