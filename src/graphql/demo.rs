//! What the demo tells of cooperation, and of what that teaches: done through the API, in order, as any client would do it.

use std::collections::HashMap;

use async_graphql::{Request, Variables};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Schema, prepare};
use crate::app::App;
use crate::domain::caller::{Caller, ClientAddress};

/// The scripts in the order in which they build on each other: name, operations, steps.
const SCRIPTS: [(&str, &str, &str); 3] = [
    (
        "cooperation.toml",
        include_str!("../../demo/cooperation.graphql"),
        include_str!("../../demo/cooperation.toml"),
    ),
    (
        "diagnosis.toml",
        include_str!("../../demo/diagnosis.graphql"),
        include_str!("../../demo/diagnosis.toml"),
    ),
    (
        "knowledge.toml",
        include_str!("../../demo/knowledge.graphql"),
        include_str!("../../demo/knowledge.toml"),
    ),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// The operation.
    r#do: String,
    /// What its answer is called from here on.
    name: Option<String>,
    /// Its variables; a text "$name.field.0" stands for a part of an answer.
    #[serde(default)]
    with: Map<String, Value>,
}

/// Does all steps of all scripts as the operator; what one has named, the next ones know. In words, the step that failed and
/// why.
pub async fn play(schema: &Schema, app: &App) -> Result<(), String> {
    let mut answers: HashMap<String, Value> = HashMap::new();
    for (name, operations, steps) in SCRIPTS {
        let script: Script = toml::from_str(steps).map_err(|error| format!("{name}: {error}"))?;
        play_one(schema, app, name, operations, &script, &mut answers).await?;
    }
    Ok(())
}

async fn play_one(
    schema: &Schema,
    app: &App,
    name: &str,
    operations: &str,
    script: &Script,
    answers: &mut HashMap<String, Value>,
) -> Result<(), String> {
    for (index, step) in script.steps.iter().enumerate() {
        let at = |why: String| format!("{name}, step {} ({}): {why}", index + 1, step.r#do);
        let mut variables = Value::Object(step.with.clone());
        fill(&mut variables, answers).map_err(at)?;
        let request = Request::new(operations)
            .operation_name(step.r#do.clone())
            .variables(Variables::from_json(variables));
        let request = prepare(request, app.clone(), Caller::Operator, ClientAddress::default());
        let response = schema.execute(request).await;
        if !response.errors.is_empty() {
            let errors: Vec<_> =
                response.errors.iter().map(|e| format!("{} {:?}", e.message, e.extensions)).collect();
            return Err(at(errors.join("; ")));
        }
        let data = response.data.into_json().map_err(|error| at(error.to_string()))?;
        let answer = data.as_object().and_then(|fields| fields.values().next()).cloned().unwrap_or_default();
        if answer.is_null() {
            return Err(at("nothing was answered".to_owned()));
        }
        if let Some(name) = &step.name {
            merge(answers.entry(name.clone()).or_default(), answer);
        }
    }
    Ok(())
}

/// Of an answer to the same name, what the newer one says.
fn merge(kept: &mut Value, newer: Value) {
    match (kept, newer) {
        (Value::Object(kept), Value::Object(newer)) => kept.extend(newer),
        (kept, newer) => *kept = newer,
    }
}

/// Puts parts of answers where they are named.
fn fill(value: &mut Value, answers: &HashMap<String, Value>) -> Result<(), String> {
    match value {
        Value::String(text) => {
            let Some(path) = text.strip_prefix('$') else { return Ok(()) };
            let (name, parts) = path.split_once('.').unwrap_or((path, ""));
            let pointer = format!("/{}", parts.replace('.', "/"));
            let part = answers.get(name).and_then(|answer| answer.pointer(&pointer)).cloned();
            *value = part.ok_or_else(|| format!("{path} was not answered before"))?;
            Ok(())
        }
        Value::Array(values) => values.iter_mut().try_for_each(|value| fill(value, answers)),
        Value::Object(fields) => fields.values_mut().try_for_each(|value| fill(value, answers)),
        _ => Ok(()),
    }
}
