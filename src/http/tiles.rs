//! `/tiles`: actors, interactions and territories as vector tiles, each with a `TileJSON` that says where they are.
//!
//! A tile is told to be asked for again each time, with the tag of what is known: it is never older than what was committed,
//! and costs nothing where it is the same.

use std::sync::Arc;

use axum::extract::{Path, Request, State as FromState};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use chrono::NaiveDate;
use flate2::Compression;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::answers::knows;
use super::exports::failed;
use super::ogc::Entered;
use super::rates::Gate;
use super::{Failure, State, media};
use crate::app::Error;
use crate::app::tiles::{MAX_ZOOM, Place, Tile, TileLayer};
use crate::domain::caller::Caller;
use crate::domain::clock::Clock;
use crate::domain::error::Violations;
use crate::domain::policy::Visibility;
use crate::graphql::edge::Code;
use crate::graphql::filters;

/// What a tile is sent as.
pub(super) const MVT: &str = "application/vnd.mapbox-vector-tile";
/// Shorter ones are not worth zipping.
const LEAST_ZIPPED: usize = 256;
/// Beyond these zooms tiles hold no more than before: programs enlarge the last ones.
const DEEPEST_NODES: u32 = 18;
const DEEPEST_OUTLINES: u32 = 14;

/// The routes.
pub(super) fn routes() -> Router<Arc<State>> {
    Router::new()
        .route("/tiles/{name}", get(tile_json))
        .route("/tiles/{layer}/{zoom}/{column}/{row}", get(tile))
}

fn absent() -> Failure {
    Failure::not_found(
        "There is no such tile. There are /tiles/{layer}/{z}/{x}/{y}.mvt and /tiles/{layer}.json, where layer is actors, interactions or territories.",
    )
}

fn refused(wrong: &Violations) -> Failure {
    let words: Vec<_> = wrong.sentences().collect();
    Failure::new(Code::Validation, words.join(" "))
}

/// What the parameters ask of a layer.
fn layer(name: &str, query: Option<&str>, clock: &Clock) -> Result<TileLayer, Failure> {
    let known: &[&str] = match name {
        "actors" | "territories" => &["filter"],
        "interactions" => &["filter", "asOf"],
        _ => return Err(absent()),
    };
    let (mut filter, mut day, mut wrong) = (None, None, Vec::new());
    for (parameter, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let value = value.into_owned();
        match parameter.as_ref() {
            _ if value.contains('\0') => {
                wrong.push("A parameter holds a character that none may hold.".to_owned());
            }
            "filter" if filter.is_none() => filter = Some(value),
            "asOf" if known.contains(&"asOf") && day.is_none() => {
                match NaiveDate::parse_from_str(&value, "%Y-%m-%d") {
                    Ok(given) => day = Some(given),
                    Err(_) => wrong.push("asOf is a day, as 2026-06-30.".to_owned()),
                }
            }
            other if known.contains(&other) => wrong.push(format!("{other} is given twice.")),
            other => {
                wrong.push(format!("{other:?} is no parameter of {name}; there are {}.", known.join(", ")));
            }
        }
    }
    let filter = filter.as_deref();
    let read = match name {
        "actors" => filters::actor_filter(filter).map(TileLayer::Actors),
        "interactions" => {
            let day = day.unwrap_or_else(|| clock.today());
            filters::interaction_filter(filter).map(|filter| TileLayer::Interactions(filter, day))
        }
        _ => filters::territory_filter(filter).map(TileLayer::Territories),
    };
    match read {
        Ok(layer) if wrong.is_empty() => Ok(layer),
        Ok(_) => Err(Failure::new(Code::Validation, wrong.join(" "))),
        Err(found) => {
            wrong.extend(found.sentences());
            Err(Failure::new(Code::Validation, wrong.join(" ")))
        }
    }
}

fn place(zoom: &str, column: &str, row: &str) -> Result<Place, Failure> {
    let row = row.strip_suffix(".mvt").ok_or_else(absent)?;
    let numbers: Option<Vec<u32>> = [zoom, column, row].iter().map(|number| number.parse().ok()).collect();
    let place = numbers.and_then(|numbers| Place::new(numbers[0], numbers[1], numbers[2]));
    place.ok_or_else(|| {
        let message = format!(
            "There is no such tile: z is from 0 to {MAX_ZOOM}, x and y are from 0 to 2^z - 1, x from the west and y from the north."
        );
        Failure::new(Code::Validation, message)
    })
}

async fn tile(
    FromState(state): FromState<Arc<State>>,
    Extension(gate): Extension<Arc<Gate>>,
    Path((name, zoom, column, row)): Path<(String, String, String, String)>,
    request: Request,
) -> Result<Response, Failure> {
    let entered = Entered::enter(state, &gate, request, 1).await?;
    let app = &entered.state.app;
    let mut layer = layer(&name, entered.head.uri.query(), &app.clock)?;
    let place = place(&zoom, &column, &row)?;
    let made = async {
        app.resolve_tile_layer(&mut layer).await?;
        app.tile(&layer, place, Visibility::of(&entered.caller)).await
    };
    let tile = made.await.map_err(|error| match error {
        Error::Validation(found) => refused(&found),
        error => failed(error),
    })?;
    let tile = respond(&tile, &entered.head.headers);
    let mut response = entered.answer_with(tile, cached(&entered.caller));
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-encoding"));
    Ok(response)
}

