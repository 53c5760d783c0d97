//! Rows that would bring back an actor that asked not to be listed: they are left out.

use std::collections::HashMap;

use super::Sourced;
use super::report::Report;
use crate::app::places::Places;
use crate::app::{App, Error};
use crate::domain::actors::{Actor, ActorSets};
use crate::domain::ids::ActorId;
use crate::domain::suppression::{Proposed, Suppressed};
use crate::ingest::Problem;
use crate::store::{self, Transaction};

/// The actors that are not to be listed, and the names of a batch as they are compared.
#[derive(Default)]
pub(super) struct Barred {
    all: Suppressed,
    /// As folded to compare and to search; empty where nobody is suppressed.
    names: HashMap<String, (String, String)>,
}

impl Barred {
    /// Reads what a batch needs.
    pub async fn read(app: &App, tx: &Transaction, names: Vec<String>) -> Result<Self, Error> {
        let all = app.suppressed(tx).await?;
        if all.is_empty() {
            return Ok(Self::default());
        }
        let folded = store::suppression::folded(tx, &names).await?;
        Ok(Self { all, names: names.into_iter().zip(folded).collect() })
    }

    /// Whether this actor is.
    pub fn holds(&self, id: ActorId) -> bool {
        self.all.holds(id)
    }

    /// Whether a name alone, of which nobody says where it is, is that of one.
    pub fn holds_name(&self, name: &str) -> bool {
        self.brought_back(name, &ActorSets::default(), None)
    }

    /// Whether a new actor would bring one back. Only its point may say where it sits.
    pub async fn bars(
        &self,
        app: &App,
        tx: &Transaction,
        actor: &Actor,
        sets: &ActorSets,
    ) -> Result<bool, Error> {
        if !self.brought_back(&actor.name, sets, Some(actor)) {
            return Ok(false);
        }
        if actor.seat.is_some() || actor.point().is_none() {
            return Ok(true);
        }
        let mut placed = actor.clone();
        Places::about(app, tx, &[actor]).await?.place(&mut placed);
        Ok(self.brought_back(&actor.name, sets, Some(&placed)))
    }

    fn brought_back(&self, name: &str, sets: &ActorSets, actor: Option<&Actor>) -> bool {
        let Some((folded, searched)) = self.names.get(name) else { return false };
        let seat = actor.and_then(|actor| actor.seat).map(|seat| seat.commune);
        let proposed = Proposed { folded, searched, registrations: &sets.registrations, seat };
        self.all.brought_back(proposed).is_some()
    }
}

/// Leaves out a row of an actor that is suppressed: nothing is wrong with the row.
pub(super) fn bar(sourced: &Sourced, what: &str, report: &mut Report) {
    report.leave_out(sourced);
    let message = format!("suppressed on request: {what} asked not to be listed, so the row is left out");
    report.problem(sourced.file, Problem::note("suppressed", message).at(sourced.record.line));
}
