//! The languages that labels and works are in.

use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumString};

/// A language of labels and works.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, AsRefStr, Display, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Language {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

/// What people read, in each language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    fr: String,
    en: String,
}

impl Told {
    /// The same in French and in English.
    pub fn new(fr: impl Into<String>, en: impl Into<String>) -> Self {
        Self { fr: fr.into(), en: en.into() }
    }

    /// In one of them.
    pub fn as_told(&self, language: Language) -> &str {
        match language {
            Language::Fr => &self.fr,
            Language::En => &self.en,
        }
    }
}
