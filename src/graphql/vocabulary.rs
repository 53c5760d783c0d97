//! Themes and goals.

use async_graphql::{Description, Object};

use super::enums::Language;
use crate::domain::{sdgs, themes};

/// A subject that people work on, such as digital inclusion; two levels.
#[derive(Description)]
pub struct Theme(pub &'static themes::Theme);

#[Object(use_type_description)]
impl Theme {
    /// Its name for programs; never changes.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Its name for people.
    async fn label(
        &self,
        #[graphql(desc = "The language of the name.", default_with = "Language::Fr")] language: Language,
    ) -> &str {
        self.0.label(language.into())
    }

    /// The wider theme that it belongs to; null for the widest.
    async fn broader(&self) -> Option<Theme> {
        self.0.broader.as_deref().and_then(themes::find).map(Theme)
    }

    /// The themes within it; filters that ask for it find them too.
    async fn narrower(&self) -> Vec<Theme> {
        self.0.narrower().map(Theme).collect()
    }
}

/// The themes of an entry.
pub fn themes_of(slugs: &[String]) -> Vec<Theme> {
    slugs.iter().filter_map(|slug| themes::find(slug)).map(Theme).collect()
}

/// One of the seventeen Sustainable Development Goals (ODD).
#[derive(Description)]
pub struct SdgGoal(pub &'static sdgs::SdgGoal);

#[Object(use_type_description)]
impl SdgGoal {
    /// From 1 to 17.
    async fn number(&self) -> i32 {
        i32::from(self.0.number)
    }

    /// Its short title.
    async fn label(
        &self,
        #[graphql(desc = "The language of the title.", default_with = "Language::Fr")] language: Language,
    ) -> &str {
        self.0.label(language.into())
    }

    /// Its official colour, as `#RRGGBB`.
    async fn color(&self) -> &str {
        self.0.color
    }
}

/// The goals of an entry.
pub fn sdgs_of(numbers: &[i16]) -> Vec<SdgGoal> {
    numbers.iter().filter_map(|number| u8::try_from(*number).ok().and_then(sdgs::find)).map(SdgGoal).collect()
}
