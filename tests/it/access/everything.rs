//! Everything that can be read, asked around one entry. Where the entry may not be seen, all answers must be those of a
//! database in which it never was.

use serde_json::{Value, json};

use super::world::Stage;

/// A document and its variables.
pub type Question = (String, Value);

/// What the questions are about.
pub struct About<'a> {
    /// Ids of the entry and of what belongs to it.
    pub ids: Vec<&'a str>,
    /// Its slug, where it has one.
    pub slug: &'a str,
    /// Its number in a register, where it has one.
    pub siren: &'a str,
    /// Words of its own, and of where it is.
    pub words: Vec<&'a str>,
    /// Where it is, or may be thought to be.
    pub points: Vec<(f64, f64)>,
}

const STATUSES: [&str; 5] = ["DRAFT", "SUBMITTED", "PUBLISHED", "REJECTED", "ARCHIVED"];
const PLACES: [&str; 5] = ["A", "B", "Q", "C", "D"];
const NEIGHBOURS: [&str; 4] = ["own", "seen", "near", "far"];

const LIST: &str = "totalCount nodes { id name updatedAt } edges { cursor } pageInfo { hasNextPage endCursor } facets { kinds { kind count }
    themes { theme { slug } count } sdgs { sdg { number } count } communes: territories(kind: COMMUNE) { territory { code } count }
    quarters: territories(kind: PRIORITY_NEIGHBOURHOOD) { territory { code } count }
    own: territories(kind: CUSTOM) { territory { code } count } departments: territories(kind: DEPARTMENT) { count } }";
const MAP: &str = "actorCount unlocatedCount interactionCount endedCount truncated bbox { west south east north } geojson
    nodes { key actorCount point { longitude latitude } bbox { west south east north } kinds { kind count } actor { id } }
    links { source target weight interactionCount interaction { id } } keyActors(first: 100) { rank score degree betweenness actor { id name } }";
const ECOSYSTEM: &str = "actorCount interactionCount crossingCount endedCount density averageDegree clustering modularity componentCount
    largestComponentShare isolated(first: 100) { totalCount nodes { id } } bridges(first: 100) { id } keyInteractions(first: 300) { id } levels { level count }
    keyActors(first: 100) { rank role degree weightedDegree betweenness closeness pagerank actor { id } }
    clusters(first: 3) { key size density members(first: 100) { nodes { id } } mainThemes { count } mainKinds { kind count } }
    matrix { labels counts } themes: matrix(by: THEME) { labels counts } communes: matrix(by: COMMUNE) { labels counts }";
const INTERACTIONS: &str = "totalCount nodes { id kind updatedAt source { id } target { id } declaredBy { id } } edges { cursor } pageInfo { hasNextPage endCursor }";
const CALLS: &str = "totalCount nodes { id title organisers { id } funders { id } } edges { cursor } pageInfo { hasNextPage endCursor }";
const ACTOR: &str = "id name slug status version updatedAt location { point { longitude latitude } address postcode precision hidden }
    seat { code } territories { kind code } areasServed { code } registrations { value } origins { reference }";

