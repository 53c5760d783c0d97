//! What clients say of diagnoses: references, inputs of mutations.

use async_graphql::{ID, InputObject, MaybeUndefined, OneofObject};
use uuid::Uuid;

use super::actor_inputs::bounded;
use super::enums::DatePrecision;
use super::ids::id_of;
use super::scalars::{Date, edit, read, read_edit};
use super::territory_inputs::TerritoryRef;
use crate::domain::dates::PartialDate;
use crate::domain::diagnoses::{self as domain, AxisEdit, DiagnosisEdit, Milestone};
use crate::domain::edit::Edit;
use crate::domain::error::Violations;
use crate::domain::ids::{ActorId, DiagnosisAxisId, DiagnosisId};

/// How a diagnosis is named.
#[derive(OneofObject)]
pub enum DiagnosisRef {
    /// By its id.
    Id(ID),
    /// By its slug.
    Slug(String),
}

impl From<DiagnosisRef> for domain::DiagnosisRef {
    fn from(by: DiagnosisRef) -> Self {
        match by {
            DiagnosisRef::Id(id) => Self::Id(id_of::<DiagnosisId>(&id)),
            DiagnosisRef::Slug(slug) => Self::Slug(slug.replace('\0', "")),
        }
    }
}

/// An axis of a diagnosis.
#[derive(InputObject)]
pub struct DiagnosisAxisInput {
    /// In an update: the axis that this is; without it, it is a new one.
    id: Option<ID>,
    /// Its place among the axes, 1 to 99, each once.
    number: i32,
    /// Its title, at most 300 characters.
    title: String,
    /// Slugs of its themes.
    themes: Option<Vec<String>>,
}

fn axes(given: Vec<DiagnosisAxisInput>, found: &mut Violations) -> Vec<AxisEdit> {
    let axis = |axis: DiagnosisAxisInput| AxisEdit {
        id: axis.id.map(|id| id_of::<DiagnosisAxisId>(&id)),
        new: DiagnosisAxisId(Uuid::nil()),
        number: axis.number,
        title: axis.title,
        themes: axis.themes.unwrap_or_default(),
    };
    bounded(given, "input.axes", found).into_iter().map(axis).collect()
}

/// A date of a diagnosis's course.
#[derive(InputObject)]
pub struct DiagnosisMilestoneInput {
    /// What it was: "Dépôt du dossier de candidature". At most 300 characters.
    title: String,
    /// The day.
    on: Date,
    /// How much of `on` is known; of a year or month the first day is kept.
    #[graphql(default_with = "DatePrecision::Day")]
    on_precision: DatePrecision,
}

fn milestones(given: Vec<DiagnosisMilestoneInput>, found: &mut Violations) -> Vec<Milestone> {
    let given = bounded(given, "input.milestones", found).into_iter().enumerate();
    let milestone = |(index, milestone): (usize, DiagnosisMilestoneInput)| {
        let date = read(Some(&milestone.on), &format!("input.milestones[{index}].on"), found)?;
        let on = PartialDate { date, precision: milestone.on_precision.into() };
        Some(Milestone { title: milestone.title, on })
    };
    given.filter_map(milestone).collect()
}

/// A new diagnosis.
#[derive(InputObject)]
pub struct OpenDiagnosisInput {
    /// A key of your choice, 1 to 200 characters: sent again by the same caller it returns the same diagnosis, opened once.
    pub client_key: Option<String>,
    /// Its title, at most 300 characters.
    title: String,
    /// The territory that it is of, for life.
    pub territory: TerritoryRef,
    /// The actor that leads it, whose editors write it.
    facilitator: Option<ID>,
    /// Its axes, 1 to 20.
    axes: Vec<DiagnosisAxisInput>,
    /// What it asks, at most 50 questions.
    essential_questions: Option<Vec<String>>,
    /// When it begins: not before 1900, nor more than a year ahead.
    started_on: Option<Date>,
    /// How much of `startedOn` is known; of a year or month the first day is kept.
    #[graphql(default_with = "DatePrecision::Day")]
    started_on_precision: DatePrecision,
    /// The dates of its course, at most 50: none before 1900, nor more than ten years ahead.
    milestones: Option<Vec<DiagnosisMilestoneInput>>,
}

impl OpenDiagnosisInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> DiagnosisEdit {
        DiagnosisEdit {
            title: Edit::Set(self.title),
            facilitator: Edit::given(self.facilitator).map(|id| id_of::<ActorId>(&id)),
            axes: Edit::Set(axes(self.axes, found)),
            essential_questions: Edit::given(self.essential_questions),
            started_on: Edit::given(read(self.started_on.as_ref(), "input.startedOn", found)),
            started_on_precision: Edit::Set(self.started_on_precision.into()),
            milestones: Edit::given(self.milestones).map(|given| milestones(given, found)),
        }
    }
}

/// A change of a diagnosis: a field left out stays, and null clears.
#[derive(InputObject)]
pub struct UpdateDiagnosisInput {
    /// Its title, at most 300 characters.
    title: MaybeUndefined<String>,
    /// The actor that leads it, whose editors write it.
    facilitator: MaybeUndefined<ID>,
    /// Its axes: all of them, those that stay with their ids. One that holds findings or sessions can't be left out.
    axes: MaybeUndefined<Vec<DiagnosisAxisInput>>,
    /// What it asks: all of it.
    essential_questions: MaybeUndefined<Vec<String>>,
    /// When it begins: not before 1900, nor more than a year ahead.
    started_on: MaybeUndefined<Date>,
    /// How much of `startedOn` is known.
    started_on_precision: MaybeUndefined<DatePrecision>,
    /// The dates of its course: all of them.
    milestones: MaybeUndefined<Vec<DiagnosisMilestoneInput>>,
}

impl UpdateDiagnosisInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> DiagnosisEdit {
        DiagnosisEdit {
            title: edit(self.title),
            facilitator: edit(self.facilitator).map(|id| id_of::<ActorId>(&id)),
            axes: edit(self.axes).map(|given| axes(given, found)),
            essential_questions: edit(self.essential_questions),
            started_on: read_edit(self.started_on, "input.startedOn", found),
            started_on_precision: edit(self.started_on_precision).map(Into::into),
            milestones: edit(self.milestones).map(|given| milestones(given, found)),
        }
    }
}
