//! Opening a file: decompression, byte-order marks, line ends, limits, and what format it is.

use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::read::MultiGzDecoder;

use super::bounds::{Bounds, in_words};
use super::input_file::InputFile;
use super::problem::Problem;

/// The most that one row or feature may take, in bytes: a quote that is never closed would swallow the file.
pub const MAX_ROW_BYTES: u64 = 32 << 20;
/// What is looked at to tell the format and the delimiter, in bytes.
const HEAD_BYTES: usize = 64 << 10;

/// A reader whose formats are told apart and whose size is bounded.
pub type Input = Guard<io::Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>>;

/// What a file's first bytes say that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Cells between delimiters.
    Delimited,
    /// JSON, so GeoJSON.
    Json,
}

/// A file that can be read.
pub enum Opened {
    /// A text: its reader, its first bytes (which it will still yield) and its format.
    Text(Input, Vec<u8>, Format),
    /// A workbook or another archive, unchecked.
    Workbook(Box<dyn Read + Send>),
}

/// How far a file is read.
#[derive(Debug, Clone, Default)]
pub struct BytesRead(Arc<AtomicU64>);

impl BytesRead {
    /// How many bytes.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A reader that counts what it passes on.
struct Counted<R>(R, BytesRead);

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.0.read(buffer)?;
        self.1.0.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

/// Opens a file, `.gz` or plain, with the count of what is read of it.
///
/// # Errors
///
/// A [`Problem`] where it can't be opened, is empty or is of a format that is not read.
pub fn open(file: &InputFile, bounds: &Bounds) -> Result<(Opened, BytesRead), Problem> {
    let read = BytesRead::default();
    let reader = Counted(file.reader()?, read.clone());
    Ok((open_reader(Box::new(reader), bounds)?, read))
}

/// The same for anything that can be read.
pub fn open_reader(reader: Box<dyn Read + Send>, bounds: &Bounds) -> Result<Opened, Problem> {
    let mut reader = decompressed(reader).map_err(|error| io_problem(&error))?;
    let mut magic = Vec::new();
    reader.by_ref().take(4).read_to_end(&mut magic).map_err(|error| io_problem(&error))?;
    let is_archive = [b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0"].iter().any(|start| magic == *start);
    let reader: Box<dyn Read + Send> = Box::new(Cursor::new(magic).chain(reader));
    if is_archive {
        return Ok(Opened::Workbook(reader));
    }
    let mut reader = without_byte_order_mark(reader);
    let mut head = Vec::with_capacity(HEAD_BYTES);
    reader.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(|error| io_problem(&error))?;
    let format = format(&head)?;
    let chained = Cursor::new(head.clone()).chain(reader);
    Ok(Opened::Text(Guard::new(chained, bounds.text_bytes), head, format))
}

/// Tells gzip by its two first bytes, since its extension is often lost or wrong.
pub fn decompressed(mut reader: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
    let mut magic = Vec::new();
    reader.by_ref().take(2).read_to_end(&mut magic)?;
    let is_gzip = magic == [0x1f, 0x8b];
    let whole = Cursor::new(magic).chain(reader);
    Ok(if is_gzip { Box::new(MultiGzDecoder::new(whole)) } else { Box::new(whole) })
}

/// Drops UTF-8's mark, and turns UTF-16 (Excel's "Unicode text") into UTF-8 where its mark says so; all else passes as it is.
fn without_byte_order_mark(reader: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
    Box::new(DecodeReaderBytesBuilder::new().utf8_passthru(true).strip_bom(true).build(reader))
}

fn format(head: &[u8]) -> Result<Format, Problem> {
    let start = head.trim_ascii_start();
    let refused = |what: &str, cure: &str| Err(Problem::error("format", format!("this is {what}; {cure}")));
    if start.is_empty() {
        return Err(Problem::error("empty-file", "the file is empty; was its download or export cut short?"));
    }
    if start.starts_with(b"%PDF") {
        return refused("a PDF", "ask its author for the table as CSV");
    }
    if start[0] == b'<' {
        return refused(
            "a web page or XML, not a table",
            "check the download's address: it may have answered an error page",
        );
    }
    if head.contains(&0) {
        return refused(
            "not text (it has NUL bytes), or UTF-16 without its mark",
            "open it in a spreadsheet and save it as CSV UTF-8",
        );
    }
    // A record separator begins each feature of a GeoJSON text sequence.
    Ok(if matches!(start[0], b'{' | b'[' | 0x1e) { Format::Json } else { Format::Delimited })
}

/// Passes bytes on with every line end as `\n`, a last line end added where there is none, and sizes bounded.
///
/// With one kind of line end a row's line number can be told exactly (the `csv` crate loses count at CRLF and at blank lines).
#[derive(Debug)]
pub struct Guard<R> {
    inner: R,
    /// Bytes passed on since [`Guard::begin_row`].
    row_bytes: u64,
    file_bytes: u64,
    most_bytes: u64,
    after_return: bool,
    ended_with_newline: bool,
    end: End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Ahead,
    LineEndAdded,
    Passed,
}

impl<R: Read> Guard<R> {
    fn new(inner: R, most_bytes: u64) -> Self {
        Self {
            inner,
            row_bytes: 0,
            file_bytes: 0,
            most_bytes,
            after_return: false,
            ended_with_newline: true,
            end: End::Ahead,
        }
    }

    /// Starts the count of a row's bytes again.
    pub fn begin_row(&mut self) {
        self.row_bytes = 0;
    }

    /// Whether the file's last line was read and had no end, as where a download stopped.
    pub fn stopped_inside_a_line(&self) -> bool {
        self.end == End::LineEndAdded
    }

    /// Whether a reader asked for more than there is. One that stops at line ends does so inside an open quote only.
    pub fn is_exhausted(&self) -> bool {
        self.end == End::Passed
    }

    /// Turns CRLF and lone CR into LF in place; answers the new length.
    fn with_one_line_end(&mut self, buffer: &mut [u8], length: usize) -> usize {
        let mut kept = 0;
        for read in 0..length {
            let byte = buffer[read];
            if byte == b'\n' && self.after_return {
                self.after_return = false;
                continue;
            }
            self.after_return = byte == b'\r';
            buffer[kept] = if byte == b'\r' { b'\n' } else { byte };
            kept += 1;
        }
        kept
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let length = self.inner.read(buffer)?;
            if length == 0 {
                if self.ended_with_newline || self.end != End::Ahead {
                    self.end = End::Passed;
                    return Ok(0);
                }
                self.end = End::LineEndAdded;
                buffer[0] = b'\n';
                return Ok(1);
            }
            let kept = self.with_one_line_end(buffer, length);
            if kept == 0 {
                continue;
            }
            self.ended_with_newline = buffer[kept - 1] == b'\n';
            self.row_bytes += kept as u64;
            self.file_bytes += kept as u64;
            if self.row_bytes > MAX_ROW_BYTES {
                return Err(io::Error::other(row_too_long()));
            }
            if self.file_bytes > self.most_bytes {
                let message = format!("more than {}; split the file", in_words(self.most_bytes));
                return Err(io::Error::other(Problem::error("too-large", message)));
            }
            return Ok(kept);
        }
    }
}

/// The problem of a row or feature beyond [`MAX_ROW_BYTES`].
pub fn row_too_long() -> Problem {
    Problem::error(
        "row-too-long",
        "a row of more than 32 MiB: a quote or a bracket that begins here is never closed; close it",
    )
}

/// What a failed read says to whoever sent the file.
pub fn io_problem(error: &io::Error) -> Problem {
    if let Some(problem) = error.get_ref().and_then(|inner| inner.downcast_ref::<Problem>()) {
        return problem.clone();
    }
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            Problem::error("truncated", "the file ends in the middle; download or export it again")
        }
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            Problem::error("damaged", format!("the compressed file is damaged ({error}); download it again"))
        }
        _ => Problem::error("unreadable", format!("reading stopped: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn read(bytes: &[u8]) -> Result<String, Problem> {
        let Opened::Text(mut input, _, _) =
            open_reader(Box::new(Cursor::new(bytes.to_vec())), &Bounds::OPERATOR)?
        else {
            return Ok("a workbook".to_owned());
        };
        let mut text = String::new();
        input.read_to_string(&mut text).map_err(|error| io_problem(&error))?;
        Ok(text)
    }

    fn gzipped(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("a vector takes all");
        encoder.finish().expect("a vector takes all")
    }

    #[test]
    fn line_ends_become_one_kind_and_the_last_line_has_one() {
        assert_eq!(read(b"a\r\nb\rc\n\r\nd").as_deref(), Ok("a\nb\nc\n\nd\n"));
    }

    #[test]
    fn byte_order_marks_are_dropped_and_utf16_is_read() {
        assert_eq!(read("\u{feff}nom".as_bytes()).as_deref(), Ok("nom\n"));
        assert_eq!(read(b"\xff\xfen\x00o\x00\xe9\x00").as_deref(), Ok("noé\n"));
    }

    #[test]
    fn gzip_is_told_by_its_bytes_and_a_cut_one_says_so() {
        let whole = gzipped(b"nom\nDreux\n");
        assert_eq!(read(&whole).as_deref(), Ok("nom\nDreux\n"));
        let cut = read(&whole[..whole.len() - 9]).map_err(|problem| problem.code);
        assert_eq!(cut, Err("truncated"));
    }

    #[test]
    fn what_is_not_a_table_is_refused_with_what_to_do() {
        for (bytes, cure) in [
            (&b"<!doctype html>"[..], "error page"),
            (b"  \n", "cut short"),
            (b"n\x00o\x00m\x00", "CSV UTF-8"),
        ] {
            let message = read(bytes).expect_err("refused").message;
            assert!(message.contains(cure), "{message}");
        }
    }

    #[test]
    fn a_row_without_end_stops_the_reading() {
        let endless = Box::new(io::repeat(b'x').take(MAX_ROW_BYTES * 2));
        let opened = open_reader(endless, &Bounds::OPERATOR).expect("opens");
        let Opened::Text(mut input, _, _) = opened else { panic!("not a text") };
        let error = io::copy(&mut input, &mut io::sink()).expect_err("stops");
        assert_eq!(io_problem(&error).code, "row-too-long");
    }

    #[test]
    fn a_small_file_that_unpacks_to_a_large_one_is_stopped_where_its_bound_is() {
        let bomb = gzipped(&b"nom;type\n".repeat(1 << 20));
        assert!(bomb.len() < 1 << 20, "{}", bomb.len());
        let opened = open_reader(Box::new(Cursor::new(bomb)), &Bounds::REQUEST).expect("opens");
        let Opened::Text(mut input, _, _) = opened else { panic!("not a text") };
        let error = io::copy(&mut input, &mut io::sink()).expect_err("stops");
        let problem = io_problem(&error);
        assert_eq!(
            (problem.code, problem.message.as_str()),
            ("too-large", "more than 8 MiB; split the file")
        );
    }
}
