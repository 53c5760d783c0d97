//! In an update a field that is left out stays, and null clears: for every field of every input.

use serde_json::{Value, json};

use crate::support::entries::{id_of, square, texts};
use crate::support::{TestApp, codes, data_of, wrong_fields};

/// A field of an update: its name, its type, a value of it, what is selected, and what that is when it is set and when it
/// is cleared; a field that must not be cleared has no value for that.
type Field = (&'static str, &'static str, Value, &'static str, Value, Option<Value>);

/// A field whose value is read as it is written.
fn plain(name: &'static str, type_name: &'static str, value: Value) -> Field {
    (name, type_name, value.clone(), name, value, Some(Value::Null))
}

/// A list of slugs, numbers, ids or codes that is read as objects.
fn listed(
    name: &'static str,
    type_name: &'static str,
    value: Value,
    selected: &'static str,
    read: Value,
) -> Field {
    (name, type_name, value, selected, read, Some(json!([])))
}

const VERSION: &str = "query($id: ID!) { node(id: $id) { ... on Actor { version } ... on Interaction { version } ... on Call { version } } }";

/// Sets, leaves out and clears each field in turn; every field that the input has must be in the list.
async fn check(test: &TestApp, mutation: &str, input: &str, id: &str, fields: Vec<Field>) {
    let query = format!(r#"{{ __type(name: "{input}") {{ inputFields {{ name }} }} }}"#);
    let inputs = test.data(&query, json!({})).await;
    let mut all = texts(&inputs["__type"]["inputFields"], "/name");
    let mut named: Vec<_> = fields.iter().map(|field| field.0).collect();
    all.sort_unstable();
    named.sort_unstable();
    assert_eq!(named, all, "every field of {input}");

    let current = test.admin_data(VERSION, json!({ "id": id })).await;
    let mut version = current["node"]["version"].as_i64().unwrap();
    let mut write = async |(name, type_name, selected): (&str, &str, &str), value: Option<&Value>| {
        let query = format!(
            "mutation($id: ID!, $version: Int!, $value: {type_name}) {{ {mutation}(id: $id, expectedVersion: $version, input: {{{name}: $value}}) {{ version {selected} }} }}"
        );
        let mut variables = json!({ "id": id, "version": version });
        if let Some(value) = value {
            variables["value"] = value.clone();
        }
        let answer = test.ask_as_admin(&query, variables).await;
        if codes(&answer).is_empty() {
            version += 1;
        }
        answer
    };
    for (name, type_name, value, selected, _, _) in &fields {
        data_of(write((name, type_name, selected), Some(value)).await);
    }
    for (name, type_name, _, selected, read, cleared) in &fields {
        let field = selected.split([' ', '{']).next().unwrap();
        let omitted = data_of(write((name, type_name, selected), None).await);
        assert_eq!(omitted[mutation][field], *read, "{name} left out");
        let answer = write((name, type_name, selected), Some(&Value::Null)).await;
        match cleared {
            Some(cleared) => assert_eq!(data_of(answer)[mutation][field], *cleared, "{name} cleared"),
            None => assert_eq!(wrong_fields(&answer), [format!("input.{name}")]),
        }
    }
}

#[tokio::test]
async fn every_field_of_an_actor_stays_is_set_and_is_cleared() {
    let test = TestApp::empty().await;
    let here = test.territory("COMMUNE", "28001", "Ici", square(1.0, 48.0, 0.1)).await;
    let code = json!({ "code": { "kind": "COMMUNE", "code": "28001", "vintage": 2026 } });
    let actor = id_of(&test.draft_actor("A", json!({})).await);
    let point = json!({ "longitude": 5.0, "latitude": 45.0 });
    let fields = vec![
        ("kind", "ActorKind", json!("SCHOOL"), "kind", json!("SCHOOL"), None),
        ("name", "String", json!(" École "), "name", json!("École"), None),
        plain("shortName", "String", json!("É")),
        plain("description", "String", json!("Une école.\nOuverte.")),
        plain("website", "URL", json!("https://ecole.fr/")),
        listed(
            "registrations",
            "[RegistrationInput!]",
            json!([{ "scheme": "UAI", "value": "0280015K" }]),
            "registrations { value }",
            json!([{ "value": "0280015K" }]),
        ),
        listed(
            "themes",
            "[String!]",
            json!(["education"]),
            "themes { slug }",
            json!([{ "slug": "education" }]),
        ),
        listed("sdgs", "[Int!]", json!([4, 4]), "sdgs { number }", json!([{ "number": 4 }])),
        (
            "audiences",
            "[String!]",
            json!(["jeunes", " jeunes "]),
            "audiences",
            json!(["jeunes"]),
            Some(json!([])),
        ),
        (
            "location",
            "LocationInput",
            point.clone(),
            "location { point { longitude latitude } }",
            json!({ "point": point }),
            Some(Value::Null),
        ),
        (
            "seat",
            "TerritoryRef",
            code.clone(),
            "seat { code }",
            json!({ "code": "28001" }),
            Some(Value::Null),
        ),
        listed(
            "areasServed",
            "[TerritoryRef!]",
            json!([code, { "id": here }]),
            "areasServed { code }",
            json!([{ "code": "28001" }]),
        ),
        plain("verifiedOn", "Date", json!("2026-11-01")),
    ];
    check(&test, "updateActor", "UpdateActorInput", &actor, fields).await;
}

#[tokio::test]
async fn every_field_of_an_interaction_stays_is_set_and_is_cleared() {
    let test = TestApp::empty().await;
    let here = test.territory("COMMUNE", "28001", "Ici", Value::Null).await;
    let (a, b) = (test.actor("A", json!({})).await, test.actor("B", json!({})).await);
    let declared = test.declare("FUNDING", &a, &b, json!({})).await;
    let interaction = id_of(&declared["data"]["declareInteraction"]);
    let evidence = json!([{ "title": "Convention", "url": "https://a.fr/", "date": "2024-01-31" }]);
    let fields = vec![
        plain("level", "CooperationLevel", json!("CONSULTATION")),
        plain("intensity", "Int", json!(5)),
        plain("frequency", "Frequency", json!("MONTHLY")),
        plain("formalised", "Boolean", json!(false)),
        plain("description", "String", json!("Postes")),
        listed("themes", "[String!]", json!(["work"]), "themes { slug }", json!([{ "slug": "work" }])),
        listed(
            "territories",
            "[TerritoryRef!]",
            json!([{ "id": here }]),
            "territories { code }",
            json!([{ "code": "28001" }]),
        ),
        // Without its precision a date is known to the day; without its date a precision says nothing.
        ("sincePrecision", "DatePrecision", json!("DAY"), "sincePrecision", json!("DAY"), Some(json!("DAY"))),
        plain("since", "Date", json!("2021-01-01")),
        ("untilPrecision", "DatePrecision", json!("DAY"), "untilPrecision", json!("DAY"), Some(json!("DAY"))),
        plain("until", "Date", json!("2022-12-31")),
        plain("amount", "Decimal", json!("12500.50")),
        (
            "evidence",
            "[EvidenceInput!]",
            evidence.clone(),
            "evidence { title url date }",
            evidence,
            Some(json!([])),
        ),
    ];
    // A precision is read only beside its date.
    let set = json!({ "since": "2021-01-01", "until": "2022-12-31" });
    let query = "mutation($id: ID!, $input: UpdateInteractionInput!) { updateInteraction(id: $id, expectedVersion: 1, input: $input) { version } }";
    test.admin_data(query, json!({ "id": interaction, "input": set })).await;
    check(&test, "updateInteraction", "UpdateInteractionInput", &interaction, fields).await;
}

#[tokio::test]
async fn every_field_of_a_call_stays_is_set_and_is_cleared() {
    let test = TestApp::empty().await;
    let here = test.territory("URBAN_CONTRACT", "CV001", "Ici", Value::Null).await;
    let reference = json!({ "id": here });
    let actor = test.actor("A", json!({})).await;
    let call = id_of(&test.draft_call("C", &here, json!({})).await);
    let track = json!([{ "kind": "SMALL_COLLECTIVE", "title": "Ensemble", "description": "À plusieurs", "minMembers": 3, "maxMembers": 6, "minGrant": "3000.00", "maxGrant": "15000.00" }]);
    let fields = vec![
        ("kind", "CallKind", json!("OTHER"), "kind", json!("OTHER"), None),
        ("title", "String", json!("Appel"), "title", json!("Appel"), None),
        plain("summary", "String", json!("En bref")),
        plain("url", "URL", json!("https://a.fr/appel")),
        listed("organisers", "[ID!]", json!([actor, actor]), "organisers { name }", json!([{ "name": "A" }])),
        listed("funders", "[ID!]", json!([actor]), "funders { name }", json!([{ "name": "A" }])),
        (
            "programme",
            "TerritoryRef",
            reference.clone(),
            "programme { code }",
            json!({ "code": "CV001" }),
            Some(Value::Null),
        ),
        plain("recurrence", "CallRecurrence", json!("RECURRING")),
        ("aidKinds", "[AidKind!]", json!(["GRANT", "GRANT"]), "aidKinds", json!(["GRANT"]), Some(json!([]))),
        (
            "eligibleKinds",
            "[ActorKind!]",
            json!(["SCHOOL"]),
            "eligibleKinds",
            json!(["SCHOOL"]),
            Some(json!([])),
        ),
        plain("eligibility", "String", json!("Tous")),
        (
            "territories",
            "[TerritoryRef!]",
            json!([reference]),
            "territories { code }",
            json!([{ "code": "CV001" }]),
            None,
        ),
        listed("themes", "[String!]", json!(["work"]), "themes { slug }", json!([{ "slug": "work" }])),
        listed("sdgs", "[Int!]", json!([8]), "sdgs { number }", json!([{ "number": 8 }])),
        ("audiences", "[String!]", json!(["jeunes"]), "audiences", json!(["jeunes"]), Some(json!([]))),
        (
            "tracks",
            "[CallTrackInput!]",
            track.clone(),
            "tracks { kind title description minMembers maxMembers minGrant maxGrant }",
            track,
            Some(json!([])),
        ),
        plain("opensAt", "DateTime", json!("2026-01-01T00:00:00Z")),
        (
            "closesAt",
            "DateTime",
            json!("2026-06-30T12:00:00.123456789+02:00"),
            "closesAt",
            json!("2026-06-30T10:00:00.123456Z"),
            Some(Value::Null),
        ),
        plain("budget", "Decimal", json!("250000.00")),
    ];
    check(&test, "updateCall", "UpdateCallInput", &call, fields).await;
}
