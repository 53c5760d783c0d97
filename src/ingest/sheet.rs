//! The rows of a workbook's sheet.

use std::sync::Arc;

use super::header::{columns_of, is_header_again, repeated_header};
use super::problem::Problem;
use super::row::{Cell, Columns, Row};
use super::workbook::{Line, Said, Workbook};

/// The rows of one sheet of a workbook.
pub struct Sheet {
    workbook: Workbook,
    columns: Arc<Columns>,
    /// The sheet's column of ours, from 0.
    first: usize,
    told_beyond: bool,
    finished: bool,
}

impl Sheet {
    /// Reads the header, and tells which sheet and which line it is.
    ///
    /// # Errors
    ///
    /// Where the sheet ends before its header.
    pub fn new(mut workbook: Workbook, problems: &mut Vec<Problem>) -> Result<Self, Problem> {
        let chosen = workbook.chosen.clone();
        if !chosen.left.is_empty() {
            let message = format!(
                "the sheet {:?} is read, and these are not: {}; name another with --sheet",
                chosen.taken,
                chosen.left.join(", ")
            );
            problems.push(Problem::note("sheet", message));
        }
        let mut header = Line::default();
        for _ in 0..=chosen.header {
            let Some(line) = workbook.next_line() else {
                return Err(Problem::error(
                    "empty-file",
                    "the sheet has no header; was its export cut short?",
                ));
            };
            header = line?;
        }
        if chosen.header > 0 {
            problems.push(titles_above(header.number));
        }
        let position = |cell: Option<&(usize, Said)>| cell.map_or(0, |(column, _)| *column);
        let first = header.cells.iter().map(|(column, _)| *column).min().unwrap_or(0);
        let last = position(header.cells.iter().max_by_key(|(column, _)| *column));
        let mut names = vec![String::new(); last - first + 1];
        for (column, said) in header.cells {
            let (Said::Text(text) | Said::Error(text)) = said;
            names[column - first] = text;
        }
        let columns = Arc::new(columns_of(names.iter().map(String::as_str), header.number, problems)?);
        Ok(Self { workbook, columns, first, told_beyond: false, finished: false })
    }

    /// The columns of the header.
    pub fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    /// The next row, `None` at the end. Problems that cost no row go to `problems`.
    pub fn next_row(&mut self, problems: &mut Vec<Problem>) -> Option<Result<Row, Problem>> {
        while !self.finished {
            match self.workbook.next_line() {
                None => self.finished = true,
                Some(Err(problem)) => {
                    self.finished = true;
                    return Some(Err(problem));
                }
                Some(Ok(line)) => {
                    if let Some(row) = self.row(line, problems) {
                        return Some(Ok(row));
                    }
                }
            }
        }
        None
    }

    fn row(&mut self, line: Line, problems: &mut Vec<Problem>) -> Option<Row> {
        let names = self.columns.names();
        let mut cells = vec![Cell::Empty; names.len()];
        let mut any = false;
        for (column, said) in line.cells {
            let place = column.checked_sub(self.first).filter(|place| *place < names.len());
            let Some(place) = place else {
                if !std::mem::replace(&mut self.told_beyond, true) {
                    let message =
                        "a cell beside the table has no heading and is not read; the first of them is here";
                    let (Said::Text(text) | Said::Error(text)) = said;
                    problems.push(Problem::note("no-heading", message).at(line.number).quoting(&text));
                }
                continue;
            };
            any = true;
            match said {
                Said::Text(text) => cells[place] = Cell::Text(text),
                Said::Error(text) => {
                    let message =
                        "a formula's error stands here, and is left out; correct the formula in the sheet";
                    let problem = Problem::warning("formula-error", message).at(line.number);
                    problems.push(problem.in_column(&names[place]).quoting(&text));
                }
            }
        }
        if is_header_again(&cells, &self.columns) {
            problems.push(repeated_header(line.number));
            return None;
        }
        any.then(|| Row { line: line.number, columns: Arc::clone(&self.columns), cells, geometry: None })
    }
}

