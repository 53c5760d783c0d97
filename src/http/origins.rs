//! Which pages of other sites may read the answers.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, Method, Uri, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// Web origins whose scripts may read the answers. Browsers never send anything along by themselves (no cookies,
/// no credentials): a caller is known by its `authorization` header alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Origins {
    /// Only pages of this very service.
    #[default]
    None,
    /// Every page.
    Any,
    /// These, compared letter by letter.
    List(Vec<HeaderValue>),
}

/// An entry of the list that no browser would ever send as an origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not a web origin: write it as https://example.org, with a port only where it is unusual and without a path, or * alone for every origin"
)]
pub struct BadOrigin(String);

impl Origins {
    /// Reads a configured list; an empty one is [`Origins::None`], and `*` alone is [`Origins::Any`].
    pub fn parse<T: AsRef<str>>(list: impl IntoIterator<Item = T>) -> Result<Self, BadOrigin> {
        let list: Vec<T> = list.into_iter().collect();
        match list.as_slice() {
            [] => Ok(Self::None),
            [one] if one.as_ref() == "*" => Ok(Self::Any),
            some => some.iter().map(|text| origin(text.as_ref())).collect::<Result<_, _>>().map(Self::List),
        }
    }

    /// The layer that answers a browser's preliminary questions; none where no other site may ask.
    pub(super) fn layer(&self) -> Option<CorsLayer> {
        let allowed = match self {
            Self::None => return None,
            Self::Any => AllowOrigin::any(),
            Self::List(list) => AllowOrigin::list(list.clone()),
        };
        let request_id = HeaderName::from_static("x-request-id");
        let rates = ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"];
        let exposed = [request_id.clone(), header::RETRY_AFTER, header::ETAG].into_iter();
        let exposed: Vec<_> = exposed.chain(rates.map(HeaderName::from_static)).collect();
        Some(
            CorsLayer::new()
                .allow_origin(allowed)
                .allow_methods([Method::GET, Method::POST])
                .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, request_id])
                .expose_headers(exposed)
                .max_age(Duration::from_hours(1)),
        )
    }
}

fn origin(text: &str) -> Result<HeaderValue, BadOrigin> {
    let bad = || BadOrigin(text.to_owned());
    let uri: Uri = text.parse().map_err(|_| bad())?;
    let (Some(scheme @ ("http" | "https")), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(bad());
    };
    if authority.as_str().contains('@') || text != format!("{scheme}://{authority}").to_ascii_lowercase() {
        return Err(bad());
    }
    HeaderValue::from_str(text).map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_origins_is_taken_as_browsers_write_them() {
        let list = Origins::parse(["https://cite.example.org", "http://localhost:5173"]);
        assert!(matches!(list, Ok(Origins::List(list)) if list.len() == 2));
        assert_eq!(Origins::parse(["*"]), Ok(Origins::Any));
        assert_eq!(Origins::parse([] as [&str; 0]), Ok(Origins::None));
    }

    #[test]
    fn what_no_browser_sends_is_refused_with_what_to_write() {
        for wrong in [
            "https://example.org/",
            "example.org",
            "https://Example.org",
            "null",
            "https://a@b.org",
            "ftp://a.org",
            "",
        ] {
            assert_eq!(Origins::parse([wrong]), Err(BadOrigin(wrong.to_owned())));
        }
        assert!(
            Origins::parse(["*", "https://example.org"]).is_err(),
            "a star beside others hides a mistake"
        );
    }
}
