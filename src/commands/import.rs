//! `maillage import`.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use maillage::app::App;
use maillage::app::imports::{ImportRequest, Progress, ReportOut};
use maillage::ingest::{Kind, Mapping, Overrides, Problem};

use super::{Failed, print, told};

/// What to import.
#[derive(Args, Clone)]
pub struct ImportArgs {
    /// What the files' rows are.
    kind: ImportKind,
    /// CSV, GeoJSON or Excel (.xlsx) files, also gzipped; `.toml` files of entries in our own words.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// How columns are read (docs/import.md); without it they are found by their usual headings.
    #[arg(long)]
    mapping: Option<PathBuf>,
    /// Without a mapping: the name of the list that references are of (default: by the file's name).
    #[arg(long, value_name = "NAME", conflicts_with = "mapping")]
    source: Option<String>,
    /// Which sheet of a workbook is read (default: the first visible one with a table).
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Corrections to what the files say: source, reference, field, value, reason.
    #[arg(long)]
    overrides: Option<PathBuf>,
    /// Say what would be done, and do nothing.
    #[arg(long)]
    dry_run: bool,
    /// Where to write a report of every row, as CSV.
    #[arg(long)]
    report: Option<PathBuf>,
}

/// What rows are.
#[derive(Clone, Copy, ValueEnum)]
enum ImportKind {
    /// Perimeters.
    Territories,
    /// Organisations and groups.
    Actors,
    /// Links between two actors.
    Interactions,
    /// Calls for projects and standing aids.
    Calls,
}

impl From<ImportKind> for Kind {
    fn from(kind: ImportKind) -> Self {
        match kind {
            ImportKind::Territories => Self::Territories,
            ImportKind::Actors => Self::Actors,
            ImportKind::Interactions => Self::Interactions,
            ImportKind::Calls => Self::Calls,
        }
    }
}

/// Imports, and says what it did. Fails where a file could not be read.
pub async fn run(app: App, args: ImportArgs) -> Result<ExitCode, Failed> {
    let mapping = args.mapping.as_deref().map(Mapping::load).transpose()?;
    let overrides = match args.overrides.as_deref().map(Overrides::load) {
        None => Overrides::default(),
        Some(Ok(overrides)) => overrides,
        Some(Err(problems)) => return Err(all(&problems).into()),
    };
    // Opened before anything is written, so that no import is left without its report.
    let report = args.report.as_deref().map(create).transpose()?;
    let bar = progress_bar();
    let shown = bar.clone();
    let request = ImportRequest {
        mapping,
        overrides,
        source: args.source,
        sheet: args.sheet,
        dry_run: args.dry_run,
        report: report.map(|file| Box::new(BufWriter::new(file)) as ReportOut),
        progress: Some(Box::new(move |progress| show(&shown, progress))),
        ..ImportRequest::new(args.kind.into(), args.files)
    };
    let report = app.import(request).await;
    bar.finish_and_clear();
    let report = report.map_err(told)?;
    print(&format!("{}{}", if args.dry_run { "would import: " } else { "" }, report.summary()))?;
    Ok(if report.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn create(path: &Path) -> Result<File, Failed> {
    File::create(path).map_err(|error| {
        let sentence = format!("the report can't be written to {}; nothing was imported", path.display());
        Failed::behind(sentence, error)
    })
}

/// Shows itself on a terminal alone, on standard error.
fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::no_length();
    let style = ProgressStyle::with_template("{spinner} {msg} [{elapsed}]");
    bar.set_style(style.expect("the template holds known words"));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_message(match progress {
        Progress::Waiting => "another import is running: waiting for its end".to_owned(),
        Progress::Records(count) => format!("{count} entries"),
        Progress::Deriving => "bringing up to date what follows from them".to_owned(),
    });
}

fn all(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
