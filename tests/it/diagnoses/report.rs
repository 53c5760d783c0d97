//! The report of a diagnosis, and its findings as a sheet.

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use serde_json::json;

use super::Town;
use crate::support::data_of;
use crate::support::entries::id_of;

async fn get(town: &Town, path: &str, token: Option<&str>) -> (u16, String, String) {
    let mut request = Request::get(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let response = town.test.send(request.body(Body::empty()).unwrap()).await;
    let status = response.status().as_u16();
    let headers = format!("{:?}", response.headers());
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, headers, String::from_utf8(bytes.to_vec()).unwrap())
}

async fn whole(town: &Town) -> String {
    let made = town.opened(json!({ "title": "Cité <éducative> \"de\" Dreux", "essentialQuestions": ["Comment allons-nous, ensemble ?"] })).await;
    let id = id_of(&made);
    let axis = &made["axes"][0]["id"];
    let session = town.recorded(&id, json!({ "axis": axis, "headcount": 29, "attendance": [town.actors[1]], "title": "École & familles",
        "tables": [{ "theme": "Lien", "keywords": ["écoute", "Écoute"] }] })).await;
    let add =
        "mutation($d: ID!, $items: [SwotItemInput!]!) { addSwotItems(diagnosis: $d, items: $items) { id } }";
    let items = json!([
        { "axis": axis, "quadrant": "STRENGTH", "text": "=Des équipes stables", "session": session["id"] },
        { "axis": axis, "quadrant": "STRENGTH", "text": "Des parents présents; <b>souvent</b>", "themes": ["education"] },
        { "axis": axis, "quadrant": "THREAT", "text": "Le départ des animateurs" },
    ]);
    let items = data_of(town.test.ask_as(&town.manager, add, json!({ "d": id, "items": items })).await)["addSwotItems"].clone();
    let paper = "mutation($i: ID!) { recordPaperVotes(item: $i, importance: 4.5, capacityToAct: 3.25, votes: 12) { id } }";
    data_of(town.test.ask_as(&town.manager, paper, json!({ "i": items[1]["id"] })).await);
    let cross = "mutation($a: ID!, $b: ID!) { crossSwotItems(internal: $a, external: $b, insight: \"Former ensemble\") { id } }";
    let crossing = data_of(
        town.test.ask_as(&town.manager, cross, json!({ "a": items[1]["id"], "b": items[2]["id"] })).await,
    );
    let orient = "mutation($d: ID!, $input: OrientationInput!) { addOrientation(diagnosis: $d, input: $input) { id } }";
    let input = json!({ "number": 1, "title": "Implication des parents", "rationale": "Parce que.", "exampleActions": ["Des permanences"],
        "basedOn": [crossing["crossSwotItems"]["id"]] });
    let orientation =
        data_of(town.test.ask_as(&town.manager, orient, json!({ "d": id, "input": input })).await);
    let validate = "mutation($d: ID!, $v: Int!, $o: ID!) { validateOrientations(diagnosis: $d, expectedVersion: $v, orientations: [$o], by: \"le comité de pilotage\", on: \"2021-06-25\") { id } }";
    let version = town.version(&id).await;
    let variables = json!({ "d": id, "v": version, "o": orientation["addOrientation"]["id"] });
    data_of(town.test.ask_as(&town.manager, validate, variables).await);
    id
}

const PATH: &str = "/diagnoses/cite-educative-de-dreux";

