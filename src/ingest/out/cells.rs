//! What a row says in each column: one table for all formats. Names are for good; new columns come at the end.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

use crate::domain::exports::{ActorRow, InteractionRow, Place, TerritoryRow};
use crate::domain::interactions::weight;
use crate::domain::public_ids::public_id;
use crate::domain::registrations::RegistrationScheme;

/// Between the entries of a cell that holds several.
const BETWEEN: &str = " | ";

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Number,
    Whole,
    Flag,
    Day,
    Instant,
}

/// What a row says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    Empty,
    Text(Cow<'a, str>),
    Number(f64),
    Whole(i64),
    Flag(bool),
    Day(NaiveDate),
    Instant(DateTime<Utc>),
}

impl Cell<'_> {
    /// As text that every program reads: a point in numbers, ISO 8601 in dates. Null where it is empty.
    pub(super) fn text(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Empty => return None,
            Self::Text(text) => Cow::Borrowed(text.as_ref()),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Whole(number) => Cow::Owned(number.to_string()),
            Self::Flag(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
            Self::Day(day) => Cow::Owned(day.to_string()),
            Self::Instant(at) => Cow::Owned(at.to_rfc3339_opts(SecondsFormat::Secs, true)),
        })
    }

    /// As JSON; null where it is empty, so that every row has the same members.
    pub(super) fn json(&self) -> Value {
        match self {
            Self::Number(number) => Value::from(*number),
            Self::Whole(number) => Value::from(*number),
            Self::Flag(flag) => Value::from(*flag),
            other => other.text().map_or(Value::Null, |text| Value::from(text.into_owned())),
        }
    }
}

/// A column.
pub(super) struct Column<R> {
    pub name: &'static str,
    pub kind: Type,
    pub cell: for<'a> fn(&'a R) -> Cell<'a>,
}

fn text(text: &str) -> Cell<'_> {
    if text.is_empty() { Cell::Empty } else { Cell::Text(Cow::Borrowed(text)) }
}

fn some_text(text: Option<&str>) -> Cell<'_> {
    text.map_or(Cell::Empty, self::text)
}

fn list<T: AsRef<str>>(entries: &[T]) -> Cell<'static> {
    if entries.is_empty() {
        return Cell::Empty;
    }
    Cell::Text(Cow::Owned(entries.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(BETWEEN)))
}

fn places(places: &[Place]) -> Cell<'static> {
    list(
        &places
            .iter()
            .map(|place| format!("{} {} {}", place.kind, place.code, place.name))
            .collect::<Vec<_>>(),
    )
}

fn registered(row: &ActorRow, scheme: RegistrationScheme) -> Cell<'static> {
    let own = row.registrations.iter().filter(|registration| registration.scheme == scheme);
    list(&own.map(|registration| registration.value.as_str()).collect::<Vec<_>>())
}

fn degrees(degrees: Option<f64>) -> Cell<'static> {
    degrees.map_or(Cell::Empty, |degrees| Cell::Number(rounded(degrees)))
}

/// Seven decimals, a centimetre; adding zero turns -0 into 0.
pub(super) fn rounded(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7 + 0.0
}

