//! What a request takes from its sender's minute: by the entries and fields that its document asks for.
//!
//! The engine weighs lists by what each declares, and tells nobody. Here each field is one, and what stands within a
//! page is counted as often as the page has entries; what a list without pages holds is counted once.

use std::collections::HashMap;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, FragmentDefinition, OperationDefinition, Selection,
    SelectionSet,
};
use async_graphql::{Positioned, Variables};
use async_graphql_value::{ConstValue, Name, Value};

use super::super::connection::cost as page_size;

/// How many fields are one request more.
const FIELDS_PER_REQUEST: usize = 500;

/// How many requests this operation counts as: 1, and 1 more for each 500 fields that it asks for, pages multiplied
/// out; at most `most` fields count, since the engine refuses what costs more.
pub fn cost(
    document: &ExecutableDocument,
    operation: Option<&str>,
    variables: &Variables,
    most: usize,
) -> u32 {
    let operation = match (&document.operations, operation) {
        (DocumentOperations::Single(operation), _) => Some(&operation.node),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name).map(|it| &it.node),
        (DocumentOperations::Multiple(operations), None) => operations.values().next().map(|it| &it.node),
    };
    let fields = operation.map_or(0, |operation| {
        let sums = HashMap::new();
        Sum { document, operation, variables, fragments: sums }.set(&operation.selection_set.node)
    });
    u32::try_from(1 + fields.min(most) / FIELDS_PER_REQUEST).unwrap_or(u32::MAX)
}

/// Adds up fields, each fragment once.
struct Sum<'a> {
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
    fragments: HashMap<&'a Name, usize>,
}

impl<'a> Sum<'a> {
    fn set(&mut self, set: &'a SelectionSet) -> usize {
        set.items.iter().map(|selection| self.selection(&selection.node)).fold(0, usize::saturating_add)
    }

    fn selection(&mut self, selection: &'a Selection) -> usize {
        match selection {
            Selection::Field(field) => self.field(&field.node),
            Selection::InlineFragment(inline) => self.set(&inline.node.selection_set.node),
            Selection::FragmentSpread(spread) => {
                let found = self.document.fragments.get_key_value(&spread.node.fragment_name.node);
                found.map_or(0, |(name, fragment)| self.fragment(name, fragment))
            }
        }
    }

    /// Fragments have no circles any more.
    fn fragment(&mut self, name: &'a Name, fragment: &'a Positioned<FragmentDefinition>) -> usize {
        if let Some(sum) = self.fragments.get(name) {
            return *sum;
        }
        let sum = self.set(&fragment.node.selection_set.node);
        self.fragments.insert(name, sum);
        sum
    }

    fn field(&mut self, field: &'a Field) -> usize {
        let within = self.set(&field.selection_set.node);
        within.saturating_mul(self.entries(field)).saturating_add(1)
    }

    /// How many entries a field has: a page's size, the ids that it is given, else one.
    fn entries(&self, field: &Field) -> usize {
        let number = |name| self.argument(field, name).and_then(number);
        let (first, last) = (number("first"), number("last"));
        let ids = self.argument(field, "ids").and_then(|value| match value {
            ConstValue::List(ids) => Some(ids.len()),
            _ => None,
        });
        let is_page = first.is_some() || last.is_some() || holds_entries(&field.selection_set.node);
        match ids {
            Some(ids) => ids.clamp(1, 100),
            None if is_page => page_size(first, last).max(1),
            None => 1,
        }
    }

    fn argument(&self, field: &Field, name: &str) -> Option<ConstValue> {
        match &field.get_argument(name)?.node {
            Value::Variable(variable) => {
                let definitions = &self.operation.variable_definitions;
                let definition = definitions.iter().find(|it| it.node.name.node == *variable);
                let default =
                    || definition.and_then(|it| it.node.default_value.as_ref()).map(|it| it.node.clone());
                self.variables.get(variable).cloned().or_else(default)
            }
            value => value.clone().into_const(),
        }
    }
}

fn number(value: ConstValue) -> Option<i32> {
    match value {
        ConstValue::Number(number) => number.as_i64().and_then(|number| i32::try_from(number).ok()),
        _ => None,
    }
}

/// Whether these are the fields of a connection, which has a page where none is asked for too.
fn holds_entries(set: &SelectionSet) -> bool {
    set.items.iter().any(|selection| match &selection.node {
        Selection::Field(field) => matches!(field.node.name.node.as_str(), "nodes" | "edges"),
        Selection::InlineFragment(inline) => holds_entries(&inline.node.selection_set.node),
        Selection::FragmentSpread(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(query: &str, variables: serde_json::Value) -> u32 {
        let document = async_graphql::parser::parse_query(query).expect("a document");
        cost(&document, None, &Variables::from_json(variables), 5_000)
    }

    #[test]
    fn what_asks_for_little_is_one_request() {
        assert_eq!(of("{ __typename }", json!({})), 1);
        assert_eq!(
            of("{ actors(first: 20) { nodes { id name kind } pageInfo { endCursor } } }", json!({})),
            1
        );
    }

    #[test]
    fn pages_multiply_whichever_way_their_size_is_given() {
        let eleven =
            of("{ territories(first: 100) { nodes { actors(first: 100) { nodes { id } } } } }", json!({}));
        assert_eq!(eleven, 11, "no document counts as more, since none may cost more");
        let variable =
            "query($n: Int) { territories(first: $n) { nodes { actors(last: $n) { nodes { id } } } } }";
        assert_eq!(of(variable, json!({"n": 50})), 11);
        assert_eq!(of(variable, json!({"n": 5})), 1);
        let default =
            "query($n: Int = 50) { territories(first: $n) { nodes { actors(last: $n) { nodes { id } } } } }";
        assert_eq!(of(default, json!({})), 11);
        let untold = "{ territories { nodes { actors { edges { node { id name } } } } } }";
        assert_eq!(of(untold, json!({})), 1 + (1 + 20 * (1 + 1 + 20 * 4)) / 500);
        let fragment = "{ ...t ...t } fragment t on Query { territories(first: 100) { nodes { a b c d } } }";
        assert_eq!(of(fragment, json!({})), 1 + 2 * (1 + 100 * 5) / 500);
        let ids = "query($ids: [ID!]!) { nodes(ids: $ids) { a b c d e f } }";
        assert_eq!(of(ids, json!({"ids": vec!["x"; 100]})), 2);
    }
}
