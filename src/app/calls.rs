//! Calls: read, created, changed.

use super::access::require_somewhere;
use super::refs::TerritoryRefs;
use super::writes::{Created, Tries, check_key, difference};
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::calls::{Call, CallEdit, CallFilter, CallRef, CallSets, Track, TrackKind};
use crate::domain::edit::Edit;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, CallId, TrackId};
use crate::domain::policy::{Act, Visibility};
use crate::domain::territories::TerritoryRef;
use crate::store::records::Action;
use crate::store::slugs::{self, Slugged};
use crate::store::{self, Transaction};
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

/// What a client says of a call.
#[derive(Clone, Debug, Default)]
pub struct CallInput {
    /// Its own fields; territories, programme and tracks stand beside.
    pub edit: CallEdit,
    /// The programme that it is part of.
    pub programme: Edit<TerritoryRef>,
    /// The eligible perimeter.
    pub territories: Edit<Vec<TerritoryRef>>,
    /// How one may apply.
    pub tracks: Edit<Vec<TrackInput>>,
}

/// What a client says of a track; with its id it stays the same one.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of Track")]
pub struct TrackInput {
    pub id: Option<TrackId>,
    pub kind: TrackKind,
    pub title: String,
    pub description: Option<String>,
    pub min_members: Option<i32>,
    pub max_members: Option<i32>,
    pub min_grant: Option<Decimal>,
    pub max_grant: Option<Decimal>,
}

impl App {
    /// The call that a reference means; null where there is none to be seen.
    pub async fn call(&self, caller: &Caller, by: &CallRef) -> Result<Option<Call>, Error> {
        Ok(self.store.call(by, &Visibility::of(caller)).await?)
    }

