//! Imports: the plan, what is written, what is refused and why.

mod batches;
mod cli;
mod files;
mod sent;
mod updates;
mod upset;

use std::fs;
use std::path::PathBuf;

use std::io::Write;
use std::ops::Deref;
use std::sync::{Arc, Mutex};

use maillage::app::imports::{ImportRequest, Outcome, Report};
use maillage::ingest::{Kind, Mapping, Severity};
use serde_json::{Value, json};

use crate::support::TestApp;

/// A folder with a mapping for each kind, as a town hall would write them.
struct Folder(tempfile::TempDir);

const TERRITORIES: &str = r#"kind = "territories"
[origin]
source = { text = "list" }
reference = { text = "{kind}/{code}" }
[fields]
kind = "kind"
code = "code"
name = "name"
vintage = { text = "2026" }
population = "population"
intercommunality = "epci"
"#;
const ACTORS: &str = r#"kind = "actors"
[origin]
source = { text = "town" }
reference = "id"
[fields]
kind = "kind"
name = "name"
siret = "siret"
seat = "insee"
longitude = "lon"
latitude = "lat"
website = "site"
[values.kind]
asso = "ASSOCIATION"
mairie = "LOCAL_AUTHORITY"
"#;
const INTERACTIONS: &str = r#"kind = "interactions"
[origin]
source = { text = "links" }
reference = "id"
[fields]
kind = "kind"
source = "source"
target = "target"
since = "since"
until = "until"
amount = "amount"
description = "label"
"#;
const CALLS: &str = r#"kind = "calls"
[origin]
source = { text = "aids" }
reference = "id"
[fields]
kind = { text = "STANDING_AID" }
title = "title"
closes_on = "closes"
funders = { column = "funders", split = ";" }
"#;
const ACTOR_HEADER: &str = "id,kind,name,siret,insee,lon,lat,site";
const LINK_HEADER: &str = "id,kind,source,target,since,until,amount,label";

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    fn request(&self, kind: Kind, name: &str, content: impl AsRef<[u8]>, dry_run: bool) -> ImportRequest {
        let text = match kind {
            Kind::Territories => TERRITORIES,
            Kind::Actors => ACTORS,
            Kind::Interactions => INTERACTIONS,
            Kind::Calls | Kind::Tracks => CALLS,
        };
        let mapping = Mapping::load(&self.write("mapping.toml", text)).unwrap();
        let files = vec![self.write(name, content)];
        ImportRequest { mapping: Some(mapping), dry_run, ..ImportRequest::new(kind, files) }
    }

    async fn import(&self, test: &TestApp, kind: Kind, name: &str, content: impl AsRef<[u8]>) -> Told {
        told(test, self.request(kind, name, content, false)).await
    }

    async fn actors(&self, test: &TestApp, rows: &str) -> Told {
        self.import(test, Kind::Actors, "actors.csv", format!("{ACTOR_HEADER}\n{rows}")).await
    }

    async fn links(&self, test: &TestApp, rows: &str) -> Told {
        self.import(test, Kind::Interactions, "links.csv", format!("{LINK_HEADER}\n{rows}")).await
    }
}

/// A report with its sheet.
struct Told {
    report: Report,
    sheet: String,
}

impl Deref for Told {
    type Target = Report;

    fn deref(&self) -> &Report {
        &self.report
    }
}

/// Bytes that are written in one place and read in another.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn told(test: &TestApp, request: ImportRequest) -> Told {
    let sheet = Shared::default();
    let request = ImportRequest { report: Some(Box::new(sheet.clone())), ..request };
    let report = test.app.import(request).await.unwrap();
    let sheet = String::from_utf8(sheet.0.lock().unwrap().clone()).unwrap();
    Told { report, sheet }
}

/// What became of each row, in order of line.
fn outcomes(told: &Told) -> Vec<(u64, Outcome)> {
    let mut lines = Vec::new();
    for row in csv::Reader::from_reader(told.sheet.as_bytes()).records() {
        let row = row.unwrap();
        for outcome in [Outcome::Create, Outcome::Update, Outcome::Same, Outcome::Refuse] {
            if &row[2] == outcome.as_ref() {
                lines.push((row[1].parse().unwrap(), outcome));
            }
        }
    }
    lines.sort_unstable();
    lines
}

/// The messages of this code, with their lines.
fn said(report: &Report, code: &str) -> Vec<(u64, String)> {
    let of_code = report.problems.iter().filter(|(_, problem)| problem.code == code);
    of_code.map(|(_, p)| (p.line.unwrap_or_default(), p.message.clone())).collect()
}

async fn actor(test: &TestApp, text: &str) -> Value {
    let query = "query ($text: String!) { actors(filter: {text: $text}) { nodes { id name version website seat { code }
        registrations { scheme value } location { point { latitude } } } } }";
    test.data(query, json!({"text": text})).await["actors"]["nodes"][0].clone()
}

const COMMUNES: &str = "kind,code,name,population,epci\nINTERCOMMUNALITY,1,Agglo,,\nINTERCOMMUNALITY,2,Autre,,\nCOMMUNE,28134,Dreux,31543,1\n";
