//! Files that come again, and changed.

use super::*;

#[tokio::test]
async fn a_plan_says_of_every_row_what_becomes_of_it_and_a_dry_run_writes_nothing() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let first = "1,asso,Une,,,,,\n2,asso,Deux,,,,,\n";
    let dry = folder.request(Kind::Actors, "actors.csv", format!("{ACTOR_HEADER}\n{first}"), true);
    let report = told(&test, dry).await;
    assert_eq!((report.count(Outcome::Create), test.changes().await), (2, 0));
    assert_eq!(actor(&test, "Une").await, Value::Null);
    folder.actors(&test, first).await;
    let second =
        "1,asso,Une,,,,,https://une.example\n2,asso,Deux,,,,,\n3,asso,Trois,,,,,\n4,club,Quatre,,,,,\n";
    let report = folder.actors(&test, second).await;
    let expected = [(2, Outcome::Update), (3, Outcome::Same), (4, Outcome::Create), (5, Outcome::Refuse)];
    assert_eq!(outcomes(&report), expected, "{:?}", report.problems);
    let csv = &report.sheet;
    for part in
        ["file,line,outcome,origin,severity,code,column,value,message", ",2,update,town:1,", ",5,refuse,"]
    {
        assert!(csv.contains(part), "{part} in\n{csv}");
    }
    assert_eq!(csv.lines().filter(|line| line.contains(",create,")).count(), 1);
}

#[tokio::test]
async fn what_a_person_has_edited_stays_and_is_listed() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    folder.actors(&test, "1,asso,Une,,,,,https://une.example\n").await;
    let id = actor(&test, "Une").await["id"].clone();
    let edit = "mutation ($id: ID!) { updateActor(id: $id, expectedVersion: 1, input: {website: \"https://une.org\"}) { id } }";
    test.admin_data(edit, json!({"id": id})).await;
    for rows in ["1,asso,Une,,,,,https://une.example\n", "1,asso,Une bis,,,,,https://new.example\n"] {
        let report = folder.actors(&test, rows).await;
        let listed = said(&report, "edited-here");
        assert!(matches!(&listed[..], [(2, message)] if message.starts_with("website")), "{listed:?}");
    }
    let une = actor(&test, "Une").await;
    assert_eq!((&une["name"], &une["website"]), (&json!("Une bis"), &json!("https://une.org/")));
    let versions = une["version"].clone();
    folder.actors(&test, "1,asso,Une bis,,,,,https://new.example\n").await;
    assert_eq!(actor(&test, "Une").await["version"], versions);
}

#[tokio::test]
async fn what_a_file_says_no_more_is_cleared_once() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    folder.actors(&test, "1,asso,Une,,,1.36,48.73,https://une.example\n").await;
    folder.actors(&test, "1,asso,Une,,,,,\n").await;
    let une = actor(&test, "Une").await;
    assert_eq!((&une["website"], &une["location"], &une["version"]), (&Value::Null, &Value::Null, &json!(2)));
    let report = folder.actors(&test, "1,asso,Une,,,,,\n").await;
    assert_eq!((outcomes(&report), said(&report, "edited-here").len()), (vec![(2, Outcome::Same)], 0));
}

#[tokio::test]
async fn a_seat_that_only_the_point_said_gives_way_to_a_declared_one() {
    let (test, folder) = (TestApp::demo().await, Folder::new());
    folder.actors(&test, "1,asso,Zébulon,,,1.366,48.7375,\n").await;
    assert_eq!(actor(&test, "Zébulon").await["seat"]["code"], "28134");
    let report = folder.actors(&test, "1,asso,Zébulon,,28404,1.366,48.7375,\n").await;
    assert_eq!(said(&report, "edited-here").len(), 0);
    assert_eq!(actor(&test, "Zébulon").await["seat"]["code"], "28404");
}

#[tokio::test]
async fn a_point_near_its_commune_is_a_note_and_one_far_from_it_a_warning() {
    let (test, folder) = (TestApp::demo().await, Folder::new());
    let rows = "1,asso,Proche,,28134,1.3618,48.711,\n2,asso,Chartres,,28134,1.4891,48.4439,\n3,asso,Dedans,,28134,1.366,48.7375,\n";
    let report = folder.actors(&test, rows).await;
    let (near, far) = (said(&report, "point-outside"), said(&report, "point-far"));
    assert_eq!(near.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2], "{near:?}");
    assert_eq!(far.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3], "{far:?}");
    let metres: f64 = far[0].1.split_whitespace().find_map(|word| word.parse().ok()).unwrap();
    assert!((25_000.0..35_000.0).contains(&metres), "{far:?}");
    assert_eq!(actor(&test, "Chartres").await["seat"]["code"], "28134");
}

