//! A mail server as small as one can be, which does what a test wants of it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What a connection meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// Its letter is taken.
    Accept,
    /// This command is answered so; `.` is the end of the text.
    Answer(&'static str, &'static str),
    /// The connection ends in the middle of the text.
    CutInText,
    /// The connection ends after the text, before it is answered.
    CutAtEnd,
}

#[derive(Default)]
struct Seen {
    scripts: VecDeque<Script>,
    connections: usize,
    /// Whole texts, taken or not.
    texts: Vec<String>,
    taken: Vec<String>,
}

/// The server.
#[derive(Clone)]
pub struct MailServer {
    seen: Arc<Mutex<Seen>>,
    /// Its address.
    pub url: String,
}

impl MailServer {
    /// Starts it; connections follow the scripts in order, and then are accepted.
    pub async fn start(scripts: &[Script]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let seen =
            Arc::new(Mutex::new(Seen { scripts: scripts.iter().copied().collect(), ..Seen::default() }));
        let server = Self { seen: seen.clone(), url };
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, seen.clone()));
            }
        });
        server
    }

    /// The letters that it took.
    pub fn taken(&self) -> Vec<String> {
        self.seen.lock().unwrap().taken.clone()
    }

    /// How many letters came with their whole text, and how many connections there were.
    pub fn tries(&self) -> (usize, usize) {
        let seen = self.seen.lock().unwrap();
        (seen.texts.len(), seen.connections)
    }
}

async fn serve(stream: TcpStream, seen: Arc<Mutex<Seen>>) {
    let script = {
        let mut seen = seen.lock().unwrap();
        seen.connections += 1;
        seen.scripts.pop_front().unwrap_or(Script::Accept)
    };
    let answer = |command: &str, usual: &str| match script {
        Script::Answer(at, answer) if at == command => format!("{answer}\r\n"),
        _ => format!("{usual}\r\n"),
    };
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 small ESMTP\r\n").await.unwrap();
    while let Ok(Some(line)) = lines.next_line().await {
        let command = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let said = match command.as_str() {
            "EHLO" => answer("EHLO", "250-small\r\n250 8BITMIME"),
            "DATA" => answer("DATA", "354 go on"),
            "QUIT" => "221 bye\r\n".to_owned(),
            other => answer(other, "250 ok"),
        };
        if write.write_all(said.as_bytes()).await.is_err() || command == "QUIT" {
            return;
        }
        if command != "DATA" || !said.starts_with("354") {
            continue;
        }
        let mut text = String::new();
        loop {
            let Ok(Some(line)) = lines.next_line().await else { return };
            if script == Script::CutInText {
                return;
            }
            if line == "." {
                break;
            }
            text += line.strip_prefix('.').unwrap_or(&line);
            text += "\n";
        }
        seen.lock().unwrap().texts.push(text.clone());
        if script == Script::CutAtEnd {
            return;
        }
        let said = answer(".", "250 taken");
        if said.starts_with("250") {
            seen.lock().unwrap().taken.push(text);
        }
        if write.write_all(said.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// A header of a letter.
pub fn header<'a>(letter: &'a str, name: &str) -> &'a str {
    let head = letter.split("\n\n").next().unwrap();
    let line = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap_or_else(|| panic!("no {name} in {head}"))
}

/// The text of a letter, decoded.
pub fn body(letter: &str) -> String {
    let raw = letter.split_once("\n\n").unwrap().1;
    match header(letter, "Content-Transfer-Encoding") {
        "7bit" => raw.to_owned(),
        "base64" => {
            use base64::Engine;
            let text: String = raw.split_whitespace().collect();
            let bytes = base64::engine::general_purpose::STANDARD.decode(text).unwrap();
            String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
        }
        "quoted-printable" => {
            let joined = raw.replace("=\n", "");
            let mut bytes = Vec::new();
            let mut rest = joined.as_bytes();
            while let Some((first, more)) = rest.split_first() {
                if *first == b'=' {
                    let digits = std::str::from_utf8(&more[..2]).unwrap();
                    bytes.push(u8::from_str_radix(digits, 16).unwrap());
                    rest = &more[2..];
                } else {
                    bytes.push(*first);
                    rest = more;
                }
            }
            String::from_utf8(bytes).unwrap()
        }
        other => panic!("{other}"),
    }
}
