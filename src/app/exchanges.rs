//! Needs and offers: posted, closed, matched; actors, and those who speak for collectives, put in touch.

use std::collections::HashMap;

use super::access::require_somewhere;
use super::interactions::declaring_side;
use super::moderation::others;
use super::publication::Reviewable;
use super::refs::TerritoryRefs;
use super::writes::{Created, Tries, check_key, difference};
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::dates::{DatePrecision, PartialDate};
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::exchanges::{Exchange, ExchangeFilter, Owner, Posted, Side};
use crate::domain::ids::{
    ActorId, CollectiveId, ExchangeId, InteractionId, Subject, SubjectKind, TerritoryId,
};
use crate::domain::interactions::{CooperationLevel, Interaction};
use crate::domain::letters::Letter;
use crate::domain::listings::{ExchangeAnchor, ExchangeListing};
use crate::domain::matches::{self, Match};
use crate::domain::paging::Page;
use crate::domain::policy::{self, Act, Standing, Visibility};
use crate::domain::publication::{PublicationStatus, Transition};
use crate::domain::territories::TerritoryRef;
use crate::store::collectives::Speaker;
use crate::store::records::Action;
use crate::store::{self, Transaction, recipients};

/// How many of a territory's open needs are matched: the newest.
const MATCHED_NEEDS: u32 = 50;

/// Where nobody can be put in touch for a collective.
const UNSPOKEN: &str = "nobody that you may see leads the collective: nobody can be put in touch for it yet";

/// What a client says of a need or an offer.
#[derive(Clone, Debug)]
pub struct ExchangeInput {
    /// Whose it is; null where nobody said.
    pub actor: Option<ActorId>,
    /// The collective whose need it is.
    pub collective: Option<CollectiveId>,
    /// Its own fields.
    pub posted: Posted,
    /// Where it is needed or given.
    pub territories: Vec<TerritoryRef>,
}

/// Where it is needed or given, as a change tells it.
#[derive(serde::Serialize)]
struct Where {
    territories: Vec<TerritoryId>,
}

impl App {
    /// A need or an offer; null where it is absent, or its actor may not be seen.
    pub async fn exchange(
        &self,
        caller: &Caller,
        side: Side,
        id: ExchangeId,
    ) -> Result<Option<Exchange>, Error> {
        Ok(self.store.exchanges_by_ids(side, &[id], &Visibility::of(caller)).await?.pop())
    }

