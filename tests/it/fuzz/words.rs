//! What questions are made of: fields, words of enumerations, and values, good ones and hostile ones.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// A strategy of JSON.
pub type Json = BoxedStrategy<Value>;

/// Kinds of territories.
pub const TERRITORY_KINDS: &[&str] = &[
    "COMMUNE",
    "COUNTRY",
    "CUSTOM",
    "DEPARTMENT",
    "EDUCATION_CITY",
    "INTERCOMMUNALITY",
    "PRIORITY_NEIGHBOURHOOD",
    "REGION",
    "URBAN_CONTRACT",
];
/// Kinds of actors.
pub const ACTOR_KINDS: &[&str] = &[
    "ASSOCIATION",
    "COMPANY",
    "COOPERATIVE",
    "FAMILY_ALLOWANCE_FUND",
    "FOUNDATION",
    "HEALTH_BODY",
    "INFORMAL_GROUP",
    "LOCAL_AUTHORITY",
    "NETWORK",
    "OTHER",
    "PUBLIC_BODY",
    "RESEARCH_BODY",
    "RESIDENT_GROUP",
    "SCHOOL",
    "SOCIAL_CENTRE",
    "STATE_SERVICE",
];
/// Kinds of interactions.
pub const INTERACTION_KINDS: &[&str] = &[
    "COORDINATION",
    "CO_DESIGN",
    "FUNDING",
    "GOVERNANCE",
    "INFORMATION_SHARING",
    "MEMBERSHIP",
    "OTHER",
    "PARTNERSHIP",
    "REFERRAL",
    "RESOURCE_SHARING",
    "SERVICE_DELIVERY",
    "SUPPORT",
    "TENSION",
];
const HOSTILE: &[&str] = &[
    "",
    " ",
    "\0",
    "a\0b",
    "'",
    "''; DROP TABLE actors; --",
    "%",
    "_",
    "\\",
    "$1",
    "a & b | !c <-> d",
    "(((",
    ":*",
    "'a':*",
    "\"",
    "🙂👩‍👩‍👧",
    "\u{202e}مرحبا",
    "e\u{301}\u{301}\u{301}",
    "\u{feff}",
    "œuvre ﬁ İ ß",
    "-",
    "l'",
    "1e400",
    "NaN",
    "null",
    "../..",
    "0",
    "a a a a a a a a a a a a a a a a a a a a a a a a a a a a",
];
const DATES: &[&str] = &["1900-01-01", "2019-03-04", "2024-02-29", "2026-11-22", "2099-12-31"];
const HOSTILE_DATES: &[&str] = &[
    "0000-01-01",
    "0001-01-01",
    "-0001-01-01",
    "-4714-01-01",
    "9999-12-31",
    "10000-01-01",
    "+262142-12-31",
    "2026-02-30",
    "infinity",
    "today",
    "",
    "2026-11-22T00:00:00Z",
];
const HOSTILE_INSTANTS: &[&str] = &[
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59.999999999-23:59",
    "2026-11-22T23:59:60Z",
    "2026-11-22",
    "-infinity",
    "+262142-12-31T00:00:00Z",
];
const KEYS: &[&str] = &[
    "NaN",
    "inf",
    "-inf",
    "infinity",
    "-infinity",
    "1e400",
    "-1e-400",
    "0",
    "",
    "\0",
    "294277-01-01 00:00:00+00",
    "9999-12-31 23:59:59.999999+00",
    "0001-01-01 00:00:00+00",
    "2026-02-30 00:00:00+00",
    "2026-11-22 13:57:27+00",
    "École",
];

/// What there is to ask about, and whether values are hostile.
#[derive(Clone)]
pub struct Words {
    /// Ids of actors.
    pub actors: Vec<String>,
    /// Ids of territories.
    pub territories: Vec<String>,
    /// Ids of everything else.
    pub others: Vec<String>,
    /// Slugs of themes.
    pub themes: Vec<String>,
    /// Cursors of every list in every order.
    pub cursors: Vec<String>,
    /// Whether anything may come, or only what is right.
    pub hostile: bool,
}

