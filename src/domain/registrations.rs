//! How the official registers know an actor, and the check digits that they carry.

use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};

/// A register.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RegistrationScheme {
    /// Insee's number of a legal entity: nine digits.
    Siren,
    /// Insee's number of an establishment: the SIREN and five digits.
    Siret,
    /// The national register of associations: W and nine characters.
    Rna,
    /// The ministry of education's number of a school: seven digits and a letter.
    Uai,
    /// The register of health and social establishments: nine characters.
    Finess,
    /// Wikidata's item: Q and a number.
    Wikidata,
    /// Any other.
    Other,
}

/// An entry of a register, checked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Registration {
    /// The register.
    pub scheme: RegistrationScheme,
    /// The number, without spaces, in capitals.
    pub value: String,
}

impl Registration {
    /// Checks form and, for SIREN and SIRET, the check digit; an error says what is wrong.
    pub fn parse(scheme: RegistrationScheme, value: &str) -> Result<Self, String> {
        let value: String = match scheme {
            RegistrationScheme::Other => value.trim().to_owned(),
            _ => value
                .chars()
                .filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '.'))
                .collect::<String>()
                .to_uppercase(),
        };
        let complaint = match scheme {
            RegistrationScheme::Siren if !is_digits(&value, 9) => Some("a SIREN has nine digits"),
            RegistrationScheme::Siren if !luhn(&value) => {
                Some("the check digit of this SIREN is wrong: look for a typing error")
            }
            RegistrationScheme::Siret if !is_digits(&value, 14) => Some("a SIRET has fourteen digits"),
            RegistrationScheme::Siret if !(luhn(&value) || la_poste(&value)) => {
                Some("the check digit of this SIRET is wrong: look for a typing error")
            }
            RegistrationScheme::Rna if !is_rna(&value) => {
                Some("an RNA number is W and nine characters, as in W281000123")
            }
            RegistrationScheme::Uai if !is_uai(&value) => {
                Some("a UAI is seven digits and a letter, as in 0280015K")
            }
            RegistrationScheme::Finess if !is_finess(&value) => {
                Some("a FINESS number has nine digits (2A or 2B in Corsica)")
            }
            RegistrationScheme::Wikidata if !is_wikidata(&value) => {
                Some("a Wikidata item is Q and a number, as in Q193826")
            }
            RegistrationScheme::Other
                if value.is_empty() || value.chars().count() > 200 || value.contains(char::is_control) =>
            {
                Some("must have 1 to 200 characters and no control characters")
            }
            _ => None,
        };
        complaint.map_or_else(|| Ok(Self { scheme, value }), |complaint| Err(complaint.to_owned()))
    }
}

fn is_digits(value: &str, length: usize) -> bool {
    value.len() == length && value.bytes().all(|b| b.is_ascii_digit())
}

/// The sum of ISO/IEC 7812-1: every second digit from the right doubled, its digits added; a multiple of ten.
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0') << (place % 2);
            if digit > 9 { digit - 9 } else { digit }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// La Poste's establishments follow their own sum: that of the digits is a multiple of five (Insee, Sirene).
fn la_poste(siret: &str) -> bool {
    siret.starts_with("356000000")
        && siret.bytes().map(|b| u32::from(b - b'0')).sum::<u32>().is_multiple_of(5)
}

fn is_rna(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.len() == 10
        && bytes[0] == b'W'
        && bytes[1].is_ascii_digit()
        && bytes[2].is_ascii_alphanumeric()
        && bytes[3].is_ascii_alphanumeric()
        && bytes[4..].iter().all(u8::is_ascii_digit)
}

fn is_uai(value: &str) -> bool {
    value.len() == 8
        && value.is_ascii()
        && is_digits(&value[..7], 7)
        && value.as_bytes()[7].is_ascii_uppercase()
}

fn is_finess(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.len() == 9
        && bytes[0].is_ascii_digit()
        && (bytes[1].is_ascii_digit() || matches!(bytes[1], b'A' | b'B'))
        && bytes[2..].iter().all(u8::is_ascii_digit)
}

fn is_wikidata(value: &str) -> bool {
    value.strip_prefix('Q').is_some_and(|n| {
        (1..=12).contains(&n.len()) && !n.starts_with('0') && n.bytes().all(|b| b.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::RegistrationScheme::{Finess, Rna, Siren, Siret, Uai, Wikidata};
    use super::*;

    #[test]
    fn real_numbers_pass_and_a_typing_error_does_not() {
        let good = [
            (Siren, "212 801 344"),
            (Siret, "21280134400012"),
            (Siret, "35600000011996"),
            (Siret, "35600000000048"),
            (Rna, "W281000123"),
            (Rna, "W9R1001234"),
            (Uai, "0280015k"),
            (Finess, "2A0000012"),
            (Wikidata, "Q193826"),
        ];
        for (scheme, value) in good {
            assert!(Registration::parse(scheme, value).is_ok(), "{scheme} {value}");
        }
        let bad = [
            (Siren, "212801345"),
            (Siret, "2,43E+13"),
            (Siret, "35600000011997"),
            (Siret, "2128013440001"),
            (Rna, "281000123"),
            (Uai, "02800151"),
            (Uai, "028001é"),
            (Finess, "28000001"),
            (Wikidata, "Q0"),
        ];
        for (scheme, value) in bad {
            assert!(Registration::parse(scheme, value).is_err(), "{scheme} {value}");
        }
    }
}
