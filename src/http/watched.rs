//! A connection that does not wait for ever.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// What every HTTP/2 connection begins with.
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Fails a read while the client has not even said which HTTP it speaks, and a write that the client does not take.
///
/// The header timeout of the server library begins only once the version is known, and it has none for writing: a
/// client that connects and is silent, or that asks and never reads, would otherwise hold its connection for ever.
pub(super) struct Watched<S> {
    stream: S,
    /// None once the version is known.
    greeting: Option<Greeting>,
    /// Runs while the client takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
    write_time: Duration,
}

struct Greeting {
    deadline: Pin<Box<Sleep>>,
    /// How much of [`PREFACE`] has come so far.
    matched: usize,
}

impl<S> Watched<S> {
    pub fn new(stream: S, greeting_time: Duration, write_time: Duration) -> Self {
        let greeting = Greeting { deadline: Box::pin(sleep(greeting_time)), matched: 0 };
        Self { stream, greeting: Some(greeting), stalled: None, write_time }
    }

    /// Passes on what became of a write, unless nothing has been taken for too long.
    fn watch_write<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let write_time = self.write_time;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(write_time)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes nothing")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buf.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buf);
        if let Some(greeting) = &mut this.greeting {
            let fresh = &buf.filled()[before..];
            let rest = &PREFACE[greeting.matched..];
            let known = fresh.len() >= rest.len() || !rest.starts_with(fresh);
            greeting.matched += fresh.len();
            if known {
                this.greeting = None;
            } else if read.is_pending() {
                ready!(greeting.deadline.as_mut().poll(cx));
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client is silent")));
            }
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.watch_write(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.watch_write(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const PATIENCE: Duration = Duration::from_millis(300);

    /// What the server's read ends with, after the client has sent `said` and is silent.
    async fn outcome(said: &[u8]) -> io::Result<()> {
        let (mut client, server) = duplex(1024);
        let mut server = Watched::new(server, PATIENCE, PATIENCE);
        client.write_all(said).await?;
        let read = async {
            while server.read(&mut [0; 7]).await? > 0 {}
            Ok(())
        };
        tokio::time::timeout(2 * PATIENCE, read).await.unwrap_or(Ok(()))
    }

    #[tokio::test]
    async fn a_client_that_does_not_say_what_it_speaks_is_cut() {
        for silent in [&b""[..], b"P", b"PRI * HTTP/2.0\r\n\r\nSM\r\n"] {
            assert!(outcome(silent).await.is_err_and(|error| error.kind() == io::ErrorKind::TimedOut));
        }
        for speaking in [
            &b"G"[..],
            b"POST",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n and more",
        ] {
            assert!(
                outcome(speaking).await.is_ok(),
                "{speaking:?} leaves the waiting to the version's own timer"
            );
        }
    }

    #[tokio::test]
    async fn a_client_that_takes_nothing_is_cut() {
        let (client, server) = duplex(8);
        let mut server = Watched::new(server, PATIENCE, PATIENCE);
        let written = tokio::time::timeout(10 * PATIENCE, server.write_all(&[0; 64])).await;
        assert!(written.is_ok_and(|written| written.is_err()));
        drop(client);
    }

    #[tokio::test]
    async fn a_client_that_takes_slowly_is_served() {
        let (mut client, server) = duplex(8);
        let mut server = Watched::new(server, PATIENCE, PATIENCE);
        let taken = async {
            for _ in 0..8 {
                sleep(PATIENCE / 5).await;
                client.read_exact(&mut [0; 8]).await?;
            }
            Ok::<_, io::Error>(())
        };
        let (written, taken) = tokio::join!(server.write_all(&[0; 64]), taken);
        assert!(written.is_ok() && taken.is_ok());
    }
}