/// An object with some of these fields.
pub fn some(fields: Vec<(&'static str, Json)>) -> Json {
    given(0.18, fields)
}

/// An object with most of these fields.
pub fn most(fields: Vec<(&'static str, Json)>) -> Json {
    given(0.8, fields)
}

fn given(often: f64, fields: Vec<(&'static str, Json)>) -> Json {
    let (names, values): (Vec<_>, Vec<_>) =
        fields.into_iter().map(|(name, value)| (name, prop::option::weighted(often, value))).unzip();
    let object = move |values: Vec<Option<Value>>| {
        let given = names.iter().zip(values).filter_map(|(name, value)| Some(((*name).to_owned(), value?)));
        Value::Object(given.collect::<Map<_, _>>())
    };
    values.prop_map(object).boxed()
}

/// An object with all of these fields.
pub fn all(fields: Vec<(&'static str, Json)>) -> Json {
    let (names, values): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
    let object = move |values: Vec<Value>| names.iter().copied().zip(values).collect();
    values.prop_map(object).boxed()
}

/// One of these words.
pub fn word(words: &'static [&'static str]) -> Json {
    select(words).prop_map(Value::from).boxed()
}

/// A few of these.
pub fn list(of: Json) -> Json {
    prop::collection::vec(of, 0..4).prop_map(Value::from).boxed()
}

/// True or false.
pub fn flag() -> Json {
    any::<bool>().prop_map(Value::from).boxed()
}

impl Words {
    fn either(&self, good: Json, hostile: impl FnOnce() -> Json) -> Json {
        if self.hostile { prop_oneof![4 => good, 1 => hostile()].boxed() } else { good }
    }

    /// A text.
    pub fn text(&self) -> Json {
        let good = word(&["dreux", "école", "Mission locale", "l'eure", "28", "asociation", "C.C.A.S."]);
        self.either(good, || {
            let long = (1_usize..60_000).prop_map(|length| Value::from("é".repeat(length)));
            prop_oneof![6 => word(HOSTILE), 3 => any::<String>().prop_map(Value::from), 1 => long].boxed()
        })
    }

    /// An id of one of these.
    pub fn id(&self, of: &[String]) -> Json {
        let good = select(of.to_vec()).prop_map(Value::from).boxed();
        self.either(good, || {
            let known = [&self.actors[..], &self.territories, &self.others].concat();
            let cut = (select(known.clone()), 0_usize..30).prop_map(|(id, at)| {
                let cut: String = id.chars().take(at).collect();
                Value::from(cut)
            });
            prop_oneof![select(known).prop_map(Value::from), cut, self.text()].boxed()
        })
    }

    /// Slugs of themes.
    pub fn some_themes(&self) -> Json {
        let good = select(self.themes.clone()).prop_map(Value::from).boxed();
        list(self.either(good, || self.text()))
    }

    /// A whole number in a range.
    pub fn int(&self, range: std::ops::RangeInclusive<i32>) -> Json {
        self.either(range.prop_map(Value::from).boxed(), || {
            prop_oneof![
                3 => any::<i32>().prop_map(Value::from),
                1 => any::<i64>().prop_map(Value::from),
                1 => Just(json!(1.5)),
            ]
            .boxed()
        })
    }

    /// A number in a range.
    pub fn float(&self, range: std::ops::Range<f64>) -> Json {
        self.either(range.prop_map(Value::from).boxed(), || {
            let extremes =
                select(&[0.0, -0.0, 5e-324, 1e308, -1e308, 90.0, -90.0, 180.0, -180.0, 180.000_001][..]);
            extremes.prop_map(Value::from).boxed()
        })
    }

    /// A date.
    pub fn date(&self) -> Json {
        self.either(word(DATES), || word(HOSTILE_DATES))
    }

    /// An instant.
    pub fn instant(&self) -> Json {
        let good = word(&["2019-01-01T00:00:00Z", "2026-11-22T12:00:00.5+01:00", "2099-12-31T23:59:59Z"]);
        self.either(good, || word(HOSTILE_INSTANTS))
    }

    /// A box.
    pub fn bbox(&self) -> Json {
        all(vec![
            ("west", self.float(-5.0..1.3)),
            ("east", self.float(1.3..9.0)),
            ("south", self.float(41.0..48.7)),
            ("north", self.float(48.7..51.0)),
        ])
    }

    /// A reference to a territory.
    pub fn territory(&self) -> Json {
        let id = all(vec![("id", self.id(&self.territories))]);
        self.either(id, || {
            let code =
                [("kind", word(TERRITORY_KINDS)), ("code", self.text()), ("vintage", self.int(2020..=2030))];
            let code = most(code.to_vec());
            some(vec![("id", self.text()), ("code", code)])
        })
    }

    /// A cursor that was given, or something like one.
    pub fn cursor(&self) -> Json {
        let known = select(self.cursors.clone());
        let flipped =
            (known.clone(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(cursor, at, byte)| {
                let mut bytes = URL_SAFE_NO_PAD.decode(cursor).unwrap();
                let at = at.index(bytes.len());
                bytes[at] ^= byte;
                Value::from(URL_SAFE_NO_PAD.encode(bytes))
            });
        let cut = (known.clone(), 0_usize..60)
            .prop_map(|(cursor, at)| Value::from(cursor[..at.min(cursor.len())].to_owned()));
        let forged = (known.clone(), select(KEYS), any::<bool>()).prop_map(|(cursor, key, id)| {
            let mut inside: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).unwrap()).unwrap();
            inside["k"] = key.into();
            if id {
                inside["i"] = json!("00000000-0000-0000-0000-000000000000");
            }
            Value::from(URL_SAFE_NO_PAD.encode(inside.to_string()))
        });
        prop_oneof![4 => known.prop_map(Value::from), 2 => flipped, 1 => cut, 4 => forged, 1 => self.text()]
            .boxed()
    }
}
