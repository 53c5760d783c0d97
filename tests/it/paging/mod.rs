//! Pages neither skip nor repeat, in every order and both directions, while others write.

mod arguments;
mod hub;
mod others;

use serde_json::{Map, Value, json};

use crate::support::TestApp;
use crate::support::entries::texts;

/// A list as a test pages through it: its field, its arguments besides the page's, and what of an entry is compared.
struct List<'a> {
    field: &'a str,
    arguments: &'a str,
    node: &'a str,
    pointer: &'a str,
}

impl List<'_> {
    async fn page(&self, test: &TestApp, page: Value) -> Value {
        let Self { field, arguments, node, .. } = self;
        let query = format!(
            "query($first: Int, $after: String, $last: Int, $before: String) {{
                {field}(first: $first, after: $after, last: $last, before: $before{arguments}) {{
                    nodes {{ {node} }} edges {{ cursor }}
                    pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
        );
        let page = test.data(&query, page).await[field].clone();
        let cursors = texts(&page["edges"], "/cursor");
        assert_eq!(page["pageInfo"]["startCursor"].as_str(), cursors.first().copied());
        assert_eq!(page["pageInfo"]["endCursor"].as_str(), cursors.last().copied());
        page
    }

    fn keys(&self, page: &Value) -> Vec<String> {
        texts(&page["nodes"], self.pointer).into_iter().map(str::to_owned).collect()
    }

    /// Everything in one page.
    async fn whole(&self, test: &TestApp) -> Vec<String> {
        let page = self.page(test, json!({ "first": 100 })).await;
        assert_eq!(
            (&page["pageInfo"]["hasNextPage"], &page["pageInfo"]["hasPreviousPage"]),
            (&json!(false), &json!(false))
        );
        self.keys(&page)
    }

    /// Everything, page by page from the start or from the end; between pages others write.
    async fn walk(
        &self,
        test: &TestApp,
        size: i32,
        backward: bool,
        between: &mut impl AsyncFnMut(usize),
    ) -> Vec<String> {
        let (count, cursor, more, less, edge) = if backward {
            ("last", "before", "hasPreviousPage", "hasNextPage", "startCursor")
        } else {
            ("first", "after", "hasNextPage", "hasPreviousPage", "endCursor")
        };
        let (mut found, mut from) = (Vec::new(), Value::Null);
        for number in 0..100 {
            let mut arguments = Map::from_iter([(count.to_owned(), json!(size))]);
            arguments.insert(cursor.to_owned(), from.clone());
            let page = self.page(test, Value::Object(arguments)).await;
            assert_eq!(page["pageInfo"][less], number > 0, "{less} of page {number}");
            let keys = self.keys(&page);
            found = if backward { [keys, found].concat() } else { [found, keys].concat() };
            if page["pageInfo"][more] == false {
                return found;
            }
            assert_eq!(page["nodes"].as_array().unwrap().len(), size as usize);
            from = page["pageInfo"][edge].clone();
            between(number).await;
        }
        panic!("a walk without end: {found:?}");
    }

    /// Both ways, in pages of several sizes, the same as in one page.
    async fn reads_the_same_however_it_is_cut(&self, test: &TestApp) -> Vec<String> {
        let whole = self.whole(test).await;
        for size in [1, 2, 3, 7] {
            for backward in [false, true] {
                let walked = self.walk(test, size, backward, &mut async |_| {}).await;
                assert_eq!(walked, whole, "{} {size} {backward}", self.arguments);
            }
        }
        whole
    }
}

const ACTOR_ORDERS: [&str; 5] = ["NAME", "UPDATED_AT", "CREATED_AT", "RELEVANCE", "DISTANCE"];

/// What every order asks of the filter.
const MAISONS: &str = r#"filter: {text: "maison", near: {longitude: 1.36, latitude: 48.73, radiusKm: 50}}"#;

fn by(field: &str, direction: &str) -> String {
    format!(", {MAISONS}, orderBy: {{field: {field}, direction: {direction}}}")
}

/// A house at so many thousandths of a degree east of the centre.
async fn house(test: &TestApp, name: &str, east: i32) -> String {
    let location = json!({ "longitude": 1.36 + f64::from(east) / 1_000.0, "latitude": 48.73 });
    test.actor(name, json!({ "location": location })).await
}

/// Houses, of which several have the same name, place, and instant.
async fn houses(test: &TestApp) {
    for (name, east) in
        [("Maison", 1), ("Maison", 1), ("Maison", 1), ("Maison bleue", 2), ("Maison d'arrêt", 3)]
    {
        house(test, name, east).await;
    }
    test.clock.set("2026-11-22T12:00:00.000001Z".parse().unwrap());
    for (name, east) in [("Grande maison", 2), ("Maison", 1), ("École de la maison", 5)] {
        house(test, name, east).await;
    }
}

#[tokio::test]
async fn actors_read_the_same_in_every_order_and_cut() {
    let test = TestApp::empty().await;
    houses(&test).await;
    for field in ACTOR_ORDERS {
        let arguments = [by(field, "ASC"), by(field, "DESC")];
        let list = |arguments| List { field: "actors", arguments, node: "id", pointer: "/id" };
        let up = list(&arguments[0]).reads_the_same_however_it_is_cut(&test).await;
        let down = list(&arguments[1]).reads_the_same_however_it_is_cut(&test).await;
        assert_eq!(up.len(), 8);
        // Relevance is read from its best end either way.
        let back = if field == "RELEVANCE" { down } else { down.into_iter().rev().collect::<Vec<_>>() };
        assert_eq!(up, back, "{field}");
    }
}

#[tokio::test]
async fn nobody_is_skipped_or_repeated_while_others_write() {
    for field in ACTOR_ORDERS {
        for (direction, backward) in [("ASC", false), ("DESC", false), ("ASC", true), ("DESC", true)] {
            let test = TestApp::empty().await;
            houses(&test).await;
            let arguments = by(field, direction);
            let list = List { field: "actors", arguments: &arguments, node: "id", pointer: "/id" };
            let before = list.whole(&test).await;
            let (gone, moved) = (house(&test, "Maison", 1).await, house(&test, "Maison bleue", 2).await);
            // New ones may come in ahead of the reader for ever: three writes, then the rest.
            let mut between = async |number: usize| {
                if number > 2 {
                    return;
                }
                // The clock goes on, so that a change moves its entry; others come before and after the reader.
                test.clock.set(format!("2026-11-22T13:0{number}:00Z").parse().unwrap());
                for (name, east) in [("Ah, maison", 0), ("Maison", 1), ("Zone maison", 9)] {
                    house(&test, name, east).await;
                }
                match number {
                    0 => test.must("archive", &gone, 2).await,
                    1 => drop(test.update_actor(&moved, 2, json!({ "name": "Aa maison" })).await),
                    _ => drop(test.update_actor(&moved, 3, json!({ "name": "Zz maison" })).await),
                }
            };
            let walked = list.walk(&test, 2, backward, &mut between).await;
            let standing: Vec<_> = walked.into_iter().filter(|id| before.contains(id)).collect();
            assert_eq!(standing, before, "{field} {direction} backward: {backward}");
        }
    }
}

#[tokio::test]
async fn names_sort_as_a_french_dictionary_does() {
    let test = TestApp::empty().await;
    let sorted = [
        "cote",
        "coté",
        "côte",
        "côté",
        "eau",
        "école",
        "Étoile",
        "L'Atelier",
        "Latelier",
        "Odyssée",
        "Œuvre",
        "Orge",
        "Saint-Jean",
        "sainte",
        "Zèbre",
    ];
    let mut names = sorted;
    names.reverse();
    names.swap(2, 9);
    for name in names {
        test.actor(name, json!({})).await;
    }
    let list = List { field: "actors", arguments: "", node: "name", pointer: "/name" };
    assert_eq!(list.reads_the_same_however_it_is_cut(&test).await, sorted);
}

#[tokio::test]
async fn interactions_read_the_newest_change_first() {
    let test = TestApp::empty().await;
    let (a, b) = (test.actor("A", json!({})).await, test.actor("B", json!({})).await);
    for (minute, kinds) in
        [(1, ["PARTNERSHIP", "SUPPORT", "FUNDING"]), (2, ["REFERRAL", "OTHER", "CO_DESIGN"])]
    {
        test.clock.set(format!("2026-11-22T12:0{minute}:00Z").parse().unwrap());
        for kind in kinds {
            test.interaction(kind, &a, &b, json!({})).await;
        }
    }
    let list = List { field: "interactions", arguments: "", node: "id updatedAt", pointer: "/id" };
    let before = list.reads_the_same_however_it_is_cut(&test).await;
    assert_eq!(before.len(), 6);
    let changes = list.page(&test, json!({})).await;
    assert!(texts(&changes["nodes"], "/updatedAt").is_sorted_by(|a, b| a >= b));
    test.clock.set("2026-11-22T12:03:00Z".parse().unwrap());
    let walked = list
        .walk(&test, 2, false, &mut async |number| {
            let kind = ["GOVERNANCE", "MEMBERSHIP", "TENSION"][number];
            test.interaction(kind, &b, &a, json!({})).await;
        })
        .await;
    assert_eq!(walked, before);
}

#[tokio::test]
async fn territories_read_from_small_kinds_to_large_then_by_name() {
    let test = TestApp::demo().await;
    let list = List { field: "territories", arguments: "", node: "id kind name", pointer: "/id" };
    assert_eq!(list.reads_the_same_however_it_is_cut(&test).await.len(), 92);
    let page = list.page(&test, json!({ "first": 100 })).await;
    let mut kinds = texts(&page["nodes"], "/kind");
    kinds.dedup();
    let order = ["PRIORITY_NEIGHBOURHOOD", "COMMUNE", "EDUCATION_CITY", "URBAN_CONTRACT", "INTERCOMMUNALITY"];
    assert_eq!(kinds[..5], order);
    let names = texts(&page["nodes"], "/name");
    let place = |name: &str| names.iter().position(|other| *other == name).unwrap();
    let sorted = [
        "Boncourt",
        "Brezolles",
        "Dreux",
        "Écluzelles",
        "Escorpain",
        "Ézy-sur-Eure",
        "Favières",
        "Vernouillet",
    ];
    assert!(sorted.map(place).is_sorted(), "{names:?}");
}
