//! Search over everything that is published.

use super::{App, Error};
use crate::domain::paging::{Page, Slice};
use crate::domain::search::{Search, SearchHit};

impl App {
    /// A page of what is found, best first.
    pub async fn search(&self, mut search: Search, page: &Page) -> Result<Slice<SearchHit>, Error> {
        let scope = search.territory.iter_mut();
        let places = scope.map(|scope| ("territory.territory".to_owned(), &mut scope.territory)).collect();
        self.resolve(places).await?;
        Ok(self.store.search(&search, page).await?)
    }
}