/// Every filter of actors that could tell of it.
fn actor_filters(about: &About) -> Vec<Value> {
    let mut plain = vec![
        json!({}),
        json!({ "kinds": ["RESEARCH_BODY"] }),
        json!({ "themes": ["literacy"] }),
        json!({ "sdgs": [13] }),
        json!({ "audiences": ["zaudience"] }),
        json!({ "hasLocation": true }),
        json!({ "hasLocation": false }),
        json!({ "updatedSince": "2026-11-22T12:00:00Z" }),
        json!({ "verifiedSince": "2020-01-01" }),
        json!({ "statuses": STATUSES }),
    ];
    plain.extend(STATUSES.map(|status| json!({ "statuses": [status] })));
    plain.extend(about.words.iter().map(|word| json!({ "text": word })));
    plain.extend(about.ids.iter().copied().map(|id| json!({ "interactsWith": id })));
    plain.extend(NEIGHBOURS.map(|name| json!({ "interactsWith": format!("@{name}") })));
    for (longitude, latitude) in &about.points {
        for size in [0.0005, 0.02, 0.2] {
            plain.push(json!({ "bbox": { "west": longitude - size, "east": longitude + size, "south": latitude - size, "north": latitude + size } }));
        }
        for radius in [0.05, 3.0, 40.0] {
            plain.push(
                json!({ "near": { "longitude": longitude, "latitude": latitude, "radiusKm": radius } }),
            );
        }
    }
    for place in PLACES {
        for (direction, basis) in
            [("DOWN", "SEAT"), ("DOWN", "AREA"), ("UP", "ANY"), ("BOTH", "ANY"), ("DOWN", "ANY")]
        {
            plain.push(json!({ "territory": { "territory": { "id": format!("@{place}") }, "direction": direction, "basis": basis } }));
        }
    }
    let nots: Vec<_> = plain.iter().skip(1).map(|filter| json!({ "not": filter })).collect();
    let asked: Vec<_> = plain
        .iter()
        .skip(1)
        .step_by(3)
        .map(|f| json!({ "or": [f, { "statuses": ["ARCHIVED", "DRAFT"] }] }))
        .collect();
    plain.into_iter().chain(nots).chain(asked).collect()
}

fn ask(all: &mut Vec<Question>, query: &str, variables: Value) {
    all.push((query.to_owned(), variables));
}

/// By its names, and by what it belongs to.
fn by_name(about: &About, all: &mut Vec<Question>) {
    let ids: Vec<_> = about.ids.iter().map(|id| json!(id)).chain([json!("@own"), json!("@near")]).collect();
    let nodes = format!(
        "query($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename id ... on Actor {{ {ACTOR} }} ... on Interaction {{ description source {{ name }} }} ... on Call {{ title }} }} }}"
    );
    ask(all, &nodes, json!({ "ids": ids }));
    for id in &about.ids {
        let one = format!(
            "query($id: ID!) {{ node(id: $id) {{ id }} actor(by: {{id: $id}}) {{ {ACTOR} }} interaction(id: $id) {{ id }} call(by: {{id: $id}}) {{ id }} }}"
        );
        ask(all, &one, json!({ "id": id }));
        let nested = format!(
            "query($id: ID!) {{ actor(by: {{id: $id}}) {{ partners {{ {LIST} }} interactions {{ {INTERACTIONS} }} }} }}"
        );
        ask(all, &nested, json!({ "id": id }));
        ask(
            all,
            &format!("query($id: ID!) {{ interactions(filter: {{actor: $id}}) {{ {INTERACTIONS} }} }}"),
            json!({ "id": id }),
        );
        ask(
            all,
            &format!("query($id: ID!) {{ calls(filter: {{organiser: $id}}) {{ {CALLS} }} }}"),
            json!({ "id": id }),
        );
    }
    ask(all,
        "query($slug: String!, $siren: String!) { actor(by: {slug: $slug}) { id } call(by: {slug: $slug}) { id }
            registered: actor(by: {registration: {scheme: SIREN, value: $siren}}) { id } }",
        json!({ "slug": about.slug, "siren": about.siren }),
    );
}

