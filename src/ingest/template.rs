//! A text with columns in it: `COMMUNE:{insee_com}`.

use std::sync::Arc;

use serde::Deserialize;

/// The most texts that one template makes of lists in several columns.
const MOST: usize = 1001;
/// The most bytes that these have together: a column that a template names a hundred times would make much of little.
const MOST_BYTES: usize = 8 << 20;

/// Constant pieces and columns in turn.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Template(Vec<Piece>);

#[derive(Debug, Clone)]
enum Piece {
    Constant(String),
    Column(Arc<str>),
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, behind)) = rest.split_once('{') {
            let Some((column, after)) = behind.split_once('}') else {
                return Err(format!("{text:?} has a {{ without its }}"));
            };
            pieces.push(Piece::Constant(before.to_owned()));
            pieces.push(Piece::Column(column.into()));
            rest = after;
        }
        pieces.push(Piece::Constant(rest.to_owned()));
        Ok(Self(pieces))
    }
}

impl Template {
    /// A text without columns.
    pub fn constant(text: &str) -> Self {
        Self(vec![Piece::Constant(text.to_owned())])
    }

    /// Columns with a `/` between.
    pub fn columns_joined(columns: &[&Arc<str>]) -> Self {
        let mut columns = columns.iter();
        let first = columns.next().map(|column| Piece::Column(Arc::clone(column)));
        columns.fold(Self(first.into_iter().collect()), |text, column| text.then(column))
    }

    /// The same with a `/` and a column behind.
    pub fn then(mut self, column: &Arc<str>) -> Self {
        self.0.extend([Piece::Constant("/".to_owned()), Piece::Column(Arc::clone(column))]);
        self
    }

    /// The columns in it.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Column(column) => Some(&**column),
            Piece::Constant(_) => None,
        })
    }

    /// The column, where the text has exactly one.
    pub fn only_column(&self) -> Option<&Arc<str>> {
        let mut columns = self.0.iter().filter_map(|piece| match piece {
            Piece::Column(column) => Some(column),
            Piece::Constant(_) => None,
        });
        columns.next().filter(|_| columns.next().is_none())
    }

    /// The texts that it makes: none where one of its columns is empty, several where one has several.
    pub fn fill<'a>(&self, texts: impl Fn(&str) -> &'a [String]) -> Vec<String> {
        let mut filled = vec![String::new()];
        for piece in &self.0 {
            filled = match piece {
                Piece::Constant(constant) => filled.into_iter().map(|text| text + constant).collect(),
                Piece::Column(column) => {
                    let values = texts(column);
                    let mut room = MOST_BYTES;
                    let mut fits = |text: &str, value: &str| {
                        let bytes = text.len() + value.len();
                        let fits = bytes <= room;
                        room = room.saturating_sub(bytes);
                        fits
                    };
                    let pairs = filled.iter().flat_map(|text| values.iter().map(move |value| (text, value)));
                    let fitting = pairs.take(MOST).take_while(|(text, value)| fits(text, value));
                    fitting.map(|(text, value)| format!("{text}{value}")).collect()
                }
            };
        }
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(template: &str) -> Vec<String> {
        let cells = [("codes", vec!["1".to_owned(), "2".to_owned()]), ("nom", vec!["Dreux".to_owned()])];
        let template = Template::try_from(template.to_owned()).expect("a template");
        template.fill(|column| cells.iter().find(|(name, _)| *name == column).map_or(&[], |(_, texts)| texts))
    }

    #[test]
    fn a_template_gives_one_text_for_each_value_and_none_for_an_empty_column() {
        assert_eq!(fill("C:{codes}/{nom}"), ["C:1/Dreux", "C:2/Dreux"]);
        assert_eq!(fill("C:{absent}"), Vec::<String>::new());
        assert_eq!(fill("constant"), ["constant"]);
    }

    #[test]
    fn what_would_make_much_of_little_makes_no_more_than_fits() {
        let texts = vec!["x".repeat(MOST_BYTES / 8)];
        let template = Template::try_from("{a}".repeat(1000)).expect("a template");
        assert_eq!(template.fill(|_| &texts), Vec::<String>::new());
    }

    #[test]
    fn an_open_brace_is_refused() {
        assert!(Template::try_from("{nom".to_owned()).is_err());
    }
}
