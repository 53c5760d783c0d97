//! A mapping for a file that comes without one, by what its columns are called and what stands in them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use regex::Regex;

use super::forms::Form;
use super::headings::{TEXT, Usual, plain};
use super::mapping::{Field, Mapping, OriginShape};
use super::problem::Problem;
use super::row::{Columns, GEOMETRY_COLUMN, ID_COLUMN, Row};
use super::rules::Rule;
use super::source::Source;
use super::table::Rows;
use super::targets::{Kind, Target};
use super::template::Template;
use super::text::fold;
use super::toml_shapes::Many;
use crate::geo::Position;

/// What is known of a file beside its columns.
#[derive(Debug, Clone, Copy)]
pub struct Guess<'a> {
    /// What its rows are.
    pub kind: Kind,
    /// Its name, with or without folders.
    pub file: &'a str,
    /// The list that its references are of; where it is not said, the file's name without its ending and its numbers.
    pub source: Option<&'a str>,
    /// The year of a list of territories that does not say its own.
    pub year: i32,
}

impl Guess<'_> {
    /// Finds the columns by their headings. Which was taken as what, and which is not used, is told before the rows.
    ///
    /// # Errors
    ///
    /// Where a field that every entry must have is in no column: which headings would do.
    pub fn mapping(&self, rows: &mut Rows) -> Result<Mapping, Vec<Problem>> {
        let sample: Vec<Row> = rows.ahead().cloned().collect();
        let columns = rows.columns().0.clone();
        let mut finder = Finder {
            guess: *self,
            usual: Usual::of(self.kind),
            columns: &columns,
            sample: &sample,
            taken: BTreeMap::new(),
            fields: Vec::new(),
            also: Vec::new(),
            notes: Vec::new(),
        };
        finder.find_fields();
        if self.kind == Kind::Territories {
            finder.add_territory();
        }
        finder.drop_wrong_points();
        finder.add_points();
        let origin = finder.origin();
        let (rules, ruled) = finder.rules();
        let missing = finder.missing(&ruled);
        if !missing.is_empty() {
            // Where nothing could be read, what stood in the way is why.
            let broken = if sample.is_empty() { rows.troubles() } else { Vec::new() };
            return Err(if broken.is_empty() { missing } else { broken });
        }
        let notes = finder.notes();
        let fields = finder.fields;
        rows.tell_first(notes);
        let known = columns.names().iter().map(ToString::to_string).collect();
        let empty = ["n/a", "na", "null", "none", "nan", "-", "nd", "n.c.", "nc"].map(str::to_owned).into();
        Ok(Mapping { kind: self.kind, empty, split_row: None, origin, fields, rules, known: Some(known) })
    }

    /// The origin's source.
    pub fn source(&self) -> String {
        if let Some(source) = self.source {
            return source.trim().to_owned();
        }
        let name = self.stem();
        let words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
        let words: Vec<_> =
            words.filter(|word| word.bytes().any(|byte| byte.is_ascii_alphabetic())).collect();
        if words.is_empty() { "file".to_owned() } else { words.join("-") }
    }

    /// The file's name, folded, without folders and endings.
    fn stem(&self) -> String {
        let name = self.file.rsplit(['/', '\\']).next().unwrap_or_default();
        let mut stem = fold(name);
        for ending in [".gz", ".csv", ".tsv", ".txt", ".geojson", ".json", ".geojsonl", ".ndjson", ".xlsx"] {
            stem = stem.strip_suffix(ending).unwrap_or(&stem).to_owned();
        }
        stem
    }
}

struct Finder<'a> {
    guess: Guess<'a>,
    usual: Usual,
    columns: &'a Columns,
    sample: &'a [Row],
    /// What each column is.
    taken: BTreeMap<Arc<str>, String>,
    fields: Vec<Field>,
    /// Columns that could be a field which another column is already, and what is said of them if they become nothing else.
    also: Vec<(Arc<str>, String)>,
    notes: Vec<Problem>,
}