/// In lists, counts and maps of actors, and interactions between them.
fn in_lists(about: &About, all: &mut Vec<Question>) {
    for (index, filter) in actor_filters(about).into_iter().enumerate() {
        let field = ["NAME", "UPDATED_AT", "CREATED_AT"][index % 3];
        let direction = ["ASC", "DESC"][index % 2];
        ask(
            all,
            &format!(
                "query($f: ActorFilter) {{ actors(filter: $f, first: 100, orderBy: {{field: {field}, direction: {direction}}}) {{ {LIST} }} }}"
            ),
            json!({ "f": filter }),
        );
        if index % 4 == 0 {
            ask(
                all,
                &format!(
                    "query($f: ActorFilter) {{ territory(by: {{code: {{kind: DEPARTMENT, code: \"28\"}}}}) {{ map(filter: $f) {{ {MAP} }} }} }}"
                ),
                json!({ "f": filter }),
            );
            ask(
                all,
                &format!(
                    "query($f: ActorFilter) {{ interactions(filter: {{between: $f}}) {{ {INTERACTIONS} }} }}"
                ),
                json!({ "f": filter }),
            );
        }
        if index % 4 == 1 {
            ask(
                all,
                &format!("query($f: ActorFilter) {{ ecosystem(filter: $f) {{ {ECOSYSTEM} }} }}"),
                json!({ "f": filter }),
            );
        }
        if filter.get("near").is_some() {
            ask(
                all,
                &format!(
                    "query($f: ActorFilter) {{ actors(filter: $f, orderBy: {{field: DISTANCE}}) {{ {LIST} }} }}"
                ),
                json!({ "f": filter }),
            );
        }
        if filter.get("text").is_some() {
            ask(
                all,
                &format!("query($f: ActorFilter) {{ actors(filter: $f, first: 3) {{ {LIST} }} }}"),
                json!({ "f": filter }),
            );
        }
    }
}

/// In lists and maps of interactions.
fn in_links(all: &mut Vec<Question>) {
    for filter in [
        json!({}),
        json!({ "kinds": ["FUNDING"] }),
        json!({ "kinds": ["REFERRAL", "COORDINATION"] }),
        json!({ "themes": ["literacy"] }),
        json!({ "minIntensity": 5 }),
        json!({ "activeOn": "2026-11-22" }),
        json!({ "confirmation": ["DECLARED"] }),
        json!({ "updatedSince": "2026-11-22T12:00:00Z" }),
        json!({ "actor": "@near" }),
        json!({ "actor": "@own", "kinds": ["FUNDING"] }),
    ] {
        ask(
            all,
            &format!(
                "query($f: InteractionFilter) {{ interactions(filter: $f, first: 100) {{ {INTERACTIONS} }} }}"
            ),
            json!({ "f": filter }),
        );
        ask(
            all,
            &format!(
                "query($f: InteractionFilter) {{ territory(by: {{code: {{kind: DEPARTMENT, code: \"28\"}}}}) {{ map(interactions: $f) {{ {MAP} }} }} }}"
            ),
            json!({ "f": filter }),
        );
        ask(
            all,
            &format!("query($f: InteractionFilter) {{ ecosystem(interactions: $f) {{ {ECOSYSTEM} }} }}"),
            json!({ "f": filter }),
        );
    }
}

/// Where an actor is missing.
fn in_coverage(all: &mut Vec<Question>) {
    const COVERAGE: &str = "rows(first: 100) { totalCount nodes { territory { id } cells { actorCount per10000Inhabitants nearestKm gap nearest { id } } } }
        gaps(first: 100) { territory { id } nearestKm }";
    for place in PLACES {
        for (unit, what) in [
            ("COMMUNE", "themes: [\"literacy\"]"),
            ("PRIORITY_NEIGHBOURHOOD", "themes: [\"education\"], maxKm: 0"),
            ("CUSTOM", "kinds: [RESEARCH_BODY, ASSOCIATION]"),
            ("DEPARTMENT", "themes: [\"education\"], kinds: [ASSOCIATION]"),
        ] {
            ask(
                all,
                &format!(
                    "query($id: ID!) {{ territory(by: {{id: $id}}) {{ coverage(unit: {unit}, {what}) {{ {COVERAGE} }} }} }}"
                ),
                json!({ "id": format!("@{place}") }),
            );
        }
    }
}

