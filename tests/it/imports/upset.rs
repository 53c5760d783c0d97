//! Files as people really have them, through the whole import: nothing crashes, nothing is half written, and what is wrong is
//! said with what to do.

use rust_xlsxwriter::Workbook;

use super::*;

/// Imports a file without a mapping.
async fn plain(test: &TestApp, kind: Kind, folder: &Folder, name: &str, content: impl AsRef<[u8]>) -> Told {
    let files = vec![folder.write(name, content)];
    told(test, ImportRequest { source: Some("town".to_owned()), ..ImportRequest::new(kind, files) }).await
}

fn codes(report: &Report) -> Vec<&str> {
    report.problems.iter().map(|(_, problem)| problem.code).collect()
}

#[tokio::test]
async fn a_workbook_of_a_town_hall_is_imported_as_it_is() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    folder.import(&test, Kind::Territories, "t.csv", COMMUNES).await;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Associations").unwrap();
    sheet.write(0, 0, "Associations de Dreux").unwrap();
    sheet
        .write_row(2, 0, ["N° SIRET", "Nom", "Type", "Commune", "Code INSEE", "Lat", "Lon", "Site internet"])
        .unwrap();
    sheet.write(3, 0, 35_600_000_011_996_u64).unwrap();
    sheet.write_row(3, 1, ["La Poste", "Entreprise", "Dreux"]).unwrap();
    sheet.write(3, 4, 28_134).unwrap().write(3, 5, 48.7368).unwrap().write(3, 6, 1.3664).unwrap();
    sheet.write_row(4, 1, ["Élan d'été", "Association", "Dreux"]).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let report = plain(&test, Kind::Actors, &folder, "associations.xlsx", &bytes).await;
    assert_eq!(outcomes(&report), [(4, Outcome::Create), (5, Outcome::Create)], "{:?}", report.problems);
    let found = actor(&test, "poste").await;
    assert_eq!(found["registrations"][0]["value"], "35600000011996");
    assert_eq!(
        (&found["seat"]["code"], &found["location"]["point"]["latitude"]),
        (&json!("28134"), &json!(48.7368))
    );
    assert!(said(&report, "titles")[0].1.contains("line 3"), "{:?}", report.problems);
    let taken =
        report.problems.iter().find(|(_, p)| p.code == "column-taken" && p.column.as_deref() == Some("Lat"));
    assert!(taken.unwrap().1.message.contains("latitude"));
    let unused: Vec<_> = report.problems.iter().filter(|(_, p)| p.code == "column-unused").collect();
    assert!(
        matches!(&unused[..], [(_, problem)] if problem.column.as_deref() == Some("Commune")),
        "{unused:?}"
    );
    let again = plain(&test, Kind::Actors, &folder, "associations.xlsx", &bytes).await;
    assert_eq!(outcomes(&again), [(4, Outcome::Same), (5, Outcome::Same)]);
}

#[tokio::test]
async fn whole_files_that_are_no_table_write_nothing_and_say_what_to_do() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let header = "id;nom;type\n1;Une;asso\n";
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gz, header.repeat(500).as_bytes()).unwrap();
    let mut gz = gz.finish().unwrap();
    gz.truncate(gz.len() - 20);
    let ods = {
        let mut ods = b"PK\x03\x04".to_vec();
        ods.extend([0; 40]);
        ods
    };
    let feature = r#"{"type":"Feature","properties":{"nom":"Une","type":"asso"},"geometry":null}"#;
    for (name, bytes, code, cure) in [
        ("page.csv", b"<!DOCTYPE html><html>".to_vec(), "format", "error page"),
        ("cut.csv.gz", gz, "truncated", "again"),
        ("topo.json", br#"{"type":"Topology","objects":{},"arcs":[]}"#.to_vec(), "format", "mapshaper"),
        ("nul.csv", b"id;nom\0;type\n1;U\0ne;asso\n".to_vec(), "format", "CSV UTF-8"),
        ("empty.csv", Vec::new(), "empty-file", "cut short"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "format", ".xlsx"),
        ("broken.xlsx", ods, "damaged", "save it again"),
        (
            "quote.csv",
            b"id;nom;type\n1;Une;asso\n2;\"Deux;asso\n3;Trois;asso\n".to_vec(),
            "open-quote",
            "close it",
        ),
        ("cut.csv", b"id;nom;type\n1;Une;asso\n2;Deu".to_vec(), "truncated", "export it again"),
        ("cut.geojson", format!("{feature}\n{}", &feature[..40]).into_bytes(), "truncated", "again"),
        ("two.geojson", format!("{feature}\n{feature},").into_bytes(), "format", "one by one"),
        ("nameless.csv", b"a;b\n1;2\n".to_vec(), "missing-column", "--mapping"),
    ] {
        let report = plain(&test, Kind::Actors, &folder, name, bytes).await;
        let errors: Vec<_> = report.problems.iter().filter(|(_, p)| p.severity == Severity::Error).collect();
        let is_said = errors.iter().any(|(_, p)| p.code == code && p.message.contains(cure));
        assert!(report.failed && is_said, "{name}: {:?}", report.problems);
        assert_eq!(test.changes().await, 0, "{name}");
    }
    let here = ImportRequest::new(Kind::Actors, vec![folder.path(""), folder.path("absent.csv")]);
    let summary = test.app.import(here).await.unwrap().summary();
    assert!(summary.contains("is a folder") && summary.contains("is not there"), "{summary}");
}

