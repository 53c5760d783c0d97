//! Files that an administrator imports: their plan, to be checked, and what was written by it.

use async_graphql::{Context, Description, Enum, ID, InputObject, Object, SimpleObject};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::context::ContextExt;
use super::error::{ApiError, Result};
use super::ids::global_id;
use crate::app::imports::{
    Advice, CheckedImport, FileToImport, Kind, Outcome, Problem, RowOutcome, Severity, advice,
};
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::history::api_name;

/// What an import costs beside what is asked of its report: it reads and writes thousands of rows.
const COST: usize = 1_000;
/// Most rows, and most examples of a problem, that a report shows at once.
const MOST_SHOWN: i32 = 500;

/// What the rows of a file are. Territories are imported by whoever keeps the service, at its command line.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum ImportKind {
    /// Organisations and groups.
    Actors,
    /// Interactions between actors that are in the directory, named by their origins.
    Interactions,
    /// Calls for projects and standing aids.
    Calls,
}

impl From<ImportKind> for Kind {
    fn from(kind: ImportKind) -> Self {
        match kind {
            ImportKind::Actors => Self::Actors,
            ImportKind::Interactions => Self::Interactions,
            ImportKind::Calls => Self::Calls,
        }
    }
}

/// What becomes of a row.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Outcome")]
pub enum ImportOutcome {
    /// It makes a new entry, published.
    Create,
    /// It changes an entry.
    Update,
    /// Its entry says the same already.
    Same,
    /// It is left out: a problem with its line says why.
    Refuse,
}

/// How much a problem costs.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Severity")]
pub enum ImportSeverity {
    /// Nothing: it is worth knowing.
    Note,
    /// A value, which is left out or read with a guess; the row stays.
    Warning,
    /// The row, or the whole file.
    Error,
}

/// A file to import.
#[derive(InputObject)]
pub struct ImportFileInput {
    /// What its rows are.
    kind: ImportKind,
    /// Its name where it comes from, with its ending, at most 200 characters: `.toml` is of entries in our own words, and
    /// without `source` the name says the source.
    name: String,
    /// Its bytes, in Base64 (RFC 4648, with padding): CSV, GeoJSON or an Excel workbook, plain or compressed with gzip. What
    /// the body of a request may hold (`limits.maxBodyBytes`) holds three quarters of that in a file; at most 5,000 rows, and
    /// 8 MiB of text.
    content: String,
    /// The name of the list that the references in the file are of, at most 200 characters: the same next year finds the same
    /// entries. Where it is left out, the file's name without numbers.
    source: Option<String>,
    /// The sheet of a workbook; where it is left out, the first visible one that has a table.
    sheet: Option<String>,
    /// How the columns are read, as TOML of at most 16 KiB; where it is left out, they are found by their headings.
    mapping: Option<String>,
    /// Whether only the plan is made, and nothing is written.
    #[graphql(default = true)]
    dry_run: bool,
    /// The `digest` of the plan that you have checked; required where `dryRun` is false, and refused with code CONFLICT where
    /// the plan is another by now: nothing is written then.
    expected: Option<String>,
}

impl ImportFileInput {
    fn read(self, found: &mut Violations) -> FileToImport {
        let Self { kind, name, content, source, sheet, mapping, dry_run, expected } = self;
        match (dry_run, &expected) {
            (false, None) => {
                let message =
                    "is required to write: ask with dryRun true first, check the plan, and send its digest";
                found.add("input.expected", ViolationCode::Required, message);
            }
            (true, Some(_)) => {
                let message = "goes with dryRun false alone: a plan is made without it";
                found.add("input.expected", ViolationCode::Inconsistent, message);
            }
            _ => {}
        }
        let content = STANDARD.decode(&content).unwrap_or_else(|_| {
            let message = "is not Base64: encode the file's bytes with the alphabet of RFC 4648, section 4, with padding";
            found.add("input.content", ViolationCode::Invalid, message);
            // So that it is not told to be empty, too.
            vec![0]
        });
        FileToImport { kind: kind.into(), name, content, source, sheet, mapping, expected }
    }
}

/// What an import would do, or did.
#[derive(Description)]
pub struct ImportReport(CheckedImport);

#[Object(use_type_description)]
impl ImportReport {
    /// Whether it is the plan alone.
    async fn dry_run(&self) -> bool {
        self.0.report.dry_run
    }

