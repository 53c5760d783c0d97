//! A part of a list: how much, from where, in which direction.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{Datelike, NaiveDateTime};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::error::{ViolationCode, Violations};

/// Entries of a page where neither `first` nor `last` is given.
pub const DEFAULT_PAGE: u32 = 20;
/// Most entries of a page.
pub const MAX_PAGE: u32 = 100;

/// A place in a list: the order's key of an entry and its id, which breaks ties. It stays where it is when others write.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cursor {
    /// The order that it is a place in; a cursor of one order is none of another.
    #[serde(rename = "o")]
    pub order: String,
    /// The entry's key in that order, as Postgres writes it.
    #[serde(rename = "k")]
    pub key: String,
    /// The entry's id.
    #[serde(rename = "i")]
    pub id: Uuid,
}

/// An order in which a list is read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ListOrder {
    /// Its name, kept in cursors.
    pub name: String,
    /// What its keys are, so that a forged cursor is refused before Postgres reads it.
    pub key: KeyType,
}

/// What the keys of an order are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyType {
    /// A text in French order.
    Text,
    /// A number.
    Number,
    /// A whole number, exactly.
    Whole,
    /// A point in time, or an infinity.
    Instant,
    /// The id itself.
    Id,
}

impl KeyType {
    /// The key as Postgres surely reads it; null where it wrote none such.
    fn checked(self, key: String) -> Option<String> {
        match self {
            Self::Text => (!key.contains('\0')).then_some(key),
            // Written anew, since Postgres refuses some that Rust reads, such as 1e-400.
            Self::Number => key.parse::<f64>().ok().filter(|key| key.is_finite()).map(|key| key.to_string()),
            Self::Whole => key.parse::<i64>().ok().map(|key| key.to_string()),
            Self::Instant => is_instant(&key).then_some(key),
            Self::Id => key.parse::<Uuid>().ok().map(|id| id.to_string()),
        }
    }
}

/// Whether it is an instant in exactly Postgres's own form, as in `2026-11-22 13:57:27.123+00`.
fn is_instant(key: &str) -> bool {
    const FORM: &str = "%Y-%m-%d %H:%M:%S";
    if matches!(key, "infinity" | "-infinity") {
        return true;
    }
    let Some((seconds, rest)) = key.strip_suffix("+00").and_then(|key| key.split_at_checked(19)) else {
        return false;
    };
    let fraction = rest.is_empty()
        || rest.strip_prefix('.').is_some_and(|digits| {
            (1..=6).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
        });
    // Written again it must be the same: Postgres knows no year 0, no leap second and no sign.
    let same = NaiveDateTime::parse_from_str(seconds, FORM)
        .is_ok_and(|at| at.year() > 0 && at.format(FORM).to_string() == seconds);
    fraction && same && !seconds.ends_with(":60")
}

impl Cursor {
    /// As sent to clients: opaque.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).expect("strings and an id are always JSON"))
    }

    /// As a client sends it back; null where it is not one of ours for this order.
    fn decode(text: &str, order: &ListOrder) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let cursor: Self = serde_json::from_slice(&bytes).ok()?;
        if cursor.order != order.name {
            return None;
        }
        Some(Self { key: order.key.checked(cursor.key)?, ..cursor })
    }
}

/// The arguments of a list, as clients give them.
#[derive(Clone, Debug, Default)]
pub struct PageArguments {
    /// Most entries from the start.
    pub first: Option<i32>,
    /// Only what comes after this cursor.
    pub after: Option<String>,
    /// Most entries from the end.
    pub last: Option<i32>,
    /// Only what comes before this cursor.
    pub before: Option<String>,
}

/// A part of a list, checked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Page {
    /// Most entries.
    pub size: u32,
    /// Whether they are the last ones of what is between the cursors.
    pub from_end: bool,
    /// Only what comes after.
    pub after: Option<Cursor>,
    /// Only what comes before.
    pub before: Option<Cursor>,
}