#[tokio::test]
async fn a_location_that_was_hidden_here_stays_hidden() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    folder.actors(&test, "1,asso,Refuge,,,1.36,48.73,\n").await;
    let id = actor(&test, "Refuge").await["id"].clone();
    let hide = "mutation ($id: ID!) { updateActor(id: $id, expectedVersion: 1,
        input: {location: {latitude: 48.73, longitude: 1.36, hidden: true}}) { location { hidden } } }";
    test.admin_data(hide, json!({"id": id})).await;
    let report = folder.actors(&test, "1,asso,Refuge,,,1.37,48.74,\n").await;
    assert_eq!(said(&report, "edited-here").len(), 1);
    assert_eq!(actor(&test, "Refuge").await["location"]["point"], Value::Null);
}

#[tokio::test]
async fn territories_follow_their_list() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    folder.import(&test, Kind::Territories, "t.csv", COMMUNES).await;
    let moved = COMMUNES.replace("31543,1", "31600,2");
    let report = folder.import(&test, Kind::Territories, "t.csv", &moved).await;
    assert_eq!(outcomes(&report), [(2, Outcome::Same), (3, Outcome::Same), (4, Outcome::Update)]);
    let query = r#"{ territory(by: {code: {kind: COMMUNE, code: "28134"}}) { population ancestors { code } version } }"#;
    let dreux = test.data(query, json!({})).await["territory"].clone();
    assert_eq!((&dreux["population"], &dreux["version"]), (&json!(31_600), &json!(2)));
    assert_eq!(dreux["ancestors"], json!([{"code": "2"}]));
    let changes = test.changes().await;
    let report = folder.import(&test, Kind::Territories, "t.csv", &moved).await;
    assert_eq!((report.count(Outcome::Same), test.changes().await), (3, changes));
}

#[tokio::test]
async fn a_list_finds_what_was_not_here_yet_when_it_comes_again() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let commune = "kind,code,name,population,epci\nCOMMUNE,28134,Dreux,31543,1\n";
    let report = folder.import(&test, Kind::Territories, "t.csv", commune).await;
    assert_eq!(said(&report, "unlisted").len(), 1);
    folder
        .import(
            &test,
            Kind::Territories,
            "e.csv",
            "kind,code,name,population,epci\nINTERCOMMUNALITY,1,Agglo,,\n",
        )
        .await;
    folder.import(&test, Kind::Territories, "t.csv", commune).await;
    let query = r#"{ territory(by: {code: {kind: COMMUNE, code: "28134"}}) { ancestors { code } } }"#;
    assert_eq!(test.data(query, json!({})).await["territory"]["ancestors"], json!([{"code": "1"}]));
}

#[tokio::test]
async fn outlines_follow_their_file_unless_a_person_drew_anew_and_a_dry_run_leaves_no_trace() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let file = |east: f64| {
        let ring = [[1.0, 48.0], [east, 48.0], [east, 48.1], [1.0, 48.1], [1.0, 48.0]];
        let properties =
            json!({"kind": "COMMUNE", "code": "1", "name": "Une", "population": 1, "epci": null});
        let feature = json!({"type": "Feature", "properties": properties,
            "geometry": {"type": "Polygon", "coordinates": [ring]}});
        json!({"type": "FeatureCollection", "features": [feature]}).to_string()
    };
    let query =
        "{ locate(latitude: 48.05, longitude: 1.15, kinds: [COMMUNE]) { answer territories { id } } }";
    let answer = async || test.data(query, json!({})).await["locate"][0]["answer"].clone();
    let name = "t.geojson";
    folder.import(&test, Kind::Territories, name, file(1.1)).await;
    assert_eq!(answer().await, "OUTSIDE");
    test.app.import(folder.request(Kind::Territories, name, file(1.3), true)).await.unwrap();
    assert_eq!(answer().await, "OUTSIDE");
    folder.import(&test, Kind::Territories, name, file(1.2)).await;
    assert_eq!(answer().await, "INSIDE");
    let id = test.data(query, json!({})).await["locate"][0]["territories"][0]["id"].clone();
    let draw = r#"mutation ($id: ID!) { updateTerritory(id: $id, expectedVersion: 2, input: {boundary:
        {type: "Polygon", coordinates: [[[2, 48], [3, 48], [3, 49], [2, 48]]]}}) { id } }"#;
    test.admin_data(draw, json!({"id": id})).await;
    let report = folder.import(&test, Kind::Territories, name, file(1.3)).await;
    assert_eq!(said(&report, "edited-here").len(), 1, "{:?}", report.problems);
    assert_eq!(answer().await, "OUTSIDE");
}

