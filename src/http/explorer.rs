//! `/`: the page that people open, carried in the program, and the files that it loads. It asks `/graphql` as every
//! client does; the program only tells it where to begin.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use chrono::NaiveDate;
use include_dir::{Dir, include_dir};
use serde_json::json;
use url::Url;

use super::html::Text;
use super::layers::Framed;
use super::segment::Segment;
use super::{Failure, Origins, State, media};

static FILES: Dir<'_> = include_dir!("$OUT_DIR/explorer");

/// The addresses that the page answers by itself.
const PAGES: [&str; 21] = [
    "/",
    "/reseau",
    "/tableau",
    "/matrice",
    "/couverture",
    "/acteurs/{slug}",
    "/territoires/{kind}/{code}",
    "/appels",
    "/appels/{slug}",
    "/collectifs",
    "/collectifs/{slug}",
    "/diagnostics",
    "/diagnostics/{slug}",
    "/pratiques",
    "/pratiques/{slug}",
    "/projets/{slug}",
    "/connexion",
    "/invitation",
    "/password",
    "/travail",
    "/travail/{*work}",
];
/// The one that other sites may show in a frame: those whose scripts may read the answers.
const EMBEDDED: &str = "/integration";

/// Where the page begins, and what it draws on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Opening {
    /// The territory that it opens on, as `KIND:CODE`; the page chooses where there is none.
    pub home: Option<String>,
    /// The day whose links it shows at first; today where there is none.
    pub as_of: Option<NaiveDate>,
    /// Whether the demo is served, whose accounts it then offers.
    pub demo: bool,
    /// A map style to draw on instead of our own outlines.
    pub style: Option<MapStyle>,
}

/// A `MapLibre` style of others, and where its parts come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapStyle {
    address: Url,
    /// Web origins of the style, its tiles, fonts and pictures.
    origins: Vec<String>,
}

/// Why a map style is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadMapStyle {
    /// The address of the style.
    #[error("\"{0}\" is not the address of a map style: write it as https://tiles.example.org/style.json")]
    Address(String),
    /// One of the other hosts.
    #[error(transparent)]
    Origin(#[from] super::BadOrigin),
}

impl MapStyle {
    /// Reads the address of a style and the other web origins that its parts come from.
    pub fn parse<T: AsRef<str>>(
        address: &str,
        others: impl IntoIterator<Item = T>,
    ) -> Result<Self, BadMapStyle> {
        let bad = || BadMapStyle::Address(address.to_owned());
        let url = Url::parse(address).map_err(|_| bad())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(bad());
        }
        let mut origins = vec![url.origin().ascii_serialization()];
        if let Origins::List(list) = Origins::parse(others)? {
            origins.extend(list.iter().filter_map(|origin| origin.to_str().ok()).map(str::to_owned));
        }
        Ok(Self { address: url, origins })
    }
}

/// The routes, with the page written once.
pub(super) fn routes(opening: &Opening, origins: &Origins) -> Router<Arc<State>> {
    let page = page(opening);
    let framed = page.clone();
    let alone = policy(opening, "'none'");
    let among = policy(opening, &ancestors(origins));
    let pages = PAGES.into_iter().fold(Router::new(), |router, address| {
        let (page, policy) = (page.clone(), alone.clone());
        let shown = get(async move || answer(page, policy));
        // What people type may end with a slash; what takes all that follows takes that too.
        let router = router.route(address, shown.clone());
        if address.ends_with('/') || address.contains('*') {
            router
        } else {
            router.route(&format!("{address}/"), shown)
        }
    });
    pages
        .route(EMBEDDED, get(async move || (axum::Extension(Framed), answer(framed, among))))
        .route("/assets/{file}", get(asset))
        .route(
            "/integration.js",
            get(async |headers: HeaderMap| (axum::Extension(Framed), whole("integration.js", &headers))),
        )
        .route("/licences.txt", get(async |headers: HeaderMap| whole("licences.txt", &headers)))
        .route("/icon.svg", get(async |headers: HeaderMap| whole("icon.svg", &headers)))
}

fn answer(page: Bytes, policy: HeaderValue) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, Html(page)).into_response()
}

/// The page with what it is told, in a meta element.
fn page(opening: &Opening) -> Bytes {
    let told = json!({
        "home": opening.home,
        "asOf": opening.as_of,
        "demo": opening.demo,
        "style": opening.style.as_ref().map(|style| style.address.as_str()),
    });
    let html = FILES.get_file("index.html").and_then(|file| file.contents_utf8());
    let html = html.expect("the build lays out a page");
    let meta = format!("name=\"maillage\" content=\"{}\"", Text(&told.to_string()));
    html.replace("name=\"maillage\" content=\"{}\"", &meta).into()
}

