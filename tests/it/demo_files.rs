//! The demo's files, read with the mappings that stand beside them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use maillage::domain::themes;
use maillage::ingest::{
    Bounds, Import, Mapping, Overrides, Problem, Record, Severity, Tally, load_entries, read, read_from,
};

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn import(mapping: &str, file: &str, overrides: &mut Overrides) -> (Vec<Record>, Vec<Problem>, Tally) {
    let mapping = Mapping::load(&root(mapping)).expect("a mapping");
    let rows = read(&root(file)).expect("a table");
    let mut import = Import::new(rows, &mapping, overrides).expect("the mapping's columns");
    let (mut records, mut problems) = (vec![], vec![]);
    for item in import.by_ref() {
        match item {
            Ok(record) => records.push(record),
            Err(problem) => problems.push(problem),
        }
    }
    let tally = import.tally().clone();
    (records, problems, tally)
}

fn demo(name: &str, extension: &str) -> (Vec<Record>, Vec<Problem>, Tally) {
    import(&format!("demo/{name}.toml"), &format!("demo/{name}.{extension}"), &mut Overrides::default())
}

fn actors() -> (Vec<Record>, Overrides) {
    let mut overrides = Overrides::load(&root("demo/overrides.csv")).expect("corrections");
    let (records, _, _) = import("demo/actors.toml", "demo/actors.csv", &mut overrides);
    (records, overrides)
}

fn kinds(records: &[Record]) -> BTreeMap<&str, usize> {
    let mut kinds = BTreeMap::new();
    for kind in records.iter().filter_map(|record| record.text("kind")) {
        *kinds.entry(kind).or_default() += 1;
    }
    kinds
}

fn find<'r>(records: &'r [Record], reference: &str) -> &'r Record {
    records.iter().find(|record| record.origin.reference == reference).expect("that entry is in the file")
}

#[test]
fn every_row_of_the_demo_becomes_an_entry_without_a_warning() {
    let files = [
        ("country", "csv", 1),
        ("territories", "geojson", 91),
        ("actors", "csv", 108),
        ("interactions", "csv", 133),
        ("calls", "csv", 68),
    ];
    for (name, extension, count) in files {
        let (records, problems, tally) = demo(name, extension);
        assert_eq!((records.len(), tally.rows), (count, count as u64), "{name}");
        let serious: Vec<_> = problems.iter().filter(|problem| problem.severity > Severity::Note).collect();
        assert!(serious.is_empty(), "{name}: {serious:?}");
    }
}

#[test]
fn territories_say_of_what_they_are_part() {
    let (records, _, tally) = demo("territories", "geojson");
    assert_eq!(kinds(&records)["COMMUNE"], 81);
    assert_eq!(kinds(&records)["CUSTOM"], 1);
    let dreux = find(&records, "commune/28134/2026");
    let said = ["intercommunality", "department", "siren", "boundary_vintage"]
        .map(|field| dreux.text(field).unwrap_or_default());
    assert_eq!(said, ["200040277", "28", "212801344", "2018"]);
    let neighbourhood = find(&records, "qpv/QN02806M/2026");
    assert_eq!(neighbourhood.texts("communes").collect::<Vec<_>>(), ["28134", "28404"]);
    assert_eq!((neighbourhood.text("boundary_vintage"), tally.rules["outline"]), (None, 85));
}

#[test]
fn actors_have_kinds_from_their_codes_their_sirens_or_their_names() {
    let (records, overrides) = actors();
    let expected = [
        ("ASSOCIATION", 4),
        ("COMPANY", 4),
        ("LOCAL_AUTHORITY", 84),
        ("OTHER", 11),
        ("PUBLIC_BODY", 3),
        ("STATE_SERVICE", 2),
    ];
    assert_eq!(kinds(&records), expected.into());
    let dreux = find(&records, "212801344");
    assert_eq!((dreux.origin.source.as_str(), dreux.text("areas_served")), ("siren", Some("COMMUNE:28134")));
    assert_eq!(overrides.unused(), []);
}

#[test]
fn overrides_place_only_actors_that_something_ties_to_the_place() {
    let (records, _) = actors();
    assert_eq!(find(&records, "262800584").text("seat"), Some("28134"));
    assert_eq!(find(&records, "222800013").text("areas_served"), Some("DEPARTMENT:28"));
    let unplaced = records.iter().filter(|record| {
        ["seat", "longitude", "areas_served"].iter().all(|field| record.text(field).is_none())
    });
    let names: Vec<_> = unplaced.filter_map(|record| record.text("name")).collect();
    let expected = ["CEN CENTRE VAL DE LOIRE", "SIEGE"];
    assert_eq!(names, expected);
}

