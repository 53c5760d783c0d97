//! What the service says of itself: links, layers, what it conforms to, and its description as `OpenAPI`.

use serde_json::{Map, Value, json};

use super::params::{COMMON, own};
use crate::domain::exports::Licence;
use crate::domain::features::{FEATURES, Layer};
use crate::domain::territories::TerritoryKind;
use crate::geo::BoundingBox;

const CLASSES: [&str; 3] = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
];
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// A link.
pub(super) fn link(href: &str, rel: &str, r#type: &str, title: &str) -> Value {
    json!({ "href": href, "rel": rel, "type": r#type, "title": title })
}

pub(super) fn landing(base: &str, licence: &Licence) -> Value {
    json!({
        "title": "Maillage",
        "description": "Who cooperates with whom, where: actors, the interactions between them, and territories.",
        "attribution": licence.attribution,
        "links": [
            link(base, "self", "application/json", "This page"),
            link(&format!("{base}/api"), "service-desc", "application/vnd.oai.openapi+json;version=3.0", "The description of this service"),
            link(&format!("{base}/conformance"), "conformance", "application/json", "What it conforms to"),
            link(&format!("{base}/collections"), "data", "application/json", "The layers"),
            link(licence.url.as_str(), "license", "text/html", &licence.name),
        ],
    })
}

pub(super) fn conformance() -> Value {
    json!({ "conformsTo": CLASSES })
}

fn title(layer: Layer) -> (&'static str, &'static str) {
    match layer {
        Layer::Actors => {
            ("Actors", "Organisations and groups that have a place which you may see, as points.")
        }
        Layer::Interactions => (
            "Interactions",
            "Qualified, dated links between two such actors, as lines; `datetime` asks for those that hold then.",
        ),
        Layer::Territories(kind) => match kind {
            TerritoryKind::PriorityNeighbourhood => {
                ("Priority neighbourhoods (QPV)", "Quartiers prioritaires de la politique de la ville.")
            }
            TerritoryKind::Commune => ("Communes", "Communes."),
            TerritoryKind::EducationCity => ("Cités éducatives", "Cités éducatives."),
            TerritoryKind::UrbanContract => ("City contracts", "Contrats de ville."),
            TerritoryKind::Intercommunality => {
                ("Intercommunalities (EPCI)", "Métropoles, agglomérations, communautés de communes.")
            }
            TerritoryKind::Department => ("Départements", "Départements."),
            TerritoryKind::Region => ("Régions", "Régions."),
            TerritoryKind::Country => ("Countries", "Countries."),
            TerritoryKind::Custom => {
                ("Other perimeters", "Watch areas, health territories, school catchments.")
            }
        },
    }
}

pub(super) fn collection(base: &str, layer: Layer, bbox: Option<BoundingBox>, licence: &Licence) -> Value {
    let (title, description) = title(layer);
    let address = format!("{base}/collections/{}", layer.name());
    let mut collection = Map::new();
    collection.insert("id".into(), layer.name().into());
    collection.insert("title".into(), title.into());
    collection.insert("description".into(), description.into());
    collection.insert("itemType".into(), "feature".into());
    collection.insert("crs".into(), json!([CRS84]));
    if let Some(bbox) = bbox {
        let sides = [bbox.west(), bbox.south(), bbox.east(), bbox.north()];
        collection.insert("extent".into(), json!({ "spatial": { "bbox": [sides], "crs": CRS84 } }));
    }
    collection.insert(
        "links".into(),
        json!([
            link(&address, "self", "application/json", title),
            link(&format!("{address}/items"), "items", "application/geo+json", title),
            link(licence.url.as_str(), "license", "text/html", &licence.name),
        ]),
    );
    Value::Object(collection)
}

/// What a parameter of a layer means.
fn meaning(layer: Layer, name: &str) -> &'static str {
    match (layer, name) {
        (_, "kind") => "Of one of these kinds, comma between, as the GraphQL schema calls them.",
        (_, "themes") => "With one of these themes, by slug, comma between; narrower ones count.",
        (_, "sdgs") => "Working for one of these goals, 1 to 17, comma between.",
        (_, "audiences") => "With one of these audiences, word for word, comma between.",
        (Layer::Territories(_), "q") => "Words of the name, or a code.",
        (_, "q") => "Words of the name or description.",
        (Layer::Actors, "territory") => {
            "Sitting or acting there: a kind and a code, as COMMUNE:28134, or an id."
        }
        (_, "territory") => {
            "With an end that sits or acts there, or taking place there: COMMUNE:28134, or an id."
        }
        (_, "within") => "Within that territory: a kind and a code, as DEPARTMENT:28, or an id.",
        (_, "basis") => "By which places `territory` asks: SEAT, AREA or ANY.",
        (_, "level") => "Whose level is known and at least this.",
        (_, "intensity") => "Whose intensity is known and at least this, 1 to 5.",
        (_, "confirmation") => "DECLARED, CONFIRMED or DISPUTED, comma between.",
        (_, "actor") => "With this actor at one end, by its id.",
        _ => "",
    }
}

fn parameter(name: &str, description: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "query", "required": false, "description": description, "schema": schema,
        "style": "form", "explode": false })
}

