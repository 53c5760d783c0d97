//! The report of a diagnosis: all that belongs to one, read at once as someone sees it.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::diagnoses::{Diagnosis, DiagnosisAxis, DiagnosisRef};
use crate::domain::ids::{ActorId, SubjectKind};
use crate::domain::indicators::{Indicator, IndicatorResult};
use crate::domain::keywords::{self, KeywordCount};
use crate::domain::language::Language;
use crate::domain::listings::{ProjectAnchor, ProjectListing};
use crate::domain::orientations::Orientation;
use crate::domain::paging::{MAX_PAGE, Page};
use crate::domain::policy::Visibility;
use crate::domain::projects::ProjectFilter;
use crate::domain::swot::{Priority, SwotCrossing, SwotItem, SwotQuadrant};
use crate::domain::themes;
use crate::domain::workshops::WorkshopSession;
use crate::ingest::CsvText;

/// All that belongs to a diagnosis, as someone sees it.
#[derive(Clone, Debug)]
pub struct DiagnosisReport {
    /// The diagnosis.
    pub diagnosis: Diagnosis,
    /// The name of its territory.
    pub territory: String,
    /// The name of its facilitator, where there is one to be seen.
    pub facilitator: Option<String>,
    /// What was held, the first one first.
    pub sessions: Vec<ReportSession>,
    /// The words that all tables left, the most frequent first.
    pub keywords: Vec<KeywordCount>,
    /// The axes by number, each with its findings.
    pub axes: Vec<(DiagnosisAxis, Vec<ReportItem>)>,
    /// What findings say together, each once, in the order of the axes and of what is within.
    pub crossings: Vec<SwotCrossing>,
    /// Where it leads, by number.
    pub orientations: Vec<ReportOrientation>,
}

/// A session, and who was there.
#[derive(Clone, Debug)]
pub struct ReportSession {
    /// The session.
    pub session: WorkshopSession,
    /// The names of the organisations that were there, as far as they may be seen.
    pub attendance: Vec<String>,
}

/// A finding, and what the votes on it come to.
#[derive(Clone, Debug)]
pub struct ReportItem {
    /// The finding.
    pub item: SwotItem,
    /// Its votes.
    pub priority: Priority,
}

/// An orientation, how it is measured, and what serves it.
#[derive(Clone, Debug)]
pub struct ReportOrientation {
    /// The orientation.
    pub orientation: Orientation,
    /// Its indicators, each with its newest result.
    pub indicators: Vec<(Indicator, Option<IndicatorResult>)>,
    /// The titles of the first projects that serve it, as far as they may be seen.
    pub projects: Vec<String>,
    /// Whether there are more.
    pub more_projects: bool,
}

/// In the order of the table: what is within above what is without.
pub const QUADRANTS: [SwotQuadrant; 4] =
    [SwotQuadrant::Strength, SwotQuadrant::Weakness, SwotQuadrant::Opportunity, SwotQuadrant::Threat];

impl DiagnosisReport {
    /// The findings of an axis by quadrant, in each by priority, with what each is called: `A1.2` is the second strength (atout)
    /// of axis 1.
    pub fn coded(&self, language: Language) -> impl Iterator<Item = (&DiagnosisAxis, String, &ReportItem)> {
        self.axes.iter().flat_map(move |(axis, items)| {
            QUADRANTS.into_iter().flat_map(move |of| {
                let found = items.iter().filter(move |found| found.item.quadrant == of).zip(1..);
                found.map(move |(told, place)| {
                    (axis, format!("{}{}.{place}", quadrant(of, language).0, axis.number), told)
                })
            })
        })
    }
}

