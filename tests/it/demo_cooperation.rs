//! What the demo tells of cooperation: it goes in through the API on any day, and reads back whole.

use maillage::graphql::demo;
use serde_json::{Value, json};

use crate::support::TestApp;

/// The demo with its cooperation, played on this day.
async fn played(now: &str) -> TestApp {
    let test = TestApp::demo().await;
    test.clock.set(now.parse().unwrap());
    demo::play(&test.state.schema, &test.app).await.unwrap();
    test
}

/// The words that a list holds under a name.
fn words(list: &Value, field: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|entry| entry[field].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_communities_stand_with_every_line_of_their_cards() {
    let test = played("2026-11-22T11:00:00Z").await;
    let query = "{ collectives(filter: {kinds: [ACTION_COMMUNITY]}) { nodes { name stage status
        members { nodes { role actor { name } } } identityCards { revision }
        identityCard { revision adoptedOn essentialQuestion reasons { stance text } effects { horizonYear text } keyActions { title details } }
        maturity { assessedOn score } maturityHistory { assessedOn } } } }";
    let all = test.data(query, json!({})).await["collectives"]["nodes"].clone();
    assert_eq!(
        words(&all, "name"),
        [
            "Communautés de réussite éducative",
            "Énergie et habitat",
            "Faire communauté sur un territoire de santé"
        ]
    );
    let card = |index: usize| all[index]["identityCard"].clone();
    for index in 0..3 {
        assert_eq!((&all[index]["status"], &all[index]["stage"]), (&json!("PUBLISHED"), &json!("INTENT")));
        assert_eq!(
            all[index]["members"]["nodes"],
            json!([{ "role": "FACILITATOR", "actor": { "name": "Fonda" } }])
        );
        assert_eq!(all[index]["identityCards"], json!([{ "revision": 2 }, { "revision": 1 }]));
        let effects = card(index)["effects"].clone();
        assert!(effects.as_array().unwrap().iter().all(|effect| effect["horizonYear"] == 2030));
    }
    let sizes = |index: usize| {
        ["reasons", "effects", "keyActions"].map(|part| card(index)[part].as_array().unwrap().len())
    };
    assert_eq!((sizes(0), sizes(1), sizes(2)), ([2, 3, 4], [4, 2, 3], [4, 4, 3]));
    assert_eq!(card(0)["keyActions"][1]["details"], json!(["logement", "handicap", "isolement", "mobilité"]));
    assert_eq!(
        words(&card(2)["effects"], "text"),
        [
            "plus d’exclus des soins",
            "des personnes associées aux décisions",
            "une meilleure coordination",
            "une méthode qui essaime"
        ]
    );
    assert_eq!(
        words(&card(2)["reasons"], "stance"),
        ["IMPORTANT", "IMPORTANT", "NOT_ACCEPTABLE", "NECESSARY"]
    );
    assert_eq!(all[0]["maturityHistory"].as_array().map(Vec::len), Some(2));
    // What a card says is found.
    for (words, slug) in
        [("précarité énergétique", "energie-et-habitat"), ("handicap", "communautes-de-reussite-educative")]
    {
        let query = "query($t: String!) { search(text: $t, kinds: [COLLECTIVE]) { edges { node { ... on Collective { slug } } } } }";
        let found = test.data(query, json!({ "t": words })).await["search"]["edges"].to_string();
        assert!(found.contains(slug), "{words}: {found}");
    }
    // The card is one printable page.
    let request =
        axum::http::Request::get("/collectives/energie-et-habitat/card").body(axum::body::Body::empty());
    let page = test.send(request.unwrap()).await;
    assert_eq!(page.status(), 200);
}

#[tokio::test]
async fn the_call_has_applications_at_four_stages_and_small_collectives_at_theirs() {
    // Long after the call has closed: what happened on paper has its dates.
    let test = played("2029-05-02T08:00:00Z").await;
    let query = "{ collectives(filter: {kinds: [SMALL_COLLECTIVE]}) { nodes { name stage blockers { code } contributionTotals { kind unit amount } } }
        applications: call(by: {slug: \"appel-a-projets-2026-du-contrat-de-ville-du-pays-de-dreux\"}) { applications { nodes { title status submittedAt
            budget { totalCost totalFunding balanced } decision { outcome grantedAmount decidedOn funder { name } } } } }
        grants: interactions(filter: {kinds: [FUNDING], activeOn: \"2026-11-09\"}) { nodes { target { name } } } }";
    let data = test.admin_data(query, json!({})).await;
    let stages: Vec<_> = data["collectives"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|collective| (collective["name"].as_str().unwrap(), collective["stage"].as_str().unwrap()))
        .collect();
    assert_eq!(
        stages,
        [
            ("Bouger sans voiture", "STRUCTURED"),
            ("Souffler entre parents", "FORMING"),
            ("Un jardin qui nourrit le quartier", "ACTING"),
            ("Un stage pour chacun", "INTENT"),
        ]
    );
    let garden = &data["collectives"]["nodes"][2]["contributionTotals"];
    assert!(
        garden.as_array().unwrap().contains(&json!({ "kind": "MONEY", "unit": "EUR", "amount": "1500.50" })),
        "{garden}"
    );
    let applications = data["applications"]["applications"]["nodes"].as_array().unwrap();
    let mut statuses = applications.iter().map(|one| one["status"].as_str().unwrap()).collect::<Vec<_>>();
    statuses.sort_unstable();
    assert_eq!(statuses, ["ACCEPTED", "AWAITING_SIGN_OFF", "DRAFT", "SUBMITTED"]);
    let accepted = applications.iter().find(|one| one["status"] == "ACCEPTED").unwrap();
    assert_eq!(accepted["decision"]["grantedAmount"], "7500.00");
    assert_eq!(accepted["decision"]["decidedOn"], "2026-11-09");
    // "Vos interlocuteurs": all that follow this track; where within the call's perimeter is not said.
    let query = "{ call(by: {slug: \"appel-a-projets-2026-du-contrat-de-ville-du-pays-de-dreux\"}) {
        supportContacts(track: COLLECTIVE_PROJECT) { contact { name } because } } }";
    let contacts = test.data(query, json!({})).await["call"]["supportContacts"].to_string();
    for office in
        ["Bureau politique de la ville", "Bureau du contrat de ville", "Bureau de la Cité éducative"]
    {
        assert!(contacts.contains(office), "{contacts}");
    }
    let asked = applications.iter().find(|one| one["status"] == "AWAITING_SIGN_OFF").unwrap();
    assert_eq!(
        asked["budget"],
        json!({ "totalCost": "4600.30", "totalFunding": "4600.30", "balanced": true })
    );
    assert!(
        data["grants"]["nodes"].to_string().contains("Maison de santé du Vieux Pré"),
        "{}",
        data["grants"]
    );
}

