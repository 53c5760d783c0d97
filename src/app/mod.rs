//! Use-cases: who may, rule, write, return; one transaction each. Reads parse their arguments here and say what the
//! caller may see; writes check policy, apply the domain's rules, and leave their change behind.

pub mod access;
pub mod actors;
pub mod answers;
pub mod api_keys;
mod application_letters;
mod application_moves;
pub mod applications;
mod attempts;
pub mod callers;
pub mod calls;
pub mod changes;
pub mod collectives;
pub mod contacts;
pub mod coverage;
pub mod crossings;
pub mod decisions;
pub mod demo;
pub mod derived;
pub mod diagnoses;
pub mod diagnosis_reports;
pub mod doctor;
pub mod duplicates;
pub mod ecosystem;
pub mod erasure;
pub mod error;
pub mod exchanges;
pub mod exports;
pub mod features;
pub mod filing;
pub mod granting;
pub mod identity_cards;
pub mod imports;
pub mod indicators;
pub mod interactions;
mod known_territories;
pub mod lessons;
pub mod letters;
pub mod library;
pub mod mail;
pub mod maps;
pub mod measures;
mod member_letters;
mod member_mergers;
pub mod memberships;
pub mod mergers;
pub mod moderation;
pub mod next_steps;
pub mod orientations;
pub mod outlines;
pub mod people;
pub mod places;
pub mod practices;
pub mod projects;
pub mod promotion;
pub mod publication;
pub mod rebuild;
pub mod refs;
pub mod replications;
pub mod resource_people;
pub mod retention;
pub mod search;
pub mod sessions;
pub mod sign_offs;
pub mod suggestions;
pub mod support;
pub mod support_requests;
pub mod suppression;
pub mod swot;
pub mod territories;
pub mod territory_links;
pub mod tiles;
pub mod tokens;
pub mod worklist;
pub mod workshops;
pub mod world;
pub(crate) mod writes;

use std::sync::Arc;

use tokio::sync::{Notify, Semaphore};

use crate::auth::oidc::Providers;
use crate::auth::passwords::Hasher;
use crate::domain::clock::{Clock, Lasting};
use crate::domain::ids::Ids;
use crate::store::Store;

use self::ecosystem::Pictures;
pub use self::error::Error;
use self::exports::Press;
use self::known_territories::KnownTerritories;
use self::outlines::Outlines;
use self::tiles::Tiles;
use self::world::Atlas;

/// Everything that use-cases need.
#[derive(Clone, Debug)]
pub struct App {
    /// The database.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// Where new keys come from.
    pub ids: Ids,
    /// Hashes passwords.
    pub hasher: Hasher,
    providers: Providers,
    keys: Arc<tokens::Keys>,
    attempting: Arc<Semaphore>,
    following: Arc<Semaphore>,
    outlines: Arc<Outlines>,
    known: KnownTerritories,
    pictures: Pictures,
    atlas: Atlas,
    tiles: Tiles,
    press: Arc<Press>,
    export_asked: Arc<Notify>,
}

impl App {
    /// Over this database.
    pub fn new(store: Store, clock: Clock, ids: Ids) -> Self {
        Self {
            store,
            clock,
            ids,
            hasher: Hasher::default(),
            providers: Providers::default(),
            keys: Arc::default(),
            attempting: Arc::new(Semaphore::new(2)),
            following: Arc::new(Semaphore::new(2)),
            outlines: Arc::default(),
            known: KnownTerritories::default(),
            pictures: Pictures::default(),
            atlas: Atlas::default(),
            tiles: Tiles::default(),
            press: Arc::default(),
            export_asked: Arc::default(),
        }
    }

    /// The same for one answer, which notes how long it lasts by the clock.
    pub fn noting(&self) -> (Self, Lasting) {
        let (clock, lasting) = self.clock.noting();
        (Self { clock, ..self.clone() }, lasting)
    }

    /// The same, taking these providers' tokens too.
    #[must_use]
    pub fn with_providers(self, providers: Providers) -> Self {
        Self { providers, ..self }
    }
}
