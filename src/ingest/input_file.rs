//! A file to be read, on disk or as it was sent.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::input::{decompressed, io_problem};
use super::problem::Problem;

/// A file to be read: where it is, or what it holds.
#[derive(Debug, Clone)]
pub struct InputFile {
    name: PathBuf,
    /// What it holds; null where it is on disk, under its name.
    held: Option<Arc<[u8]>>,
}

impl From<PathBuf> for InputFile {
    fn from(name: PathBuf) -> Self {
        Self { name, held: None }
    }
}

impl InputFile {
    /// What someone sent, under the name that it had there.
    pub fn sent(name: &str, content: Vec<u8>) -> Self {
        Self { name: PathBuf::from(name), held: Some(content.into()) }
    }

    /// Its name, on disk with its folder.
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// Its size in bytes; 0 where it can't be told.
    pub fn size(&self) -> u64 {
        match &self.held {
            Some(content) => content.len() as u64,
            None => std::fs::metadata(&self.name).map_or(0, |about| about.len()),
        }
    }

    /// Whether it holds entries in our own words.
    pub fn holds_entries(&self) -> bool {
        self.name.extension().is_some_and(|extension| extension == "toml")
    }

    /// Its bytes, unpacked where they are gzip's.
    ///
    /// # Errors
    ///
    /// A [`Problem`] where it can't be opened.
    pub fn unpacked(&self) -> Result<Box<dyn Read + Send>, Problem> {
        decompressed(self.reader()?).map_err(|error| io_problem(&error))
    }

    /// Its bytes as they are.
    ///
    /// # Errors
    ///
    /// A [`Problem`] where it can't be opened.
    pub fn reader(&self) -> Result<Box<dyn Read + Send>, Problem> {
        if let Some(content) = &self.held {
            return Ok(Box::new(Cursor::new(Arc::clone(content))));
        }
        let path = &self.name;
        let unreadable = |what: &str| Problem::error("unreadable", format!("{} {what}", path.display()));
        if path.is_dir() {
            return Err(unreadable("is a folder; name the files in it"));
        }
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => unreadable("is not there; check its name and folder"),
            io::ErrorKind::PermissionDenied => {
                unreadable("may not be read; ask for the right to, or copy it")
            }
            _ => unreadable(&format!("can't be opened: {error}")),
        })?;
        Ok(Box::new(file))
    }
}