#[tokio::test]
async fn the_matrix_and_the_matches_are_worth_reading() {
    let test = played("2026-11-22T11:00:00Z").await;
    let query = "{ projectMatrix { rows { sdg { number } cells { dynamic count projects { title } } } }
        needs(filter: {open: true}) { totalCount nodes { title matches(first: 3) { score reasons offer { title } } } } offers { totalCount } }";
    let data = test.data(query, json!({})).await;
    let rows = data["projectMatrix"]["rows"].as_array().unwrap();
    let goals: Vec<_> = rows.iter().map(|row| row["sdg"]["number"].as_i64().unwrap()).collect();
    assert_eq!(goals, [2, 3, 4, 7, 8]);
    let health: Vec<_> = rows[1]["cells"].as_array().unwrap().iter().map(|cell| &cell["count"]).collect();
    assert_eq!(health, [1, 1, 1]);
    assert_eq!((&data["needs"]["totalCount"], &data["offers"]["totalCount"]), (&json!(6), &json!(6)));
    let needs = data["needs"]["nodes"].as_array().unwrap();
    let matched = needs.iter().filter(|need| need["matches"].as_array().is_some_and(|all| !all.is_empty()));
    assert!(matched.count() >= 4, "{needs:#?}");
}

#[tokio::test]
async fn what_a_community_day_taught_reads_back_under_its_five_rubrics() {
    let test = played("2026-11-22T11:00:00Z").await;
    let query = "{ goodPractices { totalCount nodes { title actors { name } resources { title } lessons { totalCount }
            replications { path status } replicationMap { territory { name } } similar { practice { title } reasons } } facets { rubrics { rubric count } } }
        libraryResources { nodes { title url language } }
        lessons(filter: {text: \"journée de la communauté\"}, first: 100) { totalCount nodes { rubric text source { __typename } } }
        search(text: \"il manque un acteur dans le maillage\", first: 1) { edges { node { ... on Lesson { rubric text } } } } }";
    let data = test.data(query, json!({})).await;
    let day = data["lessons"]["nodes"].as_array().unwrap();
    let under = |rubric: &str| day.iter().filter(|lesson| lesson["rubric"] == rubric).count();
    let rubrics = ["TRIGGER", "DIFFICULTY", "SUCCESS_FACTOR", "LEVER", "PROSPECT"];
    assert_eq!(rubrics.map(under), [4, 5, 6, 4, 3]);
    assert!(day.iter().all(|lesson| lesson["source"].is_null()));
    let found = &data["search"]["edges"][0]["node"];
    assert_eq!(
        found,
        &json!({ "rubric": "TRIGGER", "text": "il manque un acteur dans le maillage territorial" })
    );
    let practices = data["goodPractices"]["nodes"].as_array().unwrap();
    assert_eq!(practices.len(), 3);
    for practice in practices {
        assert!(practice["title"].as_str().unwrap().ends_with("(exemple)"), "{practice}");
        assert_eq!(practice["replications"].as_array().unwrap().len(), 1, "{practice}");
        assert_eq!(practice["replicationMap"].as_array().unwrap().len(), 1, "{practice}");
        assert!(practice["lessons"]["totalCount"].as_i64() > Some(0), "{practice}");
    }
    let mut paths: Vec<_> = practices.iter().map(|one| one["replications"][0]["path"].as_str()).collect();
    paths.sort_unstable();
    assert_eq!(paths, [Some("CALL"), Some("NETWORK"), Some("TERRITORY")]);
    assert_eq!(words(&data["libraryResources"]["nodes"], "title").len(), 3);
    let alike =
        practices.iter().find(|one| one["title"].as_str().unwrap().starts_with("Un potager")).unwrap();
    assert_eq!(
        words(&json!([alike["similar"][0]["practice"]]), "title"),
        ["Le café du matin des parents (exemple)"]
    );
}
