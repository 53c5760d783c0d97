//! Files out: actors and the interactions between them as files that other programs read, written a row at a time.

mod cells;
mod delimited;
mod geojson;
mod gexf;
mod graphml;
mod linked;
mod sheets;
mod xml;

pub use geojson::{actor_feature, interaction_feature, territory_feature};

use std::io::{self, Cursor, Read};

use rust_xlsxwriter::XlsxError;
use thiserror::Error;
use zip::result::ZipError;

use crate::domain::exports::{ActorRow, ExportFormat, Head, InteractionRow};

/// Why a file can't be written: the disk, since all else is ours to get right.
#[derive(Debug, Error)]
pub enum WriteError {
    /// What is written to a temporary file is not.
    #[error("a temporary file can't be written")]
    Io(#[from] io::Error),
    /// The workbook.
    #[error("the workbook can't be written")]
    Workbook(#[from] XlsxError),
    /// The archive.
    #[error("the archive can't be written")]
    Archive(#[from] ZipError),
}

/// What a file still has to give when all rows are in it.
pub type Rest = Box<dyn Read + Send>;

/// A file in the making. Actors come first, then interactions between them.
pub struct FileWriter(Kind);

enum Kind {
    /// Text.
    Text(Box<TextFile>),
    /// A workbook, which is kept in temporary files until it is whole.
    Workbook(Box<sheets::Sheets>),
    /// An archive, which is kept in a temporary file until it is whole.
    Archive(Box<delimited::Archive>),
}

/// A file that is text from its beginning to its end.
struct TextFile {
    head: Head,
    shape: Shape,
    written: Vec<u8>,
    began_interactions: bool,
    rows: usize,
}

#[derive(Clone, Copy)]
enum Shape {
    Delimited,
    Geojson,
    Graphml,
    Gexf,
    Linked,
}

impl FileWriter {
    /// Begins a file.
    pub fn new(format: ExportFormat, head: Head) -> Result<Self, WriteError> {
        let shape = match format {
            ExportFormat::Xlsx => return Ok(Self(Kind::Workbook(Box::new(sheets::Sheets::new(head)?)))),
            ExportFormat::Csv if head.is_network => {
                return Ok(Self(Kind::Archive(Box::new(delimited::Archive::new(head)?))));
            }
            ExportFormat::Csv => Shape::Delimited,
            ExportFormat::Geojson => Shape::Geojson,
            ExportFormat::Graphml => Shape::Graphml,
            ExportFormat::Gexf => Shape::Gexf,
            ExportFormat::Jsonld => Shape::Linked,
        };
        let mut written = Vec::new();
        match shape {
            Shape::Delimited => delimited::actors_header(&mut written)?,
            Shape::Geojson => geojson::open(&mut written, &head)?,
            Shape::Graphml => graphml::open(&mut written, &head)?,
            Shape::Gexf => gexf::open(&mut written, &head)?,
            Shape::Linked => linked::open(&mut written, &head)?,
        }
        let file = TextFile { head, shape, written, began_interactions: false, rows: 0 };
        Ok(Self(Kind::Text(Box::new(file))))
    }

    /// Adds an actor.
    pub fn actor(&mut self, row: &ActorRow) -> Result<(), WriteError> {
        match &mut self.0 {
            Kind::Text(file) => Ok(file.actor(row)?),
            Kind::Workbook(file) => file.actor(row),
            Kind::Archive(file) => file.actor(row),
        }
    }

    /// Adds an interaction; no actor comes behind.
    pub fn interaction(&mut self, row: &InteractionRow) -> Result<(), WriteError> {
        match &mut self.0 {
            Kind::Text(file) => Ok(file.interaction(row)?),
            Kind::Workbook(file) => file.interaction(row),
            Kind::Archive(file) => file.interaction(row),
        }
    }

    /// Takes what can be sent already.
    pub fn take(&mut self) -> Vec<u8> {
        match &mut self.0 {
            Kind::Text(file) => std::mem::take(&mut file.written),
            Kind::Workbook(_) | Kind::Archive(_) => Vec::new(),
        }
    }

    /// Ends the file: what was not taken yet. It blocks, for seconds where the file is large.
    pub fn finish(self) -> Result<Rest, WriteError> {
        match self.0 {
            Kind::Text(file) => Ok(Box::new(Cursor::new(file.finish()?))),
            Kind::Workbook(file) => file.finish(),
            Kind::Archive(file) => file.finish(),
        }
    }
}

impl TextFile {
    fn actor(&mut self, row: &ActorRow) -> io::Result<()> {
        let (out, head, first) = (&mut self.written, &self.head, self.rows == 0);
        self.rows += 1;
        match self.shape {
            Shape::Delimited => delimited::actor(out, row, &head.licence),
            Shape::Geojson => geojson::actor(out, row, head, first),
            Shape::Graphml => graphml::actor(out, row),
            Shape::Gexf => gexf::actor(out, row),
            Shape::Linked => linked::actor(out, row, head),
        }
    }

    fn interaction(&mut self, row: &InteractionRow) -> io::Result<()> {
        self.begin_interactions()?;
        let (out, head, first) = (&mut self.written, &self.head, self.rows == 0);
        self.rows += 1;
        match self.shape {
            // Those of a network are two files in an archive.
            Shape::Delimited => Ok(()),
            Shape::Geojson => geojson::interaction(out, row, first),
            Shape::Graphml => graphml::interaction(out, row),
            Shape::Gexf => gexf::interaction(out, row),
            Shape::Linked => linked::interaction(out, row, head),
        }
    }

    fn begin_interactions(&mut self) -> io::Result<()> {
        if !std::mem::replace(&mut self.began_interactions, true) && matches!(self.shape, Shape::Gexf) {
            gexf::between(&mut self.written)?;
        }
        Ok(())
    }

    fn finish(mut self) -> io::Result<Vec<u8>> {
        self.begin_interactions()?;
        let out = &mut self.written;
        match self.shape {
            Shape::Delimited => {}
            Shape::Geojson => geojson::close(out)?,
            Shape::Graphml => graphml::close(out)?,
            Shape::Gexf => gexf::close(out)?,
            Shape::Linked => linked::close(out)?,
        }
        Ok(self.written)
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