impl Finder<'_> {
    /// The columns of one of these headings, best first.
    fn columns_of(&self, headings: &[String]) -> Vec<Arc<str>> {
        let mut found: Vec<Arc<str>> = Vec::new();
        for heading in headings.iter().map(|heading| plain(heading)) {
            for name in self.columns.names().iter().filter(|name| plain(name) == heading) {
                if !found.contains(name) {
                    found.push(Arc::clone(name));
                }
            }
        }
        found
    }

    fn headings(&self, field: &str) -> Vec<String> {
        self.usual.headings.get(field).cloned().unwrap_or_default()
    }

    fn find_fields(&mut self) {
        for target in self.guess.kind.targets() {
            let mut candidates = self.columns_of(&self.headings(target.name));
            candidates.retain(|column| !self.taken.contains_key(column));
            if self.needs_codes(target.name) {
                candidates.retain(|column| self.are_codes(column, target));
            }
            let doubtful = self.usual.only_codes.get(target.name).cloned().unwrap_or_default();
            for column in self.columns_of(&doubtful) {
                if self.are_codes(&column, target) {
                    candidates.push(column);
                } else {
                    let message = format!(
                        "not used: these are names, and {} is a code; add a column of codes (\"code insee\")",
                        target.name
                    );
                    self.notes.push(Problem::note("column-unused", message).in_column(&column));
                    self.taken.insert(column, String::new());
                }
            }
            let mut candidates = candidates.into_iter();
            let Some(column) = candidates.next() else { continue };
            let also = |other| {
                (other, format!("not used: it could be {} too, which is read from {column:?}", target.name))
            };
            self.also.extend(candidates.map(also));
            let mut source = Source::of_column(&column);
            if target.many {
                source.split = self.mark(&column);
            }
            if self.guess.kind == Kind::Interactions && matches!(target.name, "source" | "target") {
                source.unnamed_prefix = format!("{}:", self.guess.source().replace(':', "-"));
            }
            self.take(&column, target, vec![source]);
        }
    }

    fn take(&mut self, column: &Arc<str>, target: &'static Target, sources: Vec<Source>) {
        self.taken.insert(Arc::clone(column), target.name.to_owned());
        self.add(target, sources);
    }

    fn add(&mut self, target: &'static Target, sources: Vec<Source>) {
        let values = self.usual.words(self.guess.kind, target.name);
        self.fields.push(Field { target, sources, values, guessed: true });
    }

    fn target(&self, name: &str) -> &'static Target {
        self.guess.kind.target(name).expect("the names here are of fields, and a test reads every kind")
    }

    /// Columns of territories that may hold names as well.
    fn needs_codes(&self, field: &str) -> bool {
        self.guess.kind == Kind::Territories
            && matches!(field, "department" | "region" | "intercommunality" | "communes")
    }

    /// The first texts of a column.
    fn texts<'s>(&'s self, column: &'s str) -> impl Iterator<Item = &'s str> {
        self.sample
            .iter()
            .flat_map(move |row| row.texts(column))
            .map(|text| text.trim())
            .filter(|text| !text.is_empty())
    }

    /// Whether a column's cells are codes of digits, a letter among them (`2A004`), perhaps without their first zero.
    fn are_codes(&self, column: &str, target: &Target) -> bool {
        let Form::Digits(length) = target.form else { return true };
        let is_code = |text: &str| {
            (text.len() == length || text.len() + 1 == length)
                && text.bytes().enumerate().all(|(index, byte)| {
                    byte.is_ascii_digit() || (length <= 5 && index == 1 && matches!(byte, b'A' | b'B'))
                })
        };
        let parts =
            || self.texts(column).flat_map(|text| text.split([' ', ',', ';', '|'])).filter(|p| !p.is_empty());
        let (all, codes) = (parts().count(), parts().filter(|text| is_code(text)).count());
        all > 0 && codes * 10 >= all * 9
    }

    /// What parts several values in a column's cells.
    fn mark(&self, column: &str) -> Option<String> {
        let is_there = |mark: &&str| self.texts(column).any(|text| text.contains(*mark));
        [";", "|", "\n", ","].into_iter().find(is_there).map(str::to_owned)
    }

    /// The kind, the year and the reference of territories, which other columns and the file's name say.
    fn add_territory(&mut self) {
        let column_of = |finder: &Self, field: &str| {
            finder.taken.iter().find(|(_, taken)| *taken == field).map(|(column, _)| Arc::clone(column))
        };
        let stem = self.guess.stem();
        if column_of(self, "kind").is_none() {
            let heading = column_of(self, "code").map(|code| plain(&code));
            let says = |headings: &Vec<String>| headings.iter().any(|h| Some(plain(h)) == heading);
            let by_heading = self.usual.kinds.iter().find(|(_, headings)| says(headings));
            let words = self.usual.words(Kind::Territories, "kind").unwrap_or_default();
            let mut named = std::iter::once(stem.as_str())
                .chain(stem.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_'))
                .chain(stem.split(|letter: char| !letter.is_ascii_alphanumeric()));
            let by_name = named.find_map(|word| words.get(word)).and_then(|names| names.first().cloned());
            if let Some(kind) = by_heading.map(|(kind, _)| kind.clone()).or(by_name) {
                self.notes.push(Problem::note(
                    "guessed",
                    format!("the territories are taken as of the kind {kind}"),
                ));
                self.add(self.target("kind"), vec![Source::of_text(Template::constant(&kind))]);
            }
        }
        if column_of(self, "vintage").is_none() {
            let year = Regex::new(r"(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[^0-9]|$)").expect("a test runs it");
            let named = year.captures(&stem).map(|found| found[1].to_owned());
            let year = named.unwrap_or_else(|| self.guess.year.to_string());
            let message =
                format!("the list is taken as of {year}; put the year into the file's name to say another");
            self.notes.push(Problem::note("guessed", message));
            self.add(self.target("vintage"), vec![Source::of_text(Template::constant(&year))]);
        }
    }

    fn column(&self, field: &str) -> Option<Arc<str>> {
        self.taken.iter().find(|(_, taken)| *taken == field).map(|(column, _)| Arc::clone(column))
    }

    /// Leaves out columns of longitude and latitude that hold something else, such as metres.
    fn drop_wrong_points(&mut self) {
        let (Some(x), Some(y)) = (self.column("longitude"), self.column("latitude")) else { return };
        let number = |row: &Row, column: &str| -> Option<f64> {
            Form::Decimal.of(row.texts(column).first()?.trim()).ok()?.text.parse().ok()
        };
        let first = self.sample.iter().find_map(|row| {
            let point = (number(row, &x)?, number(row, &y)?);
            (point != (0.0, 0.0)).then_some((row.line, point))
        });
        let Some((line, (longitude, latitude))) = first else { return };
        // One broken row is the row's; that of all of them is the columns'.
        let wrong = |row: &&Row| matches!((number(row, &x), number(row, &y)), (Some(x), Some(y)) if Position::new(x, y).is_err());
        let Err(error) = Position::new(longitude, latitude) else { return };
        if self.sample.iter().filter(wrong).count() * 2 < self.sample.len() {
            return;
        }
        let message = format!("{error}; the columns {x:?} and {y:?} are not read");
        self.notes.push(Problem::warning("projection", message).at(line).in_column(&x));
        self.fields.retain(|field| !matches!(field.target.name, "longitude" | "latitude"));
        self.taken.insert(x, String::new());
        self.taken.insert(y, String::new());
    }

    /// A point in one cell, where there are no two.
    fn add_points(&mut self) {
        if self.taken.values().any(|field| matches!(field.as_str(), "longitude" | "latitude")) {
            return;
        }
        let columns = self.columns_of(&self.usual.points.columns.clone());
        let Some(column) = columns.into_iter().find(|column| !self.taken.contains_key(column)) else {
            return;
        };
        for (field, pattern) in [
            ("latitude", r"^\D*?(-?[0-9]+[.][0-9]+)\s*[,;\s]"),
            ("longitude", r"[,;\s]\s*(-?[0-9]+(?:[.][0-9]+)?)\D*$"),
        ] {
            let mut source = Source::of_column(&column);
            source.extract = Some(Regex::new(pattern).expect("a test runs it"));
            self.add(self.target(field), vec![source]);
        }
        self.taken.insert(column, "latitude and longitude".to_owned());
    }

    fn origin(&mut self) -> OriginShape {
        let source = Many(vec![Source::of_text(Template::constant(&self.guess.source()))]);
        let mut reference = Vec::new();
        let own = self.columns_of(&self.headings("reference"));
        if let Some(column) = own.into_iter().find(|column| !self.taken.contains_key(column)) {
            reference.push(Source::of_column(&column));
            self.taken.insert(column, "reference".to_owned());
        }
        if self.guess.kind == Kind::Territories
            && let Some(code) = self.column("code")
        {
            let kind = self.fields.iter().find(|field| field.target.name == "kind");
            let prefix = match (self.column("kind"), kind) {
                (Some(column), _) => Template::columns_joined(&[&column, &code]),
                (None, Some(field)) => field.sources[0].behind(&code),
                (None, None) => Template::columns_joined(&[&code]),
            };
            reference = vec![Source::of_text(prefix)];
        }
        for (field, length) in [("siret", 14), ("siren", 9)] {
            if let Some(column) = self.column(field).filter(|_| self.guess.kind == Kind::Actors) {
                let mut source = Source::of_column(&column);
                source.digits = Some(length);
                reference.push(source);
            }
        }
        let url = self.column("url").filter(|_| self.guess.kind == Kind::Calls);
        reference.extend(url.as_ref().map(Source::of_column));
        let telling: &[&str] = match self.guess.kind {
            Kind::Actors => &["name", "seat", "postcode", "address"],
            Kind::Interactions => &["kind", "source", "target", "since", "until", "amount", "description"],
            Kind::Territories => &[],
            Kind::Calls | Kind::Tracks => &["title", "funders"],
        };
        let mut hash_of: Vec<String> =
            telling.iter().filter_map(|field| self.column(field)).map(|column| column.to_string()).collect();
        if self.guess.kind == Kind::Actors {
            let towns =
                self.columns_of(&self.usual.only_codes.values().flatten().cloned().collect::<Vec<_>>());
            hash_of.extend(
                towns
                    .iter()
                    .map(ToString::to_string)
                    .filter(|town| !hash_of.contains(town))
                    .collect::<Vec<_>>(),
            );
        }
        OriginShape {
            source,
            reference: Many(reference),
            hash_of,
            url: Many(url.iter().map(Source::of_column).collect()),
        }
    }

    /// The rules whose columns there are, and the fields that they set in every row or where a column says so.
    fn rules(&mut self) -> (Vec<Rule>, HashSet<&'static str>) {
        let columns: BTreeMap<String, Arc<str>> =
            self.taken.iter().map(|(column, field)| (field.clone(), Arc::clone(column))).collect();
        let shapes = std::mem::take(&mut self.usual.rules);
        let rules: Vec<Rule> = shapes
            .into_iter()
            .filter_map(|shape| shape.on(&columns))
            .map(|shape| shape.checked(self.guess.kind, TEXT).expect("a test checks every rule"))
            .collect();
        let set = rules.iter().flat_map(|rule| &rule.set).map(|(target, _)| target.name).collect();
        (rules, set)
    }

    /// A problem for each field that an entry must have and nothing gives.
    fn missing(&self, ruled: &HashSet<&'static str>) -> Vec<Problem> {
        let has =
            |name: &str| self.fields.iter().any(|field| field.target.name == name) || ruled.contains(name);
        let names: Vec<&str> = self.columns.names().iter().map(AsRef::as_ref).collect();
        let required = self.guess.kind.targets().iter().filter(|target| target.required && !has(target.name));
        let problem = |target: &Target| {
            let headings = self.headings(target.name);
            let usual: Vec<_> = headings.iter().take(6).map(|heading| format!("{heading:?}")).collect();
            let or_name = match (self.guess.kind, target.name) {
                (Kind::Territories, "kind") => " (or name the file after its kind, as in communes.csv)",
                _ => "",
            };
            let message = format!(
                "no column says the {} of {}; name one {}{or_name}, or give a mapping that says how the columns are read (--mapping). The \
                 columns are: {}",
                target.name,
                self.guess.kind.as_str(),
                usual.join(" or "),
                names.join(", ")
            );
            Problem::error("missing-column", message)
        };
        required.map(problem).collect()
    }

    /// What was taken as what, and what is not used.
    fn notes(&mut self) -> Vec<Problem> {
        let mut notes = Vec::new();
        for (column, message) in std::mem::take(&mut self.also) {
            if !self.taken.contains_key(&column) {
                self.notes.push(Problem::note("column-unused", message).in_column(&column));
                self.taken.insert(column, String::new());
            }
        }
        let told: BTreeSet<_> = self.notes.iter().filter_map(|note| note.column.clone()).collect();
        for name in self.columns.names() {
            match self.taken.get(name).map(String::as_str) {
                Some("") => {}
                Some(field) => notes.push(
                    Problem::note("column-taken", format!("taken as the {field}, by its heading"))
                        .in_column(name),
                ),
                None if [GEOMETRY_COLUMN, ID_COLUMN].contains(&&**name) || told.contains(&**name) => {}
                None => notes.push(unused(name)),
            }
        }
        let source = self.guess.source();
        let message = format!(
            "the file came without a mapping, so its columns were found by their headings; its entries are of the source {source:?}"
        );
        notes.insert(0, Problem::note("guessed", message));
        notes.append(&mut self.notes);
        notes
    }
}

/// That nothing is read from a column.
pub fn unused(column: &str) -> Problem {
    let message = "not used: its heading is none that is known; a mapping file can say what it is";
    Problem::note("column-unused", message).in_column(column)
}
