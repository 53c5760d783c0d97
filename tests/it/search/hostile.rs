//! What nobody means: an answer or a refusal, never a failure.

use super::*;
use crate::support::codes;

#[tokio::test]
async fn nothing_that_is_typed_fails() {
    let test = directory().await;
    let long = "mot ".repeat(50);
    let texts = [
        "&",
        "|",
        "!",
        "a & | b",
        "!!",
        "<->",
        "a <2> b",
        "(",
        ")",
        "a:*",
        ":*",
        "a:ABCD",
        "'",
        "''",
        "\\",
        "a\\",
        "\"",
        "\"\"",
        "\"a",
        "-",
        "--",
        "-a",
        "-\"a b\"",
        "- a",
        "a -",
        "%",
        "_",
        "*",
        "😀",
        "😀 dreux",
        "de la les",
        "l'",
        "d’",
        "…",
        "1e400",
        "0x1f",
        "a.b.c",
        "http://a.b/?c=d&e",
        "x@y.fr",
        "..",
        "a..b",
        "Ж",
        "日本",
        "\u{301}",
        "½",
        "ﬁ",
        "st",
        "ste",
        "n°",
        "-1",
        "1-2",
        "$1",
        "{}",
        "; DROP TABLE actors",
        &long,
    ];
    for text in texts {
        for more in [
            "search(text: $t) { edges { score highlight context cursor } }",
            "actors(filter: {text: $t}) { totalCount facets { kinds { count } } }",
            "territories(filter: {text: $t}) { totalCount }",
            "calls(filter: {text: $t}) { totalCount }",
            "actors(filter: {not: {text: $t}}, orderBy: {field: NAME}) { nodes { name } }",
        ] {
            let answer = test.ask(&format!("query($t: String!) {{ {more} }}"), json!({ "t": text })).await;
            assert_eq!(codes(&answer), Vec::<&str>::new(), "{text:?} in {more}: {answer}");
        }
    }
    for text in ["!!!", "😀", "…", "\"\"", "日"] {
        assert_eq!(names(&test, text).await, Vec::<String>::new(), "{text}");
    }
    for text in ["a\0b", &"x".repeat(10_000), " "] {
        let answer = test
            .ask("query($t: String!) { search(text: $t) { edges { score } } }", json!({ "t": text }))
            .await;
        assert_eq!(codes(&answer), ["VALIDATION"], "{text:?}");
    }
}
