//! GEXF 1.3, Gephi's own format: interactions have the time in which they hold as spells, so that its timeline moves.
//!
//! A graph is directed or not as a whole, as in [`graphml`](super::graphml).

use std::io::{self, Write};

use super::cells::{ACTOR, Column, INTERACTION, Type};
use super::xml::Escaped;
use crate::domain::exports::{ActorRow, Head, InteractionRow};
use crate::domain::public_ids::public_id;

fn kind(kind: Type) -> &'static str {
    match kind {
        Type::Text | Type::Day | Type::Instant => "string",
        Type::Number => "double",
        Type::Whole => "integer",
        Type::Flag => "boolean",
    }
}

/// The columns that are no attribute, since the graph itself says them.
fn is_attribute(name: &str) -> bool {
    !["id", "source_id", "target_id", "weight"].contains(&name)
}

fn attributes<R>(out: &mut impl Write, class: &str, columns: &[Column<R>]) -> io::Result<()> {
    writeln!(out, "<attributes class=\"{class}\">")?;
    for column in columns.iter().filter(|column| is_attribute(column.name)) {
        let (name, kind) = (column.name, kind(column.kind));
        writeln!(out, "<attribute id=\"{name}\" title=\"{name}\" type=\"{kind}\"/>")?;
    }
    out.write_all(b"</attributes>\n")
}

/// Up to the first node.
pub(super) fn open(out: &mut impl Write, head: &Head) -> io::Result<()> {
    out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gexf xmlns=\"http://gexf.net/1.3\" version=\"1.3\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd\">\n")?;
    let says = format!("{} {}. {}", head.licence.name, head.licence.url, head.attribution());
    writeln!(
        out,
        "<meta lastmodifieddate=\"{}\"><creator>Maillage</creator><description>{}</description></meta>",
        head.made_at.date_naive(),
        Escaped(&says)
    )?;
    let direction = if head.directed { "directed" } else { "undirected" };
    let mode = if head.is_network { "mode=\"dynamic\" timeformat=\"date\"" } else { "mode=\"static\"" };
    writeln!(out, "<graph defaultedgetype=\"{direction}\" {mode}>")?;
    attributes(out, "node", &ACTOR)?;
    attributes(out, "edge", &INTERACTION)?;
    out.write_all(b"<nodes>\n")
}

/// Between nodes and edges.
pub(super) fn between(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"</nodes>\n<edges>\n")
}

pub(super) fn close(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"</edges>\n</graph>\n</gexf>\n")
}

fn values<R>(out: &mut impl Write, columns: &[Column<R>], row: &R) -> io::Result<()> {
    out.write_all(b"<attvalues>")?;
    for column in columns.iter().filter(|column| is_attribute(column.name)) {
        let cell = (column.cell)(row);
        if let Some(text) = cell.text() {
            write!(out, "<attvalue for=\"{}\" value=\"{}\"/>", column.name, Escaped(&text))?;
        }
    }
    out.write_all(b"</attvalues>")
}

pub(super) fn actor(out: &mut impl Write, row: &ActorRow) -> io::Result<()> {
    write!(out, "<node id=\"{}\" label=\"{}\">", public_id(row.actor.id), Escaped(&row.actor.name))?;
    values(out, &ACTOR, row)?;
    out.write_all(b"</node>\n")
}

pub(super) fn interaction(out: &mut impl Write, row: &InteractionRow) -> io::Result<()> {
    let link = &row.interaction;
    write!(
        out,
        "<edge id=\"{}\" source=\"{}\" target=\"{}\" label=\"{}\" weight=\"{}\">",
        public_id(link.id),
        public_id(row.source.id),
        public_id(row.target.id),
        link.kind,
        crate::domain::interactions::weight(link.level, link.intensity),
    )?;
    values(out, &INTERACTION, row)?;
    if link.since.is_some() || link.until.is_some() {
        out.write_all(b"<spells><spell")?;
        if let Some(since) = link.since {
            write!(out, " start=\"{}\"", since.date)?;
        }
        if let Some(until) = link.until {
            write!(out, " end=\"{}\"", until.date)?;
        }
        out.write_all(b"/></spells>")?;
    }
    out.write_all(b"</edge>\n")
}
