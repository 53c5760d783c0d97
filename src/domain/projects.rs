//! Projects: what actors do together, each where goals meet cross-cutting dynamics.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};

use super::edit::Edit;
use super::error::{ViolationCode, Violations};
use super::ids::{ActorId, CollectiveId, OrientationId, ProjectId, TerritoryId};
use super::publication::Publication;
use super::search_text::SearchText;
use super::territories::TerritoryScope;
use super::{sdgs, text, themes};

/// What runs across all goals: the columns of the matrix, in their order.
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
#[expect(missing_docs, reason = "the schema describes each")]
pub enum Dynamic {
    InclusiveSociety,
    PowerToAct,
    Cooperation,
}

/// What an actor does, alone or with partners.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct Project {
    pub id: ProjectId,
    pub slug: String,
    pub title: String,
    pub summary: Option<String>,
    pub lead: ActorId,
    pub collective: Option<CollectiveId>,
    pub themes: Vec<String>,
    pub primary_sdg: Option<i16>,
    /// All that it serves, the first one too.
    pub sdgs: Vec<i16>,
    pub dynamics: Vec<Dynamic>,
    pub audiences: Vec<String>,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    #[serde(flatten)]
    pub publication: Publication,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What belongs to a project and is read only where it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ProjectSets {
    /// Who carries it with the lead, in order.
    pub partners: Vec<ActorId>,
    /// Where it takes place.
    pub territories: Vec<TerritoryId>,
    /// The orientations that it serves.
    pub orientations: Vec<OrientationId>,
}

/// What a creation or an update says of a project; territories are already found.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of Project and ProjectSets")]
pub struct ProjectEdit {
    pub title: Edit<String>,
    pub summary: Edit<String>,
    pub lead: Edit<ActorId>,
    pub partners: Edit<Vec<ActorId>>,
    pub collective: Edit<CollectiveId>,
    pub territories: Edit<Vec<TerritoryId>>,
    pub orientations: Edit<Vec<OrientationId>>,
    pub themes: Edit<Vec<String>>,
    pub primary_sdg: Edit<i32>,
    pub sdgs: Edit<Vec<i32>>,
    pub dynamics: Edit<Vec<Dynamic>>,
    pub audiences: Edit<Vec<String>>,
    pub starts_on: Edit<NaiveDate>,
    pub ends_on: Edit<NaiveDate>,
}

impl Project {
    /// A new draft of this lead, whose fields an edit fills.
    pub fn new(id: ProjectId, lead: ActorId, now: DateTime<Utc>) -> Self {
        Self {
            id,
            slug: String::new(),
            title: String::new(),
            summary: None,
            lead,
            collective: None,
            themes: Vec::new(),
            primary_sdg: None,
            sdgs: Vec::new(),
            dynamics: Vec::new(),
            audiences: Vec::new(),
            starts_on: None,
            ends_on: None,
            publication: Publication::DRAFT,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Writes an edit to the project and what belongs to it, or adds all that is wrong.
    pub fn edit(&mut self, sets: &mut ProjectSets, edit: ProjectEdit, found: &mut Violations) {
        text::required_text(edit.title, &mut self.title, "input.title", found);
        text::text_edit(edit.summary, "input.summary", text::DESCRIPTION_CHARS, found)
            .apply(&mut self.summary);
        text::required(edit.lead, &mut self.lead, "input.lead", found);
        edit.collective.apply(&mut self.collective);
        edit.themes.map(|given| themes::parse("input.themes", given, found)).apply_list(&mut self.themes);
        self.edit_goals(edit.primary_sdg, edit.sdgs, found);
        edit.dynamics.apply_list(&mut self.dynamics);
        self.dynamics.sort_unstable();
        self.dynamics.dedup();
        edit.audiences
            .map(|given| text::tags("input.audiences", &given, found))
            .apply_list(&mut self.audiences);
        edit.starts_on.apply(&mut self.starts_on);
        edit.ends_on.apply(&mut self.ends_on);
        if self.starts_on.zip(self.ends_on).is_some_and(|(starts, ends)| ends < starts) {
            found.add("input.endsOn", ViolationCode::Inconsistent, "is before startsOn");
        }
        edit.partners.apply_list(&mut sets.partners);
        sets.keep_partners(self.lead);
        edit.territories.apply_list(&mut sets.territories);
        sets.territories.sort_unstable();
        sets.territories.dedup();
        edit.orientations.apply_list(&mut sets.orientations);
        sets.orientations.sort_unstable();
        sets.orientations.dedup();
    }

    /// The first goal is one of all. One that is no longer the first stays among them, unless the list is given anew.
    fn edit_goals(&mut self, primary: Edit<i32>, all: Edit<Vec<i32>>, found: &mut Violations) {
        all.map(|given| sdgs::parse("input.sdgs", &given, found)).apply_list(&mut self.sdgs);
        match primary.map(|number| u8::try_from(number).ok().and_then(sdgs::find)) {
            Edit::Keep => {}
            Edit::Clear => self.primary_sdg = None,
            Edit::Set(Some(goal)) => self.primary_sdg = Some(i16::from(goal.number)),
            Edit::Set(None) => {
                found.add("input.primarySdg", ViolationCode::OutOfRange, "goals are numbered from 1 to 17");
            }
        }
        self.sdgs.extend(self.primary_sdg);
        self.sdgs.sort_unstable();
        self.sdgs.dedup();
    }

    /// Puts one actor in the place of another that it took over.
    pub fn replace(&mut self, sets: &mut ProjectSets, merged: ActorId, kept: ActorId) {
        for actor in sets.partners.iter_mut().chain([&mut self.lead]) {
            if *actor == merged {
                *actor = kept;
            }
        }
        sets.keep_partners(self.lead);
    }
}

impl ProjectSets {
    /// Each partner once, and the lead is none.
    fn keep_partners(&mut self, lead: ActorId) {
        let mut kept = Vec::with_capacity(self.partners.len());
        for actor in std::mem::take(&mut self.partners) {
            if actor != lead && !kept.contains(&actor) {
                kept.push(actor);
            }
        }
        self.partners = kept;
    }
}

/// How a client names a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectRef {
    /// By its id.
    Id(ProjectId),
    /// By its part of an address.
    Slug(String),
}

/// Which projects to list. Everything given must hold; an empty list asks nothing.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct ProjectFilter {
    pub text: Option<SearchText>,
    pub themes: Vec<String>,
    pub sdgs: Vec<i16>,
    pub dynamics: Vec<Dynamic>,
    pub territory: Option<TerritoryScope>,
    pub actor: Option<ActorId>,
}

