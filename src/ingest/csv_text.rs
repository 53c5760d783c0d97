//! Files out: rows as CSV that a French spreadsheet opens with its accents right.

use std::io::{self, Write};

/// CSV in the making.
pub struct CsvText<W: Write>(csv::Writer<W>);

impl<W: Write> CsvText<W> {
    /// Starts with a header; a byte-order mark tells spreadsheets that it is UTF-8.
    pub fn new(out: W, header: &[&str]) -> io::Result<Self> {
        Self::separated(out, b',', header)
    }

    /// The same with another separator between cells: a semicolon is what a French spreadsheet expects.
    pub fn separated(mut out: W, separator: u8, header: &[&str]) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut text = Self(csv::WriterBuilder::new().delimiter(separator).from_writer(out));
        text.row(header)?;
        Ok(text)
    }

    /// Adds a row, as long as the header. A cell that a spreadsheet would execute, in full width too, is made text by an
    /// apostrophe.
    pub fn row(&mut self, cells: &[&str]) -> io::Result<()> {
        let safe = cells.iter().map(|cell| match cell.chars().next() {
            Some('=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠') => format!("'{cell}"),
            _ => (*cell).to_owned(),
        });
        Ok(self.0.write_record(safe)?)
    }

    /// Hands on what is still held back.
    pub fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheet_executes_no_cell() {
        let mut bytes = Vec::new();
        let mut csv = CsvText::new(&mut bytes, &["a", "b"]).expect("memory takes all");
        csv.row(&["＝1+1", "＠x"]).expect("memory takes all");
        csv.row(&["=1+1", "é;\"x\","]).expect("memory takes all");
        csv.flush().expect("memory takes all");
        drop(csv);
        assert_eq!(String::from_utf8_lossy(&bytes), "\u{feff}a,b\n'＝1+1,'＠x\n'=1+1,\"é;\"\"x\"\",\"\n");
    }
}
