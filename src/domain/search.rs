//! One ranked search over everything that is published.

use strum::{AsRefStr, Display, EnumIter, EnumString};

use super::ids::Subject;
use super::paging::{KeyType, ListOrder};
use super::policy::Visibility;
use super::territories::TerritoryScope;

/// What a search looks among.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum SearchKind {
    /// Actors.
    Actor,
    /// Territories.
    Territory,
    /// Calls.
    Call,
}

/// What is searched.
#[derive(Clone, Debug)]
pub struct Search {
    /// The words.
    pub text: String,
    /// Among what.
    pub kinds: Vec<SearchKind>,
    /// Only what this scope reaches.
    pub territory: Option<TerritoryScope>,
    /// What the reader may see.
    pub visibility: Visibility,
}

impl Search {
    /// The order: best first.
    pub fn order() -> ListOrder {
        ListOrder { name: "SEARCH".to_owned(), key: KeyType::Number }
    }
}

/// Something found.
#[derive(Clone, Debug)]
pub struct SearchHit {
    /// What.
    pub subject: Subject,
    /// How well it matches: higher is better.
    pub score: f64,
    /// Its name.
    pub name: String,
}

/// A name as HTML: words that begin as a word of the search does are in `<mark>`, everything else is escaped.
pub fn highlight(name: &str, search: &str) -> String {
    let wanted: Vec<_> = words(search).map(|word| fold(&word)).collect();
    let mut html = String::new();
    let mut word = String::new();
    for c in name.chars().chain([' ']) {
        if c.is_alphanumeric() {
            word.push(c);
            continue;
        }
        let folded = fold(&word);
        let marked = !folded.is_empty() && wanted.iter().any(|wanted| folded.starts_with(wanted.as_str()));
        html.push_str(if marked { "<mark>" } else { "" });
        html.push_str(&word);
        html.push_str(if marked { "</mark>" } else { "" });
        word.clear();
        match c {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html.pop();
    html
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned)
}

/// A word without accents and case.
fn fold(word: &str) -> String {
    slug::slugify(word).replace('-', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matches_is_marked_and_markup_never_comes_through() {
        assert_eq!(
            highlight("Médiathèque de Dreux", "mediatheque dre"),
            "<mark>Médiathèque</mark> de <mark>Dreux</mark>"
        );
        let html = highlight("<script>alert('x')</script> & co", "script");
        assert_eq!(
            html,
            "&lt;<mark>script</mark>&gt;alert(&#39;x&#39;)&lt;/<mark>script</mark>&gt; &amp; co"
        );
    }
}
