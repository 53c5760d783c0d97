//! `maillage import`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use crate::app::App;
use crate::app::imports::{ImportRequest, Progress, ReportOut, page_of_interruption};
use crate::ingest::{Kind, Mapping, Overrides, Problem};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

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
    /// Where to write a report: CSV, a line for each row and each thing worth saying; a page in French for a name that ends in
    /// `.html`. May be given again.
    #[arg(long, value_name = "FILE")]
    report: Vec<PathBuf>,
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
    let mut reports = Reports::create(&args.report)?;
    let bar = progress_bar();
    let shown = bar.clone();
    let request = ImportRequest {
        mapping,
        overrides,
        source: args.source,
        sheet: args.sheet,
        dry_run: args.dry_run,
        report: reports.sheet(),
        progress: Some(Box::new(move |progress| show(&shown, progress))),
        ..ImportRequest::new(args.kind.into(), args.files)
    };
    let report = app.import(request).await;
    bar.finish_and_clear();
    let report = match report {
        Ok(report) => report,
        Err(error) => {
            let failed = told(error);
            reports.write_pages(&page_of_interruption(&failed.to_string()))?;
            return Err(failed);
        }
    };
    let summary = format!("{}{}", if args.dry_run { "would import: " } else { "" }, report.summary());
    print(&summary)?;
    reports.write_pages(&report.page())?;
    Ok(if report.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Where reports go. They are opened before anything is written, so that no import is left without its report.
struct Reports {
    sheets: Vec<BufWriter<File>>,
    pages: Vec<(PathBuf, File)>,
}

impl Reports {
    fn create(paths: &[PathBuf]) -> Result<Self, Failed> {
        let mut reports = Self { sheets: Vec::new(), pages: Vec::new() };
        for path in paths {
            let file = create(path)?;
            if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("html")) {
                reports.pages.push((path.clone(), file));
            } else {
                reports.sheets.push(BufWriter::new(file));
            }
        }
        Ok(reports)
    }

    /// Where the sheet of every row goes, if anywhere.
    fn sheet(&mut self) -> Option<ReportOut> {
        let sheets = std::mem::take(&mut self.sheets);
        (!sheets.is_empty()).then(|| Box::new(Each(sheets)) as ReportOut)
    }

    fn write_pages(self, page: &str) -> Result<(), Failed> {
        for (path, mut file) in self.pages {
            file.write_all(page.as_bytes()).map_err(|error| {
                Failed::behind(format!("the report can't be written to {}", path.display()), error)
            })?;
        }
        Ok(())
    }
}

/// Writes the same to each.
struct Each(Vec<BufWriter<File>>);

impl Write for Each {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.iter_mut().try_for_each(|out| out.write_all(bytes))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.iter_mut().try_for_each(Write::flush)
    }
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
    bar.set_style(style("{spinner} {msg} [{elapsed}]"));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the template holds known words").progress_chars("=> ")
}

fn show(bar: &ProgressBar, progress: Progress) {
    if let Progress::Records { share: Some((read, total)), .. } = progress {
        if bar.length().is_none() {
            bar.set_length(total);
            bar.set_style(style("{spinner} [{bar:30}] {percent:>3} %, {msg} [{elapsed}]"));
        }
        bar.set_position(read);
    }
    bar.set_message(match progress {
        Progress::Waiting => "another import is running: waiting for its end".to_owned(),
        Progress::Records { count, .. } => format!("{count} entries"),
        Progress::Deriving => "bringing up to date what follows from them".to_owned(),
    });
}

fn all(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
