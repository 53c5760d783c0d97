//! What is said over one socket, from its opening to its end.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::ws::{Message, WebSocket};
use axum::http::{HeaderMap, HeaderValue, header};
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use serde_json::{Map, Value};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{MissedTickBehavior, interval_at, sleep, timeout};

use super::super::params::Params;
use super::super::rates::{Gate, Pass};
use super::super::{RequestId, State, authenticate};
use super::subscribed::{Event, Subscriber, read};
use super::words::{self, Goodbye, Said, say};
use super::{Seat, Whose};
use crate::domain::caller::{Caller, ClientAddress};
use crate::graphql::edge::Code;

/// Events of a subscription that wait to be sent; what they come from waits then.
const WAITING: usize = 8;
/// How long a client may take to say goodbye.
const GOODBYE: std::time::Duration = std::time::Duration::from_secs(1);

/// A socket that was opened, and all that is known of it.
pub(super) struct Conversation {
    pub state: Arc<State>,
    pub gate: Arc<Gate>,
    pub id: RequestId,
    pub pass: Pass,
    pub client: ClientAddress,
    /// Who opened it, as its request said, and from which origin.
    pub headers: HeaderMap,
}

/// What is said to one client, and by it.
struct Line {
    sink: SplitSink<WebSocket, Message>,
    send_time: std::time::Duration,
}

impl Line {
    /// Sends; a client that does not take it in time is cut off.
    async fn put(&mut self, message: Message) -> Result<(), Goodbye> {
        match timeout(self.send_time, self.sink.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Goodbye::gone("left")),
            Err(_) => Err(Goodbye::gone("slow")),
        }
    }
}

/// What goes on over a socket.
struct Talk {
    /// Subscriptions by their names, each with the number of its events.
    running: HashMap<String, (u64, AbortHandle)>,
    tasks: JoinSet<()>,
    events: mpsc::Sender<(String, u64, Event)>,
    last: u64,
    /// Whether it is known who the client is.
    ready: bool,
    /// Its place among the sockets of someone.
    seat: Option<Seat>,
}

impl Conversation {
    /// Talks until one of the two leaves.
    pub async fn run(mut self, socket: WebSocket, seat: Option<Seat>) {
        let (metrics, started) = (Arc::clone(&self.state.metrics), Instant::now());
        metrics.socket_opened();
        let (sink, mut stream) = socket.split();
        let mut line = Line { sink, send_time: self.state.settings.sockets.send_time };
        let goodbye = match self.talk(&mut line, &mut stream, seat).await {
            Ok(never) => match never {},
            Err(goodbye) => goodbye,
        };
        metrics.socket_closed(goodbye.word);
        tracing::info!(
            id = self.id.as_str(),
            code = goodbye.code,
            why = goodbye.word,
            seconds = started.elapsed().as_secs(),
            "a socket closed"
        );
        if goodbye.word == "slow" || goodbye.word == "left" {
            return;
        }
        // What is still on its way is read, so that the client reads why.
        let farewell = async {
            if line.sink.send(goodbye.frame()).await.is_ok() {
                while let Some(Ok(_)) = stream.next().await {}
            }
        };
        let _ = timeout(GOODBYE, farewell).await;
    }

    async fn talk(
        &mut self,
        line: &mut Line,
        stream: &mut SplitStream<WebSocket>,
        seat: Option<Seat>,
    ) -> Result<std::convert::Infallible, Goodbye> {
        let bounds = self.state.settings.sockets;
        let mut closing = self.state.sockets.closing.subscribe();
        let (events, mut heard_events) = mpsc::channel(WAITING);
        let mut talk =
            Talk { running: HashMap::new(), tasks: JoinSet::new(), events, last: 0, ready: false, seat };
        let mut heard = Instant::now();
        let mut pings = interval_at(tokio::time::Instant::now() + bounds.ping_time, bounds.ping_time);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut patience = std::pin::pin!(sleep(bounds.init_time));
        loop {
            tokio::select! {
                said = stream.next() => {
                    heard = Instant::now();
                    match said {
                        Some(Ok(Message::Text(text))) => self.hear(&text, line, &mut talk).await?,
                        Some(Ok(Message::Binary(_))) => return Err(Goodbye::invalid("it must be text")),
                        Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                        Some(Ok(Message::Close(_))) | None => return Err(Goodbye::gone("left")),
                        Some(Err(error)) => return Err(unreadable(error)),
                    }
                }
                Some((id, number, event)) = heard_events.recv() => tell(line, &mut talk, id, number, event).await?,
                Some(_) = talk.tasks.join_next() => {}
                () = &mut patience, if !talk.ready => return Err(Goodbye::init_timeout()),
                _ = pings.tick() => {
                    if heard.elapsed() >= 2 * bounds.ping_time {
                        return Err(Goodbye::silent());
                    }
                    self.look_again(&talk).await?;
                    line.put(Message::Ping(axum::body::Bytes::new())).await?;
                }
                () = async { _ = closing.wait_for(|closing| *closing).await } => return Err(Goodbye::stopping()),
            }
        }
    }