const fn column<R>(name: &'static str, kind: Type, cell: for<'a> fn(&'a R) -> Cell<'a>) -> Column<R> {
    Column { name, kind, cell }
}

/// The columns of an actor.
#[rustfmt::skip]
pub(super) static ACTOR: [Column<ActorRow>; 31] = [
    column("id",                 Type::Text,    |row| Cell::Text(public_id(row.actor.id).into())),
    column("name",               Type::Text,    |row| text(&row.actor.name)),
    column("short_name",         Type::Text,    |row| some_text(row.actor.short_name.as_deref())),
    column("kind",               Type::Text,    |row| text(row.actor.kind.as_ref())),
    column("description",        Type::Text,    |row| some_text(row.actor.description.as_deref())),
    column("website",            Type::Text,    |row| some_text(row.actor.website.as_ref().map(url::Url::as_str))),
    column("themes",             Type::Text,    |row| list(&row.actor.themes)),
    column("sdgs",               Type::Text,    |row| list(&row.actor.sdgs.iter().map(ToString::to_string).collect::<Vec<_>>())),
    column("audiences",          Type::Text,    |row| list(&row.actor.audiences)),
    column("longitude",          Type::Number,  |row| degrees(row.actor.point().map(crate::geo::Position::longitude))),
    column("latitude",           Type::Number,  |row| degrees(row.actor.point().map(crate::geo::Position::latitude))),
    column("location_precision", Type::Text,    |row| row.actor.location.as_ref().filter(|l| l.point.is_some()).map_or(Cell::Empty, |l| text(l.precision.as_ref()))),
    column("location_hidden",    Type::Flag,    |row| Cell::Flag(row.actor.location.as_ref().is_some_and(|l| l.hidden))),
    column("address",            Type::Text,    |row| some_text(row.actor.location.as_ref().and_then(|l| l.address.as_deref()))),
    column("postcode",           Type::Text,    |row| some_text(row.actor.location.as_ref().and_then(|l| l.postcode.as_deref()))),
    column("seat_code",          Type::Text,    |row| some_text(row.seat.as_ref().map(|seat| seat.code.as_str()))),
    column("seat_name",          Type::Text,    |row| some_text(row.seat.as_ref().map(|seat| seat.name.as_str()))),
    column("areas_served",       Type::Text,    |row| places(&row.areas)),
    column("siren",              Type::Text,    |row| registered(row, RegistrationScheme::Siren)),
    column("siret",              Type::Text,    |row| registered(row, RegistrationScheme::Siret)),
    column("rna",                Type::Text,    |row| registered(row, RegistrationScheme::Rna)),
    column("uai",                Type::Text,    |row| registered(row, RegistrationScheme::Uai)),
    column("finess",             Type::Text,    |row| registered(row, RegistrationScheme::Finess)),
    column("wikidata",           Type::Text,    |row| registered(row, RegistrationScheme::Wikidata)),
    column("other_registration", Type::Text,    |row| registered(row, RegistrationScheme::Other)),
    column("status",             Type::Text,    |row| text(row.actor.publication.status.as_ref())),
    column("verified_on",        Type::Day,     |row| row.actor.verified_on.map_or(Cell::Empty, Cell::Day)),
    column("created_at",         Type::Instant, |row| Cell::Instant(row.actor.created_at)),
    column("updated_at",         Type::Instant, |row| Cell::Instant(row.actor.updated_at)),
    column("slug",               Type::Text,    |row| text(&row.actor.slug)),
    column("sources",            Type::Text,    |row| list(&row.sources)),
];

/// The columns of an interaction.
#[rustfmt::skip]
pub(super) static INTERACTION: [Column<InteractionRow>; 25] = [
    column("id",              Type::Text,    |row| Cell::Text(public_id(row.interaction.id).into())),
    column("kind",            Type::Text,    |row| text(row.interaction.kind.as_ref())),
    column("directed",        Type::Flag,    |row| Cell::Flag(row.interaction.kind.directed())),
    column("source_id",       Type::Text,    |row| Cell::Text(public_id(row.source.id).into())),
    column("source_name",     Type::Text,    |row| text(&row.source.name)),
    column("target_id",       Type::Text,    |row| Cell::Text(public_id(row.target.id).into())),
    column("target_name",     Type::Text,    |row| text(&row.target.name)),
    column("weight",          Type::Number,  |row| Cell::Number(weight(row.interaction.level, row.interaction.intensity))),
    column("level",           Type::Text,    |row| row.interaction.level.map_or(Cell::Empty, |level| Cell::Text(level.to_string().into()))),
    column("level_number",    Type::Whole,   |row| row.interaction.level.map_or(Cell::Empty, |level| Cell::Whole(level as i64))),
    column("intensity",       Type::Whole,   |row| row.interaction.intensity.map_or(Cell::Empty, |i| Cell::Whole(i.into()))),
    column("frequency",       Type::Text,    |row| row.interaction.frequency.map_or(Cell::Empty, |f| Cell::Text(f.to_string().into()))),
    column("formalised",      Type::Flag,    |row| row.interaction.formalised.map_or(Cell::Empty, Cell::Flag)),
    column("description",     Type::Text,    |row| some_text(row.interaction.description.as_deref())),
    column("themes",          Type::Text,    |row| list(&row.interaction.themes)),
    column("since",           Type::Day,     |row| row.interaction.since.map_or(Cell::Empty, |since| Cell::Day(since.date))),
    column("since_precision", Type::Text,    |row| row.interaction.since.map_or(Cell::Empty, |since| Cell::Text(since.precision.to_string().into()))),
    column("until",           Type::Day,     |row| row.interaction.until.map_or(Cell::Empty, |until| Cell::Day(until.date))),
    column("until_precision", Type::Text,    |row| row.interaction.until.map_or(Cell::Empty, |until| Cell::Text(until.precision.to_string().into()))),
    column("active",          Type::Flag,    |row| Cell::Flag(row.active)),
    column("amount",          Type::Number,  |row| row.interaction.amount.and_then(|amount| amount.to_f64()).map_or(Cell::Empty, Cell::Number)),
    column("territories",     Type::Text,    |row| places(&row.territories)),
    column("confirmation",    Type::Text,    |row| text(row.interaction.confirmation.as_ref())),
    column("status",          Type::Text,    |row| text(row.interaction.publication.status.as_ref())),
    column("sources",         Type::Text,    |row| list(&row.sources)),
];

/// The columns of a territory.
#[rustfmt::skip]
pub(super) static TERRITORY: [Column<TerritoryRow>; 10] = [
    column("id",          Type::Text,    |row| Cell::Text(public_id(row.territory.id).into())),
    column("kind",        Type::Text,    |row| text(row.territory.kind.as_ref())),
    column("code",        Type::Text,    |row| text(&row.territory.code)),
    column("vintage",     Type::Whole,   |row| Cell::Whole(row.territory.vintage.into())),
    column("name",        Type::Text,    |row| text(&row.territory.name)),
    column("population",  Type::Whole,   |row| row.territory.population.map_or(Cell::Empty, |n| Cell::Whole(n.into()))),
    column("valid_from",  Type::Day,     |row| row.territory.valid_from.map_or(Cell::Empty, Cell::Day)),
    column("valid_until", Type::Day,     |row| row.territory.valid_until.map_or(Cell::Empty, Cell::Day)),
    column("boundary_precision_metres", Type::Number, |row| row.territory.outline.as_ref().map_or(Cell::Empty, |o| Cell::Number(o.precision_metres))),
    column("updated_at",  Type::Instant, |row| Cell::Instant(row.territory.updated_at)),
];