/// In the networks of places, and in the ways that lead past it.
fn in_networks(about: &About, all: &mut Vec<Question>) {
    for place in PLACES {
        ask(
            all,
            &format!(
                "query($id: ID!) {{ territory(by: {{id: $id}}) {{ ecosystem {{ {ECOSYSTEM} }} ecosystemChange(from: \"2020-01-01\", to: \"2026-11-22\") {{
                newActors {{ nodes {{ id }} }} newInteractions {{ nodes {{ id }} }} endedInteractions {{ nodes {{ id }} }} }} }} }}"
            ),
            json!({ "id": format!("@{place}") }),
        );
    }
    let ends = about.ids.iter().copied().map(str::to_owned).chain(NEIGHBOURS.map(|name| format!("@{name}")));
    let ends: Vec<_> = ends.collect();
    for from in &ends {
        for to in &ends {
            ask(
                all,
                "query($a: ID!, $b: ID!) { paths(from: $a, to: $b, first: 20) { length actors { id } interactions { id } } }",
                json!({ "a": from, "b": to }),
            );
        }
    }
}

/// In the lists and maps of places.
fn in_places(all: &mut Vec<Question>) {
    for place in PLACES {
        let place = json!({ "id": format!("@{place}") });
        for (scope, basis) in [("INTERNAL", "SEAT"), ("CROSSING", "AREA"), ("ALL", "ANY")] {
            ask(
                all,
                &format!(
                    "query($id: ID!) {{ territory(by: {{id: $id}}) {{ actors(basis: {basis}) {{ {LIST} }} interactions(scope: {scope}) {{ {INTERACTIONS} }} calls {{ {CALLS} }} }} }}"
                ),
                place.clone(),
            );
        }
        for zoom in ["null", "0", "6", "10", "13", "15", "18", "22"] {
            ask(
                all,
                &format!(
                    "query($id: ID!) {{ territory(by: {{id: $id}}) {{ map(zoom: {zoom}, limit: 4) {{ {MAP} }} }} }}"
                ),
                place.clone(),
            );
        }
        ask(
            all,
            &format!(
                "query($id: ID!) {{ interactions(filter: {{territory: {{territory: {{id: $id}}, direction: BOTH}}}}) {{ {INTERACTIONS} }} }}"
            ),
            place.clone(),
        );
        ask(
            all,
            &format!(
                "query($id: ID!) {{ calls(filter: {{territory: {{territory: {{id: $id}}, direction: BOTH}}}}) {{ {CALLS} }} }}"
            ),
            place,
        );
    }
}

/// In the lists of those that it works with.
fn in_entries(all: &mut Vec<Question>) {
    for name in NEIGHBOURS {
        ask(all,
            &format!("query($id: ID!) {{ actor(by: {{id: $id}}) {{ {ACTOR} partners {{ {LIST} }} interactions {{ {INTERACTIONS} }}
                last: interactions(last: 1) {{ {INTERACTIONS} }} }} }}"),
            json!({ "id": format!("@{name}") }),
        );
        ask(
            all,
            &format!("query($id: ID!) {{ calls(filter: {{organiser: $id}}) {{ {CALLS} }} }}"),
            json!({ "id": format!("@{name}") }),
        );
    }
}

/// In lists of calls.
fn in_calls(all: &mut Vec<Question>) {
    for phases in ["[ARCHIVED, DRAFT]", "[OPEN]", "[ARCHIVED, DRAFT, OPEN, CLOSED, UPCOMING]"] {
        for order in ["CLOSES_AT", "OPENS_AT", "UPDATED_AT", "TITLE"] {
            ask(
                all,
                &format!(
                    "{{ calls(filter: {{phases: {phases}}}, orderBy: {{field: {order}}}) {{ {CALLS} }} }}"
                ),
                json!({}),
            );
        }
    }
    let tracks = "{ calls(filter: {tracks: [SMALL_COLLECTIVE]}) { totalCount } }";
    ask(all, tracks, json!({}));
}

