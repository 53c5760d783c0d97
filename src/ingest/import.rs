//! A file in, mapped and corrected records out.

use std::collections::{HashMap, VecDeque};

use super::mapping::Mapping;
use super::overrides::Overrides;
use super::problem::{Problem, Severity};
use super::record::{Digest128, Record, digest};
use super::row::Row;
use super::table::Rows;
use super::tally::Tally;

/// The records of a file as they are read, and the problems where they are found.
///
/// Memory stays bounded but for 48 bytes a record, which find repeats.
pub struct Import<'a> {
    rows: Rows,
    has_header: bool,
    mapping: &'a Mapping,
    overrides: &'a mut Overrides,
    waiting: VecDeque<Result<Record, Problem>>,
    seen: HashMap<Digest128, (u64, Digest128)>,
    tally: Tally,
    finished: bool,
}

impl<'a> Import<'a> {
    /// Prepares the reading of an open file.
    ///
    /// # Errors
    ///
    /// Where fields need columns that the file's header lacks, or has twice: all that does not fit. (GeoJSON has no header:
    /// there the same is told at the end, as a warning, and a column that only rules read as a note.)
    pub fn new(rows: Rows, mapping: &'a Mapping, overrides: &'a mut Overrides) -> Result<Self, Vec<Problem>> {
        let (columns, complete) = rows.columns();
        let misfits = if complete { mapping.check(columns) } else { vec![] };
        if misfits.iter().any(|problem| problem.severity == Severity::Error) {
            return Err(misfits);
        }
        let tally = Tally::default();
        let (waiting, seen) = (VecDeque::new(), HashMap::new());
        let mut import =
            Self { has_header: complete, rows, mapping, overrides, waiting, seen, tally, finished: false };
        for problem in misfits {
            import.tell(problem);
        }
        Ok(import)
    }

    /// The counts so far; complete once the iteration has ended.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// See [`Rows::bytes_read`].
    pub fn bytes_read(&self) -> Option<u64> {
        self.rows.bytes_read()
    }

    fn tell(&mut self, problem: Problem) {
        self.tally.problem(&problem);
        self.waiting.push_back(Err(problem));
    }

    fn take(&mut self, row: &Row) {
        self.tally.rows += 1;
        let mapped = self.mapping.apply(row);
        let mut problems = mapped.problems;
        let mut records = Vec::new();
        for mut record in mapped.records {
            self.overrides.apply(&mut record, &mut problems);
            match self.flaw(&record) {
                Some(flaw) => problems.push(flaw),
                None => records.push(record),
            }
        }
        for problem in problems {
            self.tell(problem);
        }
        for record in records {
            self.tally.record(&record);
            self.waiting.push_back(Ok(record));
        }
    }

    /// Why a record is left out: a field that it must have is missing, or the file has it already.
    fn flaw(&mut self, record: &Record) -> Option<Problem> {
        let missing = record.missing();
        if !missing.is_empty() {
            let message = format!(
                "no {}, so the row is left out; fill it in, or correct the mapping",
                missing.join(", no ")
            );
            return Some(Problem::error("missing-field", message).at(record.line));
        }
        let origin = digest([record.origin.source.as_str(), record.origin.reference.as_str()]);
        let content = record.digest();
        let Some((line, earlier)) = self.seen.get(&origin) else {
            self.seen.insert(origin, (record.line, content));
            return None;
        };
        self.tally.repeats += 1;
        let name = format!("{}:{}", record.origin.source, record.origin.reference);
        Some(if *earlier == content {
            Problem::note("same-row", format!("same as line {line}")).at(record.line)
        } else {
            let message = format!(
                "line {line} has the same reference and says something else, so this row is left out; keep one of them"
            );
            Problem::error("same-reference", message).at(record.line).quoting(&name)
        })
    }

    /// What can only be said at the end.
    fn finish(&mut self) {
        self.finished = true;
        let columns = self.rows.columns().0;
        if self.has_header || columns.names().is_empty() {
            return;
        }
        for problem in self.mapping.check(columns) {
            let severity =
                if problem.severity == Severity::Error { Severity::Warning } else { Severity::Note };
            self.tell(Problem { severity, ..problem });
        }
    }
}

