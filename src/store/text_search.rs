//! Search by words as SQL: what matches, how well, and what a mistyped word probably meant. The actor is `a`, the
//! territory `t`, the call `c`, the collective `v`, the project
//! `j`, the diagnosis `z`, the practice `g`, the resource `b`, the lesson `l`; migration 7 says how their text is kept.

use std::collections::HashMap;

use super::Store;
use super::error::StoreError;
use super::rows::get;
use super::sql::Sql;
use crate::domain::search::SearchKind;
use crate::domain::search_text::{self, Part, SearchText, Word};

/// The name under which statements know an entry.
fn alias(kind: SearchKind) -> &'static str {
    match kind {
        SearchKind::Actor => "a",
        SearchKind::Territory => "t",
        SearchKind::Call => "c",
        SearchKind::Collective => "v",
        SearchKind::Project => "j",
        SearchKind::GoodPractice => "g",
        SearchKind::LibraryResource => "b",
        SearchKind::Lesson => "l",
        SearchKind::Diagnosis => "z",
    }
}

/// Where a word may stand: names as written are A, their stems B, stems of descriptions C, a
/// name's first word and codes D.
#[derive(Clone, Copy)]
enum Where {
    Anywhere,
    InName,
}

impl Where {
    /// The weights of a lexeme, and of one that is only the beginning of a word.
    fn weights(self) -> (&'static str, &'static str) {
        match self {
            Self::Anywhere => ("", "*AD"),
            Self::InName => ("ABD", "*A"),
        }
    }
}

/// Whether every part of the search is found.
pub fn text_matches(sql: &mut Sql, kind: SearchKind, text: &SearchText) {
    let places = if kind == SearchKind::Actor { text.places() } else { Vec::new() };
    found(sql, alias(kind), text, places);
}

/// Whether every part of the search is found in the text of an entry that is no result of the one search.
pub fn vector_matches(sql: &mut Sql, alias: &str, text: &SearchText) {
    found(sql, alias, text, Vec::new());
}

/// Whether every part is found, or, of actors, all but the name of their commune.
fn found(sql: &mut Sql, alias: &str, text: &SearchText, places: Vec<(&[Part], String)>) {
    if text.parts.is_empty() {
        sql.push("FALSE");
        return;
    }
    sql.push("((")
        .push(alias)
        .push(".search_vector @@ ")
        .append(&query(&text.parts, Where::Anywhere))
        .push(")");
    for (rest, place) in places {
        // An array, since an index reads that and no subquery.
        sql.push(" OR (a.seat_id = ANY(ARRAY(SELECT p.id FROM territories p WHERE p.kind = 'COMMUNE' AND p.search_name = ");
        sql.bind(place).push(")) AND a.search_vector @@ ").append(&query(rest, Where::Anywhere)).push(")");
    }
    if let Some(beginning) = search_text::beginning(&text.parts) {
        // Text_pattern_ops compares bytes, and `~` comes after every letter and digit.
        sql.push(" OR (").push(alias).push(".search_name ~>=~ ").bind(beginning).push(" AND ");
        sql.push(alias).push(".search_name ~<~ ").bind(format!("{beginning}~")).push(")");
    }
    for words in &text.excluded {
        sql.and("NOT ").push(alias).push(".search_vector @@ (SELECT to_tsquery('french_unaccent', ");
        sql.bind(words.join(" <-> ")).push(") || to_tsquery('simple', ").bind(words.join(" <-> ")).push("))");
    }
    sql.push(")");
}

/// The search as a query of Postgres's, computed once a statement.
fn query(parts: &[Part], place: Where) -> Sql {
    let mut sql = Sql::new("(SELECT ");
    // A single letter that goes on is in too many names to help.
    let helps = |part: &&Part| !matches!(part, Part::Word(word) if word.unfinished && word.text.len() < 2);
    let mut helpful: Vec<_> = parts.iter().filter(helps).collect();
    if helpful.is_empty() {
        helpful = parts.iter().collect();
    }
    let prefixes = search_text::beginning(parts).is_none();
    for (index, part) in helpful.into_iter().enumerate() {
        sql.push(if index == 0 { "(" } else { " && (" });
        match part {
            Part::Word(word) => word_query(&mut sql, word, prefixes, place),
            Part::Phrase(words) => phrase_query(&mut sql, words, place),
            Part::Ways { typed, others } => {
                for (index, word) in typed.iter().enumerate() {
                    sql.push(if index == 0 { "(" } else { " && (" });
                    word_query(&mut sql, word, prefixes, place);
                    sql.push(")");
                }
                let others: Vec<_> = others.iter().map(|way| phrase(way, place.weights().0)).collect();
                sql.push(" || to_tsquery('french_unaccent', ").bind(others.join(" | ")).push(")");
            }
        }
        sql.push(")");
    }
    sql.push(")");
    sql
}

fn word_query(sql: &mut Sql, word: &Word, prefixes: bool, place: Where) {
    let (whole, begun) = place.weights();
    let texts = || std::iter::once(&word.text).chain(&word.meant);
    let mut plain: Vec<_> = texts().map(|text| format!("{text}:{whole}")).collect();
    if word.unfinished && prefixes {
        plain = texts().map(|text| format!("{text}:{begun}")).collect();
    }
    let stems: Vec<_> = texts().map(|text| format!("{text}:{whole}")).collect();
    sql.push("to_tsquery('simple', ").bind(tidy(&plain.join(" | ")));
    sql.push(") || to_tsquery('french_unaccent', ").bind(tidy(&stems.join(" | "))).push(")");
}