/// In collectives: their lists, and what each tells of its members.
fn in_collectives(about: &About, all: &mut Vec<Question>) {
    const LIST: &str =
        "totalCount nodes { id name stage updatedAt } edges { cursor } pageInfo { hasNextPage endCursor }";
    const ONE: &str = "id slug name stage status version updatedAt territories { code } lead { id } actor { id }
        members { totalCount nodes { id role status actor { id } } } asked: members(status: INVITED) { totalCount nodes { id } }
        blockers { code message } nextSteps { title owner { id } } resourcePeople { name actor { id } }
        contributions { totalCount nodes { id amount member { id } } } contributionTotals { kind unit amount member { id } } supportRequests { totalCount nodes { id description } }";
    for name in ["circle", "far circle", "draft circle"] {
        ask(
            all,
            &format!("query($id: ID!) {{ collective(by: {{id: $id}}) {{ {ONE} }} }}"),
            json!({ "id": format!("@{name}") }),
        );
    }
    for id in about.ids.iter().copied().map(str::to_owned).chain(NEIGHBOURS.map(|name| format!("@{name}"))) {
        ask(
            all,
            &format!(
                "query($id: ID!) {{ collective(by: {{id: $id}}) {{ {ONE} }} collectives(filter: {{member: $id}}) {{ {LIST} }} actor(by: {{id: $id}}) {{ collectives {{ {LIST} }} }} }}"
            ),
            json!({ "id": id }),
        );
    }
    let filters = [
        json!({}),
        json!({ "kinds": ["ACTION_COMMUNITY"] }),
        json!({ "stages": ["FORMING"] }),
        json!({ "themes": ["literacy"] }),
        json!({ "sdgs": [13] }),
        json!({ "needingSupport": true }),
        json!({ "needingSupport": false }),
    ];
    for filter in filters.into_iter().chain(about.words.iter().map(|word| json!({ "text": word }))) {
        ask(
            all,
            &format!("query($f: CollectiveFilter) {{ collectives(filter: $f, first: 100) {{ {LIST} }} }}"),
            json!({ "f": filter }),
        );
    }
    for place in PLACES {
        ask(
            all,
            &format!(
                "query($id: ID!) {{ territory(by: {{id: $id}}) {{ collectives {{ {LIST} }} }} collectives(filter: {{territory: {{territory: {{id: $id}}, direction: BOTH}}}}) {{ {LIST} }} }}"
            ),
            json!({ "id": format!("@{place}") }),
        );
    }
    ask(
        all,
        &format!("query($slug: String!) {{ collective(by: {{slug: $slug}}) {{ {ONE} }} }}"),
        json!({ "slug": about.slug }),
    );
}

/// In projects and applications: their lists, the matrix, and what each tells of those who carry it.
fn in_projects(about: &About, all: &mut Vec<Question>) {
    const LIST: &str = "totalCount nodes { id title version updatedAt lead { id } partners { id } } edges { cursor } pageInfo { hasNextPage endCursor }";
    const MATRIX: &str = "rows { sdg { number } cells { dynamic count projects(first: 20) { id } } }";
    const APPLICATIONS: &str = "totalCount nodes { id title version status lead { id } project { id } signOffs { actor { id } signedAt }
        budget { totalCost actions { title lines { amount funder { id } } } } eligibility { rule passed message } permissions { action allowed } }";
    let ids = about.ids.iter().copied().map(str::to_owned);
    for id in ids.chain(NEIGHBOURS.map(|name| format!("@{name}"))) {
        ask(
            all,
            &format!(
                "query($id: ID!) {{ project(by: {{id: $id}}) {{ {MORE} }} projects(filter: {{actor: $id}}) {{ {LIST} }} projectMatrix(filter: {{actor: $id}}) {{ {MATRIX} }} application(id: $id) {{ id }}
                    actor(by: {{id: $id}}) {{ projects {{ {LIST} }} applications {{ {APPLICATIONS} }} }} }}",
                MORE = "id slug title status collective { id } territories { code } applications { totalCount }",
            ),
            json!({ "id": id }),
        );
    }
    let filters = [
        json!({}),
        json!({ "themes": ["literacy"] }),
        json!({ "sdgs": [13] }),
        json!({ "dynamics": ["INCLUSIVE_SOCIETY"] }),
    ];
    for filter in filters.into_iter().chain(about.words.iter().map(|word| json!({ "text": word }))) {
        ask(
            all,
            &format!(
                "query($f: ProjectFilter) {{ projects(filter: $f, first: 100) {{ {LIST} }} projectMatrix(filter: $f) {{ {MATRIX} }} }}"
            ),
            json!({ "f": filter }),
        );
    }
    for place in PLACES {
        ask(
            all,
            &format!(
                "query($id: ID!) {{ territory(by: {{id: $id}}) {{ projectMatrix {{ {MATRIX} }} }} projects(filter: {{territory: {{territory: {{id: $id}}, direction: BOTH}}}}) {{ {LIST} }} }}"
            ),
            json!({ "id": format!("@{place}") }),
        );
    }
    let called = format!(
        "query($id: ID!) {{ call(by: {{id: $id}}) {{ applications(first: 100) {{ {APPLICATIONS} }} }} }}"
    );
    ask(all, &called, json!({ "id": "@tracked call" }));
    let served = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on StrategicOrientation {{ projects {{ {LIST} }} }} }} }}"
    );
    ask(all, &served, json!({ "id": "@orientation" }));
    ask(all, "query($slug: String!) { project(by: {slug: $slug}) { id } }", json!({ "slug": about.slug }));
}

