//! The parameters of a page of features: each is known or refused, and all that is wrong is said at once.

use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate};
use url::form_urlencoded;

use crate::domain::clock::day_in_paris;
use crate::domain::error::Violations;
use crate::domain::features::{FEATURES, FeatureFilter, Layer, Period};
use crate::domain::ids::{ActorId, SubjectKind, TerritoryId};
use crate::domain::interactions::CooperationLevel;
use crate::domain::public_ids;
use crate::domain::search_text::SearchText;
use crate::domain::territories::{
    ScopeDirection, TerritoryBasis, TerritoryCode, TerritoryKind, TerritoryRef, TerritoryScope,
};
use crate::domain::{sdgs, themes};
use crate::geo::BoundingBox;

/// The system of coordinates, and the only one.
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
/// Parameters of every layer, then those of each.
pub(super) const COMMON: [&str; 6] = ["limit", "bbox", "bbox-crs", "datetime", "cursor", "f"];
const ACTORS: &[&str] = &["kind", "themes", "sdgs", "audiences", "territory", "basis", "q"];
const INTERACTIONS: &[&str] = &["kind", "themes", "level", "intensity", "confirmation", "territory", "actor"];
const TERRITORIES: &[&str] = &["q", "within"];

/// The parameters that filter a layer.
pub(super) fn own(layer: Layer) -> &'static [&'static str] {
    match layer {
        Layer::Actors => ACTORS,
        Layer::Interactions => INTERACTIONS,
        Layer::Territories(_) => TERRITORIES,
    }
}

/// What a page is asked for with.
#[derive(Debug)]
pub(super) struct Asked {
    pub filter: FeatureFilter,
    pub limit: u32,
    pub cursor: Option<String>,
}

/// Refuses every parameter but the format, which is JSON.
pub(super) fn only_format(query: Option<&str>) -> Result<(), Vec<String>> {
    let mut wrong = Vec::new();
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        match name.as_ref() {
            "f" => format(&value, &mut wrong),
            other => wrong.push(format!("{other:?} is no parameter of this address; there is only f.")),
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// The same query with another cursor.
pub(super) fn with_cursor(query: &str, cursor: &str) -> String {
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "cursor");
    form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).append_pair("cursor", cursor).finish()
}

fn format(value: &str, wrong: &mut Vec<String>) {
    if !["json", "geojson", "application/geo+json", "application/json"].contains(&value) {
        wrong.push(format!("f can't be {value:?}: there is only json."));
    }
}

