//! Search over everything that is published.

use std::collections::HashSet;

use super::{App, Error};
use crate::domain::paging::{Page, Slice};
use crate::domain::search::{Search, SearchHit};
use crate::domain::search_text::SearchText;

impl App {
    /// Finds what was probably meant by mistyped words, in one statement; none where no word may be one.
    pub async fn mend(&self, texts: impl IntoIterator<Item = &mut SearchText>) -> Result<(), Error> {
        let mut texts: Vec<_> = texts.into_iter().collect();
        let doubtful: HashSet<(String, bool)> = texts
            .iter()
            .flat_map(|text| text.doubtful())
            .map(|(word, unfinished)| (word.to_owned(), unfinished))
            .collect();
        if doubtful.is_empty() {
            return Ok(());
        }
        let meant = self.store.meant(&doubtful.into_iter().collect::<Vec<_>>()).await?;
        for text in &mut texts {
            text.mend(&meant);
        }
        Ok(())
    }

    /// A page of what is found, best first; the search then tells what mistyped words were taken for.
    pub async fn search(&self, search: &mut Search, page: &Page) -> Result<Slice<SearchHit>, Error> {
        let scope = search.territory.iter_mut();
        let places = scope.map(|scope| ("territory.territory".to_owned(), &mut scope.territory)).collect();
        self.resolve(places).await?;
        self.mend([&mut search.text]).await?;
        if search.text.parts.is_empty() {
            return Ok(Slice::empty());
        }
        Ok(self.store.search(search, page).await?)
    }
}