/// In practices, lessons and the library: lists, counts, what is alike, what each tells of actors.
fn in_knowledge(about: &About, all: &mut Vec<Question>) {
    const LIST: &str = "totalCount nodes { id title version updatedAt actors { id } territories { code } lessons { totalCount nodes { id text } } permissions { action allowed }
        replications { id status territory { code } actor { id } call { id } } replicationMap { territory { code } total replications { actor { id } } }
        similar { score reasons practice { id actors { id } } } } edges { cursor } pageInfo { hasNextPage endCursor }";
    const FACETS: &str =
        "facets { themes { theme { slug } count } sdgs { sdg { number } count } rubrics { rubric count } }";
    const LESSONS: &str = "totalCount nodes { id text source { ... on GoodPractice { id } ... on Project { id } ... on Collective { id } } } edges { cursor } pageInfo { hasNextPage endCursor }";
    let list = "query($f: KnowledgeFilter) { goodPractices(filter: $f) { LIST FACETS } lessons(filter: $f) { LESSONS } libraryResources(filter: $f) { totalCount nodes { id } } }"
        .replace("LIST", LIST)
        .replace("FACETS", FACETS)
        .replace("LESSONS", LESSONS);
    let ids = about.ids.iter().copied().map(str::to_owned);
    for id in ids.chain(NEIGHBOURS.map(|name| format!("@{name}"))) {
        let one = "query($id: ID!) { goodPractice(by: {id: $id}) { id } project(by: {id: $id}) { lessons { totalCount } } collective(by: {id: $id}) { lessons { totalCount } } }";
        ask(all, one, json!({ "id": id }));
        ask(all, &list, json!({ "f": { "actor": id } }));
    }
    let filters = [
        json!({}),
        json!({ "themes": ["literacy"] }),
        json!({ "sdgs": [13] }),
        json!({ "rubrics": ["PROSPECT"] }),
    ];
    for filter in filters.into_iter().chain(about.words.iter().map(|word| json!({ "text": word }))) {
        ask(all, &list, json!({ "f": filter }));
    }
    for place in PLACES {
        let at = json!({ "territory": { "territory": { "id": format!("@{place}") }, "direction": "BOTH" } });
        ask(all, &list, json!({ "f": at }));
        let nested = "query($id: ID!) { territory(by: {id: $id}) { goodPractices { LIST FACETS } } }"
            .replace("LIST", LIST)
            .replace("FACETS", FACETS);
        ask(all, &nested, json!({ "id": format!("@{place}") }));
    }
    ask(
        all,
        "query($slug: String!) { goodPractice(by: {slug: $slug}) { id } }",
        json!({ "slug": about.slug }),
    );
}

