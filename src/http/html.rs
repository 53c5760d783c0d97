//! What printable pages have in common: text and days as they stand in HTML.

use std::fmt::{self, Display, Write};

use chrono::{Datelike, NaiveDate};

use crate::domain::language::Language;

/// A page brings its style along, and nothing else.
pub const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// Text as it stands in HTML.
pub struct Text<'a>(pub &'a str);

impl Display for Text<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '<' => out.write_str("&lt;")?,
                '>' => out.write_str("&gt;")?,
                '&' => out.write_str("&amp;")?,
                '"' => out.write_str("&quot;")?,
                '\'' => out.write_str("&#39;")?,
                other => out.write_char(other)?,
            }
        }
        Ok(())
    }
}

/// Text as it stands between quotes in a style, whatever it holds.
pub struct StyleText<'a>(pub &'a str);

impl Display for StyleText<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if c.is_alphanumeric() || c == ' ' {
                out.write_char(c)?;
            } else {
                write!(out, "\\{:x} ", u32::from(c))?;
            }
        }
        Ok(())
    }
}

/// A day as people write it.
pub struct Day(pub NaiveDate, pub Language);

impl Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            Language::Fr => {
                let first = if self.0.day() == 1 { "er" } else { "" };
                write!(out, "{}{first} {}", self.0.day(), Month(self.0, self.1))
            }
            Language::En => write!(out, "{}", self.0.format("%-d %B %Y")),
        }
    }
}

/// A month as people write it.
pub struct Month(pub NaiveDate, pub Language);

impl Display for Month {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            Language::Fr => write!(out, "{} {}", MONTHS[self.0.month0() as usize], self.0.year()),
            Language::En => write!(out, "{}", self.0.format("%B %Y")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_never_comes_through() {
        assert_eq!(Text("<script>'\"&").to_string(), "&lt;script&gt;&#39;&quot;&amp;");
        assert_eq!(StyleText("a \"}</style>\n").to_string(), "a \\22 \\7d \\3c \\2f style\\3e \\a ");
    }

    #[test]
    fn days_are_written_as_people_do() {
        let day = NaiveDate::from_ymd_opt(2019, 6, 1).expect("a day");
        assert_eq!(Day(day, Language::Fr).to_string(), "1er juin 2019");
        assert_eq!(Day(day, Language::En).to_string(), "1 June 2019");
        assert_eq!(Month(day, Language::Fr).to_string(), "juin 2019");
    }
}
