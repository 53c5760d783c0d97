use std::io::Read;

use calamine::{Data, Reader, Xlsx};
use chrono::{DateTime, NaiveDate};
use serde_json::Value;
use url::Url;
use uuid::Uuid;

use super::*;
use crate::domain::actors::{Actor, Location, LocationPrecision};
use crate::domain::dates::{DatePrecision, PartialDate};
use crate::domain::error::Violations;
use crate::domain::exports::{End, Licence, Place};
use crate::domain::ids::{ActorId, InteractionId};
use crate::domain::interactions::{Interaction, InteractionKind};
use crate::domain::registrations::{Registration, RegistrationScheme};
use crate::domain::territories::TerritoryKind;
use crate::geo::Position;

fn head(is_network: bool) -> Head {
    let url = |text: &str| Url::parse(text).expect("an address");
    Head {
        is_network,
        directed: is_network,
        made_at: DateTime::UNIX_EPOCH,
        as_of: None,
        licence: Licence {
            name: "Licence Ouverte 2.0".into(),
            url: url("https://example.org/licence"),
            attribution: "L'Agglo & <co>".into(),
        },
        sources: vec!["fonds-vert-2023".into()],
        asked: "{}".into(),
        public: url("https://mesh.example.org/"),
    }
}

fn actor(key: u128, name: &str, located: bool) -> ActorRow {
    let mut actor = Actor::new(ActorId(Uuid::from_u128(key)), DateTime::UNIX_EPOCH);
    actor.name = name.into();
    actor.description = Some("Été \u{7}\"<&>\"\nà Dreux".into());
    actor.location = located.then(|| Location {
        point: Position::new(1.366_123_456_78, 48.73).ok(),
        address: Some("-1 rue".into()),
        postcode: Some("01000".into()),
        precision: LocationPrecision::Exact,
        hidden: false,
    });
    let dreux = Place { kind: TerritoryKind::Commune, code: "28134".into(), name: "Dreux".into() };
    let siret = Registration { scheme: RegistrationScheme::Siret, value: "21280134400012".into() };
    ActorRow {
        actor,
        seat: Some(dreux.clone()),
        areas: vec![dreux],
        registrations: vec![siret],
        sources: vec!["france-services".into()],
    }
}

fn interaction(source: &ActorRow, target: &ActorRow) -> InteractionRow {
    let mut found = Violations::default();
    let (from, to) = (source.actor.id, target.actor.id);
    let id = InteractionId(Uuid::from_u128(9));
    let mut interaction =
        Interaction::new(id, InteractionKind::Funding, from, to, DateTime::UNIX_EPOCH, &mut found);
    let date = NaiveDate::from_ymd_opt(2021, 1, 1).expect("a day");
    interaction.since = Some(PartialDate { date, precision: DatePrecision::Year });
    let end =
        |row: &ActorRow| End { id: row.actor.id, name: row.actor.name.clone(), point: row.actor.point() };
    InteractionRow {
        interaction,
        source: end(source),
        target: end(target),
        territories: Vec::new(),
        sources: Vec::new(),
        active: true,
    }
}

fn written(format: ExportFormat, network: bool) -> Vec<u8> {
    let actors = [actor(1, "=1+1;\"CCAS\"", true), actor(2, "Été", true), actor(3, "Seule", false)];
    let mut file = FileWriter::new(format, head(network)).expect("it begins");
    for row in &actors {
        file.actor(row).expect("it is written");
    }
    if network {
        file.interaction(&interaction(&actors[0], &actors[1])).expect("it is written");
    }
    let mut bytes = file.take();
    file.finish().expect("it ends").read_to_end(&mut bytes).expect("it is read");
    bytes
}

fn text(format: ExportFormat, network: bool) -> String {
    String::from_utf8(written(format, network)).expect("UTF-8")
}

#[test]
fn a_table_has_a_mark_and_no_cell_that_is_executed() {
    let csv = text(ExportFormat::Csv, false);
    let lines: Vec<_> = csv.split("\r\n").collect();
    assert!(lines[0].starts_with("\u{feff}\"id\";\"name\";"), "{}", lines[0]);
    assert!(lines[1].contains(";\"'=1+1;\"\"CCAS\"\"\";"), "{}", lines[1]);
    assert!(lines[1].contains(";1.3661235;48.73;\"EXACT\";\"false\";\"'-1 rue\";"), "{}", lines[1]);
    assert!(lines[1].ends_with("\"france-services\";\"Licence Ouverte 2.0\""), "{}", lines[1]);
}

