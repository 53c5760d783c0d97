//! Broken files: whatever they hold, reading ends, in rows or in problems, and never in a panic.

use std::io::{Cursor, Write};
use std::sync::LazyLock;

use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use rust_xlsxwriter::Workbook;

use super::{Guess, Import, Kind, Overrides, Severity, read_from};

const CSV: &str = "id;nom;type;siret;latitude;longitude;thématiques\n1;Élan;asso;21280134400012;48,73;1,36;santé\n\
                   2;\"La \"\"Ruche\"\"\nde Dreux\";Centre social;;;;\n";
const GEOJSON: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"28134","nom":"Dreux","id":[1,"a"]},
    "geometry":{"type":"Polygon","coordinates":[[[1.3,48.7],[1.4,48.7],[1.4,48.8],[1.3,48.7]]]}},
    {"type":"Feature","properties":null,"geometry":null}]}"#;

fn xlsx() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["Liste"]).expect("a row");
    sheet.write_row(2, 0, ["id", "nom", "type"]).expect("a row");
    sheet.write_row(3, 0, ["1", "Élan", "asso"]).expect("a row");
    sheet.write(4, 0, 2).expect("a cell");
    book.save_to_buffer().expect("a workbook")
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("a vector takes all")
}

static SEEDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(seeds);

fn seeds() -> Vec<Vec<u8>> {
    let utf16: Vec<u8> =
        "\u{feff}".encode_utf16().chain(CSV.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    vec![CSV.into(), GEOJSON.into(), xlsx(), gzipped(CSV.as_bytes()), utf16]
}

/// Reads a file to its end without a mapping; how many records and problems it gave.
fn read(kind: Kind, bytes: Vec<u8>) -> (usize, usize) {
    // A few kilobytes hold fewer items than bytes; more would be a reader that goes round in circles.
    let most = bytes.len() * 40 + 1000;
    let mut rows = match read_from(Box::new(Cursor::new(bytes))) {
        Ok(rows) => rows,
        Err(problem) => {
            assert!(problem.severity == Severity::Error && !problem.message.is_empty());
            return (0, 1);
        }
    };
    let guess = Guess { kind, file: "fuzz.csv", source: None, year: 2026 };
    let mapping = match guess.mapping(&mut rows) {
        Ok(mapping) => mapping,
        Err(problems) => return (0, problems.len()),
    };
    let mut overrides = Overrides::default();
    let import = match Import::new(rows, &mapping, &mut overrides) {
        Ok(import) => import,
        Err(problems) => return (0, problems.len()),
    };
    let (mut records, mut problems) = (0, 0);
    for item in import {
        *(if item.is_ok() { &mut records } else { &mut problems }) += 1;
        assert!(records + problems < most, "reading does not end");
    }
    (records, problems)
}

/// A cut, a flip, a doubling or another byte.
#[derive(Debug, Clone)]
enum Change {
    Cut(prop::sample::Index),
    Flip(prop::sample::Index, u8),
    Double(prop::sample::Index, usize),
    Remove(prop::sample::Index, usize),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let (Self::Cut(index) | Self::Flip(index, _) | Self::Double(index, _) | Self::Remove(index, _)) =
            self;
        if bytes.is_empty() {
            return;
        }
        let at = index.index(bytes.len());
        let end = |length: usize| (at + length).min(bytes.len());
        match self {
            Self::Cut(_) => bytes.truncate(at),
            Self::Flip(_, byte) => bytes[at] ^= byte,
            Self::Double(_, length) => {
                let part = bytes[at..end(*length)].to_vec();
                bytes.splice(at..at, part);
            }
            Self::Remove(_, length) => drop(bytes.drain(at..end(*length))),
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        1 => index().prop_map(Change::Cut),
        3 => (index(), 1..=u8::MAX).prop_map(|(at, byte)| Change::Flip(at, byte)),
        2 => (index(), 1..60_usize).prop_map(|(at, length)| Change::Double(at, length)),
        2 => (index(), 1..60_usize).prop_map(|(at, length)| Change::Remove(at, length)),
    ]
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![Kind::Actors, Kind::Territories, Kind::Interactions, Kind::Calls])
}

#[test]
fn the_seeds_are_read() {
    for seed in seeds() {
        let kind = if seed.first() == Some(&b'{') { Kind::Territories } else { Kind::Actors };
        let (records, problems) = read(kind, seed);
        assert!(records > 0 || kind == Kind::Territories && problems > 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_end_in_rows_or_problems(kind in kinds(), bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let (records, problems) = read(kind, bytes);
        prop_assert!(records + problems > 0);
    }

    #[test]
    fn random_text_ends_in_rows_or_problems(kind in kinds(), text in "[{}\\[\\]\",;:\n\r a-z0-9é|\t<=+-]{0,200}") {
        let (records, problems) = read(kind, text.into_bytes());
        prop_assert!(records + problems > 0);
    }

    #[test]
    fn broken_files_end_in_rows_or_problems(
        kind in kinds(),
        seed in 0..5_usize,
        changes in prop::collection::vec(change(), 1..6),
    ) {
        let mut bytes = SEEDS[seed].clone();
        for change in &changes {
            change.apply(&mut bytes);
        }
        let (records, problems) = read(kind, bytes);
        prop_assert!(records + problems > 0);
    }
}
