//! How much files may hold.

/// The most rows of a file that a request imports: what is written well within its time.
pub const REQUEST_ROWS: u64 = 5_000;

/// How much files may hold: a small archive can unpack to a very large one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of a text, once decompressed.
    pub text_bytes: u64,
    /// Bytes of a workbook as a file.
    pub packed_bytes: u64,
    /// Bytes of a workbook, unpacked.
    pub unpacked_bytes: u64,
    /// Those of it that are held in memory: all but its sheets.
    pub held_bytes: u64,
    /// Rows, and the entries made of them; null where there may be any number.
    pub rows: Option<u64>,
}

impl Bounds {
    /// Of whoever has the machine to themselves: files on its disk.
    pub const OPERATOR: Self = Self {
        text_bytes: 4 << 30,
        packed_bytes: 256 << 20,
        unpacked_bytes: 1 << 30,
        held_bytes: 128 << 20,
        rows: None,
    };
    /// Of a request among others: what is read and written while whoever sent it waits.
    pub const REQUEST: Self = Self {
        text_bytes: 8 << 20,
        packed_bytes: 4 << 20,
        unpacked_bytes: 64 << 20,
        held_bytes: 16 << 20,
        rows: Some(REQUEST_ROWS),
    };
}

/// So many bytes as people read them.
pub fn in_words(bytes: u64) -> String {
    if bytes >= 1 << 30 { format!("{} GiB", bytes >> 30) } else { format!("{} MiB", bytes >> 20) }
}
