//! An .xlsx workbook, a line of its sheet at a time.
//!
//! The workbook is read on a thread of its own: the reader of its cells borrows the workbook, and a panic over a hostile
//! one stays there. Only the workbook's texts are in memory, not its cells.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use zip::ZipArchive;

use super::bounds::{Bounds, in_words};
use super::input::io_problem;
use super::problem::Problem;
use super::row::MAX_COLUMNS;

/// Lines that wait between the two threads.
const WAITING_LINES: usize = 64;
/// Lines that are looked at to find a table and its header.
const SAMPLE_LINES: usize = 40;

/// What a cell says.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// A text, or anything else as text.
    Text(String),
    /// A formula's error, `#REF!`.
    Error(String),
}

/// A line of a sheet that has something in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    /// As the sheet counts, from 1.
    pub number: u64,
    /// Column from 0, and what stands there.
    pub cells: Vec<(usize, Said)>,
}

/// Which sheet is read.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// Its name.
    pub taken: String,
    /// The others.
    pub left: Vec<String>,
    /// Which of its lines is the header, of those that have something in them, from 0.
    pub header: usize,
}

/// The lines of a workbook's sheet.
pub struct Workbook {
    /// The sheet.
    pub chosen: Chosen,
    lines: Receiver<Result<Line, Problem>>,
    worker: Option<thread::JoinHandle<()>>,
}

impl Workbook {
    /// Unpacks what `reader` yields as far as needed and finds the sheet: the one named, else the first visible one with a table.
    ///
    /// # Errors
    ///
    /// Where it is no workbook that can be read, with what to do.
    pub fn open(reader: impl Read, sheet: Option<&str>, bounds: &Bounds) -> Result<Self, Problem> {
        let file = spooled(reader, bounds.packed_bytes)?;
        let bounds = *bounds;
        let (choice, chosen) = sync_channel(1);
        let (sender, lines) = sync_channel(WAITING_LINES);
        let wanted = sheet.map(str::to_owned);
        let work = move || serve(file, wanted.as_deref(), &bounds, &choice, &sender);
        let worker = thread::Builder::new()
            .name("workbook".to_owned())
            .spawn(work)
            .map_err(|error| io_problem(&error))?;
        let chosen = chosen.recv().unwrap_or_else(|_| Err(damaged("its reader stopped")))?;
        Ok(Self { chosen, lines, worker: Some(worker) })
    }

    /// The next line that has something in it; `None` at the end.
    pub fn next_line(&mut self) -> Option<Result<Line, Problem>> {
        if let Ok(line) = self.lines.recv() {
            return Some(line);
        }
        // The worker has ended: in peace, or by a panic over the file.
        let panicked = self.worker.take()?.join().is_err();
        panicked.then(|| Err(damaged("its reader stopped")))
    }
}

/// A copy on disk, since a workbook is not read from its beginning to its end.
fn spooled(reader: impl Read, most_bytes: u64) -> Result<File, Problem> {
    let mut file = tempfile::tempfile().map_err(|error| io_problem(&error))?;
    let copied = io::copy(&mut reader.take(most_bytes + 1), &mut file).map_err(|e| io_problem(&e))?;
    if copied > most_bytes {
        return Err(too_large(&format!("a workbook of more than {}", in_words(most_bytes))));
    }
    file.flush().and_then(|()| file.rewind()).map_err(|error| io_problem(&error))?;
    Ok(file)
}

fn serve(
    file: File,
    wanted: Option<&str>,
    bounds: &Bounds,
    choice: &SyncSender<Result<Chosen, Problem>>,
    sender: &SyncSender<Result<Line, Problem>>,
) {
    let opened = checked(&file, bounds).and_then(|()| {
        Xlsx::new(BufReader::new(file)).map_err(|error| refused(&error)).and_then(|mut workbook| {
            let chosen = choose(&mut workbook, wanted)?;
            Ok((workbook, chosen))
        })
    });
    let (mut workbook, chosen) = match opened {
        Ok(opened) => opened,
        Err(problem) => {
            // Whoever asked is waiting; if not, nobody wants to know.
            let _ = choice.send(Err(problem));
            return;
        }
    };
    let name = chosen.taken.clone();
    if choice.send(Ok(chosen)).is_err() {
        return;
    }
    let result = each_line(&mut workbook, &name, |line| sender.send(Ok(line)).is_ok());
    if let Err(problem) = result {
        let _ = sender.send(Err(problem));
    }
}

