//! `/graphiql`: the explorer of the API, from files that this service holds; its page contacts no other host.

use std::fmt::Write as _;
use std::sync::{Arc, LazyLock, OnceLock};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use flate2::Compression;

use super::segment::Segment;
use super::{Failure, State, media, sdl};

/// The document that the explorer opens with.
const EXAMPLE: &str = include_str!("../../assets/graphiql/example.graphql");

const PAGE: &str = include_str!("../../assets/graphiql/page.html");

/// Scripts and requests from here only. Dialogs of the explorer write style elements; its style sheet brings fonts and
/// pictures along as `data:`.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the page loads: name, media type, content.
const FILES: [(&str, &str, &[u8]); 6] = [
    ("react.js", "text/javascript", include_bytes!("../../assets/graphiql/react.production.min.js")),
    ("react-dom.js", "text/javascript", include_bytes!("../../assets/graphiql/react-dom.production.min.js")),
    ("graphiql.js", "text/javascript", include_bytes!("../../assets/graphiql/graphiql.min.js")),
    ("graphiql.css", "text/css", include_bytes!("../../assets/graphiql/graphiql.min.css")),
    ("start.js", "text/javascript", include_bytes!("../../assets/graphiql/start.js")),
    ("page.css", "text/css", include_bytes!("../../assets/graphiql/page.css")),
];

/// One file under an address that changes with its content, so that it may be kept for ever.
struct Asset {
    address: String,
    media: &'static str,
    plain: &'static [u8],
    /// Made when it is first asked for.
    gzip: OnceLock<Bytes>,
}

static ASSETS: LazyLock<[Asset; FILES.len()]> = LazyLock::new(|| FILES.map(asset));

/// The routes, with the page written once.
pub(super) fn routes() -> Router<Arc<State>> {
    let page = Bytes::from(page(ASSETS.as_slice()));
    Router::new()
        .route("/graphiql", get(async move || ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(page))))
        .route("/graphiql/{file}", get(file))
}

async fn file(Segment(file): Segment, headers: HeaderMap) -> Result<Response, Failure> {
    let wanted = ASSETS.iter().find(|asset| asset.address == file);
    let missing = || Failure::not_found("The explorer has no such file; load /graphiql anew.");
    wanted.map(|asset| serve(asset, &headers)).ok_or_else(missing)
}

fn asset((name, media, plain): (&str, &'static str, &'static [u8])) -> Asset {
    Asset { address: format!("{}-{name}", sdl::fingerprint(plain)), media, plain, gzip: OnceLock::new() }
}

fn serve(asset: &Asset, headers: &HeaderMap) -> Response {
    let media = format!("{}; charset=utf-8", asset.media);
    let fixed = [
        (header::CONTENT_TYPE, HeaderValue::from_str(&media).expect("a media type is a header value")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
    ];
    if media::accepts_encoding(headers, "gzip") {
        (
            fixed,
            [(header::CONTENT_ENCODING, "gzip")],
            asset.gzip.get_or_init(|| media::gzip(asset.plain, Compression::default())).clone(),
        )
            .into_response()
    } else {
        (fixed, asset.plain).into_response()
    }
}

fn page(assets: &[Asset]) -> String {
    let mut head = String::new();
    for Asset { address, media, .. } in assets {
        let written = match *media {
            "text/css" => writeln!(head, "<link rel=\"stylesheet\" href=\"/graphiql/{address}\">"),
            _ => writeln!(head, "<script defer src=\"/graphiql/{address}\"></script>"),
        };
        written.expect("a string takes whatever is written");
    }
    PAGE.replace("{{head}}", &head).replace("{{example}}", &escaped(EXAMPLE.trim_end()))
}

/// Text as it stands in an HTML attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_no_other_host() {
        let page = page(ASSETS.as_slice());
        assert!(!page.contains("://") && !page.contains("{{"), "{page}");
        assert_eq!(page.matches("/graphiql/").count(), FILES.len());
    }

    #[test]
    fn an_example_may_hold_any_character() {
        assert_eq!(escaped("{ a(x: \"<&>\") }"), "{ a(x: &quot;&lt;&amp;>&quot;) }");
    }
}