fn phrase_query(sql: &mut Sql, words: &[String], place: Where) {
    let text = phrase(words, place.weights().0);
    sql.push("to_tsquery('simple', ").bind(text.clone()).push(") || to_tsquery('french_unaccent', ");
    sql.bind(text).push(")");
}

fn phrase(words: &[String], weights: &str) -> String {
    let words: Vec<_> = words.iter().map(|word| tidy(&format!("{word}:{weights}"))).collect();
    format!("({})", words.join(" <-> "))
}

/// Without the colons that no weight follows.
fn tidy(query: &str) -> String {
    query.replace(": ", " ").trim_end_matches(':').to_owned()
}

/// How well the entry matches; higher is better. Whole names come before names that begin so, then names that hold it
/// together, then those that hold all of its words, then those in the place that is named, then what is said
/// of the entry; a shorter name before a longer one;
/// territories, the larger the better, before others.
pub fn relevance(sql: &mut Sql, kind: SearchKind, text: &SearchText) {
    if text.parts.is_empty() {
        sql.push("0::float8");
        return;
    }
    let alias = alias(kind);
    let name = format!("{alias}.search_name");
    let ways = text.ways();
    let typed = ways.first().cloned().unwrap_or_default();
    sql.push("(CASE WHEN ").push(&name).push(" = ANY(").bind(ways.clone()).push(")");
    match kind {
        SearchKind::Actor => _ = sql.push(" OR a.search_short = ANY(").bind(ways.clone()).push(")"),
        SearchKind::Territory => _ = sql.push(" OR lower(t.code) = ").bind(typed.replace(' ', "")),
        _ => {}
    }
    sql.push(" THEN 10");
    for (score, before, after) in [("7", "", " "), ("6", "", ""), ("5", " ", " "), ("4.5", " ", "")] {
        // What is still being typed has one way only.
        let ways = if after.is_empty() { &ways[..ways.len().min(1)] } else { &ways };
        sql.push(" WHEN ");
        for (index, way) in ways.iter().enumerate() {
            sql.push(if index == 0 { "" } else { " OR " });
            if before.is_empty() {
                sql.push("starts_with(")
                    .push(&name)
                    .push(" || ' ', ")
                    .bind(format!("{way}{after}"))
                    .push(")");
            } else {
                sql.push("strpos(' ' || ")
                    .push(&name)
                    .push(" || ' ', ")
                    .bind(format!(" {way}{after}"))
                    .push(") > 0");
            }
        }
        sql.push(" THEN ").push(score);
        if score == "7"
            && let Some(lead) = &text.lead
        {
            // Folding is slow, so that it comes after what few names hold.
            let named = matches!(kind, SearchKind::Actor | SearchKind::Territory | SearchKind::Collective);
            let title = if named { "name" } else { "title" };
            sql.push(" WHEN starts_with(")
                .push(&name)
                .push(" || ' ', ")
                .bind(typed.clone())
                .push(") AND starts_with(fold(");
            sql.push(alias).push(".").push(title).push("), ").bind(lead.clone()).push(") THEN 6.5");
        }
    }
    sql.push(" WHEN ")
        .push(alias)
        .push(".search_vector @@ ")
        .append(&query(&text.parts, Where::InName))
        .push(" THEN 3");
    let anywhere = query(&text.parts, Where::Anywhere);
    if kind == SearchKind::Actor && text.parts.len() > 1 {
        // Found by the name of its commune.
        sql.push(" WHEN NOT a.search_vector @@ ").append(&anywhere).push(" THEN 2");
    }
    sql.push(" ELSE ts_rank(").push(alias).push(".search_vector, ").append(&anywhere);
    // Of places people mean the large one, though others have shorter names: "mont" is Montpellier before Monts.
    let by_length =
        if kind == SearchKind::Territory { ") END + 0.4 * least(1, " } else { ") END + least(1, " };
    sql.push(by_length).bind(typed.len() as f64).push(" / greatest(length(").push(&name).push("), 1))");
    if kind == SearchKind::Territory {
        sql.push(" + 0.8 + CASE t.kind WHEN 'COMMUNE' THEN 0.1 ELSE 0 END + ln(coalesce(t.population, 0) + 1) / 15");
    }
    sql.push(")::float8");
}

impl Store {
    /// What was probably meant by the words that nothing holds, each with whether it may go on: the likeliest first.
    pub async fn meant(
        &self,
        doubtful: &[(String, bool)],
    ) -> Result<HashMap<String, Vec<String>>, StoreError> {
        let (words, unfinished): (Vec<_>, Vec<_>) = doubtful.iter().cloned().unzip();
        let mut sql = Sql::new("SELECT w.word, m.meant FROM unnest(");
        sql.bind(words).push(", ").bind(unfinished).push(
            ") AS w(word, unfinished),
            LATERAL (SELECT array_agg(s.word ORDER BY s.place) AS meant
                FROM search_corrections(w.word, w.unfinished) WITH ORDINALITY s(word, place)) m
            WHERE m.meant IS NOT NULL",
        );
        sql.rows(self.db()).await?.iter().map(|row| Ok((get(row, "word")?, get(row, "meant")?))).collect()
    }
}
