//! The seal of a backup: a line behind `pg_dump`'s own archive that says how what comes before it hashes. `pg_restore`
//! does not look that far, and so takes a sealed archive as any other.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

const WORDS: &str = "\nMAILLAGE BACKUP 1 SHA256 ";
/// Both words and digits are of ASCII, so that the line has this length in bytes.
const LENGTH: usize = WORDS.len() + 64 + 1;

/// What every archive of `pg_dump --format=custom` begins with.
const ARCHIVE: &[u8] = b"PGDMP";

/// A hash in the making.
#[derive(Clone, Default)]
pub struct Seal {
    hash: Sha256,
    length: u64,
}

impl Seal {
    /// Adds what comes next.
    pub fn add(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.length += bytes.len() as u64;
    }

    /// How many bytes it is of.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The line that is written behind them.
    pub fn line(&self) -> String {
        let digits = self
            .hash
            .clone()
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<Vec<_>>()
            .concat();
        format!("{WORDS}{digits}\n")
    }
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole, as its seal says.
    Sealed,
    /// An archive without a seal: `pg_dump` made it, or its end is missing.
    Unsealed,
    /// Its seal is that of something else: it was damaged.
    Broken,
    /// No archive at all.
    Foreign,
}

/// Reads a file to its end: what it is, and the hash of all of it.
pub fn read(mut file: impl Read) -> io::Result<(Kind, Seal)> {
    let (mut all, mut before) = (Seal::default(), Seal::default());
    // The last bytes that were read and may be the seal.
    let mut held: Vec<u8> = Vec::new();
    let mut start: Vec<u8> = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if start.len() < ARCHIVE.len() {
            start.extend(buffer[..read].iter().take(ARCHIVE.len() - start.len()));
        }
        all.add(&buffer[..read]);
        held.extend_from_slice(&buffer[..read]);
        if held.len() > LENGTH {
            let surely_before = held.len() - LENGTH;
            before.add(&held[..surely_before]);
            held.drain(..surely_before);
        }
    }
    let kind = if start != ARCHIVE {
        Kind::Foreign
    } else if held == before.line().as_bytes() {
        Kind::Sealed
    } else if held.starts_with(WORDS.as_bytes()) {
        Kind::Broken
    } else {
        Kind::Unsealed
    };
    Ok((kind, all))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(bytes: &[u8]) -> Kind {
        read(bytes).expect("it is in memory").0
    }

    #[test]
    fn a_seal_tells_whole_from_damaged_cut_and_foreign() {
        let mut archive = b"PGDMP".to_vec();
        archive.extend((0..200_000_u32).flat_map(u32::to_le_bytes));
        let seal = read(&archive[..]).expect("it is in memory").1;
        assert_eq!((kind(&archive), seal.length()), (Kind::Unsealed, archive.len() as u64));
        let mut sealed = [&archive[..], seal.line().as_bytes()].concat();
        assert_eq!(kind(&sealed), Kind::Sealed);
        assert_eq!(kind(&sealed[..sealed.len() - 1]), Kind::Unsealed);
        sealed[123_456] ^= 1;
        assert_eq!(kind(&sealed), Kind::Broken);
        for foreign in [&b""[..], b"PGD", b"name;city\n", &sealed[1..]] {
            assert_eq!(kind(foreign), Kind::Foreign);
        }
    }
}