impl App {
    /// The report of a diagnosis as the caller sees it; null where there is none to be seen.
    pub async fn diagnosis_report(
        &self,
        caller: &Caller,
        slug: String,
    ) -> Result<Option<DiagnosisReport>, Error> {
        let visibility = Visibility::of(caller);
        let found = self.store.diagnosis(&DiagnosisRef::Slug(slug), &visibility).await?;
        let Some(diagnosis) = found else { return Ok(None) };
        let id = diagnosis.id;
        let territory = self.store.territories_by_ids(&[diagnosis.territory]).await?.pop();
        let sessions = self.store.all_sessions_of(id).await?;
        let session_ids: Vec<_> = sessions.iter().map(|session| session.id).collect();
        let mut attendance = self.store.attendance_of(&session_ids).await?;
        let tables = self.store.tables_of_diagnoses(&[id]).await?.remove(&id).unwrap_or_default();
        let mut named: Vec<ActorId> = attendance.values().flatten().copied().collect();
        named.extend(diagnosis.facilitator);
        let names = self.names(&named, &visibility).await?;
        let sessions = sessions.into_iter().map(|session| {
            let there = attendance.remove(&session.id).unwrap_or_default();
            let attendance = there.iter().filter_map(|id| names.get(id).cloned()).collect();
            ReportSession { session, attendance }
        });
        let (axes, crossings) = self.findings(&diagnosis).await?;
        let orientations = self.aims(&diagnosis, &visibility).await?;
        Ok(Some(DiagnosisReport {
            territory: territory.map(|territory| territory.name).unwrap_or_default(),
            facilitator: diagnosis.facilitator.and_then(|id| names.get(&id).cloned()),
            sessions: sessions.collect(),
            keywords: keywords::counts(&tables),
            axes,
            crossings,
            orientations,
            diagnosis,
        }))
    }

    async fn names(
        &self,
        ids: &[ActorId],
        visibility: &Visibility,
    ) -> Result<HashMap<ActorId, String>, Error> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let actors = self.store.actors_by_ids(ids, visibility).await?;
        Ok(actors.into_iter().map(|actor| (actor.id, actor.name)).collect())
    }

    /// The axes with their findings, and the crossings.
    async fn findings(
        &self,
        of: &Diagnosis,
    ) -> Result<(Vec<(DiagnosisAxis, Vec<ReportItem>)>, Vec<SwotCrossing>), Error> {
        let axes = self.store.axes_of(&[of.id]).await?.remove(&of.id).unwrap_or_default();
        let ids: Vec<_> = axes.iter().map(|axis| axis.id).collect();
        let mut items = self.store.swot_items_of(&ids, None).await?;
        let within: Vec<_> = axes
            .iter()
            .filter_map(|axis| items.get(&axis.id))
            .flatten()
            .filter(|item| item.quadrant.is_internal())
            .map(|item| item.id)
            .collect();
        let all: Vec<_> = items.values().flatten().map(|item| item.id).collect();
        let mut priorities =
            if all.is_empty() { HashMap::new() } else { self.store.swot_priorities(&all).await? };
        let mut crossed =
            if within.is_empty() { HashMap::new() } else { self.store.crossings_of(&within).await? };
        // Each has one finding within: so each once.
        let crossings = within.iter().filter_map(|id| crossed.remove(id)).flatten().collect();
        let with_items = |axis: DiagnosisAxis| {
            let found = items.remove(&axis.id).unwrap_or_default().into_iter();
            let told = found
                .map(|item| ReportItem { priority: priorities.remove(&item.id).unwrap_or_default(), item });
            let mut told: Vec<_> = told.collect();
            // Those without votes come last, as they were added.
            told.sort_by_key(|found| found.priority.rank.unwrap_or(i32::MAX));
            (axis, told)
        };
        Ok((axes.into_iter().map(with_items).collect(), crossings))
    }

    /// The orientations with their indicators and projects.
    async fn aims(&self, of: &Diagnosis, visibility: &Visibility) -> Result<Vec<ReportOrientation>, Error> {
        let found = self.store.orientations_of(&[of.id]).await?.remove(&of.id).unwrap_or_default();
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<_> = found.iter().map(|orientation| orientation.id.0).collect();
        let mut indicators = self.store.indicators_of(SubjectKind::Orientation, &ids).await?;
        let measured: Vec<_> = indicators.values().flatten().map(|indicator| indicator.id).collect();
        let mut results = if measured.is_empty() {
            HashMap::new()
        } else {
            self.store.indicator_results(&measured).await?
        };
        let listing = ProjectListing {
            filter: ProjectFilter::default(),
            anchor: Some(ProjectAnchor::Orientation),
            visibility: visibility.clone(),
        };
        let page = Page { size: MAX_PAGE, from_end: false, after: None, before: None };
        let mut projects = self.store.projects_of(&listing, &page, &ids).await?;
        let told = found.into_iter().map(|orientation| {
            let own = indicators.remove(&orientation.id.0).unwrap_or_default().into_iter();
            let served = projects.remove(&orientation.id.0);
            ReportOrientation {
                indicators: own
                    .map(|indicator| {
                        let newest = results.remove(&indicator.id).and_then(|mut all| all.pop());
                        (indicator, newest)
                    })
                    .collect(),
                more_projects: served.as_ref().is_some_and(|served| served.has_next),
                projects: served
                    .into_iter()
                    .flat_map(|served| served.edges)
                    .map(|edge| edge.node.title)
                    .collect(),
                orientation,
            }
        });
        Ok(told.collect())
    }
}