/// In diagnoses and sessions: their lists, who facilitates them, who was there, what was said.
fn in_diagnoses(about: &About, all: &mut Vec<Question>) {
    const SESSIONS: &str = "totalCount nodes { id title heldOn headcount attendance { id } tables { theme keywords } keywords { keyword count } }";
    const ONE: &str = "id slug title version updatedAt territory { code } facilitator { id } axes { title } keywords { keyword count }
        history(first: 20) { totalCount nodes { changes { field before after } } }";
    let ids = about.ids.iter().copied().map(str::to_owned);
    for id in ids.chain(["@diagnosis".to_owned(), "@own draft diagnosis".to_owned()]) {
        ask(
            all,
            &format!(
                "query($id: ID!) {{ diagnosis(by: {{id: $id}}) {{ {ONE} sessions {{ {SESSIONS} }} }} node(id: $id) {{ __typename id }}
                    call(by: {{id: $id}}) {{ sessions {{ {SESSIONS} }} }} collective(by: {{id: $id}}) {{ sessions {{ {SESSIONS} }} }} }}"
            ),
            json!({ "id": id }),
        );
    }
    ask(
        all,
        "{ diagnoses(first: 100) { totalCount nodes { id version updatedAt facilitator { id } } edges { cursor } pageInfo { hasNextPage endCursor } } }",
        json!({}),
    );
    for place in PLACES {
        ask(
            all,
            "query($id: ID!) { territory(by: {id: $id}) { diagnoses { totalCount nodes { id } } }
                diagnoses(territory: {territory: {id: $id}, direction: BOTH}) { totalCount nodes { id title } } }",
            json!({ "id": format!("@{place}") }),
        );
    }
    ask(all, "query($slug: String!) { diagnosis(by: {slug: $slug}) { id } }", json!({ "slug": about.slug }));
}

/// In searches.
fn in_searches(about: &About, all: &mut Vec<Question>) {
    for word in &about.words {
        let search = "edges { cursor score highlight context node { __typename ... on Actor { id } ... on Call { id } ... on Territory { id } ... on Collective { id } ... on Project { id } ... on GoodPractice { id } ... on Lesson { id } ... on LibraryResource { id } ... on SharedDiagnosis { id } } } pageInfo { hasNextPage endCursor }";
        ask(
            all,
            &format!(
                "query($t: String!) {{ search(text: $t) {{ {search} }} calls(filter: {{text: $t}}) {{ {CALLS} }} territories(filter: {{text: $t}}) {{ nodes {{ id }} }} }}"
            ),
            json!({ "t": word }),
        );
        ask(
            all,
            &format!(
                "query($t: String!, $p: ID!) {{ search(text: $t, first: 2, territory: {{territory: {{id: $p}}, direction: BOTH}}) {{ {search} }} }}"
            ),
            json!({ "t": word, "p": "@Q" }),
        );
    }
}

/// In needs and offers, in what goes together, and among those who answer.
fn in_exchanges(about: &About, all: &mut Vec<Question>) {
    let list = "totalCount nodes { id title open actor { id name } territories { code } matches(first: 20) { score reasons distanceKm alreadyLinked
        need { id actor { id } collective { id } } offer { id actor { id } } } } edges { cursor } pageInfo { hasNextPage endCursor }";
    let mut filters = vec![
        json!({}),
        json!({ "open": true }),
        json!({ "open": false }),
        json!({ "kinds": ["TRAINING", "SPACE"] }),
        json!({ "themes": ["literacy"] }),
        json!({ "actor": "@near" }),
    ];
    filters.extend(about.words.iter().map(|word| json!({ "text": word })));
    filters.extend(about.ids.iter().map(|id| json!({ "actor": id })));
    for place in PLACES {
        for (direction, basis) in [("DOWN", "ANY"), ("UP", "AREA"), ("BOTH", "SEAT")] {
            filters.push(json!({ "territory": { "territory": { "id": format!("@{place}") }, "direction": direction, "basis": basis } }));
        }
        let query = "query($id: ID!) { territory(by: {id: $id}) {
            matches { score reasons distanceKm alreadyLinked need { id } offer { id } }
            supportContacts { totalCount nodes { id name calls { id } institution { id } } edges { cursor } } } }";
        ask(all, query, json!({ "id": format!("@{place}") }));
    }
    for filter in filters {
        ask(
            all,
            &format!(
                "query($f: ExchangeFilter) {{ needs(filter: $f) {{ {list} nodes {{ collective {{ id name }} }} }} offers(filter: $f) {{ {list} }} }}"
            ),
            json!({ "f": filter }),
        );
    }
    let routed = "{ calls(first: 100) { nodes { id supportContacts { because distance contact { id name institution { id } } } } } }";
    ask(all, routed, json!({}));
    for name in NEIGHBOURS {
        let query = format!(
            "query($id: ID!) {{ actor(by: {{id: $id}}) {{ needs {{ {list} }} offers {{ {list} }} }} }}"
        );
        ask(all, &query, json!({ "id": format!("@{name}") }));
    }
}

