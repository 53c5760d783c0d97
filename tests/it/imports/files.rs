//! What is wrong with rows and files.

use maillage::ingest::Problem;

use super::*;

/// The file's errors: code and message.
fn errors(report: &Report) -> Vec<(&str, &str)> {
    let errors = report.problems.iter().filter(|(_, problem)| problem.severity == Severity::Error);
    errors.map(|(_, problem)| (problem.code, problem.message.as_str())).collect()
}

#[tokio::test]
async fn a_link_to_an_actor_that_is_not_here_is_refused_with_its_line() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    folder.actors(&test, "1,asso,Une,,,,,\n2,mairie,Deux,,,,,\n").await;
    let rows =
        "a,PARTNERSHIP,town:1,town:9,,,,\nb,PARTNERSHIP,town:1,town:2,,,,\nc,PARTNERSHIP,town:1,town:1,,,,\n";
    let report = folder.links(&test, rows).await;
    assert_eq!(outcomes(&report), [(2, Outcome::Refuse), (3, Outcome::Create), (4, Outcome::Refuse)]);
    let dangling = said(&report, "dangling-end");
    assert!(matches!(&dangling[..], [(2, message)] if message.contains("town:9")), "{dangling:?}");
    assert_eq!(said(&report, "same-actor").len(), 1);
}

#[tokio::test]
async fn an_overlap_and_the_same_grant_are_refused_naming_the_first() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    folder.actors(&test, "1,asso,Une,,,,,\n2,mairie,Deux,,,,,\n").await;
    let rows = "a,MEMBERSHIP,town:1,town:2,2020,,,\nb,MEMBERSHIP,town:1,town:2,2024,,,\nc,MEMBERSHIP,town:2,town:1,2024,,,\n\
        d,FUNDING,town:2,town:1,2023,2023,10,\ne,FUNDING,town:2,town:1,2023,2023,11,\nf,FUNDING,town:2,town:1,2023,2023,10.00,\n";
    let report = folder.links(&test, rows).await;
    let refused: Vec<_> = said(&report, "duplicate").into_iter().collect();
    let named: Vec<_> =
        refused.iter().map(|(line, message)| (*line, message.split(" is ").next().unwrap())).collect();
    assert_eq!(named, [(3, "line 2"), (7, "line 5")]);
    assert_eq!((report.count(Outcome::Create), report.count(Outcome::Refuse)), (4, 2));
}

#[tokio::test]
async fn a_broken_siret_costs_the_number_not_the_row() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let report =
        folder.actors(&test, "1,asso,Une,12345678901234,,,,\n2,asso,Deux,35600000011996,,,,\n").await;
    assert_eq!(report.count(Outcome::Create), 2);
    let (_, problem) = report.problems.iter().find(|(_, p)| p.code == "registration").unwrap();
    assert_eq!(
        (problem.severity, problem.line, problem.column.as_deref()),
        (Severity::Warning, Some(2), Some("siret"))
    );
    assert_eq!(actor(&test, "Une").await["registrations"], json!([]));
    // La Poste's follow their own sum.
    assert_eq!(actor(&test, "Deux").await["registrations"][0]["value"], "35600000011996");
}

#[tokio::test]
async fn windows_1252_semicolons_and_a_byte_order_mark_change_nothing() {
    let text = format!("{}\n1;asso;Élan d'été;;;1,366;48,7375;\n", ACTOR_HEADER.replace(',', ";"));
    let windows: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let marked = format!("\u{feff}{text}").into_bytes();
    for bytes in [windows, marked] {
        let (test, folder) = (TestApp::empty().await, Folder::new());
        let report = folder.import(&test, Kind::Actors, "actors.csv", bytes).await;
        assert_eq!(outcomes(&report), [(2, Outcome::Create)], "{:?}", report.problems);
        let found = actor(&test, "elan").await;
        assert_eq!(
            (&found["name"], &found["location"]["point"]["latitude"]),
            (&json!("Élan d'été"), &json!(48.7375))
        );
    }
}

#[tokio::test]
async fn a_truncated_geojson_writes_nothing_of_what_came_before() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let feature = r#"{"type":"Feature","properties":{"kind":"COMMUNE","code":"1","name":"Une","population":null,"epci":null},"geometry":null}"#;
    let file = format!(r#"{{"type":"FeatureCollection","features":[{feature},{{"type":"Feat"#);
    let report = folder.import(&test, Kind::Territories, "t.geojson", file).await;
    assert!(report.failed, "{}", report.summary());
    assert_eq!((errors(&report)[0].0, test.changes().await), ("truncated", 0));
}

#[tokio::test]
async fn a_missing_column_is_named_and_nothing_is_written() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let report = folder.import(&test, Kind::Actors, "actors.csv", "id,kind,nom\n1,asso,Une\n").await;
    assert!(report.failed);
    let named = |(_, problem): &(usize, Problem)| {
        problem.code == "missing-column" && problem.column.as_deref() == Some("name")
    };
    assert!(report.problems.iter().any(named), "{:?}", report.problems);
    assert!(report.summary().contains("name"), "{}", report.summary());
    assert!(report.summary().starts_with("nothing was imported"), "{}", report.summary());
    assert_eq!(test.changes().await, 0);
}

#[tokio::test]
async fn a_commune_that_is_not_here_costs_the_seat_with_a_warning() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let report = folder.actors(&test, "1,asso,Une,,99999,,,\n").await;
    let warned = said(&report, "unknown-territory");
    assert!(matches!(&warned[..], [(2, message)] if message.contains("seat")), "{warned:?}");
    assert_eq!(actor(&test, "Une").await["seat"], Value::Null);
}

#[tokio::test]
async fn a_row_of_another_kind_is_refused_and_a_file_of_another_kind_wholly() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let rows = "kind,code,name,population,epci\nCANTON,1,Un,,\nCOMMUNE,2,Deux,,\n";
    let report = folder.import(&test, Kind::Territories, "t.csv", rows).await;
    assert_eq!(outcomes(&report), [(2, Outcome::Refuse), (3, Outcome::Create)], "{:?}", report.problems);
    let mut request =
        folder.request(Kind::Actors, "actors.csv", format!("{ACTOR_HEADER}\n1,asso,Une,,,,,\n"), false);
    request.kind = Kind::Calls;
    let report = told(&test, request).await;
    assert!(report.failed && errors(&report)[0].0 == "wrong-kind", "{:?}", report.problems);
}

#[tokio::test]
async fn a_bad_outline_refuses_its_row_with_the_reason() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let feature = |code: &str, coordinates: Value| {
        json!({"type": "Feature", "properties": {"kind": "COMMUNE", "code": code, "name": code, "population": null,
            "epci": null}, "geometry": {"type": "Polygon", "coordinates": coordinates}})
    };
    let file = json!({"type": "FeatureCollection", "features": [
        feature("metres", json!([[[579_000, 6_850_000], [589_000, 6_850_000], [589_000, 6_860_000], [579_000, 6_850_000]]])),
        feature("flat", json!([[[1, 48], [2, 48], [1, 48], [1, 48]]])),
        feature("good", json!([[[1, 48], [2, 48], [2, 49], [1, 48]]])),
    ]});
    let report = folder.import(&test, Kind::Territories, "t.geojson", file.to_string()).await;
    assert_eq!(outcomes(&report), [(1, Outcome::Refuse), (2, Outcome::Refuse), (3, Outcome::Create)]);
    let refused = said(&report, "outline");
    assert!(refused[0].1.contains("Lambert"), "{refused:?}");
}
