//! Whether the service lives, and whether it can work.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State as FromState;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use tokio::sync::Mutex;

use super::State;

/// How long one look at the parts may take, and how long its outcome is told again: the address is public, and the
/// parts are not to be looked at once for each request.
const LOOK_TIME: Duration = Duration::from_secs(2);
const KEEP_TIME: Duration = Duration::from_secs(1);

/// Something that the service cannot work without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// What it is called, such as `database` or `migrations`.
    pub name: &'static str,
    /// Whether it answers as it should.
    pub ready: bool,
}

type Look = dyn Fn() -> Pin<Box<dyn Future<Output = Vec<Part>> + Send>> + Send + Sync;

/// Looks at the parts, at most once a second.
pub struct Readiness {
    look: Box<Look>,
    look_time: Duration,
    last: Mutex<Option<(Instant, Vec<Part>)>>,
}

impl Readiness {
    /// `look` tells of each part whether it is ready; it is given 2 s, after which none is.
    pub fn new<F, L>(look: L) -> Self
    where
        L: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Vec<Part>> + Send + 'static,
    {
        Self { look: Box::new(move || Box::pin(look())), look_time: LOOK_TIME, last: Mutex::new(None) }
    }

    /// Those who ask while a look is under way share its outcome.
    async fn parts(&self) -> Vec<Part> {
        let mut last = self.last.lock().await;
        if let Some((at, parts)) = last.as_ref()
            && at.elapsed() < KEEP_TIME
        {
            return parts.clone();
        }
        let look = tokio::time::timeout(self.look_time, (self.look)());
        let parts = look.await.unwrap_or_else(|_| vec![Part { name: "answer within 2 s", ready: false }]);
        *last = Some((Instant::now(), parts.clone()));
        parts
    }
}

/// `GET /healthz`: 200 as long as the process serves.
pub(super) async fn alive() -> Response {
    uncached(StatusCode::OK, json!({"status": "alive"}))
}

/// `GET /readyz`: 200 if every part is ready, else 503, with the state of each.
pub(super) async fn ready(FromState(state): FromState<Arc<State>>) -> Response {
    let parts = state.readiness.parts().await;
    let ready = parts.iter().all(|part| part.ready);
    let word = |ready| if ready { "ready" } else { "not ready" };
    let list: Map<String, Value> =
        parts.iter().map(|part| (part.name.to_owned(), Value::from(word(part.ready)))).collect();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    uncached(status, json!({"status": word(ready), "parts": list}))
}

fn uncached(status: StatusCode, body: Value) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn many_who_ask_at_once_cost_one_look() {
        let looks = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&looks);
        let readiness = Readiness::new(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            async { vec![Part { name: "database", ready: true }] }
        });
        for _ in 0..100 {
            assert_eq!(readiness.parts().await, [Part { name: "database", ready: true }]);
        }
        assert_eq!(looks.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_part_that_does_not_answer_is_not_ready() {
        let look_time = Duration::from_millis(10);
        let readiness = Readiness { look_time, ..Readiness::new(std::future::pending) };
        assert!(readiness.parts().await.iter().all(|part| !part.ready));
    }
}
