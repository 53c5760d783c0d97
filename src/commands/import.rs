//! `maillage import`.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use maillage::app::App;
use maillage::app::imports::ImportRequest;
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
    let report_file = match &args.report {
        None => None,
        Some(path) => Some(std::fs::File::create(path).map_err(|error| {
            Failed::behind(
                format!("the report can't be written to {}; nothing was imported", path.display()),
                error,
            )
        })?),
    };
    let dry_run = args.dry_run;
    let (source, sheet) = (args.source, args.sheet);
    let request = ImportRequest {
        kind: args.kind.into(),
        files: args.files,
        mapping,
        source,
        sheet,
        overrides,
        dry_run,
    };
    let report = app.import(request).await.map_err(told)?;
    if let Some(mut file) = report_file {
        file.write_all(report.to_csv().as_bytes())?;
    }
    print(&format!("{}{}", if dry_run { "would import: " } else { "" }, report.summary()))?;
    Ok(if report.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn all(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
