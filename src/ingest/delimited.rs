//! CSV and its kin, a row at a time.

use std::sync::Arc;

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};

use super::encoding::{Notices, decode};
use super::input::{Input, io_problem};
use super::problem::Problem;
use super::row::{Cell, Columns, Row};

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The rows of a delimited file.
pub struct Delimited {
    reader: Reader<Input>,
    columns: Arc<Columns>,
    record: ByteRecord,
    /// Lines before what `reader` counts as the first.
    skipped_lines: u64,
    last_line: u64,
    notices: Notices,
    finished: bool,
}

impl Delimited {
    /// Reads the header. `head` is the beginning of what `input` will yield.
    ///
    /// # Errors
    ///
    /// Where there is no header to read.
    pub fn new(mut input: Input, head: &[u8], problems: &mut Vec<Problem>) -> Result<Self, Problem> {
        let declared = declared_delimiter(head);
        if declared.is_some() {
            skip_line(&mut input).map_err(|error| io_problem(&error))?;
        }
        let delimiter = declared.unwrap_or_else(|| sniff_delimiter(head));
        let reader =
            ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(input);
        let mut table = Self {
            reader,
            columns: Arc::default(),
            record: ByteRecord::new(),
            skipped_lines: u64::from(declared.is_some()),
            last_line: 0,
            notices: Notices::default(),
            finished: false,
        };
        table.read_header(problems)?;
        Ok(table)
    }

    /// The columns of the header.
    pub fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    fn read_header(&mut self, problems: &mut Vec<Problem>) -> Result<(), Problem> {
        let Some(line) = self.read_record()? else {
            return Err(Problem::error("empty-file", "the file has no header; was its export cut short?"));
        };
        let mut columns = Columns::default();
        for (position, name) in self.record.iter().enumerate() {
            let text = decode(name).0;
            let name = text.trim();
            columns.room()?;
            let known_as = columns.add(name);
            if name.is_empty() {
                let message =
                    format!("column {} has no name; a mapping can call it {known_as:?}", position + 1);
                problems.push(Problem::note("unnamed-column", message).at(line));
            } else if *known_as != *name {
                let message = format!(
                    "the header has {name:?} more than once; a mapping can call this one {known_as:?}"
                );
                problems.push(Problem::warning("repeated-column", message).at(line).in_column(name));
            }
        }
        self.columns = Arc::new(columns);
        Ok(())
    }

    /// Fills `self.record` and answers the line where it begins; `None` at the end.
    fn read_record(&mut self) -> Result<Option<u64>, Problem> {
        self.reader.get_mut().begin_row();
        match self.reader.read_byte_record(&mut self.record) {
            Ok(false) => Ok(None),
            Ok(true) => {
                let inner = self.record.as_slice().split(|byte| *byte == b'\n').count() as u64 - 1;
                let behind = self.reader.position().line() + self.skipped_lines;
                // Every record ends with one line end (see `Guard`), and the reader stands behind it.
                let is_open = self.reader.get_ref().is_exhausted();
                self.last_line = behind - inner - u64::from(!is_open);
                if is_open { Err(open_quote().at(self.last_line)) } else { Ok(Some(self.last_line)) }
            }
            Err(error) => {
                self.finished = true;
                Err(csv_problem(error).at(self.last_line + 1))
            }
        }
    }

    /// The next row, `None` at the end. Problems that cost no row go to `problems`.
    pub fn next_row(&mut self, problems: &mut Vec<Problem>) -> Option<Result<Row, Problem>> {
        if self.finished {
            return None;
        }
        match self.read_record() {
            Ok(Some(line)) => Some(self.row(line, problems)),
            Ok(None) => {
                self.finished = true;
                None
            }
            Err(problem) => Some(Err(problem)),
        }
    }

    fn row(&mut self, line: u64, problems: &mut Vec<Problem>) -> Result<Row, Problem> {
        let width = self.columns.names().len();
        let beyond_is_empty = self.record.iter().skip(width).all(<[u8]>::is_empty);
        if self.record.len() < width || !beyond_is_empty {
            return Err(self.ragged(line, width));
        }
        let mut cells = Vec::with_capacity(width);
        for (bytes, column) in self.record.iter().zip(self.columns.names()) {
            let (text, encoding) = decode(bytes);
            let notice = self.notices.first(encoding);
            problems.extend(notice.map(|problem| problem.at(line).in_column(column).quoting(&text)));
            cells.push(if text.is_empty() { Cell::Empty } else { Cell::Text(text.into_owned()) });
        }
        Ok(Row { line, columns: Arc::clone(&self.columns), cells, geometry: None })
    }

    fn ragged(&self, line: u64, width: usize) -> Problem {
        let found = self.record.len();
        if found < width && self.reader.get_ref().stopped_inside_a_line() {
            let message = format!(
                "the last row stops after {found} of {width} cells: the file is cut short; export it again"
            );
            return Problem::error("truncated", message).at(line);
        }
        let message = format!(
            "this row has {found} cells where the header has {width}, and is left out: quote the cells that hold a \
             delimiter, a quote or a line end"
        );
        Problem::error("ragged-row", message).at(line)
    }
}