#[tokio::test]
async fn it_says_all_that_belongs_to_it_and_no_markup_comes_through() {
    let town = Town::new().await;
    let id = whole(&town).await;
    let report = format!("{PATH}/report");
    assert_eq!(get(&town, &report, None).await.0, 404, "strangers see what is published");
    assert_eq!(get(&town, &report, Some("not a token")).await.0, 401);
    let (status, _, draft) = get(&town, &report, Some(&town.editors[0])).await;
    assert_eq!(status, 200);
    assert!(draft.contains("Document de travail, non publié"));
    town.test.must("publish", &id, town.version(&id).await).await;
    let (status, headers, page) = get(&town, &report, None).await;
    assert_eq!(status, 200);
    for header in [
        "text/html; charset=utf-8",
        "default-src 'none'",
        "private, no-cache",
        "authorization, accept-language",
    ] {
        assert!(headers.contains(header), "{header} in {headers}");
    }
    for part in [
        "<html lang=\"fr\">",
        "Cité &lt;éducative&gt; &quot;de&quot; Dreux",
        "content: \"Cité \\3c éducative\\3e  \\22 de\\22  Dreux\"",
        "en novembre 2020",
        "Comment allons-nous, ensemble ?",
        "École &amp; familles",
        "4 juin 2021",
        "Mission locale",
        "<td class=\"count\">29</td>",
        "écoute × 2",
        "Des parents présents; &lt;b&gt;souvent&lt;/b&gt;",
        "priorité 1 · importance 4,5, capacité 3,25 · 12 votes",
        "Former ensemble",
        "1. Implication des parents",
        "Validée : le comité de pilotage, le 25 juin 2021",
        "Des permanences",
        "Fondée sur le croisement C1",
        "Licence Ouverte",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(!page.contains("<b>") && !page.contains("non publié"));
    // By priority: the one with votes comes first.
    assert!(page.find("présents").unwrap() < page.find("équipes stables").unwrap());
    let (_, _, english) = get(&town, &format!("{report}?lang=en"), None).await;
    assert!(
        english.contains("Validated: le comité de pilotage, 25 June 2021") && english.contains("Strengths")
    );
    assert_eq!(get(&town, "/diagnoses/nothing/report", None).await.0, 404);
}

#[tokio::test]
async fn its_findings_are_a_sheet_that_a_french_spreadsheet_opens() {
    let town = Town::new().await;
    let id = whole(&town).await;
    assert_eq!(get(&town, &format!("{PATH}/items.csv"), None).await.0, 404);
    town.test.must("publish", &id, town.version(&id).await).await;
    let (status, headers, sheet) = get(&town, &format!("{PATH}/items.csv"), None).await;
    assert_eq!(status, 200);
    assert!(
        headers.contains("text/csv; charset=utf-8")
            && headers.contains("cite-educative-de-dreux-constats.csv"),
        "{headers}"
    );
    assert_eq!(
        sheet,
        "\u{feff}Code;Axe;Intitulé de l’axe;Catégorie;Constat;Thèmes;Séance;Importance;Capacité d’agir;Votes;Priorité\n\
         A1.1;1;Conforter le rôle de l'école;Atouts;\"Des parents présents; <b>souvent</b>\";Éducation;;4,5;3,25;12;1\n\
         A1.2;1;Conforter le rôle de l'école;Atouts;'=Des équipes stables;;École & familles;;;0;\n\
         M1.1;1;Conforter le rôle de l'école;Menaces;Le départ des animateurs;;;;;0;\n"
    );
    let (_, _, english) = get(&town, &format!("{PATH}/items.csv?lang=en"), None).await;
    assert!(english.starts_with("\u{feff}Code,Axis,Title of the axis,Quadrant,Finding"), "{english}");
    assert!(english.contains(",4.5,3.25,12,1\n"), "{english}");
}

#[tokio::test]
async fn what_is_proposed_of_a_validated_one_is_printed_and_how_it_is_measured() {
    let town = Town::new().await;
    let id = whole(&town).await;
    let read = "query($id: ID!) { diagnosis(by: { id: $id }) { orientations { id } } }";
    let read = data_of(town.test.ask_as(&town.manager, read, json!({ "id": id })).await);
    let orientation = id_of(&read["diagnosis"]["orientations"][0]);
    let of = json!({ "id": orientation });
    let amend = "mutation($id: ID!) { updateOrientation(id: $id, input: { title: \"AMENDEMENT & suite\", rationale: \"Autrement.\", basedOn: [], exampleActions: [\"Un café\"] }) { id } }";
    data_of(town.test.ask_as(&town.manager, amend, of.clone()).await);
    let define =
        "mutation($id: ID!, $input: IndicatorInput!) { defineIndicator(owner: $id, input: $input) { id } }";
    for (input, results) in [
        (
            json!({ "name": "Recettes", "unit": "€", "baseline": "1000", "target": "2000", "targetOn": "2026-01-01" }),
            vec!["1620.5"],
        ),
        (
            json!({ "name": "Départs", "unit": "élèves", "higherIsBetter": false, "baseline": "40", "target": "12" }),
            vec!["12"],
        ),
        (
            json!({ "name": "Sans relevé", "unit": "x", "target": "1234567.5", "targetOn": "2026-01-01" }),
            vec![],
        ),
    ] {
        let variables = json!({ "id": orientation, "input": input });
        let made = data_of(town.test.ask_as(&town.manager, define, variables).await);
        for value in results {
            let record = "mutation($id: ID!, $v: Decimal!) { recordIndicatorResult(indicator: $id, on: \"2025-06-01\", value: $v) { id } }";
            let variables = json!({ "id": made["defineIndicator"]["id"], "v": value });
            data_of(town.test.ask_as(&town.manager, record, variables).await);
        }
    }
    let (_, _, page) = get(&town, &format!("{PATH}/report"), Some(&town.manager)).await;
    for part in [
        "1</span><span>Implication des parents <span class=\"proposed\">(modification proposée)</span>",
        "Modification proposée : 1. AMENDEMENT &amp; suite",
        "<p>Autrement.</p>",
        "Sans croisement",
        "<li>Un café</li>",
        "Parce que.",
        // One alone, at the head as below.
        "<p class=\"stamp\">Validée : le comité de pilotage, le 25 juin 2021</p>\n</section>",
        "1\u{202f}620,5<br>",
        "62\u{a0}%<br><strong>en retard</strong>",
        "(élèves, ↓ moins vaut mieux)",
        "<td class=\"count\">atteint</td>",
        "1\u{202f}234\u{202f}567,5<br>",
        "<td class=\"count\"><strong>en retard</strong></td>",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(!page.contains("Validées"));
    let (_, _, english) = get(&town, &format!("{PATH}/report?lang=en"), Some(&town.manager)).await;
    for part in ["Proposed change", "1,620.5", "62%", "less is better", "reached"] {
        assert!(english.contains(part), "{part} is not in {english}");
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_read_is_refused_in_the_shape_of_all_errors() {
    let town = Town::new().await;
    for path in
        ["/diagnoses/%FF/report", "/diagnoses/%FF/items.csv", "/collectives/%FF/card", "/graphiql/%FF"]
    {
        let (status, headers, body) = get(&town, path, None).await;
        assert_eq!(status, 400, "{path}");
        assert!(headers.contains("json"), "{headers}");
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["errors"][0]["extensions"]["code"], "VALIDATION");
    }
}

#[tokio::test]
async fn a_report_takes_a_handful_of_statements() {
    let town = Town::new().await;
    let id = whole(&town).await;
    town.test.must("publish", &id, town.version(&id).await).await;
    let before = town.test.statement_count();
    assert_eq!(get(&town, &format!("{PATH}/report"), None).await.0, 200);
    let count = town.test.statement_count() - before;
    assert!(count <= 13, "{count}");
}
