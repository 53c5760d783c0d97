//! Where a field comes from: a column or a text, and what is done to its values.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use regex::Regex;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use super::forms::Form;
use super::problem::Problem;
use super::row::{Cell, Row};
use super::template::Template;
use super::text::{fold, pattern_of, tidy};
use super::toml_shapes::words_or_table;

/// A column, or a text with columns in it, and what is done to its values.
#[derive(Debug)]
pub struct Source {
    /// A column or a text.
    pub base: Base,
    /// What parts several values.
    pub split: Option<String>,
    /// What is taken of each.
    pub extract: Option<Regex>,
    /// What is put before each, once it is translated.
    pub prefix: String,
    /// What is put before each that has no `:`, so that a reference is told by its source.
    pub unnamed_prefix: String,
    /// How many digits each must be, as in a register; what is not is left out.
    pub digits: Option<usize>,
    /// Whether files may lack the column.
    pub optional: bool,
}

/// What values are made of.
#[derive(Debug)]
pub enum Base {
    /// A column.
    Column(Arc<str>),
    /// A text, perhaps with columns in it.
    Text(Template),
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct SourceShape {
    column: Option<String>,
    text: Option<Template>,
    split: Option<String>,
    #[serde(default, deserialize_with = "pattern")]
    extract: Option<Regex>,
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    optional: bool,
}

/// A column's name alone, or a table.
impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let shape: SourceShape =
            words_or_table(deserializer, |words| match <[String; 1]>::try_from(words) {
                Ok([column]) => Ok(SourceShape { column: Some(column), ..SourceShape::default() }),
                Err(_) => Err("one column, not several"),
            })?;
        let base = match (shape.column, shape.text) {
            (Some(column), None) => Base::Column(column.into()),
            (None, Some(text)) => Base::Text(text),
            _ => return Err(D::Error::custom("a field comes from either a `column` or a `text`")),
        };
        let SourceShape { split, extract, prefix, optional, .. } = shape;
        Ok(Self { split, extract, prefix, optional, ..Self::of(base) })
    }
}

fn pattern<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Regex>, D::Error> {
    let text = String::deserialize(deserializer)?;
    pattern_of(&text).build().map(Some).map_err(D::Error::custom)
}

impl Base {
    /// All columns.
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Self::Column(column) => vec![column],
            Self::Text(template) => template.columns().collect(),
        }
    }

    /// The column, where there is exactly one.
    pub fn only_column(&self) -> Option<&Arc<str>> {
        match self {
            Self::Column(column) => Some(column),
            Self::Text(template) => template.only_column(),
        }
    }

    fn texts(&self, texts: &Texts<'_>) -> Vec<String> {
        match self {
            Self::Column(column) => texts.tidy(column).to_vec(),
            Self::Text(template) => template.fill(|column| texts.tidy(column)),
        }
    }
}

impl Source {
    /// A column as it is.
    pub fn of_column(column: &Arc<str>) -> Self {
        Self::of(Base::Column(Arc::clone(column)))
    }

    /// A text as it is.
    pub fn of_text(text: Template) -> Self {
        Self::of(Base::Text(text))
    }

    fn of(base: Base) -> Self {
        let (prefix, unnamed_prefix) = (String::new(), String::new());
        Self { base, split: None, extract: None, prefix, unnamed_prefix, digits: None, optional: false }
    }

    /// A text of which this is the first part and a column the second.
    pub fn behind(&self, column: &Arc<str>) -> Template {
        match &self.base {
            Base::Text(text) => text.clone().then(column),
            Base::Column(first) => Template::columns_joined(&[first, column]),
        }
    }

    /// A value with what stands before it.
    pub fn prefixed(&self, value: &str) -> String {
        let unnamed = if value.contains(':') { "" } else { &self.unnamed_prefix };
        format!("{}{unnamed}{value}", self.prefix)
    }

    /// The values: split, extracted, without empty ones. Translation and the prefix come later.
    pub fn texts(&self, texts: &Texts<'_>) -> Vec<String> {
        let whole = self.base.texts(texts);
        let parts: Vec<String> = match self.split.as_deref() {
            None => whole,
            Some(blank) if blank.trim().is_empty() => {
                whole.iter().flat_map(|text| text.split_whitespace()).map(str::to_owned).collect()
            }
            Some(mark) => {
                whole.iter().flat_map(|text| text.split(mark)).map(|part| part.trim().to_owned()).collect()
            }
        };
        if let Some(length) = self.digits {
            let formed = parts.iter().filter_map(|part| Form::Digits(length).of(part).ok());
            let is_whole = |text: &String| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
            return formed.map(|formed| formed.text).filter(is_whole).collect();
        }
        let Some(pattern) = &self.extract else {
            return parts.into_iter().filter(|part| !part.is_empty()).collect();
        };
        let found = parts.iter().flat_map(|part| pattern.captures_iter(part));
        found
            .filter_map(|captures| captures.get(1).or(captures.get(0)))
            .map(|found| found.as_str().to_owned())
            .collect()
    }

    /// Tells of a cell that says something of which `extract` takes nothing.
    pub fn unmatched(&self, field: &str, texts: &Texts<'_>) -> Option<Problem> {
        self.extract.as_ref()?;
        let whole = self.base.texts(texts).join(" ");
        let message = format!("the mapping's `extract` for {field} finds nothing in it");
        let problem = Problem::warning("no-match", message).quoting(&whole);
        let placed = match self.base.only_column() {
            Some(column) => problem.in_column(column),
            None => problem,
        };
        (!whole.is_empty()).then_some(placed)
    }
}

/// A row's tidy texts, and what rules compare them by; columns are asked for often, and most by several rules.
pub struct Texts<'a> {
    row: &'a Row,
    tidy: Vec<Vec<String>>,
    folded: Vec<OnceCell<Vec<String>>>,
}

impl<'a> Texts<'a> {
    /// Tidies a row's cells; those that are one of the folded words `empty` are dropped.
    pub fn new(row: &'a Row, empty: &BTreeSet<String>) -> Self {
        let is_said =
            |text: &Cow<'_, str>| !text.is_empty() && (empty.is_empty() || !empty.contains(&fold(text)));
        let tidied = |cell: &Cell| {
            cell.texts().iter().map(|text| tidy(text)).filter(is_said).map(Cow::into_owned).collect()
        };
        Self {
            row,
            tidy: row.cells.iter().map(tidied).collect(),
            folded: vec![OnceCell::new(); row.cells.len()],
        }
    }

    /// A column's tidy texts; none where it is absent or empty.
    pub fn tidy(&self, column: &str) -> &[String] {
        self.row
            .columns
            .position(column)
            .and_then(|position| self.tidy.get(position))
            .map_or(&[], Vec::as_slice)
    }

    /// The same, folded.
    pub fn folded(&self, column: &str) -> &[String] {
        let Some(position) = self.row.columns.position(column).filter(|position| *position < self.tidy.len())
        else {
            return &[];
        };
        self.folded[position].get_or_init(|| self.tidy[position].iter().map(|text| fold(text)).collect())
    }
}
