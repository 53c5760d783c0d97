//! The layers of ARCHITECTURE.md, held: who may use whom, and which crates live where.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use regex::Regex;

/// What each layer may use beside itself; the binary may use everything.
const ARROWS: [(&str, &[&str]); 14] = [
    ("geo", &[]),
    ("domain", &["geo"]),
    ("store", &["domain", "geo"]),
    ("atlas", &["domain", "geo"]),
    ("ingest", &["domain", "geo"]),
    ("app", &["store", "atlas", "auth", "ingest", "mail", "links", "domain", "geo"]),
    ("auth", &["domain"]),
    ("graphql", &["app", "atlas", "domain", "geo"]),
    ("http", &["graphql", "auth", "app", "domain", "geo"]),
    ("mail", &[]),
    ("links", &[]),
    ("config", &[]),
    ("telemetry", &[]),
    ("postgres", &[]),
];

/// The one part of a layer that may use one more.
const EXCEPTIONS: [(&str, &str); 2] = [("graphql/loaders.rs", "store"), ("graphql/loaders/", "store")];

/// Crates, and the only places that may use them.
const CRATES: [(&str, &[&str]); 33] = [
    ("geo", &["geo/"]),
    ("geojson", &["geo/"]),
    ("rstar", &["geo/"]),
    ("sea_orm", &["store/"]),
    ("migration", &["store/"]),
    ("rustworkx_core", &["atlas/"]),
    ("rustc_hash", &["atlas/"]),
    ("roaring", &["atlas/"]),
    ("tinymvt", &["atlas/"]),
    ("prost", &["atlas/"]),
    ("csv", &["ingest/"]),
    ("calamine", &["ingest/"]),
    ("zip", &["ingest/"]),
    ("rust_xlsxwriter", &["ingest/"]),
    ("encoding_rs", &["ingest/"]),
    ("encoding_rs_io", &["ingest/"]),
    ("htmlize", &["ingest/"]),
    ("jsonwebtoken", &["auth/"]),
    ("argon2", &["auth/"]),
    ("reqwest", &["auth/", "links/"]),
    ("aws_lc_rs", &["auth/"]),
    ("async_graphql", &["graphql/", "graphql.rs", "http/graphql.rs", "http/documents.rs", "http/sockets/"]),
    ("async_graphql_value", &["graphql/"]),
    ("axum", &["http/"]),
    ("governor", &["http/"]),
    ("prometheus_client", &["http/"]),
    ("hyper", &["http/"]),
    ("hyper_util", &["http/"]),
    ("tower", &["http/"]),
    ("tower_http", &["http/"]),
    ("clap", &["config.rs", "commands/"]),
    ("lettre", &["mail/"]),
    ("nix", &["postgres/"]),
];

struct Source {
    /// Within `src`.
    path: String,
    /// Without comments.
    code: String,
}

impl Source {
    /// Without the tests at the bottom.
    fn shipped(&self) -> &str {
        self.code.split("#[cfg(test)]\nmod tests").next().unwrap_or_default()
    }
}