    /// Creates a draft. `found` is what is wrong with the input already, to be said with the rest.
    pub async fn create_call(
        &self,
        caller: &Caller,
        client_key: Option<&str>,
        input: CallInput,
        mut found: Violations,
    ) -> Result<Call, Error> {
        require_somewhere(caller, Act::CreateCall)?;
        let content = format!("{input:?}");
        let now = self.clock.now();
        let (mut call, mut sets) = (Call::new(CallId(self.ids.next(now)), now), CallSets::default());
        check_key(client_key, &mut found);
        let tracks = input.tracks.clone();
        let mut edit = self.resolve_call(caller, input, &mut found).await?;
        edit.tracks = tracks.map(|given| self.tracks(given, &[], &mut found));
        call.edit(&mut sets, edit, &mut found);
        found.into_result(())?;
        let mut tries = Tries::default();
        let created = loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let mut call = call.clone();
                if let Some(before) = self.take_key(tx, caller, client_key, &content, call.id.into()).await? {
                    return Ok(Created::Before(before));
                }
                store::actors::keep(tx, &[sets.organisers.clone(), sets.funders.clone()].concat()).await?;
                call.slug = slugs::give(tx, Slugged::Call, &[&call.title]).await?.remove(0);
                store::calls::write(tx, &[(call.clone(), sets.clone())]).await?;
                let fields = difference(None, (&call, &sets));
                self.record(tx, caller, Action::Create, call.id.into(), call.version, fields).await?;
                self.require_still(tx, caller, Act::CreateCall, call.id.into()).await?;
                Ok(Created::New(call))
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                break settled?;
            }
        };
        match created {
            Created::New(call) => Ok(call),
            Created::Before(subject) => {
                let before = self.call(caller, &CallRef::Id(CallId(subject.id))).await?;
                before.ok_or_else(|| Error::NotFound("what this clientKey created is gone".to_owned()))
            }
        }
    }

    /// Changes a call that is still as the client knows it.
    pub async fn update_call(
        &self,
        caller: &Caller,
        id: CallId,
        expected_version: i32,
        input: CallInput,
        mut found: Violations,
    ) -> Result<Call, Error> {
        require_somewhere(caller, Act::UpdateCall)?;
        let tracks = input.tracks.clone();
        let edit = self.resolve_call(caller, input, &mut found).await?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let Some((before, sets_before)) = store::calls::for_update(tx, id).await? else {
                    return Err(Error::NotFound("no such call".to_owned()));
                };
                self.require(tx, caller, Act::UpdateCall, id.into()).await?;
                if before.version != expected_version {
                    return Err(Error::stale(before.version));
                }
                let (mut call, mut sets, mut found) = (before.clone(), sets_before.clone(), found.clone());
                let mut edit = edit.clone();
                edit.tracks = tracks.clone().map(|given| self.tracks(given, &sets_before.tracks, &mut found));
                call.edit(&mut sets, edit, &mut found);
                self.refuse_lost_tracks(tx, &sets_before.tracks, &sets.tracks, &mut found).await?;
                found.into_result(())?;
                call.version += 1;
                call.updated_at = self.clock.now();
                store::calls::write(tx, &[(call.clone(), sets.clone())]).await?;
                let fields = difference(Some((&before, &sets_before)), (&call, &sets));
                self.record(tx, caller, Action::Update, id.into(), call.version, fields).await?;
                self.require_still(tx, caller, Act::UpdateCall, id.into()).await?;
                Ok(call)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// A track by which someone has begun to apply stays, and stays what it is.
    async fn refuse_lost_tracks(
        &self,
        tx: &Transaction,
        before: &[Track],
        after: &[Track],
        found: &mut Violations,
    ) -> Result<(), Error> {
        let stays = |track: &Track| after.iter().any(|own| own.id == track.id && own.kind == track.kind);
        let lost: Vec<_> = before.iter().filter(|track| !stays(track)).map(|track| track.id).collect();
        if lost.is_empty() {
            return Ok(());
        }
        for id in store::applications::tracks_in_use(tx, &lost).await? {
            let title = before.iter().find(|track| track.id == id).map_or("", |track| &track.title);
            let message = format!(
                "someone has begun to apply by the track {title:?}: keep it, with its id and its kind; say in its description that it is over"
            );
            found.add("input.tracks", ViolationCode::Inconsistent, message);
        }
        Ok(())
    }

    async fn resolve_call(
        &self,
        caller: &Caller,
        mut input: CallInput,
        found: &mut Violations,
    ) -> Result<CallEdit, Error> {
        let lists = [&mut input.edit.organisers, &mut input.edit.funders].into_iter();
        let named = lists.filter_map(|listed| match listed {
            Edit::Set(listed) => Some(listed),
            Edit::Keep | Edit::Clear => None,
        });
        self.lead(named.flatten().collect()).await?;
        let mut wanted = TerritoryRefs::default();
        if let Edit::Set(programme) = &input.programme {
            wanted.add("input.programme", programme);
        }
        if let Edit::Set(territories) = &input.territories {
            wanted.add_all("input.territories", territories);
        }
        let known = self.find_territories(wanted, found).await?;
        let mut actors: Vec<(String, ActorId)> = Vec::new();
        for (path, listed) in
            [("input.organisers", &input.edit.organisers), ("input.funders", &input.edit.funders)]
        {
            let listed = listed.as_set().into_iter().flatten().enumerate();
            actors.extend(listed.map(|(index, id)| (format!("{path}[{index}]"), *id)));
        }
        self.check_actors(&actors, &Visibility::of(caller), found).await?;
        let programme = match &input.programme {
            Edit::Set(programme) => Edit::given(known.get(programme)),
            Edit::Keep => Edit::Keep,
            Edit::Clear => Edit::Clear,
        };
        Ok(CallEdit { programme, territories: input.territories.map(|refs| known.all(&refs)), ..input.edit })
    }

    /// Notes how long a list of calls lasts that is of what is open, or closes soon, at this instant.
    pub async fn note_calls(&self, filter: &CallFilter, now: DateTime<Utc>) -> Result<(), Error> {
        if !self.clock.notes() {
            return Ok(());
        }
        if !filter.phases.is_empty() || filter.closing_within_days.is_some() {
            self.clock.note(self.store.calls_change_after(now).await?);
        }
        if let Some(days) = filter.closing_within_days {
            let days = TimeDelta::days(i64::from(days));
            self.clock.note(self.store.calls_change_after(now + days).await?.map(|at| at - days));
        }
        Ok(())
    }

    /// New tracks get a key; those that name one of the call keep theirs.
    fn tracks(&self, given: Vec<TrackInput>, standing: &[Track], found: &mut Violations) -> Vec<Track> {
        let now = self.clock.now();
        let mut tracks = Vec::with_capacity(given.len());
        for (index, track) in given.into_iter().enumerate() {
            if track.id.is_some_and(|id| standing.iter().all(|other| other.id != id)) {
                let message = "is no track of this call: leave the id out to add one";
                found.add(format!("input.tracks[{index}].id"), ViolationCode::Unknown, message);
            }
            tracks.push(Track {
                id: track.id.unwrap_or_else(|| TrackId(self.ids.next(now))),
                kind: track.kind,
                title: track.title,
                description: track.description,
                min_members: track.min_members,
                max_members: track.max_members,
                min_grant: track.min_grant,
                max_grant: track.max_grant,
            });
        }
        tracks
    }
}