/// A quadrant's letter and name.
pub fn quadrant(of: SwotQuadrant, language: Language) -> (char, &'static str) {
    match (language, of) {
        (Language::Fr, SwotQuadrant::Strength) => ('A', "Atouts"),
        (Language::Fr, SwotQuadrant::Weakness) => ('F', "Faiblesses"),
        (Language::Fr, SwotQuadrant::Opportunity) => ('O', "Opportunités"),
        (Language::Fr, SwotQuadrant::Threat) => ('M', "Menaces"),
        (Language::En, SwotQuadrant::Strength) => ('S', "Strengths"),
        (Language::En, SwotQuadrant::Weakness) => ('W', "Weaknesses"),
        (Language::En, SwotQuadrant::Opportunity) => ('O', "Opportunities"),
        (Language::En, SwotQuadrant::Threat) => ('T', "Threats"),
    }
}

/// A number to the hundredth at most, as the language writes it.
pub fn decimal(value: f64, language: Language) -> String {
    let told = format!("{value:.2}");
    let told = told.trim_end_matches('0').trim_end_matches('.');
    match language {
        Language::Fr => told.replace('.', ","),
        Language::En => told.to_owned(),
    }
}

/// An exact number as the language writes it, its thousands apart.
pub fn grouped(value: Decimal, language: Language) -> String {
    let text = value.normalize().to_string();
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("−", rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    // A narrow space that does not break, as French typography asks.
    let (apart, point) = match language {
        Language::Fr => ('\u{202f}', ','),
        Language::En => (',', '.'),
    };
    let mut told = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            told.push(apart);
        }
        told.push(digit);
    }
    if !fraction.is_empty() {
        told.push(point);
        told.push_str(fraction);
    }
    told
}

/// The findings as a sheet: as a French spreadsheet reads it, with semicolons and decimal commas, or as others do.
pub fn sheet(report: &DiagnosisReport, language: Language) -> std::io::Result<Vec<u8>> {
    let (separator, header) = match language {
        Language::Fr => (
            b';',
            [
                "Code",
                "Axe",
                "Intitulé de l’axe",
                "Catégorie",
                "Constat",
                "Thèmes",
                "Séance",
                "Importance",
                "Capacité d’agir",
                "Votes",
                "Priorité",
            ],
        ),
        Language::En => (
            b',',
            [
                "Code",
                "Axis",
                "Title of the axis",
                "Quadrant",
                "Finding",
                "Themes",
                "Session",
                "Importance",
                "Capacity to act",
                "Votes",
                "Priority",
            ],
        ),
    };
    let mut bytes = Vec::new();
    let mut csv = CsvText::separated(&mut bytes, separator, &header)?;
    for (axis, code, told) in report.coded(language) {
        let (item, priority) = (&told.item, &told.priority);
        let labels: Vec<_> = item
            .themes
            .iter()
            .map(|slug| themes::find(slug).map_or(slug.as_str(), |theme| theme.label(language)))
            .collect();
        let session = report.sessions.iter().find(|held| Some(held.session.id) == item.session);
        let number = |value: Option<f64>| value.map(|value| decimal(value, language)).unwrap_or_default();
        csv.row(&[
            &code,
            &axis.number.to_string(),
            &axis.title,
            quadrant(item.quadrant, language).1,
            &item.text,
            &labels.join(", "),
            session.map_or("", |held| held.session.title.as_str()),
            &number(priority.importance),
            &number(priority.capacity),
            &priority.votes.to_string(),
            &priority.rank.map(|rank| rank.to_string()).unwrap_or_default(),
        ])?;
    }
    csv.flush()?;
    drop(csv);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart_as_each_language_has_it() {
        let told = |text: &str, language| grouped(text.parse().expect("a decimal"), language);
        assert_eq!(told("1234567.50", Language::Fr), "1\u{202f}234\u{202f}567,5");
        assert_eq!(told("-1234567.5", Language::En), "−1,234,567.5");
        assert_eq!(
            (told("215", Language::Fr), told("-1000", Language::Fr)),
            ("215".to_owned(), "−1\u{202f}000".to_owned())
        );
        assert_eq!(
            (told("0.25", Language::Fr), told("100", Language::En)),
            ("0,25".to_owned(), "100".to_owned())
        );
    }
}
