//! What clients say of support: those who answer, and what is asked of them.

use async_graphql::{Enum, ID, InputObject, MaybeUndefined};

use super::actor_inputs::bounded;
use super::enums::{TrackKind, Visibility};
use super::ids::id_of;
use super::scalars::{Date, edit, read_edit};
use super::territory_inputs::TerritoryRef;
use crate::app::support::SupportContactInput as ContactInput;
use crate::app::support_requests::SupportRequestInput as RequestInput;
use crate::domain::edit::Edit;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, CallId, CollectiveId};
use crate::domain::support::SupportContactEdit;

/// What is asked for.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::support::SupportKind")]
pub enum SupportKind {
    /// Someone who leads a meeting, or helps to agree.
    Facilitation,
    /// Finding money.
    FundingSearch,
    /// How to go about it.
    Method,
    /// Knowing what it brought.
    Evaluation,
    /// Making it known.
    Communication,
    /// Law, statutes, agreements.
    Legal,
    /// Meeting others.
    Network,
    /// Anything else.
    Other,
}

/// Where a request for support stands.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::support::SupportStatus")]
pub enum SupportStatus {
    /// Nobody has it yet.
    Open,
    /// A contact has it.
    Assigned,
    /// It was answered.
    Answered,
    /// It is over.
    Closed,
}

/// A new contact: a person who answers for an institution. What it does not name, it answers for any.
#[derive(InputObject)]
pub struct SupportContactInput {
    /// For which actor they answer.
    institution: ID,
    /// How the person is called, at most 300 characters.
    name: String,
    /// What they do there.
    role: Option<String>,
    /// Their e-mail address.
    email: Option<String>,
    /// Their telephone number.
    phone: Option<String>,
    /// Where they answer: there and in what lies within it. One of your territories.
    territory: TerritoryRef,
    /// For which calls.
    calls: Option<Vec<ID>>,
    /// For which tracks.
    tracks: Option<Vec<TrackKind>>,
    /// For which city contract or Cité éducative.
    programme: Option<TerritoryRef>,
    /// To whom they are shown.
    #[graphql(default_with = "Visibility::Partners")]
    visibility: Visibility,
}

/// A change of a contact: a field left out stays, and null clears.
#[derive(InputObject)]
pub struct UpdateSupportContactInput {
    /// For which actor they answer.
    institution: MaybeUndefined<ID>,
    /// How the person is called, at most 300 characters.
    name: MaybeUndefined<String>,
    /// What they do there.
    role: MaybeUndefined<String>,
    /// Their e-mail address.
    email: MaybeUndefined<String>,
    /// Their telephone number.
    phone: MaybeUndefined<String>,
    /// Where they answer: there and in what lies within it. One of your territories.
    territory: MaybeUndefined<TerritoryRef>,
    /// For which calls: all of them.
    calls: MaybeUndefined<Vec<ID>>,
    /// For which tracks: all of them.
    tracks: MaybeUndefined<Vec<TrackKind>>,
    /// For which city contract or Cité éducative.
    programme: MaybeUndefined<TerritoryRef>,
    /// To whom they are shown.
    visibility: MaybeUndefined<Visibility>,
    /// The day on which they are back: until then they are passed over.
    absent_until: MaybeUndefined<Date>,
}

fn calls(given: Vec<ID>, found: &mut Violations) -> Vec<CallId> {
    bounded(given, "input.calls", found).iter().map(id_of::<CallId>).collect()
}

fn tracks(given: Vec<TrackKind>, found: &mut Violations) -> Vec<crate::domain::calls::TrackKind> {
    bounded(given, "input.tracks", found).into_iter().map(Into::into).collect()
}

impl SupportContactInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> ContactInput {
        ContactInput {
            edit: SupportContactEdit {
                institution: Edit::Set(id_of::<ActorId>(&self.institution)),
                name: Edit::Set(self.name),
                role: Edit::given(self.role),
                email: Edit::given(self.email),
                phone: Edit::given(self.phone),
                calls: Edit::given(self.calls).map(|given| calls(given, found)),
                tracks: Edit::given(self.tracks).map(|given| tracks(given, found)),
                visibility: Edit::Set(self.visibility.into()),
                ..SupportContactEdit::default()
            },
            territory: Edit::Set(self.territory.read()),
            programme: Edit::given(self.programme).map(TerritoryRef::read),
        }
    }
}

impl UpdateSupportContactInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> ContactInput {
        let territory = edit(self.territory).map(TerritoryRef::read);
        if territory == Edit::Clear {
            found.add("input.territory", ViolationCode::Required, "can't be cleared");
        }
        ContactInput {
            edit: SupportContactEdit {
                institution: edit(self.institution).map(|id| id_of::<ActorId>(&id)),
                name: edit(self.name),
                role: edit(self.role),
                email: edit(self.email),
                phone: edit(self.phone),
                calls: edit(self.calls).map(|given| calls(given, found)),
                tracks: edit(self.tracks).map(|given| tracks(given, found)),
                visibility: edit(self.visibility).map(Into::into),
                absent_until: read_edit(self.absent_until, "input.absentUntil", found),
                ..SupportContactEdit::default()
            },
            territory: if territory == Edit::Clear { Edit::Keep } else { territory },
            programme: edit(self.programme).map(TerritoryRef::read),
        }
    }
}

/// A new request for support.
#[derive(InputObject)]
pub struct SupportRequestInput {
    /// A key of your choice, 1 to 200 characters: sent again by the same caller it returns the same request, made once.
    pub client_key: Option<String>,
    /// The actor that asks: one that you edit; for managers and administrators, one that asked on paper. One of `requester` and
    /// `collective` is given.
    requester: Option<ID>,
    /// The collective that asks: one whose lead you edit, or that acts where you manage.
    collective: Option<ID>,
    /// About which call.
    call: Option<ID>,
    /// About which of its tracks.
    track: Option<TrackKind>,
    /// Where; where the actor sits, or acts where it sits nowhere, or where the collective acts, where it is left out.
    territory: Option<TerritoryRef>,
    /// What is asked for.
    kind: SupportKind,
    /// In words.
    description: String,
}

impl SupportRequestInput {
    /// Checks what can be checked without the database.
    pub fn read(self) -> RequestInput {
        RequestInput {
            requester: self.requester.as_ref().map(id_of::<ActorId>),
            collective: self.collective.as_ref().map(id_of::<CollectiveId>),
            call: self.call.as_ref().map(id_of::<CallId>),
            track: self.track.map(Into::into),
            territory: self.territory.map(TerritoryRef::read),
            kind: self.kind.into(),
            description: self.description,
        }
    }
}
