//! Duplicates: found.
// filled by the duplicates branch

use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::duplicates::DuplicateCandidate;
use crate::domain::ids::ActorId;

impl App {
    /// The actors that look like this one, among those that the caller may see.
    #[expect(clippy::unused_async, reason = "filled by the duplicates branch")]
    pub async fn likely_duplicates(
        &self,
        _caller: &Caller,
        _actor: ActorId,
    ) -> Result<Vec<DuplicateCandidate>, Error> {
        Ok(Vec::new())
    }
}
