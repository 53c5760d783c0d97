//! Text with `;` between cells: what a French spreadsheet opens right by a click, and every other program when told.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Seek, Write};

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::cells::{ACTOR, Cell, Column, INTERACTION};
use super::{Rest, WriteError};
use crate::domain::exports::{ActorRow, Head, InteractionRow, Licence};

/// Tells spreadsheets that it is UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

fn writer<W: Write>(out: W) -> Writer<W> {
    WriterBuilder::new()
        .delimiter(b';')
        .terminator(Terminator::CRLF)
        // Quoted even where it holds no `;`: who opens the file with another separator gets no cell that the text makes up.
        .quote_style(QuoteStyle::NonNumeric)
        .from_writer(out)
}

/// A text that a spreadsheet would execute is made one that it shows, by an apostrophe; numbers are none.
fn harmless<'a>(cell: &'a Cell<'a>) -> Cow<'a, str> {
    let text = cell.text().unwrap_or_default();
    let is_text = matches!(cell, Cell::Text(_));
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') if is_text => {
            format!("'{text}").into()
        }
        _ => text,
    }
}

fn header<R>(out: &mut impl Write, columns: &[Column<R>], last: &str) -> io::Result<()> {
    out.write_all(MARK)?;
    let mut writer = writer(out);
    writer.write_record(columns.iter().map(|column| column.name).chain([last]))?;
    writer.flush()
}

fn row<R>(out: &mut impl Write, columns: &[Column<R>], row: &R, licence: &Licence) -> io::Result<()> {
    let mut writer = writer(out);
    for column in columns {
        writer.write_field(harmless(&(column.cell)(row)).as_bytes())?;
    }
    writer.write_field(&licence.name)?;
    writer.write_record(None::<&[u8]>)?;
    writer.flush()
}

/// The first line of a table of actors. The terms are its last column: there is no other place for them.
pub(super) fn actors_header(out: &mut impl Write) -> io::Result<()> {
    header(out, &ACTOR, "licence")
}

/// A line.
pub(super) fn actor(out: &mut impl Write, actor: &ActorRow, licence: &Licence) -> io::Result<()> {
    row(out, &ACTOR, actor, licence)
}

/// A network as an archive of two tables, nodes and edges, so that actors without a link are in it.
pub(super) struct Archive {
    head: Head,
    zip: ZipWriter<File>,
    began_interactions: bool,
}

impl Archive {
    pub(super) fn new(head: Head) -> Result<Self, WriteError> {
        let mut zip = ZipWriter::new(tempfile::tempfile()?);
        zip.start_file("actors.csv", SimpleFileOptions::default())?;
        actors_header(&mut zip)?;
        Ok(Self { head, zip, began_interactions: false })
    }

    pub(super) fn actor(&mut self, actor: &ActorRow) -> Result<(), WriteError> {
        Ok(row(&mut self.zip, &ACTOR, actor, &self.head.licence)?)
    }

    pub(super) fn interaction(&mut self, interaction: &InteractionRow) -> Result<(), WriteError> {
        self.begin_interactions()?;
        Ok(row(&mut self.zip, &INTERACTION, interaction, &self.head.licence)?)
    }

    fn begin_interactions(&mut self) -> Result<(), WriteError> {
        if !std::mem::replace(&mut self.began_interactions, true) {
            self.zip.start_file("interactions.csv", SimpleFileOptions::default())?;
            header(&mut self.zip, &INTERACTION, "licence")?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Rest, WriteError> {
        self.begin_interactions()?;
        self.zip.start_file("LICENCE.txt", SimpleFileOptions::default())?;
        for (what, value) in super::sheets::about(&self.head) {
            write!(self.zip, "{what}: {value}\r\n")?;
        }
        let mut file = self.zip.finish()?;
        file.rewind()?;
        Ok(Box::new(file))
    }
}
