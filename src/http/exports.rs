//! `/exports/{secret}/{name}`: a file that was asked for, piece by piece as it is read.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State as FromState};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;

use super::{Failure, State};
use crate::app::Error;
use crate::app::exports::Shelf;
use crate::domain::exports::{ExportJob, media_type};
use crate::graphql::edge::Code;

/// The route.
pub(super) fn routes() -> Router<Arc<State>> {
    Router::new().route("/exports/{token}/{name}", get(file))
}

/// What went wrong in the store, as this layer says it.
pub(super) fn failed(error: Error) -> Failure {
    match error {
        Error::Unavailable => {
            Failure::new(Code::Unavailable, "The database can't be reached: try again in a moment.")
        }
        Error::Timeout => Failure::new(Code::Timeout, "It took too long: ask for less at once."),
        error => {
            tracing::error!(?error, "a file can't be read");
            Failure::new(Code::Internal, "Internal error.")
        }
    }
}

async fn file(
    FromState(state): FromState<Arc<State>>,
    Path((token, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let absent = || Failure::not_found("There is no file at this address.");
    if token.contains('\0') {
        return Err(absent());
    }
    let job = match state.app.shelf(&token).await.map_err(failed)? {
        Shelf::There(job) if job.file_name.as_deref() == Some(name.as_str()) => *job,
        Shelf::There(_) | Shelf::Nothing => return Err(absent()),
        Shelf::Gone => {
            let message = "The file was here and is no longer: it had its time, or rights have changed. Export it again.";
            return Err(Failure::not_found(message).with_status(StatusCode::GONE));
        }
    };
    // Weak, since it may be compressed on its way.
    let tag = format!("W/\"{}\"", job.digest.as_deref().unwrap_or_default());
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let known = known.flat_map(|list| list.split(',')).any(|one| one.trim() == tag);
    let mut response =
        if known { StatusCode::NOT_MODIFIED.into_response() } else { whole(&state, &job, &name) };
    let told = response.headers_mut();
    told.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    told.extend(HeaderValue::from_str(&tag).map(|tag| (header::ETAG, tag)));
    Ok(response)
}

fn whole(state: &State, job: &ExportJob, name: &str) -> Response {
    let licence = format!("<{}>; rel=\"license\"", state.app.licence().url);
    let headers = [
        (header::CONTENT_TYPE, media_type(name).to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CONTENT_LENGTH, job.bytes.to_string()),
        (header::LINK, licence),
    ];
    let (app, id) = (state.app.clone(), job.id);
    let pieces = stream::try_unfold(0, move |place| {
        let app = app.clone();
        async move {
            let piece =
                app.export_piece(id, place).await.map_err(|error| io::Error::other(format!("{error:?}")))?;
            Ok::<_, io::Error>(piece.map(|piece| (Bytes::from(piece), place + 1)))
        }
    });
    (headers, Body::from_stream(pieces)).into_response()
}