impl PageArguments {
    /// Checks them against the order in which the list is read.
    pub fn parse(self, order: &ListOrder) -> Result<Page, Violations> {
        let mut found = Violations::default();
        if self.first.is_some() && self.last.is_some() {
            found.add("last", ViolationCode::Inconsistent, "give first or last, not both");
        }
        let size = |path: &str, given: Option<i32>, found: &mut Violations| match given.map(u32::try_from) {
            None => DEFAULT_PAGE,
            Some(Ok(size)) if size <= MAX_PAGE => size,
            Some(_) => {
                found.add(path, ViolationCode::OutOfRange, format!("must be from 0 to {MAX_PAGE}"));
                DEFAULT_PAGE
            }
        };
        let first = size("first", self.first, &mut found);
        let last = size("last", self.last, &mut found);
        let mut cursor = |path: &str, given: Option<String>| {
            let cursor = Cursor::decode(&given?, order);
            if cursor.is_none() {
                found.add(
                    path,
                    ViolationCode::Invalid,
                    "is not a cursor of this list in this order: take one from its edges or pageInfo",
                );
            }
            cursor
        };
        let (after, before) = (cursor("after", self.after), cursor("before", self.before));
        let from_end = self.last.is_some();
        found.into_result(Page { size: if from_end { last } else { first }, from_end, after, before })
    }
}

/// One entry of a page with its place in the list.
#[derive(Clone, Debug)]
pub struct Edge<T> {
    /// Its place.
    pub cursor: Cursor,
    /// The entry.
    pub node: T,
}

/// A page, and whether there is more on either side.
#[derive(Clone, Debug)]
pub struct Slice<T> {
    /// The entries, in the list's order whichever end they were read from.
    pub edges: Vec<Edge<T>>,
    /// Whether entries follow.
    pub has_next: bool,
    /// Whether entries come before.
    pub has_previous: bool,
}

impl<T> Slice<T> {
    /// A page of entries that were read in its direction, one more than asked for where there are more.
    pub fn of(mut edges: Vec<Edge<T>>, page: &Page) -> Self {
        let more = edges.len() > page.size as usize;
        edges.truncate(page.size as usize);
        if page.from_end {
            edges.reverse();
            return Self { edges, has_next: page.before.is_some(), has_previous: more };
        }
        Self { edges, has_next: more, has_previous: page.after.is_some() }
    }

    /// An empty one.
    pub fn empty() -> Self {
        Self { edges: Vec::new(), has_next: false, has_previous: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(name: &str, key: KeyType) -> ListOrder {
        ListOrder { name: name.into(), key }
    }

    fn after(key: &str, order: &ListOrder) -> Result<Page, Violations> {
        let cursor = Cursor { order: "ORDER".into(), key: key.into(), id: Uuid::nil() };
        PageArguments { after: Some(cursor.encode()), ..PageArguments::default() }.parse(order)
    }

    #[test]
    fn every_wrong_argument_is_named_at_once() {
        let arguments = PageArguments {
            first: Some(-1),
            after: Some("x".into()),
            last: Some(101),
            before: Some("e30".into()),
        };
        let found = arguments.parse(&by("NAME", KeyType::Text)).expect_err("all are wrong");
        let paths: Vec<_> = found.0.iter().map(|v| v.path.as_str()).collect();
        assert_eq!(paths, ["last", "first", "last", "after", "before"]);
    }

    #[test]
    fn a_cursor_of_another_order_is_none_of_this() {
        assert!(after("Dreux", &by("ORDER", KeyType::Text)).is_ok());
        assert!(after("Dreux", &by("OTHER", KeyType::Text)).is_err());
    }

    #[test]
    fn a_forged_key_is_refused() {
        for (key, of) in [("a\0", KeyType::Text), ("NaN", KeyType::Number), ("1e999", KeyType::Number)] {
            assert!(after(key, &by("ORDER", of)).is_err(), "{key:?}");
        }
        let forged = [
            "now()",
            "2026-11-22",
            "0000-01-01 00:00:00+00",
            "+2026-1-22 13:57:27+00",
            "2026-11-22  3:57:27+00",
            "2026-11-22 13:57:60+00",
            "2026-11-22 13:57:27+20",
            "2026-11-22 13:57:27.1234567+00",
            "2026-11-22 13:57:2é+00",
        ];
        for key in forged {
            assert!(after(key, &by("ORDER", KeyType::Instant)).is_err(), "{key:?}");
        }
        for key in ["2026-11-22 13:57:27.123+00", "2026-11-22 13:57:27+00", "infinity", "-infinity"] {
            assert!(after(key, &by("ORDER", KeyType::Instant)).is_ok(), "{key:?}");
        }
    }

    #[test]
    fn a_number_too_small_for_postgres_is_nought() {
        let page = after("1e-400", &by("ORDER", KeyType::Number)).expect("a number");
        assert_eq!(page.after.map(|cursor| cursor.key), Some("0".to_owned()));
    }
}