#[test]
fn a_network_as_tables_keeps_actors_without_links_and_says_whose_it_is() {
    let mut zip = zip::ZipArchive::new(Cursor::new(written(ExportFormat::Csv, true))).expect("an archive");
    let mut read = |name: &str| {
        let mut text = String::new();
        zip.by_name(name).expect("a file").read_to_string(&mut text).expect("text");
        text
    };
    assert!(read("actors.csv").contains("\"Seule\""));
    assert!(read("interactions.csv").contains("\"FUNDING\";\"true\""));
    assert!(read("LICENCE.txt").contains("L'Agglo & <co> (fonds-vert-2023)"));
}

#[test]
fn a_workbook_holds_texts_as_texts_and_says_whose_it_is() {
    let bytes = written(ExportFormat::Xlsx, true);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    assert_eq!(book.sheet_names(), ["Acteurs", "Interactions", "À propos"]);
    let actors = book.worksheet_range("Acteurs").expect("a sheet");
    assert_eq!(actors.get_value((1, 1)), Some(&Data::String("=1+1;\"CCAS\"".into())));
    let siret = actors
        .rows()
        .next()
        .and_then(|header| header.iter().position(|name| *name == Data::String("siret".into())));
    assert_eq!(
        actors.get_value((1, siret.expect("a column") as u32)),
        Some(&Data::String("21280134400012".into()))
    );
    assert!(book.worksheet_formula("Acteurs").is_ok_and(|formulas| formulas.is_empty()));
    let about = book.worksheet_range("À propos").expect("a sheet");
    assert_eq!(about.get_value((1, 1)), Some(&Data::String("L'Agglo & <co> (fonds-vert-2023)".into())));
}

#[test]
fn geojson_has_points_lines_and_what_has_no_place() {
    let value: Value = serde_json::from_str(&text(ExportFormat::Geojson, true)).expect("JSON");
    let features = value["features"].as_array().expect("features");
    let types: Vec<_> =
        features.iter().map(|feature| feature["geometry"]["type"].as_str().unwrap_or("none")).collect();
    assert_eq!(types, ["Point", "Point", "none", "LineString"]);
    assert_eq!(features[3]["properties"]["since"], "2021-01-01");
    assert_eq!(value["licence"], "Licence Ouverte 2.0");
}

#[test]
fn linked_data_is_json_in_the_words_of_schema_org() {
    let value: Value = serde_json::from_str(&text(ExportFormat::Jsonld, true)).expect("JSON");
    let graph = value["@graph"].as_array().expect("a graph");
    assert_eq!((graph.len(), &graph[0]["license"]), (5, &Value::from("https://example.org/licence")));
    assert_eq!(graph[1]["address"]["addressLocality"], "Dreux");
    assert_eq!(
        graph[1]["sameAs"][0],
        "https://annuaire-entreprises.data.gouv.fr/etablissement/21280134400012"
    );
    assert_eq!(graph[4]["source"], graph[1]["@id"]);
    assert!(graph[3].get("geo").is_none());
}

#[test]
fn graphs_have_every_node_and_each_edge_its_time() {
    let graphml = text(ExportFormat::Graphml, true);
    assert_eq!((graphml.matches("<node ").count(), graphml.matches("<edge ").count()), (3, 1));
    assert!(graphml.contains("L'Agglo &amp; &lt;co&gt;") && graphml.contains("edgedefault=\"directed\""));
    // A bell is no character of XML.
    assert!(graphml.contains("Été &quot;&lt;&amp;&gt;&quot;&#10;à Dreux"));
    let gexf = text(ExportFormat::Gexf, true);
    assert!(gexf.contains("<spells><spell start=\"2021-01-01\"/></spells>"));
    assert!(gexf.contains("label=\"=1+1;&quot;CCAS&quot;\""));
    for (format, end) in [(ExportFormat::Graphml, "</graphml>\n"), (ExportFormat::Gexf, "</gexf>\n")] {
        assert!(text(format, false).ends_with(end));
    }
}

#[test]
fn every_format_ends_well_without_a_row() {
    use strum::IntoEnumIterator;
    for format in ExportFormat::iter() {
        for network in [false, true] {
            let mut file = FileWriter::new(format, head(network)).expect("it begins");
            let mut bytes = file.take();
            file.finish().expect("it ends").read_to_end(&mut bytes).expect("it is read");
            assert!(!bytes.is_empty(), "{format}");
        }
    }
}
