//! CSV and its kin, a row at a time.

use std::collections::VecDeque;
use std::sync::Arc;

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};

use super::encoding::{Notices, decode};
use super::header::{columns_of, is_header_again, repeated_header};
use super::input::{Input, io_problem};
use super::problem::Problem;
use super::row::{Cell, Columns, Row};
use super::sheet::titles_above;

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The rows of a delimited file.
pub struct Delimited {
    reader: Reader<Input>,
    columns: Arc<Columns>,
    record: ByteRecord,
    /// Lines before what `reader` counts as the first.
    skipped_lines: u64,
    last_line: u64,
    /// Records that were read to find the header, with their lines.
    ahead: VecDeque<(u64, ByteRecord)>,
    /// What was wrong behind them.
    failed: Option<Problem>,
    notices: Notices,
    finished: bool,
}

/// The most lines that are titles above a header.
const MOST_TITLES: usize = 10;

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
            ahead: VecDeque::new(),
            failed: None,
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
        let mut header = (line, self.record.clone());
        if self.skip_titles(&mut header) {
            problems.push(titles_above(header.0));
        }
        let names: Vec<_> = header.1.iter().map(|name| decode(name).0).collect();
        self.columns = Arc::new(columns_of(names.iter().map(AsRef::as_ref), header.0, problems)?);
        Ok(())
    }

    /// Titles stand alone on their lines above a header, mostly with empty lines between: where the first lines say one thing
    /// at most, and two lines of as many cells follow, the first of these is the header.
    fn skip_titles(&mut self, header: &mut (u64, ByteRecord)) -> bool {
        let says = |record: &ByteRecord| record.iter().filter(|cell| !cell.trim_ascii().is_empty()).count();
        if says(&header.1) > 1 {
            return false;
        }
        for _ in 0..MOST_TITLES {
            match self.read_record() {
                Ok(Some(line)) => self.ahead.push_back((line, self.record.clone())),
                Ok(None) => break,
                Err(problem) => {
                    self.failed = Some(problem);
                    break;
                }
            }
            let wide: Vec<_> = self.ahead.iter().rev().take(2).map(|(_, record)| record).collect();
            let is_table = wide.len() == 2 && wide[0].len() == wide[1].len() && says(wide[1]) > 1;
            if is_table && says(wide[0]) > 1 {
                let first = self.ahead.len() - 2;
                let mut table = self.ahead.split_off(first);
                *header = table.pop_front().unwrap_or_default();
                self.ahead = table;
                return true;
            }
        }
        false
    }

    /// The next record's line, in `self.record`; `None` at the end.
    fn next_record(&mut self) -> Result<Option<u64>, Problem> {
        match self.ahead.pop_front() {
            Some((line, record)) => {
                self.record = record;
                Ok(Some(line))
            }
            None => match self.failed.take() {
                Some(problem) => Err(problem),
                None => self.read_record(),
            },
        }
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
        loop {
            return match self.next_record() {
                Ok(Some(line)) => match self.row(line, problems) {
                    // A line of delimiters alone, as spreadsheets leave below a table.
                    Ok(row) if row.cells.iter().all(Cell::is_blank) => continue,
                    Ok(row) if is_header_again(&row.cells, &self.columns) => {
                        problems.push(repeated_header(line));
                        continue;
                    }
                    row => Some(row),
                },
                Ok(None) => {
                    self.finished = true;
                    None
                }
                Err(problem) => Some(Err(problem)),
            };
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
        if found < width && self.ahead.is_empty() && self.reader.get_ref().stopped_inside_a_line() {
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

/// The delimiter that the header has most of, outside quotes. Where the first line has none it may be a title: then that of
/// the first two lines that have as many of one; else a comma.
fn sniff_delimiter(head: &[u8]) -> u8 {
    let mut counts = vec![[0_usize; DELIMITERS.len()]];
    let mut quoted = false;
    for byte in head.trim_ascii_start() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => {
                if counts.len() > MOST_TITLES || counts[0].iter().any(|count| *count > 0) {
                    break;
                }
                counts.push([0; DELIMITERS.len()]);
            }
            _ if quoted => {}
            _ => {
                let line = counts.last_mut().expect("there is one from the start");
                if let Some(position) = DELIMITERS.iter().position(|delimiter| delimiter == byte) {
                    line[position] += 1;
                }
            }
        }
    }
    let most = |counts: &[usize; DELIMITERS.len()]| counts.iter().max().copied().unwrap_or(0);
    let agree = |two: &&[[usize; DELIMITERS.len()]]| most(&two[0]) > 0 && two[0] == two[1];
    let header = if most(&counts[0]) > 0 {
        &counts[0]
    } else {
        counts.windows(2).find(agree).map_or(&counts[0], |two| &two[0])
    };
    header.iter().position(|count| *count == most(header)).map_or(b',', |position| DELIMITERS[position])
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
    fn titles_above_a_header_and_a_header_in_the_middle_are_no_rows() {
        let (kept, problems) = rows("Liste des acteurs\n\nid;nom\n1;Une\nid;nom\n2;Deux\n".as_bytes());
        assert_eq!(kept.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [4, 6]);
        assert_eq!(problems, [(Some(3), "titles"), (Some(5), "repeated-header")]);
        let (kept, problems) = rows(b"Liste;;\n;;\nid;nom;type\n1;Une;asso\n");
        assert_eq!((kept[0].0, problems), (4, vec![(Some(3), "titles")]));
        let (kept, problems) = rows("nom\nUne\nDeux, la même".as_bytes());
        assert_eq!((kept.len(), problems), (1, vec![(Some(3), "ragged-row")]));
        assert_eq!(rows(b"nom\nUne\n\"Deux").1, [(Some(3), "open-quote")]);
    }

    #[test]
    fn nul_bytes_are_left_out_and_told() {
        let mut text = format!("nom;n\n{}", "Une;1\n".repeat(20_000)).into_bytes();
        text.extend(b"De\0ux;2\n");
        let (kept, problems) = rows(&text);
        assert_eq!(kept.last().map(|(_, cells)| cells[0].as_str()), Some("Deux"));
        assert_eq!(problems, [(Some(20_002), "damaged-text")]);
    }

    #[test]
    fn windows_1252_is_read_and_told_once() {
        let (kept, problems) = rows(b"nom;n\n\xc9cole;1\n\xc9t\xe9;2\n");
        assert_eq!((kept[0].1[0].as_str(), kept[1].1[0].as_str()), ("École", "Été"));
        assert_eq!(problems, [(Some(2), "windows-1252")]);
    }
}
