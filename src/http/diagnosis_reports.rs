//! `/diagnoses/{slug}/report` and `/diagnoses/{slug}/items.csv`: a diagnosis as a document to be printed, and its findings for
//! a spreadsheet, as whoever asks sees them.

use std::sync::Arc;

use axum::extract::{RawQuery, Request, State as FromState};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};

use super::account::Account;
use super::address::client_address;
use super::diagnosis_page::write_page;
use super::html::POLICY;
use super::rates::{Gate, Pass};
use super::segment::Segment;
use super::{Failure, State, authenticate};
use crate::app::Error;
use crate::app::diagnosis_reports::{DiagnosisReport, sheet};
use crate::domain::language::Language;
use crate::graphql::edge::Code;

/// What a report costs, as a document of the API would.
const COST: u32 = 20;

/// The routes.
pub(super) fn routes() -> Router<Arc<State>> {
    Router::new()
        .route("/diagnoses/{slug}/report", get(report))
        .route("/diagnoses/{slug}/items.csv", get(items))
}

async fn report(
    FromState(state): FromState<Arc<State>>,
    Extension(gate): Extension<Arc<Gate>>,
    Segment(slug): Segment,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let head = request.into_parts().0;
    let language = language(query.as_deref(), &head.headers);
    answer(&state, &gate, slug, &head, |found| {
        let mut html = String::new();
        write_page(&mut html, found, language, state.app.clock.today())
            .map_err(|_| Failure::new(Code::Internal, "Internal error."))?;
        let headers = [(header::CONTENT_SECURITY_POLICY, POLICY)];
        Ok((headers, Html(html)).into_response())
    })
    .await
}

async fn items(
    FromState(state): FromState<Arc<State>>,
    Extension(gate): Extension<Arc<Gate>>,
    Segment(slug): Segment,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let head = request.into_parts().0;
    let language = language(query.as_deref(), &head.headers);
    answer(&state, &gate, slug, &head, |found| {
        let bytes = sheet(found, language).map_err(|_| Failure::new(Code::Internal, "Internal error."))?;
        let name = match language {
            Language::Fr => "constats",
            Language::En => "findings",
        };
        // A slug is letters, digits and hyphens.
        let disposition = format!("attachment; filename=\"{}-{name}.csv\"", found.diagnosis.slug);
        let mut response = bytes.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
        headers.extend(HeaderValue::from_str(&disposition).ok().map(|to| (header::CONTENT_DISPOSITION, to)));
        Ok(response)
    })
    .await
}

/// Finds out who asks, reads the report as they see it, and answers with what is made of it.
async fn answer(
    state: &State,
    gate: &Gate,
    slug: String,
    head: &Parts,
    make: impl FnOnce(&DiagnosisReport) -> Result<Response, Failure>,
) -> Response {
    let mut passed = None;
    let outcome = async {
        let found = read(state, gate, slug, head, &mut passed).await?;
        make(&found)
    };
    let mut response = outcome.await.unwrap_or_else(IntoResponse::into_response);
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("authorization, accept-language"));
    if let Some(pass) = passed {
        pass.tell(headers);
    }
    response
}

async fn read(
    state: &State,
    gate: &Gate,
    slug: String,
    head: &Parts,
    passed: &mut Option<Pass>,
) -> Result<DiagnosisReport, Failure> {
    let headers = &head.headers;
    let credentials = headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    let address = client_address(&head.extensions, headers, &state.settings.proxies);
    let pass = passed.insert(gate.enter(address, credentials)?);
    let caller = authenticate(state, headers).await?;
    head.extensions.get::<Account>().cloned().unwrap_or_default().caller(&caller);
    *pass = gate.charge(gate.recognise(pass.clone(), &caller.reference())?, COST)?;
    let found = state.app.diagnosis_report(&caller, slug).await;
    let found = found.map_err(|error| match error {
        Error::Unavailable => {
            Failure::new(Code::Unavailable, "The database can't be reached: try again in a moment.")
        }
        Error::Timeout => Failure::new(Code::Timeout, "It took too long: try again."),
        error => {
            tracing::error!(?error, "a report can't be read");
            Failure::new(Code::Internal, "Internal error.")
        }
    })?;
    found.ok_or_else(|| Failure::not_found("There is no diagnosis of this name that you may see."))
}

/// The language that is asked for: `?lang=`, else what the browser prefers, else French.
fn language(query: Option<&str>, headers: &HeaderMap) -> Language {
    let asked = query.and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("lang=")));
    if let Some(known) = asked.and_then(of_tag) {
        return known;
    }
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let mut best = (0.0, Language::Fr);
    for part in accepted.unwrap_or_default().split(',') {
        let (tag, quality) = part.split_once(';').unwrap_or((part, "q=1"));
        let quality: f64 = quality.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(0.0);
        if let Some(known) = of_tag(tag.trim()).filter(|_| quality > best.0) {
            best = (quality, known);
        }
    }
    best.1
}

fn of_tag(tag: &str) -> Option<Language> {
    match tag.split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "fr" => Some(Language::Fr),
        "en" => Some(Language::En),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_asked_for_then_the_one_preferred_then_french() {
        let of = |query: Option<&str>, accepted: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accepted));
            language(query, &headers)
        };
        assert_eq!(of(None, ""), Language::Fr);
        assert_eq!(of(None, "de, *;q=0.5"), Language::Fr);
        assert_eq!(of(None, "en-GB,en;q=0.9,fr;q=0.8"), Language::En);
        assert_eq!(of(None, "en;q=0.3, fr-FR;q=0.7"), Language::Fr);
        assert_eq!(of(Some("x=1&lang=en"), "fr"), Language::En);
        assert_eq!(of(Some("lang=xx"), "en"), Language::En);
    }
}