/// A cell of the matrix: a goal, and a dynamic.
pub type Cell = (i16, Dynamic);

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn actor(n: u128) -> ActorId {
        ActorId(Uuid::from_u128(n))
    }

    fn project() -> Project {
        Project::new(ProjectId(Uuid::nil()), actor(1), DateTime::UNIX_EPOCH)
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 3, day).expect("a day");
        let edit = ProjectEdit {
            title: Edit::Set(" ".to_owned()),
            lead: Edit::Clear,
            themes: Edit::Set(vec!["nothing".to_owned()]),
            primary_sdg: Edit::Set(0),
            sdgs: Edit::Set(vec![4, 18]),
            starts_on: Edit::Set(day(2)),
            ends_on: Edit::Set(day(1)),
            ..ProjectEdit::default()
        };
        let mut found = Violations::default();
        project().edit(&mut ProjectSets::default(), edit, &mut found);
        let paths: Vec<_> = found.0.iter().map(|violation| violation.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "input.title",
                "input.lead",
                "input.themes[0]",
                "input.sdgs[1]",
                "input.primarySdg",
                "input.endsOn"
            ]
        );
    }

    #[test]
    fn the_first_goal_is_one_of_all() {
        let (mut project, mut sets, mut found) = (project(), ProjectSets::default(), Violations::default());
        let edit = ProjectEdit {
            primary_sdg: Edit::Set(10),
            sdgs: Edit::Set(vec![4]),
            dynamics: Edit::Set(vec![Dynamic::Cooperation, Dynamic::PowerToAct, Dynamic::Cooperation]),
            ..ProjectEdit::default()
        };
        project.edit(&mut sets, edit, &mut found);
        assert_eq!((project.primary_sdg, project.sdgs.as_slice()), (Some(10), [4, 10].as_slice()));
        assert_eq!(project.dynamics, [Dynamic::PowerToAct, Dynamic::Cooperation]);
        project.edit(&mut sets, ProjectEdit { sdgs: Edit::Clear, ..ProjectEdit::default() }, &mut found);
        assert_eq!(project.sdgs, [10]);
        project.edit(
            &mut sets,
            ProjectEdit { primary_sdg: Edit::Clear, ..ProjectEdit::default() },
            &mut found,
        );
        assert_eq!((project.primary_sdg, project.sdgs.as_slice()), (None, [10].as_slice()));
        assert_eq!(found, Violations::default());
    }

    #[test]
    fn the_lead_is_no_partner_and_nobody_is_one_twice() {
        let (mut project, mut sets, mut found) = (project(), ProjectSets::default(), Violations::default());
        let edit = ProjectEdit {
            partners: Edit::Set(vec![actor(3), actor(1), actor(2), actor(3)]),
            ..ProjectEdit::default()
        };
        project.edit(&mut sets, edit, &mut found);
        assert_eq!(sets.partners, [actor(3), actor(2)]);
        project.replace(&mut sets, actor(3), actor(2));
        assert_eq!((project.lead, sets.partners.as_slice()), (actor(1), [actor(2)].as_slice()));
        project.replace(&mut sets, actor(1), actor(2));
        assert_eq!((project.lead, sets.partners.as_slice()), (actor(2), [].as_slice()));
    }
}
