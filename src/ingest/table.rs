//! A file as rows, whatever its format.

use std::collections::VecDeque;
use std::io::Read;
use std::path::Path;

use super::delimited::Delimited;
use super::features::Features;
use super::input::{Format, Input, open, open_reader};
use super::problem::Problem;
use super::row::{Columns, Row};

/// Opens a CSV (`,` `;` tab `|`) or GeoJSON file, plain or gzipped; the rows are read as they are asked for.
///
/// # Errors
///
/// Where the file can't be read as a table at all, with what to do.
pub fn read(path: &Path) -> Result<Rows, Problem> {
    let (input, head, format) = open(path)?;
    Rows::new(input, &head, format)
}

/// The same from a reader, such as an upload's body.
pub fn read_from(reader: Box<dyn Read + Send>) -> Result<Rows, Problem> {
    let (input, head, format) = open_reader(reader)?;
    Rows::new(input, &head, format)
}

/// The rows of a file, and its problems where they are found. An `Err` of severity error stands in place of a row; it
/// is the last item where nothing behind it can be read.
pub struct Rows {
    body: Body,
    waiting: VecDeque<Result<Row, Problem>>,
    problems: Vec<Problem>,
    any: bool,
    finished: bool,
}

enum Body {
    Delimited(Box<Delimited>),
    Features(Box<Features>),
}

impl Rows {
    fn new(input: Input, head: &[u8], format: Format) -> Result<Self, Problem> {
        let mut problems = Vec::new();
        let body = match format {
            Format::Delimited => Body::Delimited(Box::new(Delimited::new(input, head, &mut problems)?)),
            Format::Json => Body::Features(Box::new(Features::new(input, &mut problems)?)),
        };
        Ok(Self { body, waiting: VecDeque::new(), problems, any: false, finished: false })
    }

    /// The columns known so far, and whether these are all: a header has all, features bring theirs one by one.
    pub fn columns(&self) -> (&Columns, bool) {
        match &self.body {
            Body::Delimited(table) => (table.columns(), true),
            Body::Features(features) => (features.columns(), self.finished),
        }
    }

    fn advance(&mut self) {
        let next = match &mut self.body {
            Body::Delimited(table) => table.next_row(&mut self.problems),
            Body::Features(features) => features.next_row(&mut self.problems),
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