impl Source {
    /// The layer: the first part of the path.
    fn layer(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.trim_end_matches(".rs")
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<Source> {
    let (src, mut paths) = (root().join("src"), Vec::new());
    walk(&src, &mut paths);
    assert!(paths.len() > 100);
    let source = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>();
        let path = path.strip_prefix(&src).unwrap().to_string_lossy().into_owned();
        Source { path, code: code.join("\n") }
    };
    paths.iter().map(source).collect()
}

/// The modules of ours that a piece of code names.
fn named(code: &str) -> BTreeSet<String> {
    let path = Regex::new(r"\bcrate::(\w+|\{)").unwrap();
    path.captures_iter(code).map(|found| found[1].to_owned()).collect()
}

#[test]
fn each_layer_uses_only_what_its_arrows_reach() {
    let mut wrong = Vec::new();
    for source in sources() {
        if ["lib", "main", "commands"].contains(&source.layer()) {
            continue;
        }
        let (layer, reached) =
            ARROWS.into_iter().find(|(layer, _)| *layer == source.layer()).expect("a layer");
        for used in named(&source.code) {
            let excepted =
                EXCEPTIONS.iter().any(|(path, more)| source.path.starts_with(path) && used == *more);
            if used != layer && !reached.contains(&used.as_str()) && !excepted {
                wrong.push(format!("src/{} uses crate::{used}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn resolvers_reach_the_database_through_use_cases_and_loaders() {
    let direct = Regex::new(r"app\(\)\s*\.store|app\.store").unwrap();
    for source in sources().iter().filter(|source| matches!(source.layer(), "graphql" | "http")) {
        let is_loader = source.path.starts_with("graphql/loaders");
        assert!(is_loader || !direct.is_match(&source.code), "src/{} reads the store itself", source.path);
    }
}

#[test]
fn each_crate_lives_in_its_layer() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (name, places) in CRATES {
            // Layers of ours have the names of two crates: of these only what can't be ours counts.
            let ambiguous = ["geo", "geojson"].contains(&name);
            let pattern = if ambiguous {
                format!(r"(?m)^\s*use {name}(::|;)|[^\w:]::{name}::")
            } else {
                format!(r"(^|[^:\w]){name}::|[^\w:]::{name}::")
            };
            let used = Regex::new(&pattern).unwrap().is_match(&source.code);
            if used && !places.iter().any(|place| source.path.starts_with(place)) {
                wrong.push(format!("src/{} uses the crate {name}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_model_does_no_io_and_only_the_clock_tells_the_time() {
    let io = Regex::new(r"\basync\b|\btokio::|std::(fs|net|process|env)\b").unwrap();
    let time = Regex::new(r"Utc::now|Local::now|SystemTime::now|Uuid::now_v7|Uuid::new_v4").unwrap();
    // The name of a request is no entry's id.
    let may_tell = ["domain/clock.rs", "domain/ids.rs", "http/layers.rs"];
    for source in sources() {
        if matches!(source.layer(), "geo" | "domain") {
            assert!(!io.is_match(&source.code), "src/{} does I/O", source.path);
        }
        let tells = time.is_match(source.shipped());
        assert!(!tells || may_tell.contains(&source.path.as_str()), "src/{} asks for the time", source.path);
    }
}

#[test]
fn only_the_binary_reads_arguments_and_environment() {
    let environment = Regex::new(r"\benv::(var|vars|var_os|args)\b").unwrap();
    for source in sources() {
        let may = matches!(source.layer(), "commands" | "config" | "postgres" | "telemetry");
        assert!(may || !environment.is_match(&source.code), "src/{} reads the environment", source.path);
    }
}

#[test]
fn no_number_of_64_bits_is_sent_as_an_int() {
    let field = Regex::new(r"(?s)\basync fn (\w+)\([^{]*?\) -> [^{]*\b(i64|u64|u32|usize|isize)\b").unwrap();
    for source in sources().iter().filter(|source| source.layer() == "graphql") {
        let ours = ["graphql/loaders", "graphql/budget"].iter().any(|part| source.path.starts_with(part));
        let found = field.captures(&source.code).map(|found| found[1].to_owned());
        assert!(ours || found.is_none(), "src/{}: {found:?} may not fit an Int", source.path);
        for kind in ["i64", "u64", "usize"] {
            let simple =
                Regex::new(&format!(r"(?m)^    (pub )?\w+: (Option<|Vec<|MaybeUndefined<)*{kind}\b.*,$"))
                    .unwrap();
            assert!(ours || !simple.is_match(&source.code), "src/{} has a field of {kind}", source.path);
        }
    }
}

#[test]
fn the_map_of_the_code_names_files_that_are_there() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let link = Regex::new(r"\]\(([^)#:]+)\)").unwrap();
    let links: Vec<_> = link.captures_iter(&text).map(|found| found[1].to_owned()).collect();
    assert!(links.len() > 40);
    for path in links.iter().filter(|path| *path != "docs/adr") {
        assert!(root().join(path).exists(), "ARCHITECTURE.md names {path}, which is not there");
    }
}
