//! Lays out the page that people open, which the program carries: as `web` has built it, or a plain one where it has not.

#![allow(clippy::print_stdout, reason = "a build script speaks to cargo on its standard output")]

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Where `npm run build` writes. The folder itself is always there, so that cargo sees when it changes.
const BUILT: &str = "web/dist";
const PLAIN: &str = "assets/explorer";

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed={BUILT}");
    println!("cargo:rerun-if-changed={PLAIN}");
    let from = if Path::new(BUILT).join("index.html").exists() { BUILT } else { PLAIN };
    let out =
        env::var_os("OUT_DIR").map(PathBuf::from).ok_or_else(|| io::Error::other("cargo gives OUT_DIR"))?;
    let to = out.join("explorer");
    if to.exists() {
        fs::remove_dir_all(&to)?;
    }
    copy(Path::new(from), &to)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
