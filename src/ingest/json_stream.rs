//! JSON's values one by one from a stream, so that a large list need not be in memory.

use std::io::{BufRead, BufReader};

use super::input::{Input, MAX_ROW_BYTES, io_problem, row_too_long};
use super::problem::Problem;

/// A JSON file that is read value by value.
pub struct JsonStream {
    input: BufReader<Input>,
    buffer: Vec<u8>,
}

impl JsonStream {
    /// Starts at the file's beginning.
    pub fn new(input: Input) -> Self {
        Self { input: BufReader::with_capacity(64 << 10, input), buffer: Vec::new() }
    }

    /// Passes over a byte that was peeked at.
    pub fn pass(&mut self) {
        self.input.consume(1);
    }

    /// The bytes of the value that was read last.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer
    }

    /// The first byte of a list's next item or an object's next key, or of its end.
    pub fn peek_item(&mut self) -> Result<u8, Problem> {
        if self.peek()? == b',' {
            self.pass();
        }
        self.peek()
    }

    /// The next member's key of the outermost object, standing at its value; `None` where the object ends.
    pub fn member(&mut self) -> Result<Option<String>, Problem> {
        let next = self.peek_item()?;
        if next == b'}' {
            self.pass();
            return Ok(None);
        }
        if next != b'"' {
            return Err(broken());
        }
        self.value()?;
        let key = serde_json::from_slice(&self.buffer).map_err(|_| broken())?;
        if self.peek()? != b':' {
            return Err(broken());
        }
        self.pass();
        Ok(Some(key))
    }

    /// The next byte that is not blank, not consumed.
    pub fn peek(&mut self) -> Result<u8, Problem> {
        loop {
            let available = self.input.fill_buf().map_err(|error| io_problem(&error))?;
            if available.is_empty() {
                return Err(truncated());
            }
            // The record separator stands before each text of a sequence (RFC 8142).
            let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0x1e;
            let blank = available.iter().take_while(|byte| is_blank(byte)).count();
            if let Some(byte) = available.get(blank) {
                let byte = *byte;
                self.input.consume(blank);
                return Ok(byte);
            }
            self.input.consume(blank);
        }
    }

    /// Whether nothing but blanks is left.
    pub fn is_at_end(&mut self) -> Result<bool, Problem> {
        match self.peek() {
            Ok(_) => Ok(false),
            Err(problem) if problem.code == "truncated" && self.ended()? => Ok(true),
            Err(problem) => Err(problem),
        }
    }

    fn ended(&mut self) -> Result<bool, Problem> {
        Ok(self.input.fill_buf().map_err(|error| io_problem(&error))?.is_empty())
    }

    /// Puts one JSON value's bytes into the buffer: up to where its brackets and quotes are closed.
    pub fn value(&mut self) -> Result<(), Problem> {
        self.input.get_mut().begin_row();
        self.buffer.clear();
        let mut scan = Scan::default();
        loop {
            let available = self.input.fill_buf().map_err(|error| io_problem(&error))?;
            if available.is_empty() {
                return Err(truncated());
            }
            let end = available.iter().position(|byte| scan.ends_before(*byte));
            let length = end.unwrap_or(available.len());
            self.buffer.extend_from_slice(&available[..length]);
            self.input.consume(length);
            if end.is_some() {
                // A stray bracket or comma where a value should be: whoever asks again would stand at it for ever.
                return if self.buffer.is_empty() { Err(broken()) } else { Ok(()) };
            }
            if self.buffer.len() as u64 > MAX_ROW_BYTES {
                return Err(row_too_long());
            }
        }
    }
}

/// How deep a value is open.
#[derive(Default)]
struct Scan {
    depth: usize,
    in_string: bool,
    escaped: bool,
    closed: bool,
}

impl Scan {
    /// Whether the value ended before this byte.
    fn ends_before(&mut self, byte: u8) -> bool {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => {
                    self.in_string = false;
                    self.closed = self.depth == 0;
                }
                _ => {}
            }
            return false;
        }
        if self.closed {
            return true;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' if self.depth > 0 => {
                self.depth -= 1;
                self.closed = self.depth == 0;
            }
            b',' | b'}' | b']' => return self.depth == 0,
            _ => {}
        }
        false
    }
}

fn truncated() -> Problem {
    Problem::error(
        "truncated",
        "the file ends before its last bracket is closed; download or export it again",
    )
}

fn broken() -> Problem {
    Problem::error("format", "this is not valid JSON; export it again")
}
