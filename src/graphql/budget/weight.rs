//! The count over the parsed document, with every spread expanded and every fragment weighed once.

use std::collections::HashMap;

use async_graphql::{
    Pos, Positioned,
    parser::types::{Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};

use super::{Limit, Limits, Refusal};

/// What a selection set amounts to once its spreads are expanded; sums saturate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Weight {
    selections: usize,
    aliases: usize,
    directives: usize,
    /// Levels of fields.
    depth: usize,
    /// Levels of selection sets, those of fragments included.
    nesting: usize,
    /// Fields directly in this set.
    top_fields: usize,
    /// Selections under `__schema` and `__type`.
    introspection: usize,
    /// Multiplying lists within one another, whatever they are under.
    lists: usize,
    /// The same under `__schema` and `__type`.
    introspection_lists: usize,
}

impl Weight {
    /// Adds what stands beside it in the same selection set.
    fn beside(&mut self, other: Self) {
        self.selections = self.selections.saturating_add(other.selections);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        self.depth = self.depth.max(other.depth);
        self.nesting = self.nesting.max(other.nesting);
        self.top_fields = self.top_fields.saturating_add(other.top_fields);
        self.introspection = self.introspection.saturating_add(other.introspection);
        self.lists = self.lists.max(other.lists);
        self.introspection_lists = self.introspection_lists.max(other.introspection_lists);
    }

    /// A spread or inline fragment is itself one selection and one selection set around what it holds.
    fn spread(self, directives: &[Positioned<Directive>]) -> Self {
        Self {
            selections: self.selections.saturating_add(1),
            directives: self.directives.saturating_add(directives.len()),
            nesting: self.nesting.saturating_add(1),
            ..self
        }
    }

    fn field(self, field: &Field) -> Self {
        let name = field.name.node.as_str();
        let selections = self.selections.saturating_add(1);
        let lists = self.lists.saturating_add(usize::from(multiplies(name)));
        let introspects = matches!(name, "__schema" | "__type");
        Self {
            selections,
            aliases: self.aliases.saturating_add(usize::from(field.alias.is_some())),
            directives: self.directives.saturating_add(field.directives.len()),
            depth: self.depth.saturating_add(1),
            nesting: self.nesting.saturating_add(1),
            top_fields: 1,
            introspection: if introspects { selections } else { self.introspection },
            lists,
            introspection_lists: if introspects { lists } else { self.introspection_lists },
        }
    }
}

/// The lists of the introspection system that grow with the schema.
fn multiplies(name: &str) -> bool {
    matches!(name, "types" | "fields" | "inputFields" | "interfaces" | "possibleTypes")
}

/// Refuses a document one of whose operations or fragments passes a limit, or whose fragments go in a circle.
pub(super) fn check(document: &ExecutableDocument, limits: &Limits) -> Result<(), Refusal> {
    at_most(document.operations.iter().len(), Limit::Operations, limits.operations, None)?;
    at_most(document.fragments.len(), Limit::Fragments, limits.fragments, None)?;
    let mut scale = Scale { document, fragments: HashMap::new() };
    for (_, operation) in document.operations.iter() {
        let weight = scale.operation(&operation.node)?;
        at_most(weight.top_fields, Limit::RootFields, limits.root_fields, Some(operation.pos))?;
        within(&weight, limits, operation.pos)?;
    }
    // An unused fragment is validated too, with its spreads expanded.
    for (name, fragment) in &document.fragments {
        let weight = scale.fragment(name, fragment.pos)?;
        within(&weight, limits, fragment.pos)?;
    }
    Ok(())
}

fn within(weight: &Weight, limits: &Limits, at: Pos) -> Result<(), Refusal> {
    for (found, limit, most) in [
        (weight.depth, Limit::Depth, limits.depth),
        (weight.nesting, Limit::Nesting, limits.nesting),
        (weight.aliases, Limit::Aliases, limits.aliases),
        (weight.directives, Limit::Directives, limits.directives),
        (weight.introspection_lists, Limit::IntrospectionLists, limits.introspection_lists),
        (weight.introspection, Limit::IntrospectionSelections, limits.introspection_selections),
        (weight.selections, Limit::Selections, limits.selections),
    ] {
        at_most(found, limit, most, Some(at))?;
    }
    Ok(())
}

fn at_most(found: usize, limit: Limit, most: usize, at: Option<Pos>) -> Result<(), Refusal> {
    if found > most { Err(Refusal::TooComplex { limit, most, at }) } else { Ok(()) }
}

/// Weighs each fragment once. It recurses no deeper than the tokens of the text allow.
struct Scale<'a> {
    document: &'a ExecutableDocument,
    /// None while it is being weighed: met again then, it contains itself.
    fragments: HashMap<&'a str, Option<Weight>>,
}

impl<'a> Scale<'a> {
    fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Weight, Refusal> {
        let mut weight = self.set(&operation.selection_set.node)?;
        let of_variables: usize =
            operation.variable_definitions.iter().map(|it| it.node.directives.len()).sum();
        weight.directives = weight.directives.saturating_add(operation.directives.len() + of_variables);
        Ok(weight)
    }

    fn set(&mut self, set: &'a SelectionSet) -> Result<Weight, Refusal> {
        let mut sum = Weight::default();
        for selection in &set.items {
            sum.beside(match &selection.node {
                Selection::Field(field) => self.set(&field.node.selection_set.node)?.field(&field.node),
                Selection::InlineFragment(inline) => {
                    self.set(&inline.node.selection_set.node)?.spread(&inline.node.directives)
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name;
                    self.fragment(&name.node, name.pos)?.spread(&spread.node.directives)
                }
            });
        }
        Ok(sum)
    }

    /// An unknown fragment weighs nothing; the engine reports it.
    fn fragment(&mut self, name: &str, at: Pos) -> Result<Weight, Refusal> {
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
            return Ok(Weight::default());
        };
        match self.fragments.get(name.as_str()) {
            Some(Some(weight)) => return Ok(*weight),
            Some(None) => {
                let message = format!("Fragment \"{name}\" contains itself, directly or through others.");
                return Err(Refusal::Invalid { message, locations: vec![at] });
            }
            None => self.fragments.insert(name, None),
        };
        let mut weight = self.set(&fragment.node.selection_set.node)?;
        weight.directives = weight.directives.saturating_add(fragment.node.directives.len());
        self.fragments.insert(name, Some(weight));
        Ok(weight)
    }
}

#[cfg(test)]
#[path = "weight_tests.rs"]
mod tests;
