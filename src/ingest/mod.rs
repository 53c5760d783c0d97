//! Files in: from bytes to records in our own words, with the place of everything that is wrong.
//!
//! [`read`] makes rows of a file, [`Mapping`] makes records of rows, [`Overrides`] correct them, and [`Import`] does all
//! three. Records are text: what a kind or a reference means is decided later. [`FileWriter`] is the way back: files out.

mod apply;
mod bounds;
mod csv_text;
mod delimited;
mod doubts;
mod encoding;
mod entries;
mod features;
mod forms;
#[cfg(test)]
mod fuzzed;
mod guess;
#[cfg(test)]
mod guess_tests;
mod header;
mod headings;
mod import;
mod input;
mod input_file;
mod json_stream;
mod mapping;
mod out;
mod overrides;
mod problem;
mod record;
mod row;
mod rules;
mod sheet;
mod source;
mod table;
mod tally;
mod targets;
mod template;
mod text;
mod toml_shapes;
mod workbook;

pub use apply::Mapped;
pub use bounds::{Bounds, REQUEST_ROWS};
pub use csv_text::CsvText;
pub use entries::{load_entries, parse_entries};
pub use forms::{Form, Formed, Refusal};
pub use guess::Guess;
pub use import::Import;
pub use input::MAX_ROW_BYTES;
pub use input_file::InputFile;
pub use mapping::Mapping;
pub use out::{FileWriter, Rest, WriteError, actor_feature, interaction_feature, territory_feature};
pub use overrides::Overrides;
pub use problem::{Problem, Severity};
pub use record::{Correction, Digest128, Origin, Record, Value};
pub use row::{Cell, Columns, GEOMETRY_COLUMN, ID_COLUMN, Row};
pub use table::{Rows, read, read_from, read_sheet};
pub use tally::{Count, Key, Tally};
pub use targets::{Kind, Target};
pub use text::fold;
