//! Scalars: as text on the wire, read by the field that holds them, so that what is wrong is said with its path.

use async_graphql::{
    Description, InputType, InputValueError, InputValueResult, Name, Scalar, ScalarType, Value,
};
use async_graphql_value::RAW_VALUE_TOKEN;
use chrono::{NaiveDate, SecondsFormat, SubsecRound, Utc};

use crate::domain::edit::Edit;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::text::web_address;

/// An instant: RFC 3339 with an offset, as in `2026-06-30T12:00:00+02:00`. Answers are in UTC.
#[derive(Clone, Debug, Description)]
pub struct DateTime(pub String);

/// A calendar date: ISO 8601, as in `2026-06-30`.
#[derive(Clone, Debug, Description)]
pub struct Date(pub String);

/// A web address that starts with `http://` or `https://`.
#[derive(Clone, Debug, Description)]
pub struct Url(pub String);

/// An exact decimal, sent as a string: `"1250.50"`. Money is in euros.
#[derive(Clone, Debug, Description)]
pub struct Decimal(pub String);

/// A GeoJSON object (RFC 7946): WGS 84, longitude before latitude, outer rings counter-clockwise.
#[derive(Clone, Debug, Description)]
pub struct GeoJson(pub Value);

fn text<T: InputType>(value: Value, make: impl Fn(String) -> T) -> InputValueResult<T> {
    match value {
        Value::String(text) => Ok(make(text)),
        other => Err(InputValueError::expected_type(other)),
    }
}

#[Scalar(
    use_type_description,
    name = "DateTime",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339"
)]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(value, Self)
    }

    fn to_value(&self) -> Value {
        Value::from(self.0.as_str())
    }
}

#[Scalar(
    use_type_description,
    name = "Date",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6"
)]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(value, Self)
    }

    fn to_value(&self) -> Value {
        Value::from(self.0.as_str())
    }
}

#[Scalar(use_type_description, name = "URL", specified_by_url = "https://url.spec.whatwg.org/")]
impl ScalarType for Url {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(value, Self)
    }

    fn to_value(&self) -> Value {
        Value::from(self.0.as_str())
    }
}

#[Scalar(use_type_description, name = "Decimal")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            // A whole number loses nothing in JSON; a fraction does.
            Value::Number(number) if number.is_i64() => Ok(Self(number.to_string())),
            other => text(other, Self),
        }
    }

    fn to_value(&self) -> Value {
        Value::from(self.0.as_str())
    }
}

#[Scalar(use_type_description, name = "GeoJSON", specified_by_url = "https://www.rfc-editor.org/rfc/rfc7946")]
impl ScalarType for GeoJson {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::Object(_) => Ok(Self(value)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        self.0.clone()
    }
}

impl GeoJson {
    /// Of GeoJSON text, which is sent as it is.
    pub fn raw(text: String) -> Self {
        Self(Value::Object([(Name::new(RAW_VALUE_TOKEN), Value::String(text))].into_iter().collect()))
    }
}

impl From<chrono::DateTime<Utc>> for DateTime {
    fn from(at: chrono::DateTime<Utc>) -> Self {
        Self(at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl From<NaiveDate> for Date {
    fn from(date: NaiveDate) -> Self {
        Self(date.to_string())
    }
}

impl From<&url::Url> for Url {
    fn from(url: &url::Url) -> Self {
        Self(url.to_string())
    }
}

impl From<rust_decimal::Decimal> for Decimal {
    fn from(decimal: rust_decimal::Decimal) -> Self {
        Self(decimal.to_string())
    }
}

/// A scalar that is read by the field that holds it.
pub trait Read {
    /// What it is read to.
    type To;

    /// The value, or what is wrong with it at this path.
    fn read(&self, path: &str) -> Result<Self::To, Violations>;
}

impl Read for DateTime {
    type To = chrono::DateTime<Utc>;

    fn read(&self, path: &str) -> Result<Self::To, Violations> {
        // To the microsecond, which is what is kept.
        let parsed = chrono::DateTime::parse_from_rfc3339(&self.0).ok();
        let parsed = parsed.map(|at| at.with_timezone(&Utc).trunc_subsecs(6));
        parsed.filter(|at| (1..=9999).contains(&chrono::Datelike::year(at))).ok_or_else(|| {
            Violations::one(path, ViolationCode::Invalid, "is not an instant as in 2026-06-30T12:00:00+02:00")
        })
    }
}

impl Read for Date {
    type To = NaiveDate;

    fn read(&self, path: &str) -> Result<Self::To, Violations> {
        let parsed = self.0.parse().ok().filter(|_| self.0.len() == 10);
        parsed
            .filter(|date| (1..=9999).contains(&chrono::Datelike::year(date)))
            .ok_or_else(|| Violations::one(path, ViolationCode::Invalid, "is not a date as in 2026-06-30"))
    }
}

impl Read for Url {
    type To = url::Url;

    fn read(&self, path: &str) -> Result<Self::To, Violations> {
        web_address(path, &self.0)
    }
}

impl Read for Decimal {
    type To = rust_decimal::Decimal;

    fn read(&self, path: &str) -> Result<Self::To, Violations> {
        // Exactly: digits beyond what is kept are refused, not rounded away.
        // Exactly as written: no plus, and no underscores, which the reader of digits would take.
        let plain = self.0.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
        let read = Some(&self.0).filter(|_| plain);
        read.and_then(|text| rust_decimal::Decimal::from_str_exact(text).ok()).ok_or_else(|| {
            Violations::one(path, ViolationCode::Invalid, "is not a decimal number as in \"1250.50\"")
        })
    }
}

/// Reads an optional scalar.
pub fn read<S: Read>(value: Option<&S>, path: &str, found: &mut Violations) -> Option<S::To> {
    value.and_then(|value| found.keep(value.read(path)))
}

/// Reads a scalar of an update.
pub fn read_edit<S: Read>(
    value: async_graphql::MaybeUndefined<S>,
    path: &str,
    found: &mut Violations,
) -> Edit<S::To> {
    match edit(value) {
        Edit::Set(value) => Edit::given(found.keep(value.read(path))),
        Edit::Keep => Edit::Keep,
        Edit::Clear => Edit::Clear,
    }
}

/// A field of an update: left out, null, or a value.
pub fn edit<T>(value: async_graphql::MaybeUndefined<T>) -> Edit<T> {
    match value {
        async_graphql::MaybeUndefined::Undefined => Edit::Keep,
        async_graphql::MaybeUndefined::Null => Edit::Clear,
        async_graphql::MaybeUndefined::Value(value) => Edit::Set(value),
    }
}
