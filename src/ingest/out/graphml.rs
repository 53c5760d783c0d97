//! `GraphML`, as networkx, igraph, Gephi, yEd and Cytoscape read it.
//!
//! A graph is directed or not as a whole, since networkx and igraph refuse one that is both: it is directed where one of its
//! interactions is, and `directed` says it of each.

use std::io::{self, Write};

use super::cells::{ACTOR, Column, INTERACTION, Type};
use super::xml::Escaped;
use crate::domain::exports::{ActorRow, Head, InteractionRow};
use crate::domain::public_ids::public_id;

fn kind(kind: Type) -> &'static str {
    match kind {
        Type::Text | Type::Day | Type::Instant => "string",
        Type::Number => "double",
        Type::Whole => "int",
        Type::Flag => "boolean",
    }
}

/// The columns that are no attribute, since the graph itself says them.
fn is_attribute(name: &str) -> bool {
    !["id", "source_id", "target_id"].contains(&name)
}

fn keys<R>(out: &mut impl Write, of: &str, columns: &[Column<R>]) -> io::Result<()> {
    for column in columns.iter().filter(|column| is_attribute(column.name)) {
        let (name, kind) = (column.name, kind(column.kind));
        writeln!(out, "<key id=\"{of}_{name}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>")?;
    }
    Ok(())
}

/// Up to the first node.
pub(super) fn open(out: &mut impl Write, head: &Head) -> io::Result<()> {
    out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">\n")?;
    let about = [
        ("licence", format!("{} {}", head.licence.name, head.licence.url)),
        ("attribution", head.attribution()),
        ("made_at", head.made_at.to_rfc3339()),
    ];
    for (name, _) in &about {
        writeln!(out, "<key id=\"graph_{name}\" for=\"graph\" attr.name=\"{name}\" attr.type=\"string\"/>")?;
    }
    keys(out, "node", &ACTOR)?;
    writeln!(out, "<key id=\"edge_id\" for=\"edge\" attr.name=\"interaction\" attr.type=\"string\"/>")?;
    keys(out, "edge", &INTERACTION)?;
    let direction = if head.directed { "directed" } else { "undirected" };
    writeln!(out, "<graph id=\"maillage\" edgedefault=\"{direction}\">")?;
    for (name, value) in &about {
        writeln!(out, "<data key=\"graph_{name}\">{}</data>", Escaped(value))?;
    }
    Ok(())
}

fn data<R>(out: &mut impl Write, of: &str, columns: &[Column<R>], row: &R) -> io::Result<()> {
    for column in columns.iter().filter(|column| is_attribute(column.name)) {
        let cell = (column.cell)(row);
        if let Some(text) = cell.text() {
            write!(out, "<data key=\"{of}_{}\">{}</data>", column.name, Escaped(&text))?;
        }
    }
    Ok(())
}

pub(super) fn actor(out: &mut impl Write, row: &ActorRow) -> io::Result<()> {
    write!(out, "<node id=\"{}\">", public_id(row.actor.id))?;
    data(out, "node", &ACTOR, row)?;
    out.write_all(b"</node>\n")
}

pub(super) fn interaction(out: &mut impl Write, row: &InteractionRow) -> io::Result<()> {
    let (source, target) = (public_id(row.source.id), public_id(row.target.id));
    let id = public_id(row.interaction.id);
    write!(
        out,
        "<edge id=\"{id}\" source=\"{source}\" target=\"{target}\"><data key=\"edge_id\">{id}</data>"
    )?;
    data(out, "edge", &INTERACTION, row)?;
    out.write_all(b"</edge>\n")
}

pub(super) fn close(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"</graph>\n</graphml>\n")
}
