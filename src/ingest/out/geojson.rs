//! `GeoJSON` (RFC 7946): actors as points, interactions as lines between them. What has no place that may be told is in it
//! too, without a geometry.

use std::io::{self, Write};

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::cells::{ACTOR, Column, INTERACTION, TERRITORY, rounded};
use crate::domain::exports::{ActorRow, Head, InteractionRow, TerritoryRow};
use crate::geo::Position;

/// Up to the first feature. What RFC 7946 does not know stands beside: readers pass over it.
pub(super) fn open(out: &mut impl Write, head: &Head) -> io::Result<()> {
    let name = if head.is_network { "network" } else { "actors" };
    write!(
        out,
        "{{\"type\":\"FeatureCollection\",\"name\":\"{name}\",\"licence\":{},\"licenceUrl\":{},\"attribution\":{},\"madeAt\":{},\"features\":[",
        Value::from(head.licence.name.as_str()),
        Value::from(head.licence.url.as_str()),
        Value::from(head.attribution()),
        Value::from(head.made_at.to_rfc3339()),
    )
}

pub(super) fn close(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"\n]}\n")
}

pub(super) fn actor(out: &mut impl Write, row: &ActorRow, head: &Head, first: bool) -> io::Result<()> {
    between(out, first)?;
    feature(out, &ACTOR, row, &point(row), head.is_network.then_some("actor"))
}

pub(super) fn interaction(out: &mut impl Write, row: &InteractionRow, first: bool) -> io::Result<()> {
    between(out, first)?;
    feature(out, &INTERACTION, row, &line(row), Some("interaction"))
}

fn between(out: &mut impl Write, first: bool) -> io::Result<()> {
    out.write_all(if first { b"\n" } else { b",\n" })
}

/// An actor as a feature alone.
pub fn actor_feature(row: &ActorRow) -> String {
    alone(&ACTOR, row, &point(row))
}

/// An interaction as a feature alone.
pub fn interaction_feature(row: &InteractionRow) -> String {
    alone(&INTERACTION, row, &line(row))
}

/// A territory as a feature alone, whose geometry is of many polygons even where it is one.
pub fn territory_feature(row: &TerritoryRow) -> String {
    alone(&TERRITORY, row, &polygons(&row.outline))
}

fn alone<R>(columns: &[Column<R>], row: &R, geometry: &str) -> String {
    let mut out = Vec::new();
    feature(&mut out, columns, row, geometry, None).expect("memory takes all");
    String::from_utf8(out).expect("JSON is UTF-8")
}

fn point(row: &ActorRow) -> String {
    let point = row.actor.point().map(|at| json!({ "type": "Point", "coordinates": coordinates(at) }));
    point.unwrap_or_default().to_string()
}

fn line(row: &InteractionRow) -> String {
    let ends = row.source.point.zip(row.target.point);
    let line = ends.map(|(source, target)| {
        json!({ "type": "LineString", "coordinates": [coordinates(source), coordinates(target)] })
    });
    line.unwrap_or_default().to_string()
}

/// What an outline is made of; its numbers stay as they are.
#[derive(Deserialize)]
struct Outline<'a> {
    r#type: &'a str,
    #[serde(borrow)]
    coordinates: &'a RawValue,
}

fn polygons(outline: &str) -> String {
    match serde_json::from_str::<Outline>(outline) {
        Ok(Outline { r#type: "Polygon", coordinates }) => {
            format!("{{\"type\":\"MultiPolygon\",\"coordinates\":[{}]}}", coordinates.get())
        }
        Ok(_) => outline.to_owned(),
        Err(_) => "null".to_owned(),
    }
}

fn coordinates(point: Position) -> [f64; 2] {
    [point.longitude(), point.latitude()].map(rounded)
}

/// Of a network `record` says which of the two a feature is.
fn feature<R>(
    out: &mut impl Write,
    columns: &[Column<R>],
    row: &R,
    geometry: &str,
    record: Option<&str>,
) -> io::Result<()> {
    let mut properties = Map::new();
    if let Some(record) = record {
        properties.insert("record".into(), record.into());
    }
    for column in columns.iter().filter(|column| !["longitude", "latitude"].contains(&column.name)) {
        properties.insert(column.name.into(), (column.cell)(row).json());
    }
    let id = properties["id"].clone();
    let properties = Value::Object(properties);
    write!(out, "{{\"type\":\"Feature\",\"id\":{id},\"geometry\":{geometry},\"properties\":{properties}}}")
}
