//! Which media type a client wants, and which it sends.

use std::io::Write;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use flate2::{Compression, write::GzEncoder};

use super::Failure;
use crate::graphql::edge::Code;

/// The two media types of the GraphQL-over-HTTP specification. They differ in the status of a request that is well
/// formed but cannot be run: 200 in the first, 400 in the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Media {
    /// `application/json`, also for those who do not say what they accept.
    Json,
    /// `application/graphql-response+json`.
    GraphqlResponse,
}

impl Media {
    const NAMES: [(Self, &'static str); 2] =
        [(Self::GraphqlResponse, "application/graphql-response+json"), (Self::Json, "application/json")];

    /// The value of `content-type`.
    pub fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        })
    }

    /// The status of a well-formed request whose document is not run.
    pub fn request_error_status(self) -> StatusCode {
        match self {
            Self::Json => StatusCode::OK,
            Self::GraphqlResponse => StatusCode::BAD_REQUEST,
        }
    }

    /// What `accept` asks for, by its quality values. A wildcard means JSON, and a type that is named wins over JSON
    /// of the same quality. Fails with 406 if neither is acceptable.
    pub fn wanted(headers: &HeaderMap) -> Result<Self, Failure> {
        let accept = joined(headers, &header::ACCEPT);
        if accept.trim().is_empty() {
            return Ok(Self::Json);
        }
        Self::NAMES
            .into_iter()
            .filter_map(|(media, name)| {
                let (quality, exact) = quality(&accept, name)?;
                let preferred = media == Self::Json || exact;
                (quality > 0).then_some((preferred, quality, media == Self::GraphqlResponse, media))
            })
            .max_by_key(|&(preferred, quality, newer, _)| (preferred, quality, newer))
            .map(|(_, _, _, media)| media)
            .ok_or_else(|| {
                let message = "Accept application/graphql-response+json or application/json: the API has no other form.";
                Failure::new(Code::Validation, message).with_status(StatusCode::NOT_ACCEPTABLE)
            })
    }

    /// The same for an answer that has to be given in any case.
    pub fn wanted_or_json(headers: &HeaderMap) -> Self {
        Self::wanted(headers).unwrap_or(Self::Json)
    }
}

/// Fails with 415 unless the body is JSON in UTF-8, not compressed. Other types are refused also because a foreign
/// page may send them without asking first (`text/plain`, forms).
pub(super) fn require_json(headers: &HeaderMap) -> Result<(), Failure> {
    let unsupported =
        |message| Failure::new(Code::Validation, message).with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let content_type = joined(headers, &header::CONTENT_TYPE).to_ascii_lowercase();
    let mut parts = content_type.split(';').map(str::trim);
    let is_json = parts.next() == Some("application/json");
    let is_utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some(("charset", charset)) => matches!(charset.trim_matches('"'), "utf-8" | "utf8"),
        _ => true,
    });
    if !is_json || !is_utf8 {
        return Err(unsupported("Send the request as JSON: content-type: application/json; charset=utf-8."));
    }
    match joined(headers, &header::CONTENT_ENCODING).as_str() {
        "" | "identity" => Ok(()),
        _ => Err(unsupported("Send the body without content-encoding.")),
    }
}

/// The same bytes as gzip.
pub(super) fn gzip(plain: &[u8], how: Compression) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), how);
    let packed = encoder.write_all(plain).and_then(|()| encoder.finish());
    packed.expect("a vector takes whatever is written").into()
}

/// Whether the client takes an answer in this encoding, `gzip` or `br`; who says nothing takes none.
pub(super) fn accepts_encoding(headers: &HeaderMap, encoding: &str) -> bool {
    headers.contains_key(header::ACCEPT_ENCODING)
        && quality(&joined(headers, &header::ACCEPT_ENCODING), encoding)
            .is_some_and(|(quality, _)| quality > 0)
}

/// All values of a header as one list; those that are not ASCII count as absent.
fn joined(headers: &HeaderMap, name: &HeaderName) -> String {
    let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    values.join(",")
}

/// The quality in thousandths that a list gives to `wanted`, by its most specific entry, and whether that entry
/// names it; none if no entry covers it.
fn quality(list: &str, wanted: &str) -> Option<(u16, bool)> {
    let family = wanted.split_once('/').map(|(family, _)| format!("{family}/*"));
    list.split(',')
        .filter_map(|entry| {
            let mut parts = entry.split(';').map(str::trim);
            let range = parts.next()?.to_ascii_lowercase();
            let precision = match range.as_str() {
                name if name == wanted => 2,
                name if family.as_deref() == Some(name) => 1,
                "*/*" | "*" => 0,
                _ => return None,
            };
            let given =
                parts.find_map(|parameter| parameter.strip_prefix("q=").or(parameter.strip_prefix("Q=")));
            let quality = given.map_or(Some(1.0), |text| text.parse::<f32>().ok())?;
            Some((precision, (quality.clamp(0.0, 1.0) * 1000.0) as u16))
        })
        .max_by_key(|&(precision, _)| precision)
        .map(|(precision, quality)| (quality, precision == 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(accept: &'static str) -> Option<Media> {
        let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
        Media::wanted(&headers).ok()
    }

    #[test]
    fn the_better_quality_decides_and_a_wildcard_means_json() {
        use Media::{GraphqlResponse, Json};
        let cases = [
            ("application/graphql-response+json, application/json;q=0.9", Some(GraphqlResponse)),
            ("application/json, application/graphql-response+json;q=0.9", Some(Json)),
            ("application/json,application/graphql-response+json", Some(GraphqlResponse)),
            ("application/graphql-response+json;charset=utf-8", Some(GraphqlResponse)),
            ("Application/JSON; Q=0.2", Some(Json)),
            ("*/*", Some(Json)),
            ("application/*", Some(Json)),
            ("text/html,application/xhtml+xml,*/*;q=0.8", Some(Json)),
            ("application/graphql-response+json;q=0.5, */*;q=0.1", Some(GraphqlResponse)),
            ("application/json;q=0, */*", Some(GraphqlResponse)),
            ("application/json;q=0", None),
            ("text/html", None),
            ("", Some(Json)),
        ];
        for (accept, media) in cases {
            assert_eq!(wanted(accept), media, "{accept}");
        }
        assert_eq!(Media::wanted(&HeaderMap::new()), Ok(Json));
    }

    #[test]
    fn only_json_in_utf8_is_taken() {
        let taken = |value| {
            require_json(&HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(value))]))
        };
        for good in [
            "application/json",
            "application/json; charset=UTF-8",
            "Application/Json;charset=\"utf-8\"",
            "application/json; boundary=x",
        ] {
            assert_eq!(taken(good), Ok(()), "{good}");
        }
        for bad in [
            "text/plain",
            "application/json; charset=latin1",
            "multipart/form-data; boundary=x",
            "application/graphql",
            "application/jsonx",
            "",
        ] {
            assert!(taken(bad).is_err(), "{bad}");
        }
        assert!(require_json(&HeaderMap::new()).is_err());
    }

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        let takes = |value: &'static str| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]);
            accepts_encoding(&headers, "gzip")
        };
        assert!(takes("gzip, br") && takes("br;q=1.0, gzip;q=0.5") && takes("*"));
        assert!(!takes("br") && !takes("gzip;q=0") && !takes("identity"));
        assert!(!accepts_encoding(&HeaderMap::new(), "gzip"));
    }

    #[test]
    fn a_compressed_body_is_refused() {
        let headers = HeaderMap::from_iter([
            (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (header::CONTENT_ENCODING, HeaderValue::from_static("gzip")),
        ]);
        assert!(require_json(&headers).is_err());
    }
}