/// Scripts, styles, fonts and requests from here only, but for those of a configured map style.
fn policy(opening: &Opening, ancestors: &str) -> HeaderValue {
    let others = opening.style.iter().flat_map(|style| &style.origins);
    let others = others.fold(String::new(), |all, origin| all + " " + origin);
    let text = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; worker-src 'self'; \
         img-src 'self' data: blob:{others}; connect-src 'self'{others}; base-uri 'none'; form-action 'none'; \
         frame-ancestors {ancestors}"
    );
    HeaderValue::from_str(&text).expect("origins are header values")
}

fn ancestors(origins: &Origins) -> String {
    match origins {
        Origins::None => "'self'".to_owned(),
        Origins::Any => "*".to_owned(),
        Origins::List(list) => {
            let names: Vec<_> = list.iter().filter_map(|origin| origin.to_str().ok()).collect();
            format!("'self' {}", names.join(" "))
        }
    }
}

async fn asset(Segment(file): Segment, headers: HeaderMap) -> Result<Response, Failure> {
    let (content, mut answer) = file_of(&format!("assets/{file}"), &headers)?;
    // The name changes with the content.
    let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
    answer.insert(header::CACHE_CONTROL, kept);
    Ok((answer, content).into_response())
}

/// A file whose name stays.
fn whole(path: &str, headers: &HeaderMap) -> Result<Response, Failure> {
    let (content, mut answer) = file_of(path, headers)?;
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    Ok((answer, content).into_response())
}

/// A file's content, as small as the client takes it, and the headers that say so.
fn file_of(path: &str, headers: &HeaderMap) -> Result<(&'static [u8], HeaderMap), Failure> {
    let missing = || Failure::not_found("The page has no such file; load it anew.");
    let plain = FILES.get_file(path).ok_or_else(missing)?;
    let media = match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        Some("woff2") => "font/woff2",
        _ => return Err(missing()),
    };
    let mut answer = HeaderMap::new();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    for (encoding, ending) in [("br", "br"), ("gzip", "gz")] {
        if media::accepts_encoding(headers, encoding)
            && let Some(small) = FILES.get_file(format!("{path}.{ending}"))
        {
            answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            return Ok((small.contents(), answer));
        }
    }
    Ok((plain.contents(), answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(others: &[&str]) -> Result<MapStyle, BadMapStyle> {
        MapStyle::parse("https://tiles.example.org/style.json", others)
    }

    #[test]
    fn the_page_is_told_where_to_begin_and_names_no_other_host() {
        let opening = Opening { home: Some("COMMUNE:<28>".to_owned()), ..Opening::default() };
        let page = String::from_utf8(page(&opening).to_vec()).expect("text");
        assert!(page.contains("&quot;home&quot;:&quot;COMMUNE:&lt;28&gt;&quot;"), "{page}");
        assert!(!page.contains("://") && !page.contains("<style"), "{page}");
    }

    #[test]
    fn only_a_configured_style_opens_the_policy_to_other_hosts() {
        let own = policy(&Opening::default(), "'none'");
        assert!(!own.to_str().expect("text").contains("://"));
        let opening = Opening { style: style(&["https://fonts.example.org"]).ok(), ..Opening::default() };
        let others = policy(&opening, "'none'");
        let others = others.to_str().expect("text");
        assert!(
            others.contains("connect-src 'self' https://tiles.example.org https://fonts.example.org;"),
            "{others}"
        );
        assert!(others.contains("script-src 'self';"), "{others}");
    }

    #[test]
    fn what_is_no_address_of_a_style_is_refused() {
        assert!(matches!(style(&["example.org"]), Err(BadMapStyle::Origin(_))));
        assert!(matches!(MapStyle::parse("style.json", [""; 0]), Err(BadMapStyle::Address(_))));
        assert!(matches!(MapStyle::parse("file:///style.json", [""; 0]), Err(BadMapStyle::Address(_))));
    }

    #[test]
    fn frames_are_for_the_origins_that_may_read_answers() {
        assert_eq!(ancestors(&Origins::None), "'self'");
        assert_eq!(ancestors(&Origins::Any), "*");
        let listed = Origins::parse(["https://cite.example.org"]).expect("an origin");
        assert_eq!(ancestors(&listed), "'self' https://cite.example.org");
    }
}
