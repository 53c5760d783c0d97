//! Use-cases: who may, rule, write, return; one transaction each. Reads parse their arguments here and say what the
//! caller may see; writes check policy, apply the domain's rules, and leave their change behind.

pub mod access;
pub mod actors;
pub mod callers;
pub mod calls;
pub mod collectives;
pub mod demo;
pub mod derived;
pub mod doctor;
pub mod error;
pub mod identity_cards;
pub mod imports;
pub mod interactions;
pub mod mail;
pub mod maps;
pub mod memberships;
pub mod next_steps;
pub mod outlines;
pub mod people;
pub mod places;
pub mod promotion;
pub mod publication;
pub mod rebuild;
pub mod refs;
pub mod resource_people;
pub mod search;
pub mod territories;
pub mod territory_links;
pub(crate) mod writes;

use std::sync::Arc;

use crate::domain::clock::Clock;
use crate::domain::ids::Ids;
use crate::store::Store;

pub use self::error::Error;
use self::outlines::Outlines;

/// Everything that use-cases need.
#[derive(Clone, Debug)]
pub struct App {
    /// The database.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// Where new keys come from.
    pub ids: Ids,
    outlines: Arc<Outlines>,
}

impl App {
    /// Over this database.
    pub fn new(store: Store, clock: Clock, ids: Ids) -> Self {
        Self { store, clock, ids, outlines: Arc::default() }
    }
}