    async fn hear(&mut self, text: &str, line: &mut Line, talk: &mut Talk) -> Result<(), Goodbye> {
        match Said::read(text)? {
            Said::Init(_) if talk.ready => Err(Goodbye::many_inits()),
            Said::Init(payload) => {
                self.let_in(&payload, talk).await?;
                talk.ready = true;
                line.put(say("connection_ack", None, None)).await
            }
            Said::Ping => line.put(say("pong", None, None)).await,
            Said::Pong => Ok(()),
            Said::Complete(id) => {
                if let Some((_, task)) = talk.running.remove(&id) {
                    task.abort();
                }
                Ok(())
            }
            Said::Subscribe(..) if !talk.ready => Err(Goodbye::unauthorized()),
            Said::Subscribe(id, _) if talk.running.contains_key(&id) => Err(Goodbye::repeated(&id)),
            Said::Subscribe(id, payload) => self.subscribe(id, payload, line, talk).await,
        }
    }

    /// Finds out who the client is: by what it says now, else by what its request said.
    async fn let_in(&mut self, payload: &Map<String, Value>, talk: &mut Talk) -> Result<(), Goodbye> {
        let said = payload.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        match said.map(|(_, value)| value) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) => {
                let mut value = HeaderValue::from_str(text)
                    .map_err(|_| Goodbye::forbidden("authorization must be `Bearer` and a token"))?;
                value.set_sensitive(true);
                self.headers.insert(header::AUTHORIZATION, value);
            }
            Some(_) => return Err(Goodbye::invalid("authorization must be text")),
        }
        let caller = authenticate(&self.state, &self.headers).await.map_err(|failure| {
            if failure.is_of_the_caller() {
                Goodbye::forbidden(&failure.to_string())
            } else {
                Goodbye::failed()
            }
        })?;
        if let Some(sent) = self.headers.get(header::AUTHORIZATION) {
            let crowded = |_| Goodbye::crowded();
            let pass = self.gate.enter(self.client.0, Some(sent.as_bytes())).map_err(crowded)?;
            self.pass = self.gate.recognise(pass, &caller.reference()).map_err(crowded)?;
        }
        if let Caller::Known(_) = &caller {
            let whose = Whose::Caller(caller.reference().into());
            let most = self.state.settings.sockets.of_caller;
            let seat = self.state.sockets.seat(whose, most).ok_or_else(Goodbye::crowded)?;
            talk.seat = Some(seat);
        }
        Ok(())
    }

    /// Whether the client is still let in; where nobody can tell, it is.
    async fn look_again(&self, talk: &Talk) -> Result<(), Goodbye> {
        if !talk.ready || !self.headers.contains_key(header::AUTHORIZATION) {
            return Ok(());
        }
        match authenticate(&self.state, &self.headers).await {
            Err(failure) if failure.is_of_the_caller() => Err(Goodbye::forbidden(&failure.to_string())),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    async fn subscribe(
        &self,
        id: String,
        payload: Map<String, Value>,
        line: &mut Line,
        talk: &mut Talk,
    ) -> Result<(), Goodbye> {
        let most = self.state.settings.sockets.subscriptions;
        if talk.running.len() >= most {
            let message = format!("A socket has at most {most} subscriptions: end one first.");
            let refusal = words::error(Code::TooComplex.as_str(), &message);
            return line.put(say("error", Some(&id), Some(&refusal))).await;
        }
        let asked = match read(&self.state, &self.gate, &self.pass, Params::of_fields(payload), &self.id) {
            Ok(asked) => asked,
            Err(errors) => return line.put(say("error", Some(&id), Some(&errors))).await,
        };
        talk.last += 1;
        let number = talk.last;
        let subscriber = Subscriber {
            state: self.state.clone(),
            id: self.id.clone(),
            client: self.client,
            headers: self.headers.clone(),
        };
        let (send, mut come) = mpsc::channel(1);
        let (events, name) = (talk.events.clone(), id.clone());
        let task = talk.tasks.spawn(async move {
            let passing = async {
                while let Some(event) = come.recv().await {
                    if events.send((name.clone(), number, event)).await.is_err() {
                        return;
                    }
                }
            };
            futures::join!(subscriber.run(asked, send), passing);
        });
        talk.running.insert(id, (number, task));
        Ok(())
    }
}

/// Tells a client what came, unless it has left that subscription.
async fn tell(
    line: &mut Line,
    talk: &mut Talk,
    id: String,
    number: u64,
    event: Event,
) -> Result<(), Goodbye> {
    if talk.running.get(&id).is_none_or(|(running, _)| *running != number) {
        return Ok(());
    }
    let (kind, payload) = match event {
        Event::Next(payload) => return line.put(say("next", Some(&id), Some(&payload))).await,
        Event::LetGo(reason) => return Err(Goodbye::forbidden(&reason)),
        Event::Refused(errors) => ("error", Some(errors)),
        Event::Complete => ("complete", None),
    };
    talk.running.remove(&id);
    line.put(say(kind, Some(&id), payload.as_deref())).await
}

/// A message that is too long, or no WebSocket at all.
fn unreadable(error: axum::Error) -> Goodbye {
    let text = error.into_inner().to_string();
    if text.to_lowercase().contains("too long") || text.to_lowercase().contains("too big") {
        return Goodbye::invalid("it is too long");
    }
    Goodbye::gone("left")
}
