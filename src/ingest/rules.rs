//! Ordered rules: where a producer's columns say something only together.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::Regex;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use toml::Spanned;

use super::mapping::{mapping_problem, target};
use super::problem::Problem;
use super::targets::{Kind, Target};
use super::template::Template;
use super::text::{fold, pattern_of};
use super::toml_shapes::{Many, line_of, words_or_table};

/// A rule as a mapping writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleShape {
    name: Spanned<String>,
    #[serde(default)]
    when: Many<BTreeMap<String, Condition>>,
    #[serde(default)]
    set: BTreeMap<Spanned<String>, Many<Template>>,
    #[serde(default)]
    add: BTreeMap<Spanned<String>, Many<Template>>,
}

/// A rule, checked.
#[derive(Debug)]
pub struct Rule {
    /// What the report counts it under.
    pub name: Arc<str>,
    /// Holds where all conditions of one of these hold; always where there are none.
    when: Vec<BTreeMap<String, Condition>>,
    /// What it sets, where the field is unset.
    pub set: Vec<(&'static Target, Vec<Template>)>,
    /// What it adds to lists.
    pub add: Vec<(&'static Target, Vec<Template>)>,
}

impl RuleShape {
    /// The same on a file's columns where its conditions name our fields; `None` where the file has too few of them.
    pub fn on(mut self, columns: &BTreeMap<String, Arc<str>>) -> Option<Self> {
        let is_asked = !self.when.0.is_empty();
        self.when.0.retain(|all| all.keys().all(|field| columns.contains_key(field)));
        for all in &mut self.when.0 {
            let named = std::mem::take(all).into_iter();
            *all = named.map(|(field, condition)| (columns[&field].to_string(), condition)).collect();
        }
        (!is_asked || !self.when.0.is_empty()).then_some(self)
    }

    /// Checks that the fields exist; `text` is the mapping's, for line numbers.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, with its line.
    pub fn checked(self, kind: Kind, text: &str) -> Result<Rule, Problem> {
        let line = line_of(text, self.name.span().start);
        if self.set.is_empty() && self.add.is_empty() {
            return Err(mapping_problem("this rule neither sets nor adds anything").at(line));
        }
        let resolved = |fields: BTreeMap<Spanned<String>, Many<Template>>| {
            let targets = fields.into_iter().map(|(name, texts)| Ok((target(kind, &name, text)?, texts.0)));
            targets.collect::<Result<Vec<_>, Problem>>()
        };
        let (set, add) = (resolved(self.set)?, resolved(self.add)?);
        if let Some((target, _)) = add.iter().find(|(target, _)| !target.many) {
            let message = format!("{} holds one value, so a rule can only set it", target.name);
            return Err(mapping_problem(message).at(line));
        }
        Ok(Rule { name: self.name.into_inner().into(), when: self.when.0, set, add })
    }
}

impl Rule {
    /// Whether it holds for a row, given the folded texts of a column.
    pub fn holds<'a>(&self, folded: impl Fn(&str) -> &'a [String]) -> bool {
        let all = |conditions: &BTreeMap<String, Condition>| {
            conditions.iter().all(|(column, condition)| condition.holds(folded(column)))
        };
        self.when.is_empty() || self.when.iter().any(all)
    }

    /// The columns that it reads.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let templates = self.set.iter().chain(&self.add).flat_map(|(_, templates)| templates);
        let conditions = self.when.iter().flat_map(BTreeMap::keys).map(String::as_str);
        conditions.chain(templates.flat_map(Template::columns))
    }
}

/// What a column must be like. Case and accents do not matter.
#[derive(Debug)]
pub struct Condition {
    equals: Vec<String>,
    prefix: Vec<String>,
    matches: Option<Regex>,
    empty: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct ConditionShape {
    #[serde(default)]
    equals: Many<String>,
    #[serde(default)]
    prefix: Many<String>,
    matches: Option<String>,
    empty: Option<bool>,
}

/// A word or a list of words (one of them must be there), or a table.
impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let shape: ConditionShape = words_or_table(deserializer, |words| {
            Ok(ConditionShape { equals: Many(words), ..ConditionShape::default() })
        })?;
        let matches = shape.matches.map(|pattern| {
            // Accents only: lower-casing would turn \S into \s.
            pattern_of(&deunicode::deunicode(&pattern)).case_insensitive(true).build()
        });
        let folded = |words: Many<String>| words.0.iter().map(|word| fold(word)).collect();
        Ok(Self {
            equals: folded(shape.equals),
            prefix: folded(shape.prefix),
            matches: matches.transpose().map_err(D::Error::custom)?,
            empty: shape.empty,
        })
    }
}

impl Condition {
    /// Whether one of the texts satisfies all that is asked; `empty` is asked of all texts together.
    fn holds(&self, folded: &[String]) -> bool {
        if let Some(empty) = self.empty
            && folded.is_empty() != empty
        {
            return false;
        }
        let asks_for_text = !self.equals.is_empty() || !self.prefix.is_empty() || self.matches.is_some();
        !asks_for_text || folded.iter().any(|text| self.fits(text))
    }

    fn fits(&self, text: &str) -> bool {
        (self.equals.is_empty() || self.equals.iter().any(|word| word == text))
            && (self.prefix.is_empty() || self.prefix.iter().any(|start| text.starts_with(start.as_str())))
            && self.matches.as_ref().is_none_or(|pattern| pattern.is_match(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(condition: &str, text: &str) -> bool {
        #[derive(Deserialize)]
        struct Holder {
            c: Condition,
        }
        let holder: Holder = toml::from_str(&format!("c = {condition}")).expect("a condition");
        let folded: Vec<String> = Some(fold(text)).filter(|text| !text.is_empty()).into_iter().collect();
        holder.c.holds(&folded)
    }

    #[test]
    fn conditions_ignore_case_and_accents() {
        assert!(
            holds("'association'", "Association") && holds(r"{ matches = '^école\b' }", "ECOLE Jules-Ferry")
        );
        assert!(holds("{ prefix = ['22', '23'] }", "222800013") && !holds("{ prefix = '21' }", "222800013"));
        assert!(holds(r"{ matches = '\S' }", "x"));
    }

    #[test]
    fn one_of_several_words_is_enough() {
        assert!(holds("['commune', 'EPCI']", "epci") && !holds("['commune', 'EPCI']", "region"));
    }

    #[test]
    fn a_condition_of_several_parts_wants_them_all_of_one_text() {
        let condition = "{ prefix = '20', matches = '7$' }";
        assert!(holds(condition, "200040277") && !holds(condition, "200040278"));
    }

    #[test]
    fn emptiness_can_be_asked_for() {
        assert!(
            holds("{ empty = true }", "")
                && !holds("{ empty = true }", "x")
                && !holds("{ empty = false }", "")
        );
    }
}
