//! A mapping file: which of a producer's columns is which of our fields. `docs/import.md` describes it for its authors.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::guess::unused;
use super::problem::{Problem, Severity};
use super::row::Columns;
use super::rules::{Rule, RuleShape};
use super::source::Source;
use super::targets::{Kind, Target};
use super::text::fold;
use super::toml_shapes::{Many, line_of, toml_problem};

/// A mapping, checked: its fields exist and its patterns compile.
#[derive(Debug)]
pub struct Mapping {
    /// What the file's rows are.
    pub kind: Kind,
    pub(super) empty: BTreeSet<String>,
    pub(super) split_row: Option<SplitRow>,
    pub(super) origin: OriginShape,
    pub(super) fields: Vec<Field>,
    pub(super) rules: Vec<Rule>,
    /// The columns that were known when it was made for a file; `None` where a mapping file says it.
    pub(super) known: Option<BTreeSet<String>>,
}

/// Where one of our fields comes from.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) target: &'static Target,
    pub(super) sources: Vec<Source>,
    /// Our words by the producer's, folded.
    pub(super) values: Option<HashMap<String, Vec<String>>>,
    /// Whether it was found by a heading.
    pub(super) guessed: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    kind: Kind,
    #[serde(default)]
    empty: Vec<String>,
    split_row: Option<SplitRow>,
    origin: OriginShape,
    #[serde(default)]
    fields: BTreeMap<Spanned<String>, Many<Source>>,
    #[serde(default)]
    values: BTreeMap<Spanned<String>, BTreeMap<String, Many<String>>>,
    #[serde(default)]
    rules: Vec<RuleShape>,
}

/// A row that stands for several: one record for each part of the first column's cell, where the others have as many.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SplitRow {
    pub(super) columns: Vec<String>,
    pub(super) split: String,
}

/// Where the origin comes from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OriginShape {
    pub(super) source: Many<Source>,
    #[serde(default)]
    pub(super) reference: Many<Source>,
    #[serde(default)]
    pub(super) hash_of: Vec<String>,
    #[serde(default)]
    pub(super) url: Many<Source>,
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong in it, with its line.
    pub fn load(path: &Path) -> Result<Self, Problem> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Problem::error("unreadable", format!("{} can't be read: {error}", path.display()))
        })?;
        Self::parse(&text)
    }

    /// Reads a mapping from its text.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong in it, with its line.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let shape: Shape = toml::from_str(text).map_err(|error| toml_problem(text, &error))?;
        let kind = shape.kind;
        if shape.origin.reference.0.is_empty() == shape.origin.hash_of.is_empty() {
            return Err(mapping_problem(
                "[origin] needs either `reference` or `hash_of`, so that the next import finds an entry again",
            ));
        }
        if shape.split_row.as_ref().is_some_and(|split| split.columns.is_empty() || split.split.is_empty()) {
            let message =
                "[split_row] needs the columns that are split, the deciding one first, and what parts them";
            return Err(mapping_problem(message));
        }
        let mut values = shape.values;
        let mut fields = Vec::new();
        for (name, sources) in shape.fields {
            let target = target(kind, &name, text)?;
            let table =
                values.remove_entry(&name).map(|(name, table)| folded(&name, table, text)).transpose()?;
            fields.push(Field { target, sources: sources.0, values: table, guessed: false });
        }
        if let Some(name) = values.keys().next() {
            let problem =
                mapping_problem(format!("[values.{0}] needs a column in [fields] for {0}", name.get_ref()));
            return Err(problem.at(line_of(text, name.span().start)));
        }
        let rules = shape.rules.into_iter().map(|rule| rule.checked(kind, text)).collect::<Result<_, _>>()?;
        let empty = shape.empty.iter().map(|word| fold(word)).collect();
        Ok(Self { kind, empty, split_row: shape.split_row, origin: shape.origin, fields, rules, known: None })
    }

    /// What of the mapping does not fit a file's columns: columns that are missing or there twice. For GeoJSON ask when all
    /// features are read.
    pub fn check(&self, columns: &Columns) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Some(known) = &self.known {
            let later =
                columns.names().iter().filter(|name| !known.contains(&***name) && !name.starts_with('@'));
            return later.map(|name| unused(name)).collect();
        }
        for (name, usage) in self.columns() {
            if columns.is_repeated(name) {
                let message = "the mapping uses this column, and the file has it more than once; rename one of them, or write \
                               \"name (2)\" in the mapping for the second";
                problems.push(Problem::error("repeated-column", message).in_column(name));
            } else if columns.position(name).is_none() && usage != Usage::Optional {
                problems.push(missing_column(name, usage, columns));
            }
        }
        problems
    }

    /// All columns that the mapping reads, each with its most demanding use.
    fn columns(&self) -> BTreeMap<&str, Usage> {
        let origin = [&self.origin.source, &self.origin.reference, &self.origin.url];
        let of_fields = self.fields.iter().flat_map(|field| &field.sources);
        let of_sources = origin.into_iter().flat_map(|many| &many.0).chain(of_fields).flat_map(|source| {
            let usage = if source.optional { Usage::Optional } else { Usage::Field };
            source.base.columns().into_iter().map(move |column| (column, usage))
        });
        let of_hash = self.origin.hash_of.iter().map(|column| (column.as_str(), Usage::Field));
        let of_split = self
            .split_row
            .iter()
            .flat_map(|split| &split.columns)
            .map(|column| (column.as_str(), Usage::Rule));
        // The columns that only some features have are ours, and spelt right if they are there at all.
        let of_rules = self.rules.iter().flat_map(Rule::columns).filter(|column| !column.starts_with('@'));
        let of_rules = of_rules.map(|column| (column, Usage::Rule));
        let mut columns = BTreeMap::new();
        for (column, usage) in of_sources.chain(of_hash).chain(of_split).chain(of_rules) {
            let most = columns.entry(column).or_insert(usage);
            *most = usage.max(*most);
        }
        columns
    }
}

