//! Good practices: what worked, told so that others can take it up.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::edit::Edit;
use super::error::{ViolationCode, Violations};
use super::ids::{ActorId, GoodPracticeId, LibraryResourceId, TerritoryId};
use super::publication::Publication;
use super::{sdgs, text, themes};

/// What worked somewhere.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct GoodPractice {
    pub id: GoodPracticeId,
    pub slug: String,
    pub title: String,
    pub summary: String,
    pub story: Option<String>,
    pub themes: Vec<String>,
    pub sdgs: Vec<i16>,
    pub audiences: Vec<String>,
    #[serde(flatten)]
    pub publication: Publication,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What belongs to a practice and is read only where it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PracticeSets {
    /// Whose practice it is, in order.
    pub actors: Vec<ActorId>,
    /// Where it takes place.
    pub territories: Vec<TerritoryId>,
    /// What to read about it, in order.
    pub resources: Vec<LibraryResourceId>,
}

/// What a creation or an update says of a practice; territories are already found.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of GoodPractice and PracticeSets")]
pub struct PracticeEdit {
    pub title: Edit<String>,
    pub summary: Edit<String>,
    pub story: Edit<String>,
    pub actors: Edit<Vec<ActorId>>,
    pub territories: Edit<Vec<TerritoryId>>,
    pub themes: Edit<Vec<String>>,
    pub sdgs: Edit<Vec<i32>>,
    pub audiences: Edit<Vec<String>>,
    pub resources: Edit<Vec<LibraryResourceId>>,
}

impl GoodPractice {
    /// A new draft, whose fields an edit fills.
    pub fn new(id: GoodPracticeId, now: DateTime<Utc>) -> Self {
        Self {
            id,
            slug: String::new(),
            title: String::new(),
            summary: String::new(),
            story: None,
            themes: Vec::new(),
            sdgs: Vec::new(),
            audiences: Vec::new(),
            publication: Publication::DRAFT,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Writes an edit to the practice and what belongs to it, or adds all that is wrong.
    pub fn edit(&mut self, sets: &mut PracticeSets, edit: PracticeEdit, found: &mut Violations) {
        text::required_text(edit.title, &mut self.title, "input.title", found);
        match text::text_edit(edit.summary, "input.summary", text::DESCRIPTION_CHARS, found) {
            Edit::Keep => {}
            Edit::Clear => found.add("input.summary", ViolationCode::Required, "must not be empty"),
            Edit::Set(summary) => self.summary = summary,
        }
        text::text_edit(edit.story, "input.story", text::DESCRIPTION_CHARS, found).apply(&mut self.story);
        edit.themes.map(|given| themes::parse("input.themes", given, found)).apply_list(&mut self.themes);
        edit.sdgs.map(|given| sdgs::parse("input.sdgs", &given, found)).apply_list(&mut self.sdgs);
        edit.audiences
            .map(|given| text::tags("input.audiences", &given, found))
            .apply_list(&mut self.audiences);
        edit.actors.map(once).apply_list(&mut sets.actors);
        edit.territories.apply_list(&mut sets.territories);
        sets.territories.sort_unstable();
        sets.territories.dedup();
        edit.resources.map(once).apply_list(&mut sets.resources);
    }
}

impl PracticeSets {
    /// Puts one actor in the place of another that it took over.
    pub fn replace(&mut self, merged: ActorId, kept: ActorId) {
        let put = |actor| if actor == merged { kept } else { actor };
        self.actors = once(std::mem::take(&mut self.actors).into_iter().map(put).collect());
    }
}

/// Each once, in the given order.
fn once<T: PartialEq>(given: Vec<T>) -> Vec<T> {
    let mut kept = Vec::with_capacity(given.len());
    for one in given {
        if !kept.contains(&one) {
            kept.push(one);
        }
    }
    kept
}

/// How a client names a practice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoodPracticeRef {
    /// By its id.
    Id(GoodPracticeId),
    /// By its part of an address.
    Slug(String),
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn practice() -> GoodPractice {
        GoodPractice::new(GoodPracticeId(Uuid::nil()), DateTime::UNIX_EPOCH)
    }

    fn actor(n: u128) -> ActorId {
        ActorId(Uuid::from_u128(n))
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let edit = PracticeEdit {
            title: Edit::Set("deux\nlignes".to_owned()),
            summary: Edit::Set("  ".to_owned()),
            story: Edit::Set("a\u{202e}b".to_owned()),
            themes: Edit::Set(vec!["nothing".to_owned()]),
            sdgs: Edit::Set(vec![4, 0]),
            audiences: Edit::Set(vec!["\u{7}".to_owned()]),
            ..PracticeEdit::default()
        };
        let mut found = Violations::default();
        practice().edit(&mut PracticeSets::default(), edit, &mut found);
        let paths: Vec<_> = found.0.iter().map(|violation| violation.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "input.title",
                "input.summary",
                "input.story",
                "input.themes[0]",
                "input.sdgs[1]",
                "input.audiences[0]"
            ]
        );
    }

    #[test]
    fn an_actor_is_named_once_and_the_survivor_of_a_merger_too() {
        let (mut practice, mut sets, mut found) =
            (practice(), PracticeSets::default(), Violations::default());
        let edit = PracticeEdit {
            actors: Edit::Set(vec![actor(3), actor(1), actor(3), actor(2)]),
            ..PracticeEdit::default()
        };
        practice.edit(&mut sets, edit, &mut found);
        assert_eq!(sets.actors, [actor(3), actor(1), actor(2)]);
        sets.replace(actor(2), actor(3));
        assert_eq!(sets.actors, [actor(3), actor(1)]);
        sets.replace(actor(3), actor(4));
        assert_eq!(sets.actors, [actor(4), actor(1)]);
    }
}
