//! The library: what to read about cooperation.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use url::Url;

use super::edit::Edit;
use super::error::{ViolationCode, Violations};
use super::ids::{LibraryResourceId, UserId};
use super::language::Language;
use super::{sdgs, text, themes};

/// The year of the oldest work: that of the first printed books.
const FIRST_YEAR: i32 = 1450;

/// Something to read.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct LibraryResource {
    pub id: LibraryResourceId,
    pub title: String,
    pub authors: Vec<String>,
    pub publisher: Option<String>,
    pub year: Option<i32>,
    pub url: Option<Url>,
    pub language: Language,
    pub themes: Vec<String>,
    pub sdgs: Vec<i16>,
    #[serde(rename = "abstract")]
    pub summary: Option<String>,
    /// Who may change it besides managers and administrators; null where that is nobody's any more. Told to nobody.
    #[serde(skip)]
    pub added_by: Option<UserId>,
    /// What its address was last found to be; no change of the entry.
    #[serde(skip)]
    pub address: AddressState,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What is known of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressState {
    /// When it was last asked; null where it never was.
    pub checked_at: Option<DateTime<Utc>>,
    /// Since when it does not answer as it should; null where it does.
    pub failing_since: Option<DateTime<Utc>>,
    /// What is wrong with it, in English; null where nothing is.
    pub problem: Option<String>,
}

/// What is said of a resource.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of LibraryResource")]
pub struct ResourceEdit {
    pub title: Edit<String>,
    pub authors: Edit<Vec<String>>,
    pub publisher: Edit<String>,
    pub year: Edit<i32>,
    pub url: Edit<Url>,
    pub language: Edit<Language>,
    pub themes: Edit<Vec<String>>,
    pub sdgs: Edit<Vec<i32>>,
    pub summary: Edit<String>,
}

impl LibraryResource {
    /// A new one, whose fields an edit fills.
    pub fn new(id: LibraryResourceId, added_by: Option<UserId>, now: DateTime<Utc>) -> Self {
        Self {
            id,
            title: String::new(),
            authors: Vec::new(),
            publisher: None,
            year: None,
            url: None,
            language: Language::Fr,
            themes: Vec::new(),
            sdgs: Vec::new(),
            summary: None,
            added_by,
            address: AddressState::default(),
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Writes an edit, on this day, or adds all that is wrong.
    pub fn edit(&mut self, edit: ResourceEdit, today: NaiveDate, found: &mut Violations) {
        text::required_text(edit.title, &mut self.title, "input.title", found);
        edit.authors.map(|given| text::tags("input.authors", &given, found)).apply_list(&mut self.authors);
        text::text_edit(edit.publisher, "input.publisher", text::NAME_CHARS, found)
            .apply(&mut self.publisher);
        let next = chrono::Datelike::year(&today) + 1;
        if edit.year.as_set().is_some_and(|year| !(FIRST_YEAR..=next).contains(year)) {
            let message = format!("is from {FIRST_YEAR} to {next}");
            found.add("input.year", ViolationCode::OutOfRange, message);
        }
        edit.year.apply(&mut self.year);
        let was = self.url.clone();
        edit.url.apply(&mut self.url);
        if self.url != was {
            // Nothing is known of another address.
            self.address = AddressState::default();
        }
        text::required(edit.language, &mut self.language, "input.language", found);
        edit.themes.map(|given| themes::parse("input.themes", given, found)).apply_list(&mut self.themes);
        edit.sdgs.map(|given| sdgs::parse("input.sdgs", &given, found)).apply_list(&mut self.sdgs);
        text::text_edit(edit.summary, "input.abstract", text::DESCRIPTION_CHARS, found)
            .apply(&mut self.summary);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn today() -> NaiveDate {
        "2026-11-22".parse().expect("a day")
    }

    fn resource() -> LibraryResource {
        LibraryResource::new(LibraryResourceId(Uuid::nil()), None, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn a_year_is_one_in_which_books_were_printed_and_no_far_future() {
        for (year, well) in [(1449, false), (1450, true), (2027, true), (2028, false), (-1, false)] {
            let mut found = Violations::default();
            let edit = ResourceEdit { year: Edit::Set(year), ..ResourceEdit::default() };
            resource().edit(edit, today(), &mut found);
            assert_eq!(found.0.is_empty(), well, "{year}");
        }
    }

    #[test]
    fn nothing_is_known_of_another_address() {
        let url = |text: &str| Url::parse(text).expect("an address");
        let mut resource = resource();
        resource.url = Some(url("https://example.org/a"));
        resource.address.checked_at = Some(DateTime::UNIX_EPOCH);
        let set = |text| ResourceEdit { url: Edit::Set(url(text)), ..ResourceEdit::default() };
        resource.edit(set("https://example.org/a"), today(), &mut Violations::default());
        assert!(resource.address.checked_at.is_some());
        resource.edit(set("https://example.org/b"), today(), &mut Violations::default());
        assert_eq!(resource.address, AddressState::default());
    }
}