/// Excel's first line `sep=;`, which only says the delimiter.
fn declared_delimiter(head: &[u8]) -> Option<u8> {
    let line = head.split(|byte| *byte == b'\n').next()?.trim_ascii_end();
    let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] = line else { return None };
    DELIMITERS.contains(delimiter).then_some(*delimiter)
}

/// The delimiter that the header has most of, outside quotes; a comma where it has none.
fn sniff_delimiter(head: &[u8]) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    let header = head.trim_ascii_start();
    for byte in header {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(position) = DELIMITERS.iter().position(|delimiter| delimiter == byte) {
                    counts[position] += 1;
                }
            }
        }
    }
    let most = counts.iter().max().copied().unwrap_or(0);
    counts.iter().position(|count| *count == most).map_or(b',', |position| DELIMITERS[position])
}

fn skip_line(input: &mut Input) -> std::io::Result<()> {
    let mut byte = [0];
    while std::io::Read::read(input, &mut byte)? == 1 && byte[0] != b'\n' {}
    Ok(())
}

fn open_quote() -> Problem {
    let message = "a quote (\") that opens here is never closed and would swallow all that follows; close it, or double it where it \
                   is meant as a quote";
    Problem::error("open-quote", message)
}

fn csv_problem(error: csv::Error) -> Problem {
    let text = error.to_string();
    match error.into_kind() {
        ErrorKind::Io(error) => io_problem(&error),
        _ => Problem::error("unreadable", format!("this row can't be read: {text}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::read_from;

    type Kept = Vec<(u64, Vec<String>)>;

    /// Lines and cells of the rows, and the codes of the problems.
    fn rows(text: &[u8]) -> (Kept, Vec<(Option<u64>, &'static str)>) {
        let table = read_from(Box::new(std::io::Cursor::new(text.to_vec()))).expect("a header");
        let (mut rows, mut problems) = (vec![], vec![]);
        for item in table {
            match item {
                Ok(row) => {
                    rows.push((row.line, row.cells.iter().map(|cell| cell.texts().concat()).collect()));
                }
                Err(problem) => problems.push((problem.line, problem.code)),
            }
        }
        (rows, problems)
    }

    fn lines(text: &[u8]) -> Vec<u64> {
        rows(text).0.iter().map(|(line, _)| *line).collect()
    }

    #[test]
    fn a_row_knows_its_line_across_blank_lines_quoted_line_ends_and_crlf() {
        assert_eq!(lines(b"a,b\n1,2\n\n\n3,\"x\ny\"\n5,6"), [2, 5, 7]);
        assert_eq!(lines(b"a,b\r\n1,2\r\n\r\n3,\"x\r\ny\"\r\n5,6\r\n"), [2, 4, 6]);
        assert_eq!(lines(b"sep=;\r\na;b\r\n1;2\r\n"), [3]);
    }

    #[test]
    fn the_delimiter_is_the_one_that_the_header_uses() {
        for text in ["n;v\n1,5;2\n", "\u{feff}n\tv\n1,5\t2\n", "\"n, nom\";v\n1,5;2\n", "n|v\n1,5|2"] {
            assert_eq!(rows(text.as_bytes()).0, [(2, vec!["1,5".to_owned(), "2".to_owned()])], "{text}");
        }
        assert_eq!(rows(b"nom\nDreux\n").0, [(2, vec!["Dreux".to_owned()])]);
    }

    #[test]
    fn a_ragged_row_is_left_out_and_the_others_stay() {
        let (kept, problems) = rows(b"a,b\n1,2,3\n4\n5,6\n7,8,,\n");
        assert_eq!(kept.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [4, 5]);
        assert_eq!(problems, [(Some(2), "ragged-row"), (Some(3), "ragged-row")]);
    }

    #[test]
    fn a_file_cut_in_its_last_row_says_so() {
        assert_eq!(rows(b"a,b,c\n1,2,3\n4,5").1, [(Some(3), "truncated")]);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_told() {
        let problems = rows(b"a,b\n1,2\n3,\"x\n5,6\n").1;
        assert_eq!(problems, [(Some(3), "open-quote")]);
    }

    #[test]
    fn columns_of_the_same_name_and_without_name_are_told() {
        let problems = rows(b"a,,a\n1,2,3\n").1;
        assert_eq!(problems, [(Some(1), "unnamed-column"), (Some(1), "repeated-column")]);
    }

    #[test]
    fn windows_1252_is_read_and_told_once() {
        let (kept, problems) = rows(b"nom;n\n\xc9cole;1\n\xc9t\xe9;2\n");
        assert_eq!((kept[0].1[0].as_str(), kept[1].1[0].as_str()), ("École", "Été"));
        assert_eq!(problems, [(Some(2), "windows-1252")]);
    }
}