#[tokio::test]
async fn encodings_and_delimiters_give_the_same_entry() {
    let text = "id;nom;type;lat;lon\n1;Élan d'été;asso;48,7368;1,3664\n";
    let utf16: Vec<u8> =
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let windows: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    // One row of each: a letter that is UTF-8 in the header does not make the other row's wrong.
    let mixed: Vec<u8> =
        [b"id;nom;type;th\xc3\xa9mes\n1;\xc9lan d'\xe9t\xe9;asso;sant\xc3\xa9\n".as_slice()].concat();
    let tabs = text.replace(';', "\t").into_bytes();
    let bars = text.replace(';', "|").into_bytes();
    let commas = text.replace("48,7368;1,3664", "\"48,7368\";\"1,3664\"").replace(';', ",").into_bytes();
    for bytes in [utf16, windows, mixed, tabs, bars, commas] {
        let (test, folder) = (TestApp::empty().await, Folder::new());
        let report = plain(&test, Kind::Actors, &folder, "a.csv", bytes).await;
        assert_eq!(outcomes(&report), [(2, Outcome::Create)], "{:?}", report.problems);
        assert_eq!(actor(&test, "elan").await["name"], "Élan d'été");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_cell_costs_the_cell() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    folder
        .import(&test, Kind::Territories, "t.csv", "kind,code,name,population,epci\nCOMMUNE,01001,Une,,\n")
        .await;
    let rows = "id;nom;type;siret;code insee;lat;lon\n\
        1;Une;asso;2,43E+13;1001;48,73;1,36\n\
        2;Deux;asso;;1001;quarante-huit;1,36\n\
        3;Trois;asso;;99999;6849000;581000\n\
        4;Quatre;planète;;;1,3664;48,7368\n\
        id;nom;type;siret;code insee;lat;lon\n\
        5;Cinq;asso\n";
    let report = plain(&test, Kind::Actors, &folder, "a.csv", rows).await;
    let created = |line| (line, Outcome::Create);
    let expected = [created(2), created(3), created(4), created(5), (7, Outcome::Refuse)];
    assert_eq!(outcomes(&report), expected, "{:?}", report.problems);
    for (line, code, word) in [
        (2, "spreadsheet", "format the column as text"),
        (2, "leading-zero", "first zero"),
        (3, "number", "not a number"),
        (4, "unknown-territory", "seat"),
        (4, "left-out", "Lambert"),
        (5, "unknown-value", "kind"),
        (5, "swapped", "swap"),
        (6, "repeated-header", "put one behind the other"),
        (7, "ragged-row", "3 cells"),
    ] {
        let found = said(&report, code).into_iter().any(|(at, message)| at == line && message.contains(word));
        assert!(found, "{line} {code}: {:?}", report.problems);
    }
    assert_eq!(actor(&test, "Une").await["seat"]["code"], "01001");
}

#[tokio::test]
async fn outlines_that_are_no_outlines_are_told_one_by_one() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let square = |x: f64, y: f64| json!([[x, y], [x + 0.1, y], [x + 0.1, y + 0.1], [x, y + 0.1], [x, y]]);
    let polygon = |ring: Value| json!({"type": "Polygon", "coordinates": [ring]});
    let point = json!({"type": "Point", "coordinates": [1.3, 48.7]});
    let cases = [
        (
            "swapped",
            json!({"type": "Polygon", "coordinates": [square(48.7, 1.3)]}),
            Outcome::Create,
            "swapped",
        ),
        (
            "metres",
            polygon(json!([
                [581_000, 6_849_000],
                [582_000, 6_849_000],
                [582_000, 6_850_000],
                [581_000, 6_849_000]
            ])),
            Outcome::Refuse,
            "outline",
        ),
        (
            "mercator",
            polygon(json!([
                [152_107, 6_227_000],
                [153_107, 6_227_000],
                [153_107, 6_228_000],
                [152_107, 6_227_000]
            ])),
            Outcome::Refuse,
            "outline",
        ),
        ("empty", json!({"type": "Polygon", "coordinates": []}), Outcome::Refuse, "outline"),
        ("flat", polygon(json!([[1, 48], [2, 48], [1, 48], [1, 48]])), Outcome::Refuse, "outline"),
        (
            "mixed",
            json!({"type": "GeometryCollection", "geometries": [point, {"type": "Polygon", "coordinates": [square(1.3, 48.7)]}]}),
            Outcome::Create,
            "outline-repaired",
        ),
        (
            "bow tie",
            polygon(json!([[1.0, 48.0], [1.2, 48.2], [1.2, 48.0], [1.0, 48.2], [1.0, 48.0]])),
            Outcome::Create,
            "outline-repaired",
        ),
        (
            "line",
            json!({"type": "LineString", "coordinates": [[1, 48], [2, 49]]}),
            Outcome::Refuse,
            "outline",
        ),
        ("point", point.clone(), Outcome::Create, ""),
    ];
    let feature = |(name, geometry): (&str, &Value)| json!({"type": "Feature", "properties": {"code": name, "nom": name, "type": "commune"}, "geometry": geometry});
    let features: Vec<_> = cases.iter().map(|case| feature((case.0, &case.1))).collect();
    let file = json!({"type": "FeatureCollection", "features": features}).to_string();
    let report = plain(&test, Kind::Territories, &folder, "t.geojson", file).await;
    for (index, (name, _, outcome, code)) in cases.iter().enumerate() {
        let line = index as u64 + 1;
        let became = outcomes(&report).into_iter().find(|(at, _)| *at == line).map(|(_, outcome)| outcome);
        let told: Vec<_> = said(&report, code).into_iter().filter(|(at, _)| *at == line).collect();
        assert!(
            became == Some(*outcome) && told.is_empty() == code.is_empty(),
            "{name}: {became:?} {:?}",
            report.problems
        );
    }
}

