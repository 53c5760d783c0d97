//! A row of a file, whatever the file's format: named cells, a position, perhaps a geometry.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::problem::Problem;

/// The geometry's type (`"Polygon"`, `"Point"`…), readable as a column of every GeoJSON feature that has a geometry.
pub const GEOMETRY_COLUMN: &str = "@geometry";
/// The feature's own id, readable as a column of every GeoJSON feature that has one.
pub const ID_COLUMN: &str = "@id";

/// The most columns that a file may have: what has more is no table.
pub const MAX_COLUMNS: usize = 1000;

/// The names of a file's columns. A delimited file has them all from its header; those of GeoJSON are known as
/// features bring them.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    names: Vec<Arc<str>>,
    index: HashMap<Arc<str>, usize>,
    repeated: BTreeSet<String>,
}

impl Columns {
    /// Adds a column and answers its name as it can be asked for: a name that is there already gets a number
    /// (`name (2)`), an empty one its position (`#5`).
    pub fn add(&mut self, name: &str) -> Arc<str> {
        let base = if name.is_empty() { format!("#{}", self.names.len() + 1) } else { name.to_owned() };
        let mut unique = base.clone();
        let mut copies = 1;
        while self.index.contains_key(unique.as_str()) {
            self.repeated.insert(base.clone());
            copies += 1;
            unique = format!("{base} ({copies})");
        }
        let name: Arc<str> = unique.into();
        self.index.insert(Arc::clone(&name), self.names.len());
        self.names.push(Arc::clone(&name));
        name
    }

    /// Whether another column may be added.
    ///
    /// # Errors
    ///
    /// The problem of a file with so many.
    pub fn room(&self) -> Result<(), Problem> {
        if self.names.len() < MAX_COLUMNS {
            return Ok(());
        }
        Err(Problem::error(
            "too-many-columns",
            format!("more than {MAX_COLUMNS} columns; remove those that are not needed"),
        ))
    }

    /// Position of a column.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// All names, in the file's order.
    pub fn names(&self) -> &[Arc<str>] {
        &self.names
    }

    /// Whether the header has this name more than once, so that it does not say which column is meant.
    pub fn is_repeated(&self, name: &str) -> bool {
        self.repeated.contains(name)
    }
}

/// One cell. JSON's numbers and booleans are text here, its lists stay lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Cell {
    /// Nothing there.
    #[default]
    Empty,
    /// One text, as the file has it.
    Text(String),
    /// Several.
    List(Vec<String>),
}

impl Cell {
    /// The texts of the cell: none, one or several.
    pub fn texts(&self) -> &[String] {
        match self {
            Self::Empty => &[],
            Self::Text(text) => std::slice::from_ref(text),
            Self::List(texts) => texts,
        }
    }

    /// Whether it says nothing.
    pub fn is_blank(&self) -> bool {
        self.texts().iter().all(|text| text.trim().is_empty())
    }
}

/// One row of a table, or one feature of a collection.
#[derive(Debug, Clone)]
pub struct Row {
    /// Line where the row begins, the header being line 1; in GeoJSON the feature's number, from 1.
    pub line: u64,
    /// The columns known when the row was read.
    pub columns: Arc<Columns>,
    /// The cells in the columns' order; may be shorter than the columns, the rest being empty.
    pub cells: Vec<Cell>,
    /// A feature's geometry, unread; `None` in a delimited file and for JSON's null.
    pub geometry: Option<Arc<serde_json::Value>>,
}

impl Row {
    /// The texts of a column: empty where the column is absent or the cell is.
    pub fn texts(&self, column: &str) -> &[String] {
        self.columns.position(column).and_then(|position| self.cells.get(position)).map_or(&[], Cell::texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_column_of_the_same_name_can_be_asked_for_by_number() {
        let mut columns = Columns::default();
        for name in ["nom", "", "nom", "nom"] {
            columns.add(name);
        }
        let names: Vec<&str> = columns.names().iter().map(AsRef::as_ref).collect();
        assert_eq!(names, ["nom", "#2", "nom (2)", "nom (3)"]);
        assert!(columns.is_repeated("nom") && !columns.is_repeated("#2"));
    }

    #[test]
    fn an_absent_column_reads_as_empty() {
        let row = Row { line: 1, columns: Arc::default(), cells: vec![], geometry: None };
        assert!(row.texts("nom").is_empty());
    }
}
