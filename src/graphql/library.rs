//! The library as clients read it.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object};

use super::connection::{ListEdge, PageInfo, SharedSlice, edges, nodes, total};
use super::enums::Language;
use super::error::Result;
use super::ids::global_id;
use super::loaders::{page_of, total_of};
use super::scalars::{DateTime, Url};
use super::vocabulary::{SdgGoal, Theme, sdgs_of, themes_of};
use crate::domain::library as domain;
use crate::domain::listings::LibraryListing;
use crate::domain::paging::Page;

/// Something to read about cooperation; everyone sees it.
#[derive(Clone, Description)]
pub struct LibraryResource(pub domain::LibraryResource);

#[Object(use_type_description)]
impl LibraryResource {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Who wrote it, in order; empty where that is not known.
    async fn authors(&self) -> &[String] {
        &self.0.authors
    }

    /// Who published it; null where that is not known.
    async fn publisher(&self) -> Option<&str> {
        self.0.publisher.as_deref()
    }

    /// The year in which it was published; null where that is not known.
    async fn year(&self) -> Option<i32> {
        self.0.year
    }

    /// Where it is read; null where it is in no network, or nobody said.
    async fn url(&self) -> Option<Url> {
        self.0.url.as_ref().map(Url::from)
    }

    /// When its address was last asked whether it still leads there; null where it never was.
    async fn address_checked_at(&self) -> Option<DateTime> {
        self.0.address.checked_at.map(DateTime::from)
    }

    /// Since when its address does not answer as it should; null where it does, or was never asked.
    async fn address_failing_since(&self) -> Option<DateTime> {
        self.0.address.failing_since.map(DateTime::from)
    }

    /// What is wrong with its address, in English, as in `answers 404 Not Found`; null where nothing is.
    async fn address_problem(&self) -> Option<&str> {
        self.0.address.problem.as_deref()
    }

    /// The language that it is written in.
    async fn language(&self) -> Language {
        self.0.language.into()
    }

    /// What it is about.
    async fn themes(&self) -> Vec<Theme> {
        themes_of(&self.0.themes)
    }

    /// The Sustainable Development Goals that it is about.
    async fn sdgs(&self) -> Vec<SdgGoal> {
        sdgs_of(&self.0.sdgs)
    }

    /// What it says, in short; null where nobody wrote that.
    #[graphql(name = "abstract")]
    async fn summary(&self) -> Option<&str> {
        self.0.summary.as_deref()
    }
}

/// A page of the library.
#[derive(Description)]
pub struct LibraryResourceConnection {
    slice: SharedSlice<domain::LibraryResource>,
    listing: Arc<LibraryListing>,
}

impl LibraryResourceConnection {
    /// A list that stands alone.
    pub async fn read(ctx: &Context<'_>, listing: LibraryListing, page: Page) -> Result<Self> {
        let listing = Arc::new(listing);
        Ok(Self { slice: page_of(ctx, &listing, page, None).await?, listing })
    }
}

#[Object(use_type_description)]
impl LibraryResourceConnection {
    /// The page's entries with their cursors.
    async fn edges(&self) -> Vec<ListEdge<LibraryResource>> {
        edges(&self.slice, LibraryResource)
    }

    /// The page's entries.
    async fn nodes(&self) -> Vec<LibraryResource> {
        nodes(&self.slice, LibraryResource)
    }

    /// Where the page ends.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.slice)
    }

    /// How many there are in all; counted only where it is asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(total(total_of(ctx, &self.listing, None).await?))
    }
}