#[tokio::test]
async fn interactions_and_calls_follow_their_files() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    folder
        .import(&test, Kind::Territories, "t.csv", "kind,code,name,population,epci\nCOUNTRY,FR,France,,\n")
        .await;
    folder.actors(&test, "1,asso,Une,,,,,\n2,mairie,Deux,,,,,\n").await;
    folder.links(&test, "a,FUNDING,town:2,town:1,2023,2023,12.5,\n").await;
    let again = folder.links(&test, "a,FUNDING,town:2,town:1,2023,2023,12.50,\n").await;
    assert_eq!(outcomes(&again), [(2, Outcome::Same)]);
    let report = folder.links(&test, "a,FUNDING,town:2,town:1,2023,2024,99,Un poste\n").await;
    assert_eq!(outcomes(&report), [(2, Outcome::Update)], "{:?}", report.problems);
    let header = "id,title,closes,funders";
    folder.import(&test, Kind::Calls, "c.csv", format!("{header}\n7,Aide,30/06/2026,Ademe; Région\n")).await;
    let report =
        folder.import(&test, Kind::Calls, "c.csv", format!("{header}\n7,Aide,31/12/2026,Ademe\n")).await;
    assert_eq!(outcomes(&report), [(2, Outcome::Update)], "{:?}", report.problems);
    let query = "{ interactions { nodes { amount until untilPrecision description version } }
        calls { nodes { closesAt version funders { name } territories { code } } } }";
    let data = test.data(query, json!({})).await;
    let expected = json!({"amount": "99.00", "until": "2024-12-31", "untilPrecision": "YEAR",
        "description": "Un poste", "version": 2});
    assert_eq!(data["interactions"]["nodes"], json!([expected]));
    let expected = json!({"closesAt": "2026-12-31T23:00:00Z", "version": 2, "funders": [{"name": "Ademe"}],
        "territories": [{"code": "FR"}]});
    assert_eq!(data["calls"]["nodes"], json!([expected]));
}

#[tokio::test]
async fn a_row_that_changes_what_was_confirmed_asks_the_two_sides_again() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    folder.actors(&test, "1,asso,Une,,,,,\n2,mairie,Deux,,,,,\n").await;
    folder.links(&test, "a,FUNDING,town:2,town:1,2023,2023,12.5,\n").await;
    let one: uuid::Uuid = test.rows("SELECT id FROM actors WHERE name = 'Une'").await[0]["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let right = maillage::domain::caller::Right::ActorEditor(maillage::domain::ids::ActorId(one));
    test.token_of("une@example.org", &[right]).await;
    let query = "{ interactions { nodes { id confirmation version } } }";
    let id = test.data(query, json!({})).await["interactions"]["nodes"][0]["id"].clone();
    let confirm = "mutation ($id: ID!) { confirmInteraction(id: $id, expectedVersion: 1) { version } }";
    test.admin_data(confirm, json!({"id": id})).await;
    test.execute("DELETE FROM outbox").await;
    for (amount, confirmation, version, letters) in
        [("12.50", "CONFIRMED", 2, 0), ("13", "DECLARED", 3, 1), ("14", "DECLARED", 4, 1)]
    {
        folder.links(&test, &format!("a,FUNDING,town:2,town:1,2023,2023,{amount},\n")).await;
        let now = test.data(query, json!({})).await["interactions"]["nodes"].clone();
        assert_eq!(now, json!([{"id": id, "confirmation": confirmation, "version": version}]), "{amount}");
        let asked = test.rows("SELECT letter FROM outbox").await;
        assert_eq!(asked.len(), letters, "{amount}: {asked:?}");
    }
}

#[tokio::test]
async fn a_funder_that_a_person_renamed_is_not_made_again() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    folder
        .import(&test, Kind::Territories, "t.csv", "kind,code,name,population,epci\nCOUNTRY,FR,France,,\n")
        .await;
    let file = "id,title,closes,funders\n7,Aide,,Ademe\n";
    folder.import(&test, Kind::Calls, "c.csv", file).await;
    let id = actor(&test, "Ademe").await["id"].clone();
    let rename = "mutation ($id: ID!) { updateActor(id: $id, expectedVersion: 1, input: {name: \"Transition\"}) { id } }";
    test.admin_data(rename, json!({"id": id})).await;
    folder.import(&test, Kind::Calls, "c.csv", file).await;
    assert_eq!(test.data("{ actors { totalCount } }", json!({})).await["actors"]["totalCount"], 1);
}
