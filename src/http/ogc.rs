//! `/ogc`: OGC API Features, Part 1, so that QGIS and GDAL read actors, interactions and territories as layers. GeoJSON alone,
//! in longitude and latitude of WGS 84.

mod document;
mod params;

use std::fmt::Write;
use std::sync::Arc;

use axum::extract::{Path, Request, State as FromState};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use chrono::SecondsFormat;
use serde_json::{Value, json};

use super::account::Account;
use super::address::client_address;
use super::exports::failed;
use super::rates::{Gate, Pass};
use super::{Failure, State, authenticate};
use crate::app::Error;
use crate::domain::caller::Caller;
use crate::domain::features::Layer;
use crate::graphql::edge::Code;
use params::Asked;

const GEOJSON: HeaderValue = HeaderValue::from_static("application/geo+json");
const OPENAPI: HeaderValue = HeaderValue::from_static("application/vnd.oai.openapi+json;version=3.0");
/// Features for which a request counts as one.
const FEATURES_PER_COST: u32 = 50;

/// The routes.
pub(super) fn routes() -> Router<Arc<State>> {
    Router::new()
        .route("/ogc", get(landing))
        .route("/ogc/", get(landing))
        .route("/ogc/conformance", get(conformance))
        .route("/ogc/api", get(api))
        .route("/ogc/collections", get(collections))
        .route("/ogc/collections/{layer}", get(collection))
        .route("/ogc/collections/{layer}/items", get(items))
        .route("/ogc/collections/{layer}/items/{id}", get(item))
}

/// A request that was let in, with who sends it.
pub(super) struct Entered {
    pub(super) state: Arc<State>,
    pub(super) caller: Caller,
    pass: Pass,
    /// Where the service is for its users, with `/ogc` behind.
    base: String,
    pub(super) head: Parts,
}

impl Entered {
    /// Takes the request; what it costs beside the one that every request does is known from what it asks.
    pub(super) async fn enter(
        state: Arc<State>,
        gate: &Gate,
        request: Request,
        cost: u32,
    ) -> Result<Self, Failure> {
        let (head, _) = request.into_parts();
        let address = client_address(&head.extensions, &head.headers, &state.settings.proxies);
        let credentials = head.headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
        let pass = gate.enter(address, credentials)?;
        let caller = authenticate(&state, &head.headers).await?;
        if let Some(account) = head.extensions.get::<Account>() {
            account.caller(&caller);
        }
        let pass = gate.recognise(pass, &caller.reference())?;
        let pass = gate.charge(pass, cost)?;
        let base = format!("{}/ogc", state.app.public_address().as_str().trim_end_matches('/'));
        Ok(Self { state, caller, pass, base, head })
    }

    /// An answer as this reader has it: it may differ for another.
    fn answer(&self, response: Response) -> Response {
        self.answer_with(response, HeaderValue::from_static("private, no-cache"))
    }

    /// The same, with what caches are told.
    pub(super) fn answer_with(&self, mut response: Response, cached: HeaderValue) -> Response {
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, cached);
        headers.insert(header::VARY, HeaderValue::from_static("authorization"));
        self.pass.tell(headers);
        response
    }

    fn json(&self, body: Value) -> Response {
        self.answer(Json(body).into_response())
    }

    /// Refuses parameters where there are none but the format.
    fn without_parameters(&self) -> Result<(), Failure> {
        params::only_format(self.head.uri.query()).map_err(|wrong| refused(&wrong))
    }
}

/// What is wrong with the parameters, all at once.
fn refused(wrong: &[String]) -> Failure {
    Failure::new(Code::Validation, wrong.join(" "))
}

fn absent() -> Failure {
    Failure::not_found("There is no such collection, or no such feature in it.")
}

async fn landing(
    FromState(state): FromState<Arc<State>>,
    Extension(gate): Extension<Arc<Gate>>,
    request: Request,
) -> Result<Response, Failure> {
    let entered = Entered::enter(state, &gate, request, 1).await?;
    entered.without_parameters()?;
    Ok(entered.json(document::landing(&entered.base, entered.state.app.licence())))
}

async fn conformance(
    FromState(state): FromState<Arc<State>>,
    Extension(gate): Extension<Arc<Gate>>,
    request: Request,
) -> Result<Response, Failure> {
    let entered = Entered::enter(state, &gate, request, 1).await?;
    entered.without_parameters()?;
    Ok(entered.json(document::conformance()))
}

