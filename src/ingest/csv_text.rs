//! Files out: rows as CSV that a French spreadsheet opens with its accents right.

/// CSV in the making.
pub struct CsvText(csv::Writer<Vec<u8>>);

impl CsvText {
    /// Starts with a header; a byte-order mark tells spreadsheets that it is UTF-8.
    pub fn new(header: &[&str]) -> Self {
        let mut text = Self(csv::WriterBuilder::new().from_writer("\u{feff}".as_bytes().to_vec()));
        text.row(header);
        text
    }

    /// Adds a row. A cell that a spreadsheet would execute is made text by an apostrophe.
    pub fn row(&mut self, cells: &[&str]) {
        let safe = cells.iter().map(|cell| match cell.chars().next() {
            Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{cell}"),
            _ => (*cell).to_owned(),
        });
        self.0.write_record(safe).expect("memory takes every row, and all rows have the header's length");
    }

    /// The text.
    pub fn finish(self) -> String {
        let bytes = self.0.into_inner().expect("memory takes everything");
        String::from_utf8(bytes).expect("cells are text")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheet_executes_no_cell() {
        let mut csv = CsvText::new(&["a", "b"]);
        csv.row(&["=1+1", "é;\"x\","]);
        assert_eq!(csv.finish(), "\u{feff}a,b\n'=1+1,\"é;\"\"x\"\",\"\n");
    }
}
