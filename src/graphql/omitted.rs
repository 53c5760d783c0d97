//! A variable that may be left out and is: the argument that it stands for is then left out too, as the specification
//! has it. The engine would refuse the document where the argument has a default or says what a list costs.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{
    BaseType, Directive, DocumentOperations, ExecutableDocument, OperationDefinition, Selection,
    SelectionSet, VariableDefinition,
};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::Value;

/// The arguments that the engine does not leave out by itself, each with its type.
const ARGUMENTS: [(&str, &str); 7] = [
    ("first", "Int"),
    ("last", "Int"),
    ("limit", "Int"),
    ("toleranceMetres", "Float"),
    ("basis", "TerritoryBasis"),
    ("scope", "InteractionScope"),
    ("language", "Language"),
];

/// Variables that are not given, each with its type.
type Omitted = HashMap<Name, Name>;

/// Takes out the arguments whose variable is not given. The definitions of variables that nothing uses any
/// more go too, since the engine would complain of them.
pub fn leave_out(document: &mut ExecutableDocument, operation: Option<&str>, variables: &Variables) {
    let Some(operation) = chosen(&document.operations, operation) else { return };
    let omitted: Omitted = operation
        .variable_definitions
        .iter()
        .filter(|definition| !variables.contains_key(&definition.node.name.node))
        .filter_map(|definition| Some((definition.node.name.node.clone(), optional(&definition.node)?)))
        .collect();
    if omitted.is_empty() {
        return;
    }
    let mut used = HashSet::new();
    for fragment in document.fragments.values_mut() {
        collect_directives(&fragment.node.directives, &mut used);
        take_out(&mut fragment.node.selection_set.node, &omitted, &mut used);
    }
    let mut operations: Vec<_> = match &mut document.operations {
        DocumentOperations::Single(operation) => vec![&mut operation.node],
        DocumentOperations::Multiple(operations) => operations.values_mut().map(|o| &mut o.node).collect(),
    };
    for operation in &mut operations {
        collect_directives(&operation.directives, &mut used);
        take_out(&mut operation.selection_set.node, &omitted, &mut used);
    }
    for operation in operations {
        operation.variable_definitions.retain(|definition| {
            let name = &definition.node.name.node;
            !omitted.contains_key(name) || used.contains(name)
        });
    }
}

fn chosen<'a>(operations: &'a DocumentOperations, name: Option<&str>) -> Option<&'a OperationDefinition> {
    match (operations, name) {
        (DocumentOperations::Single(operation), _) => Some(&operation.node),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name).map(|o| &o.node),
        (DocumentOperations::Multiple(operations), None) => operations.values().next().map(|o| &o.node),
    }
}

/// The type of a variable that may be left out, has no default and is no list.
fn optional(definition: &VariableDefinition) -> Option<Name> {
    let of = &definition.var_type.node;
    match &of.base {
        BaseType::Named(name) if of.nullable && definition.default_value.is_none() => Some(name.clone()),
        _ => None,
    }
}

/// Takes the arguments out of a selection set and those within, and collects which variables the rest uses.
fn take_out(set: &mut SelectionSet, omitted: &Omitted, used: &mut HashSet<Name>) {
    for item in &mut set.items {
        collect_directives(item.node.directives(), used);
        match &mut item.node {
            Selection::FragmentSpread(_) => {}
            Selection::InlineFragment(fragment) => {
                take_out(&mut fragment.node.selection_set.node, omitted, used);
            }
            Selection::Field(field) => {
                let stays = |(name, value): &(Positioned<Name>, Positioned<Value>)| {
                    let Value::Variable(variable) = &value.node else { return true };
                    let of = omitted.get(variable);
                    of.is_none_or(|of| !ARGUMENTS.contains(&(name.node.as_str(), of.as_str())))
                };
                field.node.arguments.retain(stays);
                for (_, value) in &field.node.arguments {
                    collect(&value.node, used);
                }
                take_out(&mut field.node.selection_set.node, omitted, used);
            }
        }
    }
}

fn collect_directives(directives: &[Positioned<Directive>], used: &mut HashSet<Name>) {
    for (_, value) in directives.iter().flat_map(|directive| &directive.node.arguments) {
        collect(&value.node, used);
    }
}

fn collect(value: &Value, used: &mut HashSet<Name>) {
    match value {
        Value::Variable(name) => _ = used.insert(name.clone()),
        Value::List(values) => values.iter().for_each(|value| collect(value, used)),
        Value::Object(fields) => fields.values().for_each(|value| collect(value, used)),
        _ => {}
    }
}