/// Refuses archives that are no workbook or unpack to too much, by unpacking them: what an archive says of its sizes may be wrong.
fn checked(file: &File, bounds: &Bounds) -> Result<(), Problem> {
    let mut magic = [0; 4];
    let mut reader = BufReader::new(file);
    reader.read_exact(&mut magic).and_then(|()| reader.rewind()).map_err(|error| io_problem(&error))?;
    if &magic != b"PK\x03\x04" {
        return Err(old_or_locked(&mut reader, bounds.packed_bytes));
    }
    let mut archive = ZipArchive::new(reader).map_err(|error| damaged(&error.to_string()))?;
    let names: Vec<String> = archive.file_names().flatten().map(Cow::into_owned).collect();
    let has = |name: &str| names.iter().any(|other| other.eq_ignore_ascii_case(name));
    if !has("xl/workbook.xml") {
        let what = if has("content.xml") || has("mimetype") {
            "an OpenDocument file (.ods); in LibreOffice: File, Save as, Excel 2007-365 (.xlsx), or CSV UTF-8"
        } else if has("xl/workbook.bin") {
            "a binary workbook (.xlsb); save it as .xlsx"
        } else if has("word/document.xml") {
            "a Word document; copy its table into a sheet and save that as .xlsx"
        } else {
            "a .zip that is no workbook; unzip it"
        };
        return Err(Problem::error("format", format!("this is {what}")));
    }
    let (mut all, mut held) = (0, 0);
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|error| damaged(&error.to_string()))?;
        let name = entry.name().map_err(|error| damaged(&error.to_string()))?;
        let is_sheet = name.to_ascii_lowercase().starts_with("xl/worksheets/");
        let room = bounds.unpacked_bytes - all + 1;
        let size = io::copy(&mut entry.take(room), &mut io::sink()).map_err(|e| damaged(&e.to_string()))?;
        all += size;
        held += if is_sheet { 0 } else { size };
        if all > bounds.unpacked_bytes || held > bounds.held_bytes {
            return Err(too_large(&format!(
                "a workbook that unpacks to more than {}, or to texts of more than {}",
                in_words(bounds.unpacked_bytes),
                in_words(bounds.held_bytes)
            )));
        }
    }
    Ok(())
}

/// The older container, in which .xls files and locked .xlsx files come.
fn old_or_locked(reader: &mut (impl Read + Seek), most_bytes: u64) -> Problem {
    let mut text = Vec::new();
    let locked: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    // A directory of the container is in its first or its last sectors; files this small are read whole.
    let _ = reader.take(most_bytes).read_to_end(&mut text);
    if text.windows(locked.len()).any(|window| window == locked) {
        return Problem::error(
            "locked",
            "the workbook is locked by a password; in Excel: File, Information, Protect workbook, remove the \
             password, and save it",
        );
    }
    Problem::error(
        "format",
        "this is an old spreadsheet (.xls); open it and save it as an Excel workbook (.xlsx) or as CSV UTF-8",
    )
}

type Opened = Xlsx<BufReader<File>>;