/// Everything.
pub fn questions(about: &About) -> Vec<Question> {
    let mut all = Vec::new();
    by_name(about, &mut all);
    in_lists(about, &mut all);
    in_links(&mut all);
    in_networks(about, &mut all);
    in_coverage(&mut all);
    in_places(&mut all);
    in_entries(&mut all);
    in_calls(&mut all);
    in_collectives(about, &mut all);
    in_projects(about, &mut all);
    in_knowledge(about, &mut all);
    in_diagnoses(about, &mut all);
    in_searches(about, &mut all);
    in_exchanges(about, &mut all);
    all
}

/// Every page of a list of two entries at a time, with all cursors.
async fn walk(stage: &Stage, persona: &str, list: &str, node: &str) -> Vec<Value> {
    let (mut pages, mut after) = (Vec::new(), Value::Null);
    loop {
        let query = format!(
            "query($after: String) {{ list: {list}, first: 2, after: $after) {{ edges {{ cursor node {{ {node} }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let page = stage.ask(persona, &query, json!({ "after": after })).await;
        after = page["data"]["list"]["pageInfo"]["endCursor"].clone();
        let more = page["data"]["list"]["pageInfo"]["hasNextPage"] == true;
        pages.push(page);
        if !more || pages.len() > 30 {
            return pages;
        }
    }
}

const WALKED: [(&str, &str); 5] = [
    ("actors(orderBy: {field: NAME}", "id name"),
    ("actors(orderBy: {field: UPDATED_AT, direction: DESC}", "id"),
    (
        "actors(filter: {near: {longitude: 1.0, latitude: 48.0, radiusKm: 500}}, orderBy: {field: DISTANCE}",
        "id",
    ),
    ("interactions(filter: {}", "id"),
    ("calls(orderBy: {field: TITLE}", "id"),
];

/// Every so many of the questions, from one on: together such parts ask everything. Parts are smaller still unless
/// `MAILLAGE_ASK_EVERYTHING` is set, since all that takes ten minutes.
pub fn part(questions: &[Question], from: usize, every: usize) -> Vec<Question> {
    let every = if std::env::var_os("MAILLAGE_ASK_EVERYTHING").is_some() { every } else { every * 8 };
    questions.iter().skip(from % every).step_by(every).cloned().collect()
}

/// What differs between the answers of two databases to this persona: as text, nothing where they are the same.
pub async fn differences(
    persona: &str,
    with: &Stage,
    without: &Stage,
    questions: &[Question],
) -> Vec<String> {
    let mut told = Vec::new();
    for (query, variables) in questions {
        let mut variables = variables.clone();
        with.world.fill(&mut variables);
        let (one, other) = tokio::join!(
            with.ask(persona, query, variables.clone()),
            without.ask(persona, query, variables.clone())
        );
        assert!(one.get("errors").is_none(), "{persona}: {query}\n{variables}\n{one}");
        if one != other {
            told.push(format!("{persona}: {query}\n{variables}\n  with    {one}\n  without {other}"));
        }
    }
    for (list, node) in WALKED {
        let (one, other) = tokio::join!(walk(with, persona, list, node), walk(without, persona, list, node));
        if one != other {
            told.push(format!("{persona}: pages of {list}\n  with    {one:?}\n  without {other:?}"));
        }
    }
    told
}
