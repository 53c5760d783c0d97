//! The form of a target field's text, and how what producers write is brought into it.

use chrono::NaiveDate;

use super::text::{one_line, paragraphs};

/// What a target field holds, as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One line, HTML entities read and blanks single.
    Line,
    /// Paragraphs, cleaned likewise.
    Paragraphs,
    /// A word for a machine, blanks removed at its ends only: a kind, a theme's slug, a web address, a reference.
    Code,
    /// A code of digits of this length, whose first zero a spreadsheet may have eaten.
    Digits(usize),
    /// A whole number, `12 345`.
    Integer,
    /// A number with `.` before its decimals.
    Decimal,
    /// A day, `2026-01-31`.
    Day,
    /// The first day of a year, a month or a day.
    Start,
    /// The last day of a year, a month or a day.
    End,
}

/// A text in its form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Formed {
    /// The text.
    pub text: String,
    /// `YEAR`, `MONTH` or `DAY`, where the form is a start or an end.
    pub precision: Option<&'static str>,
    /// Code and message of a doubt.
    pub doubt: Option<(&'static str, String)>,
}

/// Code and message of a text that has no such form.
pub type Refusal = (&'static str, String);

impl Form {
    /// Brings a tidy text into this form.
    ///
    /// # Errors
    ///
    /// Where it is not of that form: what it was taken for and what to write.
    pub fn of(self, text: &str) -> Result<Formed, Refusal> {
        let plain = |text: String| Ok(Formed { text, ..Formed::default() });
        match self {
            Self::Line => plain(one_line(text)),
            Self::Paragraphs => plain(paragraphs(text)),
            Self::Code => plain(text.to_owned()),
            Self::Digits(length) => digits(text, length),
            Self::Integer => plain(integer(text)?),
            Self::Decimal => plain(decimal(text)?),
            Self::Day => match date(text)? {
                (day, _, Precision::Day) => plain(day.to_string()),
                _ => Err(("date", "a day is missing; write it as 2026-01-31 or 31/01/2026".to_owned())),
            },
            Self::Start => date(text).map(|(first, _, precision)| dated(first, precision)),
            Self::End => date(text).map(|(_, last, precision)| dated(last, precision)),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Precision {
    Year,
    Month,
    Day,
}

fn dated(day: NaiveDate, precision: Precision) -> Formed {
    let word = match precision {
        Precision::Year => "YEAR",
        Precision::Month => "MONTH",
        Precision::Day => "DAY",
    };
    Formed { text: day.to_string(), precision: Some(word), doubt: None }
}

/// First and last day of what the text says: `2026`, `2026-01`, `01/2026`, `2026-01-31` (a time behind it is dropped),
/// `31/01/2026`, `31-01-2026`, `31.01.2026`, `20260131`.
fn date(text: &str) -> Result<(NaiveDate, NaiveDate, Precision), Refusal> {
    let refused = || ("date", "not a date; write it as 2026-01-31 or 31/01/2026".to_owned());
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    let parts: Option<Vec<u32>> = day.split(['-', '/', '.']).map(|part| part.parse().ok()).collect();
    let lengths: Vec<usize> = day.split(['-', '/', '.']).map(str::len).collect();
    let (year, month, day) = match (parts.ok_or_else(refused)?.as_slice(), lengths.as_slice()) {
        ([year], [4]) => (*year, None, None),
        ([all], [8]) => (all / 10_000, Some(all / 100 % 100), Some(all % 100)),
        ([_], [5]) => {
            let message =
                "looks like a spreadsheet's number of days; format the column as a date and export again";
            return Err(("spreadsheet", message.to_owned()));
        }
        ([year, month], [4, _]) | ([month, year], [_, 4]) => (*year, Some(*month), None),
        ([year, month, day], [4, _, _]) | ([day, month, year], [_, _, 4]) => {
            (*year, Some(*month), Some(*day))
        }
        _ => return Err(refused()),
    };
    let first = NaiveDate::from_ymd_opt(
        i32::try_from(year).map_err(|_| refused())?,
        month.unwrap_or(1),
        day.unwrap_or(1),
    )
    .ok_or_else(refused)?;
    let (next, precision) = match (month, day) {
        (None, _) => (first.checked_add_months(chrono::Months::new(12)), Precision::Year),
        (Some(_), None) => (first.checked_add_months(chrono::Months::new(1)), Precision::Month),
        (Some(_), Some(_)) => (first.succ_opt(), Precision::Day),
    };
    let last = next.and_then(|next| next.pred_opt()).ok_or_else(refused)?;
    Ok((first, last, precision))
}

/// Without blanks of any kind and without a unit of money.
fn bare_number(text: &str) -> String {
    let bare: String =
        text.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '€' | '\'')).collect();
    bare.strip_suffix("EUR").map(str::to_owned).unwrap_or(bare)
}

/// French and English ways of writing: `1 234,50`, `1.234,50`, `1,234.50`, `1234.5`. With one mark only, it stands before the
/// decimals, unless it stands there twice.
fn decimal(text: &str) -> Result<String, Refusal> {
    let bare = bare_number(text);
    let (commas, points) = (bare.matches(',').count(), bare.matches('.').count());
    let normal = match (bare.rfind(','), bare.rfind('.')) {
        (Some(comma), Some(point)) if comma > point => bare.replace('.', "").replace(',', "."),
        (Some(_), None) if commas == 1 => bare.replace(',', "."),
        (Some(_), _) => bare.replace(',', ""),
        (None, _) if points > 1 => bare.replace('.', ""),
        (None, _) => bare,
    };
    let digits = normal.strip_prefix('-').unwrap_or(&normal);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if all_digits(whole) && all_digits(fraction) {
        return Ok(normal);
    }
    if is_scientific(&normal) {
        return tiny(&normal).ok_or_else(eaten);
    }
    Err(("number", "not a number; write it as 1234.50 or 1 234,50".to_owned()))
}

/// A whole number; a fraction of zeros is dropped, and a mark before three digits parts thousands.
fn integer(text: &str) -> Result<String, Refusal> {
    let bare = bare_number(text);
    let thousands = bare.rsplit_once([',', '.']).filter(|(_, last)| last.len() == 3);
    let normal = if thousands.is_some() { bare.replace([',', '.'], "") } else { decimal(text)? };
    let (whole, fraction) = normal.split_once('.').unwrap_or((&normal, ""));
    if fraction.bytes().all(|byte| byte == b'0') && whole.parse::<i64>().is_ok() {
        return Ok(whole.to_owned());
    }
    Err(("number", "not a whole number; write it as 1234".to_owned()))
}

/// Digits in groups (`212 801 344 00012`), with Excel's `.0` behind them or without their first zero. What is longer or has
/// letters (`2A004`) is left as it is.
fn digits(text: &str, length: usize) -> Result<Formed, Refusal> {
    let joined: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let joined = joined.strip_suffix(".0").unwrap_or(&joined);
    if is_scientific(&joined.replace(',', ".")) {
        return Err(eaten());
    }
    let is_short = joined.len() + 1 == length && joined.bytes().all(|byte| byte.is_ascii_digit());
    if !is_short {
        return Ok(Formed { text: joined.to_owned(), ..Formed::default() });
    }
    let message =
        format!("a first zero was added, since {length} digits are usual here; format the column as text");
    Ok(Formed { text: format!("0{joined}"), precision: None, doubt: Some(("leading-zero", message)) })
}

/// `2.12801E+13`.
pub(super) fn is_scientific(text: &str) -> bool {
    text.split_once(['e', 'E']).is_some_and(|(mantissa, exponent)| {
        mantissa.parse::<f64>().is_ok()
            && exponent.starts_with(['+', '-'])
            && exponent[1..].parse::<u8>().is_ok()
    })
}

/// `5.3e-05` in full, `0.000053`: with a negative exponent all digits are there.
fn tiny(scientific: &str) -> Option<String> {
    let number: f64 = scientific.parse().ok()?;
    (number.abs() < 1.0).then(|| number.to_string())
}

pub(super) fn eaten() -> Refusal {
    let message = "a spreadsheet turned this number into a rounded one and lost its digits; format the column as text and export again";
    ("spreadsheet", message.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(form: Form, text: &str) -> Result<String, &'static str> {
        form.of(text).map(|formed| formed.text).map_err(|(code, _)| code)
    }

    #[test]
    fn numbers_are_read_as_french_and_english_files_write_them() {
        for (written, read) in [
            ("22555.73", "22555.73"),
            ("1034710.0", "1034710.0"),
            ("1 234,50 €", "1234.50"),
            ("1\u{202f}234\u{a0}567", "1234567"),
            ("1.234,5", "1234.5"),
            ("1,234,567.5", "1234567.5"),
            ("1.234.567", "1234567"),
            ("-0,5", "-0.5"),
            ("5.3e-05", "0.000053"),
        ] {
            assert_eq!(text(Form::Decimal, written).as_deref(), Ok(read), "{written}");
        }
        for (written, read) in
            [("116 484", "116484"), ("12.345", "12345"), ("12,345", "12345"), ("2026.0", "2026")]
        {
            assert_eq!(text(Form::Integer, written).as_deref(), Ok(read), "{written}");
        }
        assert_eq!(text(Form::Decimal, "1.2E+06"), Err("spreadsheet"));
        for wrong in ["douze", "1..2,", "", "1.5"] {
            assert_eq!(text(Form::Integer, wrong), Err("number"), "{wrong}");
        }
    }

    #[test]
    fn dates_are_read_as_french_and_iso_files_write_them() {
        for written in [
            "31/12/2022",
            "2022-12-31",
            "31-12-2022",
            "31.12.2022",
            "20221231",
            "2022-12-31T10:00:00Z",
            "2022-12-31 10:00",
        ] {
            assert_eq!(text(Form::Day, written).as_deref(), Ok("2022-12-31"), "{written}");
        }
        for (wrong, code) in [
            ("31/02/2022", "date"),
            ("44927", "spreadsheet"),
            ("2022", "date"),
            ("31/12/22", "date"),
            ("bientôt", "date"),
        ] {
            assert_eq!(text(Form::Day, wrong), Err(code), "{wrong}");
        }
    }

    #[test]
    fn a_year_or_a_month_begins_on_its_first_day_and_ends_on_its_last() {
        let both = |written: &str| {
            let formed =
                |form: Form| form.of(written).map(|formed| (formed.text, formed.precision)).expect("a date");
            (formed(Form::Start), formed(Form::End))
        };
        let day = |text: &str, precision| (text.to_owned(), Some(precision));
        assert_eq!(both("2023"), (day("2023-01-01", "YEAR"), day("2023-12-31", "YEAR")));
        assert_eq!(both("02/2024"), (day("2024-02-01", "MONTH"), day("2024-02-29", "MONTH")));
        assert_eq!(both("2024-02-03"), (day("2024-02-03", "DAY"), day("2024-02-03", "DAY")));
    }

    #[test]
    fn registrations_that_a_spreadsheet_spoilt_are_mended_or_refused() {
        assert_eq!(text(Form::Digits(14), "212 801 344 00012").as_deref(), Ok("21280134400012"));
        assert_eq!(text(Form::Digits(9), "212801344.0").as_deref(), Ok("212801344"));
        assert_eq!(text(Form::Digits(5), "2A004").as_deref(), Ok("2A004"));
        assert_eq!(text(Form::Digits(14), "2,12801E+13"), Err("spreadsheet"));
        let short = Form::Digits(5).of("1400").expect("mended");
        assert_eq!((short.text.as_str(), short.doubt.map(|(code, _)| code)), ("01400", Some("leading-zero")));
    }
}
