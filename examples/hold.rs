//! Holds a private Postgres server until its standard input ends, even if it is interrupted.
//!
//! `cargo run --example hold -- FOLDER` prints `owner` or `guest` and the address, and `draining` at an interrupt. A
//! test of what becomes of the server when its program is killed needs such a program.

use std::{
    error::Error,
    io::{self, Write as _},
};

use maillage::postgres::{Server, Settings};
use tokio::{
    signal::unix::{SignalKind, signal},
    task::spawn_blocking,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut interrupts = signal(SignalKind::interrupt())?;
    let folder = std::env::args_os().nth(1).ok_or("usage: hold FOLDER")?;
    let server = Server::acquire(&Settings::new(folder)).await?;
    let role = if server.is_owner() { "owner" } else { "guest" };
    writeln!(io::stdout(), "{role} {}", server.url())?;
    let mut end = spawn_blocking(|| io::copy(&mut io::stdin(), &mut io::sink()));
    tokio::select! {
        _ = interrupts.recv() => {
            writeln!(io::stdout(), "draining")?;
            end.await??;
        }
        ended = &mut end => {
            ended??;
        }
    }
    server.stop().await?;
    Ok(())
}