impl Iterator for Import<'_> {
    type Item = Result<Record, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.waiting.is_empty() && !self.finished {
            match self.rows.next() {
                Some(Ok(row)) => self.take(&row),
                Some(Err(problem)) => self.tell(problem),
                None => self.finish(),
            }
        }
        self.waiting.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::super::read_from;
    use super::*;

    fn import(mapping: &str, file: &str) -> (Vec<Record>, Vec<Problem>, Tally) {
        let mapping = Mapping::parse(mapping).expect("a mapping");
        let mut overrides = Overrides::default();
        let rows = read_from(Box::new(std::io::Cursor::new(file.as_bytes().to_vec()))).expect("a header");
        let mut import = Import::new(rows, &mapping, &mut overrides).expect("its columns");
        let (mut records, mut problems) = (vec![], vec![]);
        for item in import.by_ref() {
            match item {
                Ok(record) => records.push(record),
                Err(problem) => problems.push(problem),
            }
        }
        let tally = import.tally().clone();
        (records, problems, tally)
    }

    const ACTORS: &str = "kind = 'actors'\n[origin]\nsource = { text = 't' }\nreference = 'id'\n[fields]\nname = 'nom'\nkind = 'k'\n";

    #[test]
    fn a_repeated_row_is_one_record_and_another_of_the_same_reference_is_refused() {
        let (records, problems, tally) =
            import(ACTORS, "id,nom,k\n1,A,OTHER\n1,A,OTHER\n1,B,OTHER\n2,A,OTHER\n");
        assert_eq!(records.iter().map(|record| record.line).collect::<Vec<_>>(), [2, 5]);
        let told: Vec<_> = problems.iter().map(|problem| (problem.line, problem.code)).collect();
        assert_eq!(told, [(Some(3), "same-row"), (Some(4), "same-reference")]);
        assert_eq!(problems[0].message, "same as line 2");
        assert_eq!((tally.rows, tally.records, tally.repeats), (4, 2, 2));
    }

    #[test]
    fn rows_without_a_reference_or_a_required_field_are_left_out() {
        let (records, problems, _) = import(ACTORS, "id,nom,k\n,A,OTHER\n2,,OTHER\n");
        let told: Vec<_> = problems.iter().map(|problem| (problem.line, problem.code)).collect();
        assert_eq!((records.len(), told), (0, vec![(Some(2), "no-origin"), (Some(3), "missing-field")]));
    }

    #[test]
    fn a_header_that_lacks_a_column_is_refused_with_the_one_that_was_meant() {
        let mapping = Mapping::parse(ACTORS).expect("a mapping");
        let mut overrides = Overrides::default();
        let rows = read_from(Box::new(std::io::Cursor::new("id,Nom,k,k\n"))).expect("a header");
        let problems = Import::new(rows, &mapping, &mut overrides).err().unwrap_or_default();
        let told: Vec<_> = problems.iter().map(|problem| (problem.column.as_deref(), problem.code)).collect();
        assert_eq!(told, [(Some("k"), "repeated-column"), (Some("nom"), "missing-column")]);
        assert!(problems[1].message.contains("\"Nom\""), "{}", problems[1]);
    }

    #[test]
    fn a_row_that_stands_for_several_becomes_several() {
        let mapping = format!("split_row = {{ columns = ['id', 'nom'], split = ';' }}\n{ACTORS}");
        let (records, problems, _) = import(&mapping, "id,nom,k\n1 ; 2,Nord ; Sud,OTHER\n3;4,Est,OTHER\n");
        let names: Vec<_> =
            records.iter().map(|record| (record.origin.reference.as_str(), record.text("name"))).collect();
        assert_eq!(names, [("1", Some("Nord")), ("2", Some("Sud")), ("3;4", Some("Est"))]);
        assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["uneven-parts"]);
    }

    #[test]
    fn rules_set_what_is_unset_in_their_order_and_are_counted() {
        let mapping = "kind = 'actors'\nempty = ['NA']\n[origin]\nsource = { text = 't' }\nhash_of = ['nom']\n[fields]\nname = 'nom'\nkind = 'k'\n\
            [values.kind]\nasso = 'ASSOCIATION'\nautre = ''\n\
            [[rules]]\nname = 'ccas'\nwhen = { nom = { matches = '\\bccas\\b' } }\nset.kind = 'PUBLIC_BODY'\nadd.themes = 'poverty'\n\
            [[rules]]\nname = 'place'\nwhen.insee = { empty = false }\nset.areas_served = 'COMMUNE:{insee}'\n\
            [[rules]]\nname = 'else'\nset.kind = 'OTHER'\n";
        let file = "nom,k,insee\nCCAS,Autre,28134\nCCAS 2,ASSO,NA\nx,new,\n";
        let (records, problems, tally) = import(mapping, file);
        let kinds: Vec<_> = records.iter().filter_map(|record| record.text("kind")).collect();
        assert_eq!(kinds, ["PUBLIC_BODY", "ASSOCIATION", "OTHER"]);
        assert_eq!(records[0].text("areas_served"), Some("COMMUNE:28134"));
        let counts: Vec<_> = tally.rules.iter().map(|(name, count)| (&**name, *count)).collect();
        assert_eq!(counts, [("ccas", 2), ("else", 1), ("place", 1)]);
        let told: Vec<_> = problems.iter().map(|problem| (problem.line, problem.code)).collect();
        assert_eq!(told, [(Some(2), "value-left-out"), (Some(4), "unknown-value")]);
    }
}
