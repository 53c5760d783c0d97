//! Text as XML takes it.

use std::fmt::{self, Display, Write};

/// Text in an element or between double quotes. Characters that XML does not know are left out.
pub(super) struct Escaped<'a>(pub &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '<' => out.write_str("&lt;")?,
                '>' => out.write_str("&gt;")?,
                '&' => out.write_str("&amp;")?,
                '"' => out.write_str("&quot;")?,
                // As they stand, an attribute would have spaces in their place.
                '\n' => out.write_str("&#10;")?,
                '\r' => out.write_str("&#13;")?,
                '\t' => out.write_str("&#9;")?,
                '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
                other => out.write_char(other)?,
            }
        }
        Ok(())
    }
}