impl Asked {
    /// Reads a query, or says all that is wrong with it.
    pub(super) fn read(layer: Layer, query: &str) -> Result<Self, Vec<String>> {
        let mut asked = Self { filter: FeatureFilter::default(), limit: FEATURES, cursor: None };
        let (mut wrong, mut seen) = (Vec::new(), Vec::new());
        let mut scope = Scope::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if value.contains('\0') || name.contains('\0') {
                wrong.push("A parameter holds a character that none may hold.".to_owned());
                continue;
            }
            if seen.contains(&name) {
                wrong.push(format!("{name} is given twice."));
                continue;
            }
            if COMMON.contains(&name.as_ref()) {
                asked.common(layer, &name, &value, &mut wrong);
            } else if own(layer).contains(&name.as_ref()) {
                asked.own(layer, &name, &value, &mut scope, &mut wrong);
            } else {
                let known = COMMON.iter().chain(own(layer)).copied().collect::<Vec<_>>().join(", ");
                wrong.push(format!("{name:?} is no parameter of {}; there are {known}.", layer.name()));
            }
            seen.push(name);
        }
        if let Some(territory) = scope.territory {
            let scope = TerritoryScope { territory, direction: ScopeDirection::Down, basis: scope.basis };
            match layer {
                Layer::Actors => asked.filter.actors.territory = Some(scope),
                _ => asked.filter.interactions.territory = Some(scope),
            }
        }
        if wrong.is_empty() { Ok(asked) } else { Err(wrong) }
    }

    fn common(&mut self, layer: Layer, name: &str, value: &str, wrong: &mut Vec<String>) {
        match name {
            "limit" => match value.parse::<u64>() {
                // More than there may be is as many as there may be: the standard has it so.
                Ok(limit) if limit > 0 => self.limit = limit.min(u64::from(layer.most())) as u32,
                _ => wrong.push(format!("limit is a whole number from 1 to {}.", layer.most())),
            },
            "bbox" => match bbox(value) {
                Ok(bbox) => self.filter.bbox = Some(bbox),
                Err(why) => wrong.push(why),
            },
            "bbox-crs" if value != CRS84 => wrong.push(format!("bbox-crs can only be {CRS84}.")),
            "datetime" => match period(value) {
                Some(period) => self.filter.period = period,
                None => wrong.push("datetime is a day (2026-06-30), an instant (2026-06-30T12:00:00Z) or two of them with / between, .. for an open end.".to_owned()),
            },
            "cursor" => self.cursor = Some(value.to_owned()),
            "f" => format(value, wrong),
            _ => {}
        }
    }

    fn own(&mut self, layer: Layer, name: &str, value: &str, scope: &mut Scope, wrong: &mut Vec<String>) {
        let (actors, interactions, territories) =
            (&mut self.filter.actors, &mut self.filter.interactions, &mut self.filter.territories);
        let mut found = Violations::default();
        match (layer, name) {
            (Layer::Actors, "kind") => actors.kinds = words(name, value, wrong),
            (Layer::Actors, "themes") => actors.themes = themes::parse(name, list(value), &mut found),
            (Layer::Actors, "sdgs") => {
                // What is no number is none of the seventeen.
                let numbers: Vec<i32> = list(value).iter().map(|n| n.parse().unwrap_or(0)).collect();
                actors.sdgs = sdgs::parse(name, &numbers, &mut found);
            }
            (Layer::Actors, "audiences") => actors.audiences = list(value),
            (Layer::Actors, "q") => actors.text = text(value, wrong),
            (Layer::Interactions, "kind") => interactions.kinds = words(name, value, wrong),
            (Layer::Interactions, "themes") => {
                interactions.themes = themes::parse(name, list(value), &mut found);
            }
            (Layer::Interactions, "level") => {
                interactions.min_level = words::<CooperationLevel>(name, value, wrong).into_iter().min();
            }
            (Layer::Interactions, "intensity") => match value.parse() {
                Ok(intensity @ 1..=5) => interactions.min_intensity = Some(intensity),
                _ => wrong.push("intensity is from 1 to 5; stronger ones match too.".to_owned()),
            },
            (Layer::Interactions, "confirmation") => interactions.confirmation = words(name, value, wrong),
            (Layer::Interactions, "actor") => match public_ids::subject(value) {
                Some(subject) if subject.kind == SubjectKind::Actor => {
                    interactions.actor = Some(ActorId(subject.id));
                }
                _ => wrong.push("actor is the id of an actor.".to_owned()),
            },
            (Layer::Territories(_), "q") => territories.text = text(value, wrong),
            (Layer::Territories(_), "within") => territories.within = territory(name, value, wrong),
            (_, "territory") => scope.territory = territory(name, value, wrong),
            (_, "basis") => match value {
                "SEAT" => scope.basis = TerritoryBasis::Seat,
                "AREA" => scope.basis = TerritoryBasis::Area,
                "ANY" => scope.basis = TerritoryBasis::Any,
                _ => wrong.push("basis is SEAT, AREA or ANY.".to_owned()),
            },
            _ => {}
        }
        wrong.extend(found.sentences());
    }
}

#[derive(Default)]
struct Scope {
    territory: Option<TerritoryRef>,
    basis: TerritoryBasis,
}

/// Entries with a comma between.
fn list(value: &str) -> Vec<String> {
    value.split(',').map(str::trim).filter(|entry| !entry.is_empty()).take(250).map(str::to_owned).collect()
}

/// Names of an enumeration.
fn words<T: FromStr>(name: &str, value: &str, wrong: &mut Vec<String>) -> Vec<T> {
    let mut known = Vec::new();
    for word in list(value) {
        match word.parse() {
            Ok(word) => known.push(word),
            Err(_) => {
                wrong.push(format!("{name} can't be {word:?}: the words are those of the GraphQL schema."));
            }
        }
    }
    known
}

fn text(value: &str, wrong: &mut Vec<String>) -> Option<SearchText> {
    if value.chars().count() > 200 {
        wrong.push("q has at most 200 characters.".to_owned());
        return None;
    }
    (!value.trim().is_empty()).then(|| SearchText::parse(value.trim_start()))
}

