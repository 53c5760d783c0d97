//! Mergers of actors that are of collectives: the survivor takes over memberships, steps, persons and contributions.

use serde_json::{Value, json};

use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::ids::ActorId;
use crate::store::records::{self, Action, Change};
use crate::store::{self, Transaction};

impl App {
    /// Puts the survivor in the place of the merged actor in collectives; two memberships of one collective become one. How
    /// many collectives there were.
    pub(super) async fn move_collectives(
        &self,
        tx: &Transaction,
        caller: &Caller,
        kept: ActorId,
        merged: ActorId,
    ) -> Result<usize, Error> {
        let now = self.clock.now();
        let ids = store::mergers::lock_collectives(tx, merged).await?;
        let mut changes = Vec::new();
        for id in &ids {
            let Some((mut collective, _)) = store::collectives::for_update(tx, *id).await? else { continue };
            let theirs = store::memberships::of_actor(tx, *id, merged).await?;
            let own = store::memberships::of_actor(tx, *id, kept).await?;
            if let Some(mut member) = theirs {
                member.actor = kept;
                if let Some(mut own) = own {
                    store::memberships::delete(tx, member.id).await?;
                    own.absorb(&member);
                    member = own;
                }
                store::memberships::write(tx, std::slice::from_ref(&member)).await?;
            }
            if collective.actor == Some(merged) {
                collective.actor = Some(kept);
            }
            collective.version += 1;
            collective.updated_at = now;
            store::collectives::write_own(tx, &collective).await?;
            let mut fields = serde_json::Map::new();
            fields.insert("member".to_owned(), json!([Value::Null, kept]));
            changes.push(Change {
                action: Action::Merge,
                subject: (*id).into(),
                version: collective.version,
                fields,
                comment: None,
            });
        }
        store::mergers::move_beside_collectives(tx, kept, merged).await?;
        if !changes.is_empty() {
            records::record(tx, &caller.reference(), now, &changes).await?;
        }
        Ok(ids.len())
    }
}
