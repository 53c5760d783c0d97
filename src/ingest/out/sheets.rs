//! A workbook: a sheet of actors, one of interactions, and one that says where all that comes from.

use std::io::Seek;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet};

use super::cells::{ACTOR, Cell, Column, INTERACTION, Type};
use super::{Rest, WriteError};
use crate::domain::exports::{ActorRow, Head, InteractionRow};

/// Most characters of a cell.
const CELL_CHARS: usize = 32_767;

/// The workbook in the making. Rows go to temporary files at once, whatever their number.
pub(super) struct Sheets {
    head: Head,
    book: Workbook,
    day: Format,
    instant: Format,
    actors: u32,
    interactions: u32,
}

impl Sheets {
    pub(super) fn new(head: Head) -> Result<Self, WriteError> {
        let mut book = Workbook::new();
        let properties = DocProperties::new()
            .set_title("Maillage")
            .set_comment(head.attribution())
            .set_creation_datetime(&ExcelDateTime::from_timestamp(head.made_at.timestamp())?);
        book.set_properties(&properties);
        let bold = Format::new().set_bold();
        header(book.add_worksheet_with_constant_memory()?, "Acteurs", &ACTOR, &bold)?;
        if head.is_network {
            header(book.add_worksheet_with_constant_memory()?, "Interactions", &INTERACTION, &bold)?;
        }
        let (day, instant) = ("yyyy-mm-dd", "yyyy-mm-dd hh:mm");
        let format = |form: &str| Format::new().set_num_format(form);
        Ok(Self { head, book, day: format(day), instant: format(instant), actors: 0, interactions: 0 })
    }

    pub(super) fn actor(&mut self, actor: &ActorRow) -> Result<(), WriteError> {
        self.actors += 1;
        let sheet = self.book.worksheet_from_index(0)?;
        row(sheet, self.actors, &ACTOR, actor, &self.day, &self.instant)
    }

    pub(super) fn interaction(&mut self, interaction: &InteractionRow) -> Result<(), WriteError> {
        self.interactions += 1;
        let sheet = self.book.worksheet_from_index(1)?;
        row(sheet, self.interactions, &INTERACTION, interaction, &self.day, &self.instant)
    }

    pub(super) fn finish(mut self) -> Result<Rest, WriteError> {
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_name("À propos")?;
        sheet.set_column_width(0, 24)?.set_column_width(1, 100)?;
        let bold = Format::new().set_bold();
        for (line, (what, value)) in (0..).zip(about(&self.head)) {
            sheet.write_string_with_format(line, 0, what, &bold)?;
            sheet.write_string(line, 1, short(&value))?;
        }
        let mut file = tempfile::tempfile()?;
        self.book.save_to_writer(&mut file)?;
        file.rewind()?;
        Ok(Box::new(file))
    }
}

/// What a file says of itself, in French: those who open it may never have met the service.
pub(super) fn about(head: &Head) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("Licence", format!("{} ({})", head.licence.name, head.licence.url)),
        ("Attribution", head.attribution()),
        ("Service", head.public.to_string()),
        ("Export du", head.made_at.format("%Y-%m-%d %H:%M UTC").to_string()),
    ];
    lines.extend(head.as_of.map(|day| ("Réseau au", day.to_string())));
    lines.push(("Demande", head.asked.clone()));
    lines
}

fn header<R>(
    sheet: &mut Worksheet,
    name: &str,
    columns: &[Column<R>],
    bold: &Format,
) -> Result<(), WriteError> {
    sheet.set_name(name)?.set_freeze_panes(1, 0)?;
    for (place, column) in (0..).zip(columns) {
        let width = match column.kind {
            _ if ["name", "source_name", "target_name", "description"].contains(&column.name) => 40.0,
            Type::Text | Type::Instant => 18.0,
            _ => 12.0,
        };
        sheet.set_column_width(place, width)?;
    }
    for (place, column) in (0..).zip(columns) {
        sheet.write_string_with_format(0, place, column.name, bold)?;
    }
    Ok(())
}

/// Texts are written as texts: no cell is a formula, and a SIRET keeps its digits.
fn row<R>(
    sheet: &mut Worksheet,
    line: u32,
    columns: &[Column<R>],
    row: &R,
    day: &Format,
    instant: &Format,
) -> Result<(), WriteError> {
    for (place, column) in (0..).zip(columns) {
        match (column.cell)(row) {
            Cell::Empty => continue,
            Cell::Text(text) => sheet.write_string(line, place, short(&text))?,
            Cell::Number(number) => sheet.write_number(line, place, number)?,
            Cell::Whole(number) => sheet.write_number(line, place, number as f64)?,
            Cell::Flag(flag) => sheet.write_boolean(line, place, flag)?,
            Cell::Day(date) => match excel(date.and_time(chrono::NaiveTime::MIN)) {
                Some(date) => sheet.write_datetime_with_format(line, place, &date, day)?,
                // Before 1900 there are no days in a sheet.
                None => sheet.write_string(line, place, date.to_string())?,
            },
            Cell::Instant(at) => match excel(at.naive_utc()) {
                Some(at) => sheet.write_datetime_with_format(line, place, &at, instant)?,
                None => sheet.write_string(line, place, at.to_rfc3339())?,
            },
        };
    }
    Ok(())
}

fn excel(at: chrono::NaiveDateTime) -> Option<ExcelDateTime> {
    let after_1900 = at.date() > chrono::NaiveDate::from_ymd_opt(1900, 3, 1)?;
    ExcelDateTime::from_timestamp(at.and_utc().timestamp()).ok().filter(|_| after_1900)
}

/// As much of a text as a cell holds; its characters are counted in UTF-16.
fn short(text: &str) -> &str {
    if text.len() <= CELL_CHARS {
        return text;
    }
    let mut held = 0;
    let end = text.char_indices().find(|(_, c)| {
        held += c.len_utf16();
        held > CELL_CHARS
    });
    end.map_or(text, |(end, _)| &text[..end])
}