/// What a mapping needs a column for, the most demanding last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Usage {
    Optional,
    Rule,
    Field,
}

/// One of our fields by the name that stands in a mapping.
pub(super) fn target(kind: Kind, name: &Spanned<String>, text: &str) -> Result<&'static Target, Problem> {
    kind.target(name.get_ref())
        .map_err(|message| mapping_problem(message).at(line_of(text, name.span().start)))
}

pub(super) fn mapping_problem(message: impl Into<String>) -> Problem {
    Problem::error("mapping", message)
}

fn folded(
    name: &Spanned<String>,
    table: BTreeMap<String, Many<String>>,
    text: &str,
) -> Result<HashMap<String, Vec<String>>, Problem> {
    let mut folded = HashMap::new();
    for (word, ours) in table {
        if folded.insert(fold(&word), ours.0).is_some() {
            let message =
                format!("[values.{}] has {word:?} twice; case and accents do not matter", name.get_ref());
            return Err(mapping_problem(message).at(line_of(text, name.span().start)));
        }
    }
    Ok(folded)
}

fn missing_column(name: &str, usage: Usage, columns: &Columns) -> Problem {
    let alike = columns.names().iter().find(|other| fold(other) == fold(name));
    let names: Vec<&str> = columns.names().iter().map(AsRef::as_ref).collect();
    let message = match (alike, usage) {
        (Some(other), _) => format!("the file has no such column, but {other:?}; write that in the mapping"),
        (None, Usage::Rule) => {
            format!(
                "a rule reads this column, and the file has only: {}; correct or remove the rule",
                names.join(", ")
            )
        }
        (None, _) => {
            format!(
                "the file has no such column, but: {}; correct the mapping, or add `optional = true`",
                names.join(", ")
            )
        }
    };
    let severity = if usage == Usage::Rule { Severity::Warning } else { Severity::Error };
    Problem::new(severity, "missing-column", message).in_column(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = "kind = 'calls'\n[origin]\nsource = { text = 's' }\nreference = 'id'\n";

    /// Line and message of what is wrong.
    fn refusal(rest: &str) -> (Option<u64>, String) {
        let problem = Mapping::parse(&format!("{START}{rest}")).expect_err("something is wrong");
        (problem.line, problem.message)
    }

    #[test]
    fn what_is_wrong_in_a_mapping_is_told_with_its_line() {
        for (rest, line, word) in [
            ("[felds]\ntitle = 'nom'\n", 5, "felds"),
            ("[fields]\ntitle = 'nom'\ntitel = 'nom'\n", 7, "titel"),
            ("[fields]\ntitle = { column = 'nom', splitt = ';' }\n", 6, "splitt"),
            ("[fields]\ntitle = { column = 'nom', text = 'x' }\n", 6, "either"),
            ("[fields]\ntitle = { column = 'nom', extract = '(' }\n", 6, "regex"),
            ("[fields]\ntitle = { text = '{nom' }\n", 6, "}"),
            ("[values.title]\na = 'b'\n", 5, "[fields]"),
            ("[fields]\nthemes = 't'\n[values.themes]\nÉté = 'a'\n", 8, ""),
            ("[fields]\nthemes = 't'\n[values.themes]\n'Été' = 'a'\nete = 'b'\n", 7, "twice"),
            ("[[rules]]\nname = 'r'\nset.titel = 'x'\n", 7, "titel"),
            ("[[rules]]\nname = 'r'\nwhen.nom.begins = 'x'\nset.title = 'x'\n", 7, "begins"),
            ("[[rules]]\nname = 'r'\nadd.title = 'x'\n", 6, "one value"),
            ("[[rules]]\nname = 'r'\n", 6, "neither"),
        ] {
            let (found, message) = refusal(rest);
            assert!(found == Some(line) && message.contains(word), "{rest}: line {found:?}, {message}");
        }
    }

    #[test]
    fn an_origin_needs_exactly_one_way_to_find_an_entry_again() {
        let both = "kind = 'calls'\n[origin]\nsource = { text = 's' }\nreference = 'id'\nhash_of = ['id']\n";
        assert!(
            Mapping::parse(both).is_err() && Mapping::parse(&both.replace("hash_of = ['id']\n", "")).is_ok()
        );
    }
}
