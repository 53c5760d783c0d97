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