    /// Whether it was written.
    async fn applied(&self) -> bool {
        self.0.applied
    }

    /// What stands for this plan: send it as `expected` to have exactly this written. Null where nothing can be imported.
    async fn digest(&self) -> Option<&str> {
        self.0.digest.as_deref()
    }

    /// Rows that could be read.
    async fn rows(&self) -> i32 {
        count(self.0.report.rows)
    }

    /// Rows that repeat another one: they are not imported again.
    async fn repeats(&self) -> i32 {
        count(self.0.report.repeats)
    }

    /// Rows that make a new entry.
    async fn created(&self) -> i32 {
        count(self.0.report.count(Outcome::Create))
    }

    /// Rows that change an entry.
    async fn updated(&self) -> i32 {
        count(self.0.report.count(Outcome::Update))
    }

    /// Rows whose entry says the same already.
    async fn unchanged(&self) -> i32 {
        count(self.0.report.count(Outcome::Same))
    }

    /// Rows that are left out.
    async fn refused(&self) -> i32 {
        count(self.0.report.count(Outcome::Refuse))
    }

    /// Why nothing can be imported: what is wrong with the file as a whole. Empty where the import can be written.
    async fn causes(&self) -> Vec<ImportProblem> {
        self.0.report.causes.iter().map(|(_, problem)| ImportProblem::of(problem)).collect()
    }

    /// What is worth knowing of the file and its rows, by kind: the worst first, then the most frequent.
    #[graphql(complexity = "20 * child_complexity")]
    async fn problems(&self) -> Vec<ImportProblemKind> {
        let report = &self.0.report;
        let kind = |((severity, code), times): (&(Severity, &'static str), &u64)| {
            let of_kind = |problem: &Problem| problem.severity == *severity && problem.code == *code;
            let examples = report.problems.iter().filter(|(_, problem)| of_kind(problem));
            ImportProblemKind {
                severity: *severity,
                code,
                count: count(*times),
                examples: examples.map(|(_, problem)| problem.clone()).collect(),
            }
        };
        let mut kinds: Vec<_> = report.counts.iter().map(kind).collect();
        kinds.sort_by_key(|kind| (std::cmp::Reverse((kind.severity, kind.count)), kind.code));
        kinds
    }

    /// What becomes of each row, in the order of the file.
    #[graphql(complexity = "usize::try_from(first).unwrap_or_default() / 10 + child_complexity")]
    #[expect(clippy::unused_async, reason = "every resolver is")]
    async fn sample(
        &self,
        #[graphql(desc = "The first so many, from 0 to 500.", default = 100)] first: i32,
        #[graphql(desc = "Only those of which this becomes; all where it is left out.")] outcomes: Option<
            Vec<ImportOutcome>,
        >,
    ) -> Result<Vec<ImportRow>> {
        let first = shown(first)?;
        let outcomes: Option<Vec<Outcome>> =
            outcomes.map(|outcomes| outcomes.into_iter().map(Outcome::from).collect());
        let rows = self.0.report.each.iter().flatten();
        let rows = rows.filter(|row| outcomes.as_ref().is_none_or(|wanted| wanted.contains(&row.outcome)));
        Ok(rows.take(first).map(|row| ImportRow::of(row, self.0.applied)).collect())
    }
}

/// A row of the file, and what becomes of it.
#[derive(SimpleObject)]
pub struct ImportRow {
    /// Its line in the file; in GeoJSON the number of the feature. Null where that can't be told.
    line: Option<i32>,
    /// What becomes of it.
    outcome: ImportOutcome,
    /// What it calls its entry; of an interaction its two ends, as the file names them. Null where it could not be read.
    name: Option<String>,
    /// The id of its entry. Null where it is left out, and in a plan where the entry is not there yet.
    entry: Option<ID>,
    /// The fields that it changes, by their names in the entry; empty unless it is an update.
    changed: Vec<String>,
}

impl ImportRow {
    fn of(row: &RowOutcome, applied: bool) -> Self {
        let is_there = applied || row.outcome != Outcome::Create;
        Self {
            line: (row.line > 0).then(|| count(row.line)),
            outcome: row.outcome.into(),
            name: row.name.clone(),
            entry: row.entry.filter(|_| is_there).map(global_id),
            changed: row.changed.iter().map(|field| api_name(field)).collect(),
        }
    }
}

/// One thing that is worth knowing of a file. It quotes the file.
#[derive(SimpleObject)]
pub struct ImportProblem {
    /// The line, or of GeoJSON the number of the feature; null where it is of the whole file.
    line: Option<i32>,
    /// The column, as the file spells it; null where it is of none.
    column: Option<String>,
    /// What stands there, shortened; null where nothing is to be quoted.
    value: Option<String>,
    /// How much it costs.
    severity: ImportSeverity,
    /// What kind of problem it is, stable, for programs: docs/import.md lists them.
    code: String,
    /// What is wrong and what to do, in English.
    message: String,
    /// What a problem of this kind means, and what to do, in French.
    advice: Option<ImportAdvice>,
}

impl ImportProblem {
    fn of(problem: &Problem) -> Self {
        Self {
            line: problem.line.map(count),
            column: problem.column.clone(),
            value: problem.value.clone(),
            severity: problem.severity.into(),
            code: problem.code.to_owned(),
            message: problem.message.clone(),
            advice: advice(problem.code).map(ImportAdvice::of),
        }
    }
}

/// What a kind of problem means to a clerk, in French.
#[derive(SimpleObject)]
pub struct ImportAdvice {
    /// A few words.
    title: &'static str,
    /// What happened.
    meaning: &'static str,
    /// What whoever sent the file can do about it.
    cure: &'static str,
}

impl ImportAdvice {
    fn of(advice: &'static Advice) -> Self {
        Self { title: &advice.title, meaning: &advice.means, cure: &advice.cure }
    }
}

/// A kind of problem, with its first examples.
#[derive(Description)]
pub struct ImportProblemKind {
    severity: Severity,
    code: &'static str,
    count: i32,
    examples: Vec<Problem>,
}

#[Object(use_type_description)]
impl ImportProblemKind {
    /// How much it costs.
    async fn severity(&self) -> ImportSeverity {
        self.severity.into()
    }