/// That the first lines are no header.
pub fn titles_above(line: u64) -> Problem {
    let message = format!("the header is line {line}; the lines above it are titles, and are not read");
    Problem::note("titles", message).at(line)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use rust_xlsxwriter::{Format, Formula, Workbook as Book};

    use super::super::{Rows, read_from};
    use super::*;

    fn open(mut book: Book) -> Result<Rows, Problem> {
        read_from(Box::new(Cursor::new(book.save_to_buffer().expect("a workbook"))))
    }

    type Kept = Vec<(u64, Vec<String>)>;

    fn table(book: Book) -> (Kept, Vec<(Option<u64>, &'static str)>) {
        let (mut rows, mut problems) = (vec![], vec![]);
        for item in open(book).expect("a table") {
            match item {
                Ok(row) => {
                    rows.push((row.line, row.cells.iter().map(|cell| cell.texts().concat()).collect()));
                }
                Err(problem) => problems.push((problem.line, problem.code)),
            }
        }
        (rows, problems)
    }

    #[test]
    fn cells_are_texts_as_a_person_reads_them_and_lines_are_the_sheets() {
        let mut book = Book::new();
        let sheet = book.add_worksheet();
        let day = Format::new().set_num_format("dd/mm/yyyy");
        for (column, name) in ["nom", "siret", "ouvert", "depuis", "montant", "calcul"].iter().enumerate() {
            sheet.write(0, column as u16, *name).expect("a cell");
        }
        sheet.write(2, 0, "Élan").expect("a cell");
        sheet.write(2, 1, 21_280_134_400_012_u64).expect("a cell");
        sheet.write(2, 2, true).expect("a cell");
        sheet.write_with_format(2, 3, 46_053, &day).expect("a cell");
        sheet.write(2, 4, 0.1 + 0.2).expect("a cell");
        sheet.write(2, 5, Formula::new("=1/0").set_result("#DIV/0!")).expect("a cell");
        sheet.set_row_hidden(2).expect("a row");
        let (rows, problems) = table(book);
        let cells = ["Élan", "21280134400012", "true", "2026-01-31", "0.3", ""].map(str::to_owned).to_vec();
        assert_eq!(rows, [(3, cells)]);
        assert_eq!(problems, [(Some(3), "formula-error")]);
    }

    #[test]
    fn titles_above_a_table_are_passed_over_and_the_sheet_is_told() {
        let mut book = Book::new();
        book.add_worksheet().set_name("Lisez-moi").expect("a name").write(0, 0, "À lire").expect("a cell");
        let hidden = book.add_worksheet().set_name("Calculs").expect("a name");
        hidden.write_row(0, 0, ["a", "b", "c"]).expect("a row").set_hidden(true);
        let sheet = book.add_worksheet().set_name("Liste").expect("a name");
        sheet.write(0, 0, "Associations de Dreux").expect("a cell");
        sheet.write(1, 0, "mise à jour").expect("a cell");
        sheet.write_row(3, 1, ["id", "nom", "type"]).expect("a row");
        sheet.write_row(4, 1, ["1", "Une", "asso"]).expect("a row");
        sheet.write_row(5, 1, ["id", "nom", "type"]).expect("a row");
        sheet.write_row(6, 1, ["2", "Deux", "asso", "beside"]).expect("a row");
        let (rows, problems) = table(book);
        assert_eq!(
            rows.iter().map(|(line, cells)| (*line, cells[1].as_str())).collect::<Vec<_>>(),
            [(5, "Une"), (7, "Deux")]
        );
        let told =
            [(None, "sheet"), (Some(4), "titles"), (Some(6), "repeated-header"), (Some(7), "no-heading")];
        assert_eq!(problems, told);
    }

    #[test]
    fn workbooks_that_are_cut_locked_old_or_none_are_refused_with_what_to_do() {
        let mut book = Book::new();
        book.add_worksheet().write_row(0, 0, ["id", "nom"]).expect("a row");
        let whole = book.save_to_buffer().expect("a workbook");
        let mut locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
        locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
        for (bytes, code, cure) in [
            (whole[..whole.len() / 2].to_vec(), "damaged", "save it again"),
            (locked, "locked", "password"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old".to_vec(), "format", ".xlsx"),
        ] {
            let problem = read_from(Box::new(Cursor::new(bytes))).err().expect("refused");
            assert!(problem.code == code && problem.message.contains(cure), "{problem}");
        }
        let mut empty = Book::new();
        empty.add_worksheet();
        assert_eq!(open(empty).err().map(|problem| problem.code), Some("empty-file"));
    }
}
