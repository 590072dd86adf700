//! The segments of a recording: lines that are only ever added.
//!
//! A crash can leave the end of a segment torn. A reader stops before the first line that is none when
//! nothing whole comes after it; a line that is none among whole ones is damage, and is named.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A new segment is begun when one has this many bytes.
const SEGMENT: u64 = 256 << 20;
const ENDING: &str = "journal";

/// Why a recording cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file cannot be written or read.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line among whole ones is none.
    #[error("{}: line {line} is damaged, and whole lines follow it", .path.display())]
    Damaged {
        /// Which segment.
        path: PathBuf,
        /// From 1.
        line: usize,
    },
    /// There is nothing in the folder.
    #[error("{}: there is no recording", .0.display())]
    Nothing(PathBuf),
}

fn io(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Io { path, source }
}

/// A recording that is being written.
#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
    path: PathBuf,
    number: u32,
    file: BufWriter<File>,
    bytes: u64,
}

impl Journal {
    /// Adds to the recording in a folder, or begins one. What a crash tore is left for
    /// [`repair`]; a new segment is begun behind it.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        fs::create_dir_all(folder).map_err(io(folder))?;
        let last = segments(folder)?.pop().and_then(|path| number(&path)).unwrap_or(0);
        let (path, file) = begin(folder, last + 1)?;
        Ok(Self { folder: folder.to_owned(), path, number: last + 1, file, bytes: 0 })
    }

    /// Adds a message that came at `recv_ns`. It is safe after [`Self::sync`].
    ///
    /// # Errors
    /// When the disk fails.
    pub fn add(&mut self, recv_ns: i64, message: &str) -> Result<(), Error> {
        debug_assert!(!message.contains('\n'), "messages are JSON on one line");
        if SEGMENT < self.bytes {
            self.sync()?;
            self.number += 1;
            (self.path, self.file) = begin(&self.folder, self.number)?;
            self.bytes = 0;
        }
        writeln!(self.file, "{recv_ns} {message}").map_err(io(&self.path))?;
        self.bytes += u64::try_from(message.len()).expect("a length") + 21;
        Ok(())
    }

    /// Brings everything to the disk.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn sync(&mut self) -> Result<(), Error> {
        self.file.flush().map_err(io(&self.path))?;
        self.file.get_ref().sync_data().map_err(io(&self.path))
    }
}

fn begin(folder: &Path, number: u32) -> Result<(PathBuf, BufWriter<File>), Error> {
    let path = folder.join(format!("{number:06}.{ENDING}"));
    let file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(io(&path))?;
    Ok((path, BufWriter::with_capacity(1 << 20, file)))
}

fn number(segment: &Path) -> Option<u32> {
    segment.file_stem()?.to_str()?.parse().ok()
}

/// The segments of a recording, oldest first.
fn segments(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(io(folder))? {
        let path = entry.map_err(io(folder))?.path();
        if path.extension().is_some_and(|ending| ending == ENDING) && number(&path).is_some() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// A message, and when it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Nanoseconds since 1970, by the recorder's clock.
    pub recv_ns: i64,
    /// As it came.
    pub message: String,
}

impl Line {
    fn parse(text: &str) -> Option<Self> {
        let (recv_ns, message) = text.split_once(' ')?;
        let is_whole = message.starts_with('{') && message.ends_with('}');
        let recv_ns = recv_ns.parse().ok()?;
        is_whole.then(|| Self { recv_ns, message: message.to_owned() })
    }
}

/// The end of a segment that a crash tore off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Torn {
    /// Which segment.
    pub path: PathBuf,
    /// Bytes that are whole.
    pub whole: u64,
    /// Bytes behind them.
    pub torn: u64,
}

/// The lines of a recording, oldest first.
#[derive(Debug)]
pub struct Lines {
    segments: std::vec::IntoIter<PathBuf>,
    current: Option<Segment>,
    /// Ends that were torn, as far as it has been read.
    pub torn: Vec<Torn>,
}

#[derive(Debug)]
struct Segment {
    path: PathBuf,
    file: BufReader<File>,
    line: usize,
    /// Bytes of whole lines.
    whole: u64,
}

/// Reads a recording.
///
/// # Errors
/// When there is none.
pub fn lines(folder: &Path) -> Result<Lines, Error> {
    let segments = segments(folder)?;
    if segments.is_empty() {
        return Err(Error::Nothing(folder.to_owned()));
    }
    Ok(Lines { segments: segments.into_iter(), current: None, torn: Vec::new() })
}

impl Lines {
    /// The next line.
    ///
    /// # Errors
    /// When a file cannot be read, or a line is damaged.
    pub fn next_line(&mut self) -> Result<Option<Line>, Error> {
        loop {
            let Some(segment) = &mut self.current else {
                let Some(path) = self.segments.next() else { return Ok(None) };
                self.current = Some(Segment::open(path)?);
                continue;
            };
            match segment.next()? {
                Next::Line(line) => return Ok(Some(line)),
                Next::End => self.current = None,
                Next::Torn(torn) => {
                    self.torn.push(torn);
                    self.current = None;
                }
            }
        }
    }
}

enum Next {
    Line(Line),
    End,
    Torn(Torn),
}

impl Segment {
    fn open(path: PathBuf) -> Result<Self, Error> {
        let file = File::open(&path).map_err(io(&path))?;
        Ok(Self { path, file: BufReader::with_capacity(1 << 20, file), line: 0, whole: 0 })
    }

    fn next(&mut self) -> Result<Next, Error> {
        let (read, line) = self.read()?;
        if read == 0 {
            return Ok(Next::End);
        }
        match line {
            Some(line) => {
                self.whole += read;
                Ok(Next::Line(line))
            }
            None => self.end(read).map(Next::Torn),
        }
    }

    /// The bytes of the next line, and the line if it is whole.
    fn read(&mut self) -> Result<(u64, Option<Line>), Error> {
        let mut bytes = Vec::new();
        let read = self.file.read_until(b'\n', &mut bytes).map_err(io(&self.path))?;
        self.line += 1;
        let text = bytes.strip_suffix(b"\n").and_then(|bytes| str::from_utf8(bytes).ok());
        Ok((u64::try_from(read).expect("a length"), text.and_then(Line::parse)))
    }

    /// Everything from a line that is none; damage if a whole one follows.
    fn end(&mut self, first: u64) -> Result<Torn, Error> {
        let (at, mut torn) = (self.line, first);
        loop {
            match self.read()? {
                (0, _) => return Ok(Torn { path: self.path.clone(), whole: self.whole, torn }),
                (_, Some(_)) => {
                    return Err(Error::Damaged { path: self.path.clone(), line: at });
                }
                (read, None) => torn += read,
            }
        }
    }
}

/// Cuts off what crashes tore, and says what.
///
/// # Errors
/// When a file cannot be read or written, or a line is damaged.
pub fn repair(folder: &Path) -> Result<Vec<Torn>, Error> {
    let mut lines = lines(folder)?;
    while lines.next_line()?.is_some() {}
    for torn in &lines.torn {
        let file = OpenOptions::new().write(true).open(&torn.path).map_err(io(&torn.path))?;
        file.set_len(torn.whole).and_then(|()| file.sync_all()).map_err(io(&torn.path))?;
    }
    Ok(lines.torn)
}

#[cfg(test)]
mod tests;
