//! A file as rows, whatever its format.

use std::collections::VecDeque;
use std::io::Read;
use std::path::Path;

use super::bounds::Bounds;
use super::delimited::Delimited;
use super::features::Features;
use super::input::{BytesRead, Format, Opened, open, open_reader};
use super::input_file::InputFile;
use super::problem::{Problem, Severity};
use super::row::{Cell, Columns, Row};
use super::sheet::Sheet;
use super::workbook::Workbook;

/// Opens a CSV (`,` `;` tab `|`) or GeoJSON file, plain or gzipped, or a workbook (.xlsx), of which the first visible sheet
/// that has a table is read. The rows are read as they are asked for.
///
/// # Errors
///
/// Where the file can't be read as a table at all, with what to do.
pub fn read(path: &Path) -> Result<Rows, Problem> {
    read_sheet(&path.to_owned().into(), None, &Bounds::OPERATOR)
}

/// The same within bounds, with the sheet of a workbook by its name.
pub fn read_sheet(file: &InputFile, sheet: Option<&str>, bounds: &Bounds) -> Result<Rows, Problem> {
    let (opened, read) = open(file, bounds)?;
    // A workbook is read whole before its first row.
    let read = matches!(opened, Opened::Text(..)).then_some(read);
    Ok(Rows { read, ..Rows::new(opened, sheet, bounds)? })
}

/// The same from a reader.
pub fn read_from(reader: Box<dyn Read + Send>) -> Result<Rows, Problem> {
    let bounds = Bounds::OPERATOR;
    Rows::new(open_reader(reader, &bounds)?, None, &bounds)
}

/// The rows of a file, and its problems where they are found. An `Err` of severity error stands in place of a row; it
/// is the last item where nothing behind it can be read.
pub struct Rows {
    body: Body,
    read: Option<BytesRead>,
    waiting: VecDeque<Result<Row, Problem>>,
    problems: Vec<Problem>,
    any: bool,
    finished: bool,
}

enum Body {
    Delimited(Box<Delimited>),
    Features(Box<Features>),
    Sheet(Box<Sheet>),
}

/// The most rows that are read ahead.
const AHEAD: usize = 200;
/// The most cells that these may have together, so that rows of huge cells are not all held.
const AHEAD_BYTES: usize = 8 << 20;

impl Rows {
    fn new(opened: Opened, sheet: Option<&str>, bounds: &Bounds) -> Result<Self, Problem> {
        let mut problems = Vec::new();
        let body = match opened {
            Opened::Text(input, head, Format::Delimited) => {
                Body::Delimited(Box::new(Delimited::new(input, &head, &mut problems)?))
            }
            Opened::Text(input, _, Format::Json) => {
                Body::Features(Box::new(Features::new(input, &mut problems)?))
            }
            Opened::Workbook(reader) => {
                Body::Sheet(Box::new(Sheet::new(Workbook::open(reader, sheet, bounds)?, &mut problems)?))
            }
        };
        Ok(Self { body, read: None, waiting: VecDeque::new(), problems, any: false, finished: false })
    }

    /// The columns known so far, and whether these are all: a header has all, features bring theirs one by one.
    pub fn columns(&self) -> (&Columns, bool) {
        match &self.body {
            Body::Delimited(table) => (table.columns(), true),
            Body::Features(features) => (features.columns(), self.finished),
            Body::Sheet(sheet) => (sheet.columns(), true),
        }
    }

    /// How many bytes of the file are read, compressed where it is; null in a workbook, and where it is no file.
    pub fn bytes_read(&self) -> Option<u64> {
        self.read.as_ref().map(BytesRead::count)
    }

    /// Reads ahead, so that columns can be judged by what they say; what was read is yielded as ever.
    pub(super) fn ahead(&mut self) -> impl Iterator<Item = &Row> {
        let size = |row: &Row| row.cells.iter().flat_map(Cell::texts).map(String::len).sum::<usize>();
        let mut bytes = 0;
        let (mut seen, mut rows) = (0, 0);
        while rows < AHEAD && bytes < AHEAD_BYTES && !self.finished {
            self.advance();
            for row in self.waiting.range(seen..).flatten() {
                rows += 1;
                bytes += size(row) + row.geometry.as_ref().map_or(0, |_| AHEAD_BYTES / 20);
            }
            seen = self.waiting.len();
        }
        self.waiting.iter().filter_map(|item| item.as_ref().ok())
    }

    /// The errors among what was looked at ahead.
    pub(super) fn troubles(&self) -> Vec<Problem> {
        let errors = self.waiting.iter().filter_map(|item| item.as_ref().err());
        errors.filter(|problem| problem.severity == Severity::Error).cloned().collect()
    }

    /// Puts something to say before all that is still to come.
    pub(super) fn tell_first(&mut self, problems: Vec<Problem>) {
        for problem in problems.into_iter().rev() {
            self.waiting.push_front(Err(problem));
        }
    }

    fn advance(&mut self) {
        let next = match &mut self.body {
            Body::Delimited(table) => table.next_row(&mut self.problems),
            Body::Features(features) => features.next_row(&mut self.problems),
            Body::Sheet(sheet) => sheet.next_row(&mut self.problems),
        };
        self.finished = next.is_none();
        self.any |= next.is_some();
        if self.finished && !self.any {
            self.problems.push(Problem::warning("empty-table", "the file has a header but no rows"));
        }
        self.waiting.extend(self.problems.drain(..).map(Err));
        self.waiting.extend(next);
    }
}

impl Iterator for Rows {
    type Item = Result<Row, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.waiting.is_empty() && !self.finished {
            self.advance();
        }
        self.waiting.pop_front()
    }
}
