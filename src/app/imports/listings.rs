//! What lists of territories say: of what each is part, or made.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::Sourced;
use super::report::Report;
use crate::app::{App, Error};
use crate::domain::ids::TerritoryId;
use crate::domain::links::Listing;
use crate::domain::territories::{ListBasis, TerritoryCode, TerritoryKind};
use crate::ingest::Problem;
use crate::store::{self, Transaction};

impl App {
    /// Writes what lists say of these territories and did not say last time, and takes back what they say no more: what
    /// people have edited otherwise stays. Which ones that touches.
    pub(super) async fn import_listings(
        &self,
        tx: &Transaction,
        listed: &[Listed],
        report: &mut Report,
    ) -> Result<Vec<TerritoryId>, Error> {
        let all = listed.iter().flat_map(|listed| listed.now.iter().chain(&listed.before));
        let codes: Vec<_> = all.map(|word| word.code.clone()).collect::<HashSet<_>>().into_iter().collect();
        let found = store::territories::by_codes(tx, &codes, self.clock.today()).await?;
        let standing: HashMap<_, _> = store::territory_links::listings(tx)
            .await?
            .into_iter()
            .map(|listing| ((listing.territory, listing.under), listing.basis))
            .collect();
        let (mut added, mut gone) = (Vec::new(), Vec::new());
        for Listed { file, line, now, before, .. } in listed {
            for word in now {
                let Some(other) = found.get(&word.code) else {
                    if word.basis != ListBasis::Parent {
                        let message = format!(
                            "the list names the {} {}, which is not here",
                            word.code.kind, word.code.code
                        );
                        report.problem(*file, Problem::note("unlisted", message).at(*line));
                    }
                    continue;
                };
                let listing = word.listing(*other);
                let stands = standing.get(&(listing.territory, listing.under));
                // No person edits but members: any other word that does not stand named what was not here yet.
                let is_new = word.basis != ListBasis::Member || !before.contains(word);
                if *other != word.of && is_new && stands.is_none_or(|basis| *basis > word.basis) {
                    added.push(listing);
                }
            }
            for word in before.iter().filter(|word| !now.contains(word)) {
                let listing = found.get(&word.code).map(|other| word.listing(*other));
                gone.extend(listing.filter(|l| standing.get(&(l.territory, l.under)) == Some(&l.basis)));
            }
        }
        store::territory_links::drop_listings(tx, &gone).await?;
        store::territory_links::add_listings(tx, &added).await?;
        Ok(added.iter().chain(&gone).flat_map(|listing| [listing.territory, listing.under]).collect())
    }
}

/// A territory that lists say something of.
pub(super) struct Listed {
    /// Which one.
    pub id: TerritoryId,
    /// Index of the file that says it.
    pub file: usize,
    /// The line that says it.
    pub line: u64,
    /// Its parent column, for messages; empty without one.
    pub parent: String,
    now: Vec<Word>,
    before: Vec<Word>,
}

impl Listed {
    /// What a record says, and what its file said last time.
    pub fn new(id: TerritoryId, sourced: &Sourced, before: Option<&Value>) -> Self {
        let record = &sourced.record;
        // A neighbourhood lies in the communes that its list names; any other perimeter is made of them.
        let is_neighbourhood = record.text("kind") == Some(TerritoryKind::PriorityNeighbourhood.as_ref());
        let now = Word::all(id, is_neighbourhood, |field| record.texts(field).map(str::to_owned).collect());
        let before = Word::all(id, is_neighbourhood, |field| {
            let texts = before.and_then(|before| before.get(field)?.as_array());
            texts.into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
        });
        let parent = record.text("parent").unwrap_or_default().to_owned();
        Self { id, file: sourced.file, line: record.line, parent, now, before }
    }
}

/// One thing that a list says.
#[derive(PartialEq)]
struct Word {
    of: TerritoryId,
    code: TerritoryCode,
    basis: ListBasis,
    /// Whether the other is listed under this one, as a member is.
    inward: bool,
}

impl Word {
    fn all(of: TerritoryId, is_neighbourhood: bool, texts: impl Fn(&str) -> Vec<String>) -> Vec<Self> {
        use TerritoryKind::{Commune, Country, Department, Intercommunality, Region};
        let code = |kind, code: &str| TerritoryCode { kind, code: code.to_owned(), vintage: None };
        let mut words = Vec::new();
        let (basis, inward) =
            if is_neighbourhood { (ListBasis::Part, false) } else { (ListBasis::Member, true) };
        let member = |text: &String| Word { of, code: code(Commune, text), basis, inward };
        words.extend(texts("communes").iter().map(member));
        let above = [
            ("department", Department),
            ("region", Region),
            ("intercommunality", Intercommunality),
            ("country", Country),
        ];
        for (field, above) in above {
            let part =
                |text: &String| Word { of, code: code(above, text), basis: ListBasis::Part, inward: false };
            words.extend(texts(field).iter().map(part));
        }
        for parent in texts("parent") {
            let kinds = texts("parent_kinds");
            let kinds = kinds.iter().filter_map(|kind| kind.parse().ok());
            let word = |kind| Word { of, code: code(kind, &parent), basis: ListBasis::Parent, inward: false };
            words.extend(kinds.map(word));
        }
        words
    }

    fn listing(&self, other: TerritoryId) -> Listing {
        let (territory, under) = if self.inward { (other, self.of) } else { (self.of, other) };
        Listing { territory, under, basis: self.basis }
    }
}

/// What lists say of a record's territory, as a value that can be compared with what the file said last time.
pub(super) fn listed_words(sourced: &Sourced) -> Value {
    let fields =
        ["communes", "department", "region", "intercommunality", "country", "parent", "parent_kinds"];
    let word = |field: &str| (field.to_owned(), sourced.record.texts(field).collect::<Vec<_>>().into());
    Value::Object(fields.into_iter().map(word).collect())
}
