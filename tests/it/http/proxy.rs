//! A way to the database that can be cut.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What becomes of connections.
#[derive(Clone, Copy, PartialEq)]
pub enum Way {
    /// They lead to the database.
    Open,
    /// They are cut, and new ones at once.
    Cut,
    /// They stay, and nothing comes through.
    Silent,
}

/// Between a service and its database.
pub struct Proxy {
    /// The database's address, by this way.
    pub url: String,
    way: watch::Sender<Way>,
}

impl Proxy {
    /// Before the database at this address.
    pub async fn before(url: &str) -> Self {
        let mut url = url::Url::parse(url).unwrap();
        let behind = url.socket_addrs(|| Some(5432)).unwrap()[0];
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let (way, watched) = watch::channel(Way::Open);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, behind, watched.clone()));
            }
        });
        Self { url: url.to_string(), way }
    }

    /// From now on.
    pub fn set(&self, way: Way) {
        self.way.send_replace(way);
    }
}

/// Passes on what is said, until the way is another one.
async fn pass(mut client: TcpStream, behind: SocketAddr, mut way: watch::Receiver<Way>) {
    let Ok(mut server) = TcpStream::connect(behind).await else { return };
    if *way.borrow_and_update() == Way::Open {
        tokio::select! {
            _ = copy_bidirectional(&mut client, &mut server) => return,
            _ = way.changed() => {}
        }
    }
    if *way.borrow_and_update() == Way::Silent {
        // the sockets stay open
        let _ = way.changed().await;
    }
}