async fn api(
    FromState(state): FromState<Arc<State>>,
    Extension(gate): Extension<Arc<Gate>>,
    request: Request,
) -> Result<Response, Failure> {
    let entered = Entered::enter(state, &gate, request, 1).await?;
    entered.without_parameters()?;
    let mut response = entered.json(document::openapi(&entered.base));
    response.headers_mut().insert(header::CONTENT_TYPE, OPENAPI);
    Ok(response)
}

async fn collections(
    FromState(state): FromState<Arc<State>>,
    Extension(gate): Extension<Arc<Gate>>,
    request: Request,
) -> Result<Response, Failure> {
    let entered = Entered::enter(state, &gate, request, 2).await?;
    entered.without_parameters()?;
    let layers = entered.state.app.layers(&entered.caller).await.map_err(failed)?;
    let licence = entered.state.app.licence();
    let all: Vec<_> = layers
        .iter()
        .map(|(layer, bbox)| document::collection(&entered.base, *layer, *bbox, licence))
        .collect();
    let links = json!([document::link(
        &format!("{}/collections", entered.base),
        "self",
        "application/json",
        "The layers"
    )]);
    Ok(entered.json(json!({ "links": links, "collections": all })))
}

async fn collection(
    FromState(state): FromState<Arc<State>>,
    Extension(gate): Extension<Arc<Gate>>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let entered = Entered::enter(state, &gate, request, 2).await?;
    entered.without_parameters()?;
    let wanted = Layer::of(&name).ok_or_else(absent)?;
    let layers = entered.state.app.layers(&entered.caller).await.map_err(failed)?;
    let (layer, bbox) = layers.into_iter().find(|(layer, _)| *layer == wanted).ok_or_else(absent)?;
    Ok(entered.json(document::collection(&entered.base, layer, bbox, entered.state.app.licence())))
}

async fn items(
    FromState(state): FromState<Arc<State>>,
    Extension(gate): Extension<Arc<Gate>>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let layer = Layer::of(&name).ok_or_else(absent)?;
    let asked = Asked::read(layer, request.uri().query().unwrap_or_default());
    let limit = asked.as_ref().map_or(1, |asked| asked.limit);
    let entered = Entered::enter(state, &gate, request, 1 + limit / FEATURES_PER_COST).await?;
    let asked = asked.map_err(|wrong| refused(&wrong))?;
    let app = &entered.state.app;
    let page = app.features(&entered.caller, layer, asked.filter, asked.limit, asked.cursor).await;
    let page = page.map_err(|error| match error {
        Error::Validation(found) => refused(&found.sentences().collect::<Vec<_>>()),
        error => failed(error),
    })?;
    let address = format!("{}/collections/{name}/items", entered.base);
    let own = match entered.head.uri.query() {
        Some(query) => format!("{address}?{query}"),
        None => address.clone(),
    };
    let mut links = vec![document::link(&own, "self", "application/geo+json", "This page")];
    if let Some(next) = &page.next {
        let next = params::with_cursor(entered.head.uri.query().unwrap_or_default(), next);
        links.push(document::link(
            &format!("{address}?{next}"),
            "next",
            "application/geo+json",
            "The next page",
        ));
    }
    let collection = format!("{}/collections/{name}", entered.base);
    links.push(document::link(&collection, "collection", "application/json", "The layer"));
    let at = app.clock.now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut body = format!("{{\"type\":\"FeatureCollection\",\"timeStamp\":\"{at}\",");
    if let Some(matched) = page.matched {
        let _ = write!(body, "\"numberMatched\":{matched},");
    }
    let _ = write!(
        body,
        "\"numberReturned\":{},\"links\":{},\"features\":[",
        page.features.len(),
        Value::from(links)
    );
    body.push_str(&page.features.join(",\n"));
    body.push_str("]}");
    Ok(entered.answer(([(header::CONTENT_TYPE, GEOJSON)], body).into_response()))
}

async fn item(
    FromState(state): FromState<Arc<State>>,
    Extension(gate): Extension<Arc<Gate>>,
    Path((name, id)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Failure> {
    let entered = Entered::enter(state, &gate, request, 1).await?;
    entered.without_parameters()?;
    let layer = Layer::of(&name).ok_or_else(absent)?;
    let found = entered.state.app.feature(&entered.caller, layer, &id).await.map_err(failed)?;
    let feature = found.ok_or_else(absent)?;
    let collection = format!("{}/collections/{name}", entered.base);
    let links = json!([
        document::link(&format!("{collection}/items/{id}"), "self", "application/geo+json", "This feature"),
        document::link(&collection, "collection", "application/json", "The layer"),
    ]);
    let body = format!("{},\"links\":{links}}}", feature.strip_suffix('}').unwrap_or(&feature));
    Ok(entered.answer(([(header::CONTENT_TYPE, GEOJSON)], body).into_response()))
}
