//! The words of `graphql-transport-ws`: what clients say, what is said to them, and the codes with which a socket closes.

use axum::extract::ws::{CloseFrame, Message};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

/// What a client says.
#[derive(Debug, PartialEq)]
pub(super) enum Said {
    /// Who it is.
    Init(Map<String, Value>),
    Ping,
    Pong,
    /// What it wants to follow, under a name of its own.
    Subscribe(String, Map<String, Value>),
    /// That it leaves this one.
    Complete(String),
}

/// Why a socket closes, as clients are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Goodbye {
    pub code: u16,
    pub reason: String,
    /// For the measures.
    pub word: &'static str,
}

impl Goodbye {
    fn new(code: u16, word: &'static str, reason: impl Into<String>) -> Self {
        let mut reason: String = reason.into();
        // A close frame has room for no more.
        let mut end = reason.len().min(120);
        while !reason.is_char_boundary(end) {
            end -= 1;
        }
        reason.truncate(end);
        Self { code, reason, word }
    }

    pub fn invalid(reason: &str) -> Self {
        Self::new(4400, "invalid", format!("Invalid message: {reason}"))
    }

    pub fn unauthorized() -> Self {
        Self::new(4401, "unauthorized", "Unauthorized: say connection_init first")
    }

    pub fn forbidden(reason: &str) -> Self {
        Self::new(4403, "forbidden", format!("Forbidden: {reason}"))
    }

    pub fn init_timeout() -> Self {
        Self::new(4408, "init_timeout", "Connection initialisation timeout")
    }

    pub fn repeated(id: &str) -> Self {
        Self::new(4409, "repeated", format!("Subscriber for {id} already exists"))
    }

    pub fn many_inits() -> Self {
        Self::new(4429, "many_inits", "Too many initialisation requests")
    }

    pub fn failed() -> Self {
        Self::new(4500, "failed", "Internal server error")
    }

    pub fn stopping() -> Self {
        Self::new(1001, "stopping", "The service stops: connect again, and go on from your cursor")
    }

    pub fn crowded() -> Self {
        Self::new(1013, "crowded", "Too many sockets of yours are open")
    }

    pub fn silent() -> Self {
        Self::new(1001, "silent", "No sign of life")
    }

    /// The client left by itself, or takes nothing: there is nothing to say.
    pub fn gone(word: &'static str) -> Self {
        Self::new(1000, word, "")
    }

    pub fn frame(&self) -> Message {
        Message::Close(Some(CloseFrame { code: self.code, reason: self.reason.as_str().into() }))
    }
}

impl Said {
    /// Reads a message; what is not of the protocol closes the socket.
    pub fn read(text: &str) -> Result<Self, Goodbye> {
        let wrong = |reason: &str| Goodbye::invalid(reason);
        let Ok(Value::Object(mut said)) = serde_json::from_str(text) else {
            return Err(wrong("it must be a JSON object"));
        };
        let payload = match said.remove("payload") {
            None | Some(Value::Null) => None,
            Some(Value::Object(payload)) => Some(payload),
            Some(_) => return Err(wrong("payload must be an object")),
        };
        let id = |said: &mut Map<String, Value>| match said.remove("id") {
            Some(Value::String(id)) if !id.is_empty() => Ok(id),
            _ => Err(wrong("id must be a string that is not empty")),
        };
        match said.get("type").and_then(Value::as_str) {
            Some("connection_init") => Ok(Self::Init(payload.unwrap_or_default())),
            Some("ping") => Ok(Self::Ping),
            Some("pong") => Ok(Self::Pong),
            Some("complete") => Ok(Self::Complete(id(&mut said)?)),
            Some("subscribe") => {
                let id = id(&mut said)?;
                let payload = payload.ok_or_else(|| wrong("subscribe needs a payload"))?;
                let is_text =
                    |name: &str| matches!(payload.get(name), None | Some(Value::Null | Value::String(_)));
                let is_object =
                    |name: &str| matches!(payload.get(name), None | Some(Value::Null | Value::Object(_)));
                let is_right = payload.get("query").is_some_and(Value::is_string)
                    && is_text("operationName")
                    && is_object("variables")
                    && is_object("extensions");
                if is_right {
                    Ok(Self::Subscribe(id, payload))
                } else {
                    Err(wrong("see the payload of subscribe"))
                }
            }
            Some(_) => Err(wrong("there is no such type")),
            None => Err(wrong("type is missing")),
        }
    }
}

#[derive(Serialize)]
struct Saying<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<&'a RawValue>,
}

/// What is said to a client, with its payload as JSON.
pub(super) fn say(kind: &'static str, id: Option<&str>, payload: Option<&RawValue>) -> Message {
    let saying = Saying { id, r#type: kind, payload };
    Message::text(serde_json::to_string(&saying).expect("text and JSON are always JSON"))
}

/// Errors of what can't be followed, as their payload.
pub(super) fn errors(errors: &[Value]) -> Box<RawValue> {
    serde_json::value::to_raw_value(errors).expect("JSON is always JSON")
}

/// One such error.
pub(super) fn error(code: &str, message: &str) -> Box<RawValue> {
    errors(&[json!({ "message": message, "extensions": { "code": code } })])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_of_the_protocol_closes_with_4400() {
        for wrong in [
            "",
            "nonsense",
            "[]",
            "{}",
            r#"{"type": 7}"#,
            r#"{"type": "start"}"#,
            r#"{"type": "connection_init", "payload": "x"}"#,
            r#"{"type": "subscribe", "payload": {"query": "{a}"}}"#,
            r#"{"type": "subscribe", "id": "", "payload": {"query": "{a}"}}"#,
            r#"{"type": "subscribe", "id": "1"}"#,
            r#"{"type": "subscribe", "id": "1", "payload": {}}"#,
            r#"{"type": "subscribe", "id": "1", "payload": {"query": 7}}"#,
            r#"{"type": "subscribe", "id": "1", "payload": {"query": "{a}", "variables": []}}"#,
            r#"{"type": "complete"}"#,
        ] {
            assert_eq!(Said::read(wrong).map_err(|goodbye| goodbye.code), Err(4400), "{wrong}");
        }
        assert_eq!(Said::read(r#"{"type": "ping", "payload": {"a": 1}}"#), Ok(Said::Ping));
        assert_eq!(Said::read(r#"{"type": "connection_init"}"#), Ok(Said::Init(Map::new())));
    }

    #[test]
    fn a_reason_fits_into_a_close_frame() {
        let goodbye = Goodbye::repeated(&"é".repeat(200));
        assert!(goodbye.reason.len() <= 120);
    }
}