/// The sheet to read, and where its header is.
fn choose(workbook: &mut Opened, wanted: Option<&str>) -> Result<Chosen, Problem> {
    let sheets: Vec<_> = workbook.sheets_metadata().to_vec();
    let names: Vec<String> = sheets.iter().map(|sheet| sheet.name.clone()).collect();
    let others = |taken: &str| names.iter().filter(|name| *name != taken).cloned().collect();
    if let Some(wanted) = wanted {
        let wanted = wanted.trim();
        let Some(name) = names.iter().find(|name| name.trim().eq_ignore_ascii_case(wanted)) else {
            let message = format!("the workbook has no sheet {wanted:?}; it has: {}", names.join(", "));
            return Err(Problem::error("no-sheet", message));
        };
        let widths = widths(workbook, name)?;
        if widths.is_empty() {
            return Err(Problem::error("empty-file", format!("the sheet {name:?} is empty")));
        }
        return Ok(Chosen { taken: name.clone(), left: others(name), header: header_of(&widths) });
    }
    let mut narrow = None;
    for sheet in &sheets {
        if sheet.visible != SheetVisible::Visible || sheet.typ != SheetType::WorkSheet {
            continue;
        }
        let widths = widths(workbook, &sheet.name)?;
        let widest = widths.iter().max().copied().unwrap_or(0);
        let chosen =
            || Chosen { taken: sheet.name.clone(), left: others(&sheet.name), header: header_of(&widths) };
        if widest > 1 {
            return Ok(chosen());
        }
        if widest == 1 && narrow.is_none() {
            narrow = Some(chosen());
        }
    }
    narrow.ok_or_else(|| {
        Problem::error(
            "empty-file",
            "no visible sheet of the workbook has a table; was the right file saved?",
        )
    })
}

/// How many cells of each of the first lines say something.
fn widths(workbook: &mut Opened, name: &str) -> Result<Vec<usize>, Problem> {
    let mut widths = Vec::new();
    each_line(workbook, name, |line| {
        widths.push(line.cells.len());
        widths.len() < SAMPLE_LINES
    })?;
    Ok(widths)
}

/// The first line that is nearly as wide as the widest: titles above a table have a cell or two.
fn header_of(widths: &[usize]) -> usize {
    let widest = widths.iter().max().copied().unwrap_or(0);
    widths.iter().position(|width| width * 10 >= widest * 7).unwrap_or(0)
}

/// Hands on every line that says something, until told to stop.
fn each_line(workbook: &mut Opened, name: &str, mut take: impl FnMut(Line) -> bool) -> Result<(), Problem> {
    let mut reader = workbook.worksheet_cells_reader(name).map_err(|error| refused(&error))?;
    let mut line = Line::default();
    while let Some(cell) = reader.next_cell().map_err(|error| refused(&error))? {
        let ((row, column), said) = (cell.get_position(), said(cell.get_value()));
        let number = u64::from(row) + 1;
        if number != line.number {
            let whole = std::mem::replace(&mut line, Line { number, cells: Vec::new() });
            if !whole.cells.is_empty() && !take(whole) {
                return Ok(());
            }
        }
        let column = column as usize;
        // One more than may be, so that whoever reads the header can tell.
        if let Some(said) = said.filter(|_| column <= MAX_COLUMNS) {
            line.cells.push((column, said));
        }
    }
    if !line.cells.is_empty() {
        take(line);
    }
    Ok(())
}

/// A cell as text: days as ISO, whole numbers without decimals.
fn said(value: &DataRef<'_>) -> Option<Said> {
    let text = match value {
        DataRef::Empty => return None,
        DataRef::Error(error) => return Some(Said::Error(error.to_string())),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(time) => time_text(time),
    };
    (!text.trim().is_empty()).then_some(Said::Text(text))
}

/// With the 15 digits that a spreadsheet keeps and shows; never as `2.1E+13`.
fn number_text(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() }
}

fn time_text(time: &ExcelDateTime) -> String {
    if !time.is_datetime() {
        return number_text(time.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    match (time.as_f64() < 1.0, clock.as_str()) {
        (true, _) => clock,
        (false, "00:00:00") => format!("{year:04}-{month:02}-{day:02}"),
        (false, _) => format!("{year:04}-{month:02}-{day:02}T{clock}"),
    }
}

fn refused(error: &XlsxError) -> Problem {
    damaged(&error.to_string())
}

fn damaged(how: &str) -> Problem {
    let message = format!(
        "the workbook is damaged ({how}); open it in a spreadsheet, save it again, or export the sheet as CSV UTF-8"
    );
    Problem::error("damaged", message)
}

fn too_large(what: &str) -> Problem {
    Problem::error("too-large", format!("this is {what}; export the sheet as CSV UTF-8, or split it"))
}