#[test]
fn grants_run_for_their_year_and_memberships_have_no_beginning() {
    let (records, _, _) = demo("interactions", "csv");
    assert_eq!(kinds(&records), [("FUNDING", 52), ("MEMBERSHIP", 81)].into());
    let period = |kind: &str| {
        let record = records.iter().find(|record| record.text("kind") == Some(kind)).expect("one");
        ["since", "since_precision", "until", "until_precision"]
            .map(|field| record.text(field).unwrap_or_default().to_owned())
    };
    assert_eq!(period("FUNDING"), ["2020-01-01", "YEAR", "2020-12-31", "YEAR"]);
    assert_eq!(period("MEMBERSHIP"), ["", "", "", ""]);
}

#[test]
fn interactions_name_actors_that_the_demo_has() {
    let (actors, _) = actors();
    let names: Vec<_> =
        actors.iter().map(|actor| format!("{}:{}", actor.origin.source, actor.origin.reference)).collect();
    let (records, _, _) = demo("interactions", "csv");
    let calls = load_entries(&root("demo/dreux-2026.toml").into(), &Bounds::OPERATOR).expect("the call");
    let ends = records.iter().flat_map(|record| [record.text("source"), record.text("target")]).flatten();
    for end in ends.chain(calls[0].texts("organisers")) {
        assert!(names.iter().any(|name| name == end), "{end}");
    }
}

#[test]
fn most_aids_are_standing_and_dates_are_iso() {
    let (records, problems, _) = demo("calls", "csv");
    let expected = [("CALL_FOR_EXPRESSIONS_OF_INTEREST", 1), ("CALL_FOR_PROJECTS", 23), ("STANDING_AID", 44)];
    assert_eq!(kinds(&records), expected.into());
    let dated: Vec<_> = records.iter().filter_map(|record| record.text("closes_on")).collect();
    assert_eq!((dated.len(), dated.contains(&"2022-11-30")), (8, true));
    assert!(
        records
            .iter()
            .all(|record| record.texts("aid_kinds").count() > 0 && record.texts("funders").count() > 0)
    );
    assert_eq!(problems.iter().filter(|problem| problem.code == "value-left-out").count(), 7);
}

#[test]
fn the_call_of_2026_has_its_three_tracks() {
    let calls = load_entries(&root("demo/dreux-2026.toml").into(), &Bounds::OPERATOR).expect("the call");
    let tracks: Vec<_> = calls[0].tracks.iter().filter_map(|track| track.text("kind")).collect();
    assert_eq!(tracks, ["INDIVIDUAL_PROJECT", "COLLECTIVE_PROJECT", "SMALL_COLLECTIVE"]);
    let small = &calls[0].tracks[2];
    assert_eq!((small.text("min_members"), small.text("max_members")), (Some("3"), Some("5")));
}

#[test]
fn every_theme_that_the_files_use_is_in_the_vocabulary() {
    let mut records = actors().0;
    records.extend(["interactions", "calls"].into_iter().flat_map(|name| demo(name, "csv").0));
    records.extend(load_entries(&root("demo/dreux-2026.toml").into(), &Bounds::OPERATOR).expect("the call"));
    let unknown: Vec<_> = records
        .iter()
        .flat_map(|record| record.texts("themes"))
        .filter(|slug| themes::find(slug).is_none())
        .collect();
    assert_eq!(unknown, Vec::<&str>::new());
}

#[test]
fn another_delimiter_encoding_and_line_end_change_nothing() {
    let mut writer =
        csv::WriterBuilder::new().delimiter(b';').terminator(csv::Terminator::CRLF).from_writer(vec![]);
    for row in csv::ReaderBuilder::new()
        .has_headers(false)
        .from_path(root("demo/actors.csv"))
        .expect("opens")
        .records()
    {
        writer.write_record(&row.expect("a row")).expect("a vector takes all");
    }
    let utf8 = String::from_utf8(writer.into_inner().expect("a vector takes all")).expect("it was UTF-8");
    let windows = encoding_rs::WINDOWS_1252.encode(&utf8).0.into_owned();
    let mapping = Mapping::load(&root("demo/actors.toml")).expect("a mapping");
    let mut overrides = Overrides::default();
    let rows = read_from(Box::new(std::io::Cursor::new(windows))).expect("a table");
    let records: Vec<_> =
        Import::new(rows, &mapping, &mut overrides).expect("its columns").flatten().collect();
    assert_eq!(records, demo("actors", "csv").0);
}

#[test]
fn the_mappings_for_national_lists_are_valid() {
    for name in ["territories", "actors"] {
        let mapping = Mapping::load(&root(&format!("examples/france/{name}.toml")));
        assert!(mapping.is_ok(), "{name}: {mapping:?}");
    }
}