/// Who may keep an answer: it is asked for again each time, and a token's is nobody else's.
fn cached(caller: &Caller) -> HeaderValue {
    HeaderValue::from_static(match caller {
        Caller::Anonymous => "public, no-cache",
        _ => "private, no-cache",
    })
}

/// The tile in the form that is taken, or that it is the one that is known.
fn respond(tile: &Tile, headers: &HeaderMap) -> Response {
    let zipped = tile.bytes.len() >= LEAST_ZIPPED && media::accepts_encoding(headers, "gzip");
    // The tag names these very bytes: those of another form have another.
    let tag = format!("\"{}{}\"", tile.digest, if zipped { "-gzip" } else { "" });
    let tag = HeaderValue::try_from(tag).expect("letters, digits, dashes and quotes are a header value");
    let is_known = knows(headers, &tag);
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let packed = || media::gzip(&tile.bytes, Compression::fast()).into();
        let body = if zipped { tile.zipped.get_or_init(packed) } else { &tile.bytes };
        ([(header::CONTENT_TYPE, HeaderValue::from_static(MVT))], body.clone()).into_response()
    };
    let told = response.headers_mut();
    if zipped && !is_known {
        told.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    told.insert(header::ETAG, tag);
    response
}

async fn tile_json(
    FromState(state): FromState<Arc<State>>,
    Extension(gate): Extension<Arc<Gate>>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let entered = Entered::enter(state, &gate, request, 1).await?;
    let name = name.strip_suffix(".json").ok_or_else(absent)?;
    let app = &entered.state.app;
    let query = entered.head.uri.query();
    let mut layer = layer(name, query, &app.clock)?;
    app.resolve_tile_layer(&mut layer).await.map_err(|error| match error {
        Error::Validation(found) => refused(&found),
        error => failed(error),
    })?;
    let base = app.public_address().as_str().trim_end_matches('/').to_owned();
    let query = query.filter(|query| !query.is_empty()).map(|query| format!("?{query}")).unwrap_or_default();
    let tiles = format!("{base}/tiles/{name}/{{z}}/{{x}}/{{y}}.mvt{query}");
    let licence = app.licence();
    let told = described(&layer, &tiles, &licence.attribution);
    Ok(entered.answer_with(Json(told).into_response(), cached(&entered.caller)))
}

/// The `TileJSON` of a layer.
fn described(layer: &TileLayer, tiles: &str, attribution: &str) -> Value {
    let (what, deepest, fields) = match layer {
        TileLayer::Actors(_) => (
            "Actors as points; near ones merged into clusters down to zoom 17.",
            DEEPEST_NODES,
            json!({
                "key": "The node, as in maps of the API: clusters split and never trade members from zoom to zoom.",
                "count": "How many actors it stands for.",
                "kind": "What the actor is, or most of the cluster: the API's ActorKind.",
                "id": "The actor's id; only where it stands for one.",
                "name": "The actor's name; only where it stands for one.",
                "associationCount": "How many of a cluster are associations; the same for each kind: companyCount, localAuthorityCount and so on, where there are any.",
            }),
        ),
        TileLayer::Interactions(..) => (
            "Interactions as lines between the actors and clusters of the zoom, merged between the same two, the heaviest first, at most 5000 a tile.",
            DEEPEST_NODES,
            json!({
                "count": "How many interactions the line stands for.",
                "weight": "The sum of their weights: 1 each, up to 1 more for the level and up to 1 more for the intensity.",
                "directed": "Whether all of them run from the line's beginning to its end.",
                "id": "The interaction's id; only where it stands for one.",
                "kind": "What they are: the API's InteractionKind; only where all are of one kind.",
            }),
        ),
        TileLayer::Territories(_) => (
            "Outlines of territories, simplified to a pixel of the zoom, the largest first, at most 5000 a tile.",
            DEEPEST_OUTLINES,
            json!({
                "id": "The territory's id.",
                "kind": "What it is: the API's TerritoryKind.",
                "code": "Its official code.",
                "name": "Its name.",
            }),
        ),
    };
    let name = layer.name();
    json!({
        "tilejson": "3.0.0",
        "name": name,
        "description": what,
        "attribution": attribution,
        "scheme": "xyz",
        "tiles": [tiles],
        "minzoom": 0,
        "maxzoom": deepest,
        "vector_layers": [{ "id": name, "description": what, "minzoom": 0, "maxzoom": deepest, "fields": fields }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_is_none_is_refused() {
        assert!(place("3", "7", "7.mvt").is_ok());
        for (zoom, column, row) in [
            ("3", "8", "0.mvt"),
            ("23", "0", "0.mvt"),
            ("-1", "0", "0.mvt"),
            ("1", "0", "0"),
            ("x", "y", "z.mvt"),
        ] {
            assert!(place(zoom, column, row).is_err(), "{zoom} {column} {row}");
        }
    }
}