#[tokio::test]
async fn a_header_alone_and_duplicate_codes_are_told() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let report = plain(&test, Kind::Actors, &folder, "a.csv", "id;nom;type\n").await;
    assert!(codes(&report).contains(&"empty-table") && !report.failed, "{:?}", report.problems);
    let rows = "code;nom;type;population\n28134;Dreux;commune;31 543\n28134;Dreux;commune;31 543\n28134;Vernouillet;commune;12\u{202f}000\n;Sans code;commune;\n";
    let report = plain(&test, Kind::Territories, &folder, "t.csv", rows).await;
    assert_eq!((said(&report, "same-row").len(), said(&report, "same-reference").len()), (1, 1));
    assert_eq!(said(&report, "no-origin").len(), 1, "{:?}", report.problems);
    assert_eq!((report.count(Outcome::Create), report.rows), (1, 4));
}

/// What breaks a rule of the domain must be left out before Postgres sees it, or one row would cost the whole import.
#[tokio::test]
async fn a_value_that_breaks_a_rule_is_left_out_and_its_row_and_all_others_stay() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let report = folder
        .import(
            &test,
            Kind::Territories,
            "t.csv",
            "kind,code,name,population,epci\nCOMMUNE,28134,Dreux,-5,\nCOMMUNE,28404,Vernouillet,12000,\n",
        )
        .await;
    assert_eq!(outcomes(&report), [(2, Outcome::Create), (3, Outcome::Create)], "{:?}", report.problems);
    assert_eq!(said(&report, "left-out").len(), 1);
    let long = "x".repeat(301);
    let report = folder
        .actors(&test, &format!("1,asso,Une,,,,,www.une.example\n2,asso,Deux,,,0,0,\n3,asso,{long},,,,,\n"))
        .await;
    let expected = [(2, Outcome::Create), (3, Outcome::Create), (4, Outcome::Refuse)];
    assert_eq!(outcomes(&report), expected, "{:?}", report.problems);
    assert_eq!(actor(&test, "Une").await["website"], "https://www.une.example/");
    assert_eq!(actor(&test, "Deux").await["location"], Value::Null);
    let rows = "a,FUNDING,town:1,town:2,2024-05-01,2023-01-01,10,x\nb,FUNDING,town:1,town:2,2024-01-01,2024-12-31,99999999999999999999,y\nc,MEMBERSHIP,town:1,town:2,,,5,z\n";
    let report = folder.links(&test, rows).await;
    let created = [(2, Outcome::Create), (3, Outcome::Create), (4, Outcome::Create)];
    assert_eq!(outcomes(&report), created, "{:?}", report.problems);
    let told: Vec<_> = said(&report, "left-out")
        .into_iter()
        .map(|(line, message)| (line, message.split(':').next().unwrap().to_owned()))
        .collect();
    assert_eq!(told, [(2, "until".to_owned()), (3, "amount".to_owned()), (4, "amount".to_owned())]);
}

#[tokio::test]
async fn lines_of_delimiters_alone_are_no_rows() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let report =
        plain(&test, Kind::Actors, &folder, "l.csv", "nom;type\nUne;asso\n;\n ; \nDeux;asso\n;\n").await;
    assert_eq!(outcomes(&report), [(2, Outcome::Create), (5, Outcome::Create)], "{:?}", report.problems);
}