/// By its id, or as `COMMUNE:28134`.
fn territory(name: &str, value: &str, wrong: &mut Vec<String>) -> Option<TerritoryRef> {
    if let Some((kind, code)) = value.split_once(':')
        && let Ok(kind) = kind.parse::<TerritoryKind>()
    {
        return Some(TerritoryRef::Code(TerritoryCode { kind, code: code.trim().to_owned(), vintage: None }));
    }
    match public_ids::subject(value) {
        Some(subject) if subject.kind == SubjectKind::Territory => {
            Some(TerritoryRef::Id(TerritoryId(subject.id)))
        }
        _ => {
            wrong.push(format!("{name} is a kind and a code, as COMMUNE:28134, or the id of a territory."));
            None
        }
    }
}

/// West, south, east, north; of six numbers the heights do not matter.
fn bbox(value: &str) -> Result<BoundingBox, String> {
    let numbers: Option<Vec<f64>> = value.split(',').map(|number| number.trim().parse().ok()).collect();
    let sides = match numbers.as_deref() {
        Some([west, south, east, north] | [west, south, _, east, north, _]) => [*west, *south, *east, *north],
        _ => return Err("bbox is four numbers with commas between: west, south, east, north.".to_owned()),
    };
    // Programs ask for more than the whole world.
    let [west, south, east, north] = sides;
    let held =
        |degrees: f64, most: f64| if degrees.is_finite() { degrees.clamp(-most, most) } else { degrees };
    BoundingBox::new(held(west, 180.0), held(south, 90.0), held(east, 180.0), held(north, 90.0))
        .map_err(|error| format!("bbox: {error}."))
}

/// A day, an instant, or two of them; open where there is nothing or `..`.
fn period(value: &str) -> Option<Period> {
    let Some((from, until)) = value.split_once('/') else {
        let day = day(value)?;
        return Some(Period { from: Some(day), until: Some(day) });
    };
    let end = |text: &str| match text {
        "" | ".." => Some(None),
        text => day(text).map(Some),
    };
    let period = Period { from: end(from)?, until: end(until)? };
    let runs_backwards = period.from.zip(period.until).is_some_and(|(from, until)| until < from);
    (!runs_backwards && (period.from.is_some() || period.until.is_some())).then_some(period)
}

fn day(text: &str) -> Option<NaiveDate> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let day = date.or_else(|| DateTime::parse_from_rfc3339(text).ok().map(|at| day_in_paris(at.to_utc())));
    // Years of four digits, as RFC 3339 has them: Postgres knows none that chrono does beyond.
    day.filter(|day| (0..=9_999).contains(&day.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let query = "limit=0&bbox=1,2,3&datetime=yesterday&colour=red&kind=CASTLE&themes=none&sdgs=99&bbox-crs=EPSG:4326&f=html&basis=X&limit=3&q=%00";
        let wrong = Asked::read(Layer::Actors, query).expect_err("all is wrong");
        assert_eq!(wrong.len(), 12, "{wrong:#?}");
        assert!(wrong.iter().any(|why| why.contains("colour") && why.contains("territory")), "{wrong:#?}");
    }

    #[test]
    fn no_year_has_more_than_four_digits() {
        for wrong in ["-5000-01-01", "../-262143-01-01", "+12026-01-01/..", "2026-01-01/+262142-12-31"] {
            assert_eq!(period(wrong), None, "{wrong}");
        }
        assert!(period("0001-01-01/9999-12-31").is_some());
    }

    #[test]
    fn what_is_right_is_read() {
        let query = "limit=5000&bbox=-200,40,0,10,50,0&datetime=2020-01-01T00:00:00Z/..&kind=FUNDING,SUPPORT&level=PARTNERSHIP&territory=COMMUNE:28134&f=json";
        let asked = Asked::read(Layer::Interactions, query).expect("all is right");
        assert_eq!((asked.limit, asked.filter.interactions.kinds.len()), (1_000, 2));
        assert_eq!(asked.filter.bbox.map(|bbox| [bbox.west(), bbox.north()]), Some([-180.0, 50.0]));
        assert_eq!(asked.filter.period, Period { from: NaiveDate::from_ymd_opt(2020, 1, 1), until: None });
        assert!(asked.filter.interactions.territory.is_some());
        assert_eq!(with_cursor("limit=5&cursor=old&q=a%20b", "new"), "limit=5&q=a+b&cursor=new");
    }

    #[test]
    fn a_period_runs_forwards_and_is_not_open_at_both_ends() {
        for wrong in ["2021-01-01/2020-01-01", "../..", "/", "2020", "2020-13-01", "2020-01-01/x"] {
            assert_eq!(period(wrong), None, "{wrong}");
        }
        assert!(period("../2020-01-01").is_some() && period("2020-01-01/").is_some());
    }
}
