//! A variable that may be left out and is: the `first` or `last` of a list that it stands for is then left out too, as
//! the specification has it. The engine, which reads these two to tell what a list costs, would refuse the document.

use std::collections::HashSet;

use async_graphql::parser::types::{
    BaseType, Directive, DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
    VariableDefinition,
};
use async_graphql::{Name, Positioned, Value, Variables};

/// The arguments by which lists tell their cost.
const COSTS: [&str; 2] = ["first", "last"];

/// Takes out the `first` and `last` whose variable is not given. The definitions of variables that nothing uses any
/// more go too, since the engine would complain of them.
pub fn leave_out(document: &mut ExecutableDocument, operation: Option<&str>, variables: &Variables) {
    let omitted: HashSet<Name> = match chosen(&document.operations, operation) {
        None => return,
        Some(operation) => {
            let definitions = operation.variable_definitions.iter().map(|definition| &definition.node);
            let is_omitted = |definition: &&VariableDefinition| {
                is_optional_number(definition) && !variables.contains_key(&definition.name.node)
            };
            definitions.filter(is_omitted).map(|definition| definition.name.node.clone()).collect()
        }
    };
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
            !omitted.contains(name) || used.contains(name)
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

/// An `Int` without a default.
fn is_optional_number(definition: &VariableDefinition) -> bool {
    let of = &definition.var_type.node;
    let is_number = matches!(&of.base, BaseType::Named(name) if name == "Int");
    is_number && of.nullable && definition.default_value.is_none()
}

/// Takes the arguments out of a selection set and those within, and collects which variables the rest uses.
fn take_out(set: &mut SelectionSet, omitted: &HashSet<Name>, used: &mut HashSet<Name>) {
    for item in &mut set.items {
        collect_directives(item.node.directives(), used);
        match &mut item.node {
            Selection::FragmentSpread(_) => {}
            Selection::InlineFragment(fragment) => {
                take_out(&mut fragment.node.selection_set.node, omitted, used);
            }
            Selection::Field(field) => {
                let stays = |(name, value): &(Positioned<Name>, Positioned<Value>)| {
                    let is_omitted = matches!(&value.node, Value::Variable(name) if omitted.contains(name));
                    !(is_omitted && COSTS.contains(&name.node.as_str()))
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
