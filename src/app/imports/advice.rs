//! What the codes of problems mean to a clerk, in French.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// What is said of a code.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// A few words.
    pub title: String,
    /// What happened.
    pub means: String,
    /// What whoever sent the file can do about it.
    #[serde(rename = "do")]
    pub cure: String,
}

static ALL: LazyLock<BTreeMap<String, Advice>> =
    LazyLock::new(|| toml::from_str(include_str!("advice.toml")).expect("tests read the table"));

/// What is said of this code.
pub fn advice(code: &str) -> Option<&'static Advice> {
    ALL.get(code)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use regex::Regex;

    use super::*;

    /// The codes that the sources of imports can say.
    fn said() -> BTreeSet<String> {
        let code = r#""([a-z]+(?:-[a-z0-9]+)*)""#;
        let patterns = [
            format!(r"Problem::(?:error|warning|note)\(\s*{code}"),
            format!(r"Problem::new\([^;]*?,\s*{code}"),
            format!(r"\.refuse\(\s*sourced,\s*{code}"),
            format!(r"\.warn\([^;]*?,[^;]*?,\s*{code}"),
            // A code and its message, as forms and doubts hand them on.
            format!(r#"\({code},\s*(?:message|"[^"]*"\.to_owned\(\)|format!)"#),
        ];
        let patterns = patterns.map(|pattern| Regex::new(&pattern).expect("a pattern"));
        let mut codes = BTreeSet::new();
        for folder in ["src/ingest", "src/app/imports"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
            for file in fs::read_dir(folder).expect("a folder").flatten() {
                let path = file.path();
                if path.extension().is_none_or(|extension| extension != "rs") || path.ends_with("advice.rs") {
                    continue;
                }
                let text = fs::read_to_string(&path).expect("a source");
                let shipped = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
                let found = patterns.iter().flat_map(|pattern| pattern.captures_iter(shipped));
                codes.extend(found.map(|found| found[1].to_owned()));
            }
        }
        codes
    }

    #[test]
    fn every_code_has_its_advice_and_every_advice_its_code() {
        let advised: BTreeSet<_> = ALL.keys().cloned().collect();
        let said = said();
        let (bare, idle): (Vec<_>, Vec<_>) =
            (said.difference(&advised).collect(), advised.difference(&said).collect());
        assert!(bare.is_empty() && idle.is_empty(), "without advice: {bare:?}; of no code: {idle:?}");
    }
}