    /// Posts a need or an offer of an actor, or a need of a collective. `found` is what is wrong with the input already, to be said with the rest.
    pub async fn post_exchange(
        &self,
        caller: &Caller,
        side: Side,
        client_key: Option<&str>,
        input: ExchangeInput,
        mut found: Violations,
    ) -> Result<Exchange, Error> {
        require_somewhere(caller, Act::PostExchange)?;
        let content = format!("{input:?}");
        let (now, today) = (self.clock.now(), self.clock.today());
        check_key(client_key, &mut found);
        let id = ExchangeId(self.ids.next(now));
        let owner = (input.actor, input.collective);
        let owner = self.check_owner(caller, "input.actor", owner, &mut found).await?;
        let exchange = Exchange::new(id, side, owner, input.posted, (now, today), &mut found);
        let mut wanted = TerritoryRefs::default();
        wanted.add_all("input.territories", &input.territories);
        let territories = self.find_territories(wanted, &mut found).await?.all(&input.territories);
        found.into_result(())?;
        let mut tries = Tries::default();
        let created = loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let subject = exchange.subject();
                if let Some(before) = self.take_key(tx, caller, client_key, &content, subject).await? {
                    return Ok(Created::Before(before));
                }
                self.require(tx, caller, Act::PostExchange, owner.subject()).await?;
                store::exchanges::insert(tx, &exchange, &territories).await?;
                let place = Where { territories: territories.clone() };
                let fields = difference(None, (&exchange, &place));
                self.record(tx, caller, Action::Create, subject, exchange.version, fields).await?;
                Ok(Created::New(()))
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                break settled?;
            }
        };
        match created {
            Created::New(()) => Ok(exchange),
            Created::Before(subject) => {
                let before = self.exchange(caller, side, ExchangeId(subject.id)).await?;
                before.ok_or_else(|| Error::NotFound("what this clientKey created is gone".to_owned()))
            }
        }
    }

    /// The actor or the collective that this is of, or what is wrong with it: there is none or both, it is not there, not to be
    /// seen, or put away.
    pub(super) async fn check_owner(
        &self,
        caller: &Caller,
        path: &str,
        (actor, collective): (Option<ActorId>, Option<CollectiveId>),
        found: &mut Violations,
    ) -> Result<Owner, Error> {
        let visibility = Visibility::of(caller);
        let (owner, path, status, kind) = match (actor, collective) {
            (Some(actor), None) => {
                let seen = self.store.actors_by_ids(&[actor], &visibility).await?;
                let status = seen.first().map(|actor| actor.publication.status);
                (Owner::Actor(actor), path, status, "actor")
            }
            (None, Some(collective)) => {
                let seen = self.store.collectives_by_ids(&[collective], &visibility).await?;
                let status = seen.first().map(|collective| collective.publication.status);
                (Owner::Collective(collective), "input.collective", status, "collective")
            }
            (actor, _) => {
                if actor.is_none() {
                    let message = "must be given: whose it is, an actor's or a collective's";
                    found.add(path, ViolationCode::Required, message);
                } else {
                    let message = "can't be given with an actor: it is of one of the two";
                    found.add("input.collective", ViolationCode::Inconsistent, message);
                }
                return Ok(Owner::Actor(actor.unwrap_or(ActorId(uuid::Uuid::nil()))));
            }
        };
        match status {
            None => found.add(path, ViolationCode::Unknown, format!("is no {kind} of this directory")),
            Some(PublicationStatus::Archived) => {
                found.add(path, ViolationCode::Inconsistent, "is archived: restore it first");
            }
            Some(_) => {}
        }
        Ok(owner)
    }

    /// Closes a need or an offer: it was met, or is no longer looked for or given.
    pub async fn close_exchange(&self, caller: &Caller, subject: Subject) -> Result<Exchange, Error> {
        require_somewhere(caller, Act::CloseExchange)?;
        let absent = || Error::NotFound("no such need or offer".to_owned());
        let side = Side::of(subject.kind).ok_or_else(absent)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                self.require(tx, caller, Act::CloseExchange, subject).await?;
                let locked = store::exchanges::for_update(tx, side, ExchangeId(subject.id)).await?;
                let before = locked.ok_or_else(absent)?;
                if before.closed_at.is_some() {
                    return Err(conflict("it is closed already"));
                }
                let mut exchange = before.clone();
                exchange.closed_at = Some(self.clock.now());
                exchange.updated_at = self.clock.now();
                exchange.version += 1;
                store::exchanges::write(tx, &exchange).await?;
                let fields = difference(Some((&before, &())), (&exchange, &()));
                self.record(tx, caller, Action::Update, subject, exchange.version, fields).await?;
                Ok(exchange)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Puts the two actors in touch: declares an interaction between them that waits for review and for the other side's
    /// answer, and tells the editors of both. Of a pair that is in touch already the interaction is named.
    pub async fn introduce(
        &self,
        caller: &Caller,
        need: ExchangeId,
        offer: ExchangeId,
    ) -> Result<Interaction, Error> {
        require_somewhere(caller, Act::DeclareInteraction)?;
        let visibility = Visibility::of(caller);
        let mut actors = Vec::new();
        let mut speaker = None;
        for (side, id) in [(Side::Need, need), (Side::Offer, offer)] {
            let exchange = self.exchange(caller, side, id).await?.ok_or_else(|| absent(side))?;
            actors.extend(exchange.actor.map(|actor| actor.0));
            if let Some(collective) = exchange.collective {
                let found = store::collectives::speaker(self.store.db(), collective).await?;
                let actor = found.and_then(|found| found.actor);
                actors.extend(actor.map(|actor| actor.0));
                speaker = Some(actor);
            }
        }
        // Before anything is said of what links the two.
        if !caller.is_admin() {
            let act = Act::DeclareInteraction;
            let ends = self.standings(&visibility, SubjectKind::Actor, &actors).await?;
            let nothing = policy::may(caller, act, Standing::default());
            ends.values().fold(nothing, |may, standing| may.or(policy::may(caller, act, *standing)))?;
        }
        if let Some(speaker) = speaker {
            // Whether there is none or one that they may not see is not told.
            let seen = self.store.actors_by_ids(speaker.as_slice(), &visibility).await?;
            if !seen.iter().any(|actor| actor.publication.status != PublicationStatus::Archived) {
                return Err(conflict(UNSPOKEN));
            }
        }
        let id = InteractionId(self.ids.next(self.clock.now()));
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let outcome = self.declare_introduction(&own, caller, id, need, offer).await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    async fn declare_introduction(
        &self,
        tx: &Transaction,
        caller: &Caller,
        id: InteractionId,
        need: ExchangeId,
        offer: ExchangeId,
    ) -> Result<Interaction, Error> {
        let (now, today) = (self.clock.now(), self.clock.today());
        let locked = store::exchanges::for_update(tx, Side::Need, need).await?;
        let need = locked.ok_or_else(|| absent(Side::Need))?;
        let locked = store::exchanges::for_update(tx, Side::Offer, offer).await?;
        let offer = locked.ok_or_else(|| absent(Side::Offer))?;
        for (exchange, name) in [(&need, "need"), (&offer, "offer")] {
            if !exchange.is_open(today) {
                return Err(conflict(&format!("the {name} is closed, or its last day has passed")));
            }
        }
        if need.kind != offer.kind {
            let message = format!("is about {}, the need about {}", offer.kind, need.kind);
            return Err(Error::invalid("offer", ViolationCode::Inconsistent, message));
        }
        let source = offer.actor.ok_or_else(|| absent(Side::Offer))?;
        let collective = self.speaking(tx, &need).await?;
        let spoken = collective.as_ref().and_then(|collective| collective.actor);
        let target = need.actor.or(spoken).ok_or_else(|| conflict(UNSPOKEN))?;
        if source == target {
            let message =
                "is of the actor that has the need, or speaks for it: nobody is put in touch with itself";
            return Err(Error::invalid("offer", ViolationCode::Inconsistent, message));
        }
        let kind = need.kind.introduction();
        let mut interaction = Interaction::new(id, kind, source, target, now, &mut Violations::default());
        interaction.level = Some(CooperationLevel::Acquaintance);
        interaction.description =
            Some(format!("Mise en relation : besoin « {} », offre « {} »", need.title, offer.title));
        interaction.themes = need.themes.iter().filter(|slug| offer.themes.contains(slug)).cloned().collect();
        interaction.since = Some(PartialDate { date: today, precision: DatePrecision::Day });
        interaction.declared_by = declaring_side(caller, source, target);
        let nowhere = Vec::new();
        let written = self.write_interaction(tx, caller, Action::Create, None, (&interaction, &nowhere));
        written.await.map_err(|error| match error {
            Error::Duplicate { existing, .. } => {
                let message = "the two are in touch already, by this interaction".to_owned();
                Error::Duplicate { message, existing }
            }
            other => other,
        })?;
        self.require_still(tx, caller, Act::DeclareInteraction, id.into()).await?;
        let interaction = self.submit_introduction(tx, caller, interaction).await?;
        let ends = recipients::named(tx, &[source, target]).await?;
        let name = |id| ends.get(id).map(|(name, _)| name.clone()).unwrap_or_default();
        let letter = Letter::Introduction {
            subject: id.into(),
            names: (collective.map_or_else(|| name(&target), |collective| collective.name), name(&source)),
            titles: (need.title, offer.title),
        };
        // Those who would not see the other side are not told of it.
        let seen = |id| ends.get(id).is_some_and(|(_, status)| *status == PublicationStatus::Published);
        let told: Vec<_> = [(source, target), (target, source)]
            .iter()
            .filter(|(_, other)| seen(other))
            .map(|(end, _)| *end)
            .collect();
        let to = others(recipients::editors(tx, &told, now).await?, caller);
        self.post(tx, &to, &letter).await?;
        Ok(interaction)
    }

    /// Who speaks for the collective whose need it is; null for an actor's. What a collective looks for that is not published is
    /// its own: the interaction would tell it to others.
    async fn speaking(&self, tx: &Transaction, need: &Exchange) -> Result<Option<Speaker>, Error> {
        let Some(collective) = need.collective else { return Ok(None) };
        let found = store::collectives::speaker(tx, collective).await?.ok_or_else(|| absent(Side::Need))?;
        if found.status != PublicationStatus::Published {
            return Err(conflict("the collective is not published: others would not see its need"));
        }
        Ok(Some(found))
    }

    /// Has the new interaction wait for review, as if whoever declared it had submitted it: they hear of the decision.
    async fn submit_introduction(
        &self,
        tx: &Transaction,
        caller: &Caller,
        drafted: Interaction,
    ) -> Result<Interaction, Error> {
        let was = drafted.publication;
        let mut interaction = drafted.clone();
        interaction.publication = was.after(Transition::Submit).map_err(|why| Error::conflict(why, None))?;
        interaction.version += 1;
        let nowhere = Vec::new();
        let before = Some((&drafted, &nowhere));
        self.write_interaction(tx, caller, Action::Submit, before, (&interaction, &nowhere)).await?;
        let moved = Reviewable::Interaction(interaction.clone());
        self.tell_of_move(tx, caller, was.status, &moved, Transition::Submit, None).await?;
        Ok(interaction)
    }

    /// What goes with each of these needs, or with each of these offers, the best first. What is closed has none.
    pub async fn matches(
        &self,
        of: Vec<Exchange>,
        visibility: &Visibility,
    ) -> Result<HashMap<ExchangeId, Vec<Match>>, Error> {
        let today = self.clock.today();
        let mut all = HashMap::new();
        let (needs, offers): (Vec<_>, Vec<_>) = of
            .into_iter()
            .filter(|exchange| exchange.is_open(today))
            .partition(|exchange| exchange.side == Side::Need);
        for of in [needs, offers] {
            let compared = self.store.compared(&of, visibility, today).await?;
            for one in &of {
                let others = compared.candidates.get(&one.id).map(Vec::as_slice).unwrap_or_default();
                let of_pair = |other: &ExchangeId| {
                    let (one, other) = (compared.parties.get(&one.id)?, compared.parties.get(other)?);
                    let linked = matches::linked(one, other, &compared.linked);
                    matches::compare(one, other, &compared.geography, linked)
                };
                let mut found: Vec<_> = others.iter().filter_map(of_pair).collect();
                found.sort_by(matches::order);
                all.insert(one.id, found);
            }
        }
        Ok(all)
    }

    /// What goes with the newest open needs of each of these territories, the best first.
    pub async fn territory_matches(
        &self,
        of: &[TerritoryId],
        visibility: &Visibility,
    ) -> Result<HashMap<TerritoryId, Vec<Match>>, Error> {
        let listing = ExchangeListing {
            side: Side::Need,
            filter: ExchangeFilter { open: Some(true), ..ExchangeFilter::default() },
            anchor: Some(ExchangeAnchor::Territory),
            visibility: visibility.clone(),
            today: self.clock.today(),
        };
        let page = Page { size: MATCHED_NEEDS, from_end: false, after: None, before: None };
        let ids: Vec<_> = of.iter().map(|id| id.0).collect();
        let pages = self.store.exchanges_of(&listing, &page, &ids).await?;
        let mut needs = HashMap::new();
        for edge in pages.values().flat_map(|slice| &slice.edges) {
            needs.insert(edge.node.id, edge.node.clone());
        }
        let mut needs: Vec<_> = needs.into_values().collect();
        needs.sort_by_key(|need| need.id);
        let matches = self.matches(needs, visibility).await?;
        let mut all = HashMap::new();
        for (territory, slice) in pages {
            let needs = slice.edges.iter().map(|edge| edge.node.id);
            let mut found: Vec<_> = needs.filter_map(|need| matches.get(&need)).flatten().cloned().collect();
            found.sort_by(matches::order);
            found.truncate(matches::MOST_MATCHES);
            all.insert(TerritoryId(territory), found);
        }
        Ok(all)
    }
}

fn absent(side: Side) -> Error {
    Error::NotFound(format!("no such {}", side.as_ref().to_lowercase()))
}

fn conflict(message: &str) -> Error {
    Error::Conflict { message: message.to_owned(), current_version: None, candidates: Vec::new() }
}