    /// What kind it is, stable, for programs: docs/import.md lists them.
    async fn code(&self) -> &str {
        self.code
    }

    /// How often there is one.
    async fn count(&self) -> i32 {
        self.count
    }

    /// What it means, and what to do, in French.
    async fn advice(&self) -> Option<ImportAdvice> {
        advice(self.code).map(ImportAdvice::of)
    }

    /// The first of them; of one kind a hundred are kept.
    #[graphql(complexity = "usize::try_from(first).unwrap_or_default() / 10 + child_complexity")]
    #[expect(clippy::unused_async, reason = "every resolver is")]
    async fn examples(
        &self,
        #[graphql(desc = "So many, from 0 to 500.", default = 20)] first: i32,
    ) -> Result<Vec<ImportProblem>> {
        Ok(self.examples.iter().take(shown(first)?).map(ImportProblem::of).collect())
    }
}

/// Importing files.
#[derive(Default)]
pub struct ImportMutation;

#[Object]
impl ImportMutation {
    /// Imports a file of actors, interactions or calls, for administrators: what it says is published at once. First the plan
    /// is made, which writes nothing (`dryRun`, as it is unless you say otherwise); then exactly that plan is written, by its
    /// `digest`, in one transaction. What is wrong with a row leaves the row out; what is wrong with the file leaves all of it
    /// out. Refused with CONFLICT while another import runs.
    #[graphql(complexity = "COST + child_complexity")]
    async fn import_file(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The file.")] input: ImportFileInput,
    ) -> Option<Result<ImportReport>> {
        let mut found = Violations::default();
        let file = input.read(&mut found);
        let imported = Box::pin(ctx.app().import_file(ctx.caller(), file, found)).await;
        Some(imported.map(ImportReport).map_err(ApiError::from))
    }
}

/// How many are shown, within bounds.
fn shown(first: i32) -> Result<usize> {
    let is_right = (0..=MOST_SHOWN).contains(&first);
    let message = format!("is from 0 to {MOST_SHOWN}");
    match usize::try_from(first) {
        Ok(first) if is_right => Ok(first),
        _ => Err(Violations::one("first", ViolationCode::OutOfRange, message).into()),
    }
}

fn count(number: u64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