fn parameters(layer: Layer) -> Vec<Value> {
    let common = COMMON.iter().map(|name| {
        let numbers = json!({ "type": "array", "items": { "type": "number" }, "minItems": 4, "maxItems": 6 });
        let (description, schema) = match *name {
            "limit" => (
                "Most features of the page.",
                json!({ "type": "integer", "minimum": 1, "maximum": layer.most(), "default": FEATURES }),
            ),
            "bbox" => ("Touching this box: west, south, east, north.", numbers),
            "bbox-crs" => {
                ("The system of the box's coordinates.", json!({ "type": "string", "enum": [CRS84] }))
            }
            "datetime" => (
                "Holding then: a day, an instant, or two with / between; .. is an open end.",
                json!({ "type": "string" }),
            ),
            "cursor" => {
                ("Where the page begins: follow `next`, never make one.", json!({ "type": "string" }))
            }
            _ => ("The format.", json!({ "type": "string", "enum": ["json", "geojson"] })),
        };
        parameter(name, description, &schema)
    });
    let own =
        own(layer).iter().map(|name| parameter(name, meaning(layer, name), &json!({ "type": "string" })));
    common.chain(own).collect()
}

/// The description of the service. Layers of territories are described alike: which of them there are, `/collections` says.
pub(super) fn openapi(base: &str) -> Value {
    let answer = |r#type: &str| {
        json!({
            "200": { "description": "It is there.", "content": { (r#type): { "schema": { "type": "object" } } } },
            "400": { "description": "A parameter is wrong; the message says which, and what there is." },
            "404": { "description": "There is no such thing, or you may not see it." },
            "429": { "description": "Too many requests; `retry-after` says when to come back." },
        })
    };
    let get = |id: &str, summary: &str, r#type: &str, parameters: Vec<Value>| json!({ "get": { "operationId": id, "summary": summary, "parameters": parameters, "responses": answer(r#type) } });
    let mut paths = Map::new();
    let plain = [
        ("/", "landing", "Where to begin"),
        ("/conformance", "conformance", "What it conforms to"),
        ("/collections", "collections", "The layers"),
    ];
    for (path, id, summary) in plain {
        paths.insert(path.into(), get(id, summary, "application/json", Vec::new()));
    }
    let kinds = <TerritoryKind as strum::IntoEnumIterator>::iter().map(Layer::Territories);
    for layer in [Layer::Actors, Layer::Interactions].into_iter().chain(kinds) {
        let (name, summary) = (layer.name(), title(layer).0);
        let of = format!("/collections/{name}");
        paths.insert(of.clone(), get(&name, summary, "application/json", Vec::new()));
        let items = get(&format!("{name}-items"), summary, "application/geo+json", parameters(layer));
        paths.insert(format!("{of}/items"), items);
        let id =
            json!({ "name": "featureId", "in": "path", "required": true, "schema": { "type": "string" } });
        let item = get(&format!("{name}-item"), summary, "application/geo+json", vec![id]);
        paths.insert(format!("{of}/items/{{featureId}}"), item);
    }
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Maillage", "version": env!("CARGO_PKG_VERSION"),
            "description": "Layers of who cooperates with whom, where (OGC API Features). A bearer token or an API key shows what its holder may see." },
        "servers": [{ "url": base }],
        "paths": paths,
        "components": { "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } } },
        "security": [{}, { "bearer": [] }],
    })
}
