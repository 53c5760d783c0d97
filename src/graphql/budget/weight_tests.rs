//! Hostile documents, and those that real clients send.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::super::{Limit, Limits, Refusal, parse};

/// Which limit refuses it; none when it is accepted. Every document must be decided within milliseconds.
fn passed(source: &str) -> Option<Limit> {
    let started = Instant::now();
    let outcome = parse(source, &Limits::default());
    let spent = started.elapsed();
    assert!(spent < Duration::from_millis(250), "decided after {spent:?}");
    match outcome {
        Ok(_) => None,
        Err(Refusal::TooComplex { limit, .. }) => Some(limit),
        Err(other) => panic!("{other}"),
    }
}

/// `last` at the end of a chain of fragments, each of which spreads the next twice.
fn bomb(steps: usize, last: &str) -> String {
    let mut source = "{...f0}".to_owned();
    for step in 0..steps {
        let next = step + 1;
        write!(source, "fragment f{step} on Query{{...f{next} ...f{next}}}")
            .expect("a string takes any length");
    }
    source + &format!("fragment f{steps} on Query{{{last}}}")
}

fn repeated(times: usize, item: impl Fn(usize) -> String) -> String {
    (0..times).map(item).collect()
}

#[test]
fn the_fragment_bomb_is_refused_however_large_it_would_grow() {
    assert_eq!(passed(&bomb(28, "ok")), Some(Limit::RootFields));
    assert_eq!(
        passed(&format!("{{item{}", bomb(28, "ok").replacen("{...f0}", "{...f0}}", 1))),
        Some(Limit::Selections)
    );
    // 2^49 and 2^70 would overflow nothing, but 49 is all that the number of fragments leaves
    assert_eq!(passed(&bomb(49, "ok")), Some(Limit::RootFields));
    assert_eq!(passed(&bomb(70, "ok")), Some(Limit::Fragments));
}

#[test]
fn a_bomb_in_fragments_that_nothing_uses_is_refused_too() {
    assert_eq!(passed(&bomb(28, "ok").replacen("{...f0}", "{ok}", 1)), Some(Limit::Selections));
}

#[test]
fn a_fragment_that_contains_itself_is_invalid_and_the_place_is_told() {
    for circle in [
        "{...a} fragment a on Query{ok ...a}",
        "{...a} fragment a on Query{...b ...b} fragment b on Query{item{...a ...a}}",
        "{ok} fragment a on Query{... on Query{...b}} fragment b on Query{...a}",
    ] {
        let Err(Refusal::Invalid { message, locations }) = parse(circle, &Limits::default()) else {
            panic!("{circle} is accepted")
        };
        assert!(message.contains("contains itself"), "{message}");
        assert_eq!(locations.len(), 1, "{circle}");
    }
}

#[test]
fn ten_thousand_of_anything_is_refused() {
    assert_eq!(passed(&format!("{{{}}}", repeated(10_000, |n| format!("a{n}:ok ")))), Some(Limit::Bytes));
    assert_eq!(passed(&format!("{{ok{}}}", "@a ".repeat(10_000))), Some(Limit::Bytes));
    assert_eq!(passed(&format!("{{ok(a:\"{}\")}}", "x".repeat(1_000_000))), Some(Limit::Bytes));
    assert_eq!(passed(&format!("{{ok{}}}", "@a".repeat(5_000))), Some(Limit::Tokens));
    assert_eq!(passed(&repeated(1_000, |n| format!("query q{n}{{a}}"))), Some(Limit::Tokens));
    assert_eq!(passed(&"{".repeat(16_000)), Some(Limit::Nesting));
}

#[test]
fn each_limit_holds_at_its_number_and_not_one_beyond() {
    type Case = (Limit, usize, fn(usize) -> String);
    let cases: [Case; 7] = [
        (Limit::Operations, 10, |n| repeated(n, |n| format!("query q{n}{{ok}}"))),
        (Limit::Fragments, 50, |n| {
            format!("{{ok}}{}", repeated(n, |n| format!("fragment f{n} on Query{{ok}}")))
        }),
        (Limit::Depth, 15, |n| format!("{}ok{}", "{a".repeat(n - 1) + "{", "}".repeat(n))),
        (Limit::Aliases, 30, |n| format!("{{item{{{}}}}}", repeated(n, |n| format!("a{n}:name ")))),
        (Limit::Directives, 20, |n| format!("query @a{{item{{ok{}}}}}", "@a".repeat(n - 1))),
        (Limit::RootFields, 20, |n| format!("{{{}}}", "ok ".repeat(n))),
        (Limit::Selections, 1_000, |n| format!("{{item{{{}}}}}", "ok ".repeat(n - 1))),
    ];
    for (limit, most, document) in cases {
        assert_eq!(passed(&document(most)), None, "{limit:?}");
        assert_eq!(passed(&document(most + 1)), Some(limit));
    }
}

#[test]
fn what_a_fragment_holds_counts_wherever_it_is_spread() {
    let spread = |times, held: &str| {
        let places = "item{...f}".repeat(times);
        format!("{{a{{{places}}}}} fragment f on Item{{{held}}}")
    };
    assert_eq!(passed(&spread(15, "x:a y:b")), None);
    assert_eq!(passed(&spread(16, "x:a y:b")), Some(Limit::Aliases));
    assert_eq!(passed(&spread(20, "x @a")), None);
    assert_eq!(passed(&spread(21, "x @a")), Some(Limit::Directives));
    assert_eq!(passed(&spread(1, &format!("{}x{}", "a{".repeat(12), "}".repeat(12)))), None);
    assert_eq!(passed(&spread(1, &format!("{}x{}", "a{".repeat(13), "}".repeat(13)))), Some(Limit::Depth));
    let inline = format!("{{{}ok{}}}", "...{".repeat(40), "}".repeat(40));
    assert_eq!(passed(&inline), None);
    let chain = repeated(30, |n| format!("fragment c{n} on Query{{...{{...c{}}}}}", n + 1));
    assert_eq!(passed(&format!("{{...c0}}{chain}")), Some(Limit::Nesting));
}

#[test]
fn introspection_may_not_multiply_the_schema_by_itself() {
    assert_eq!(passed("{__schema{types{fields{type{fields{name}}}}}}"), Some(Limit::IntrospectionLists));
    assert_eq!(passed("{__type(name:\"Query\"){fields{type{fields{name}}}}}"), None);
    assert_eq!(passed("{a{types{fields{types{fields{name}}}}}}"), None, "only under __schema and __type");
    let many = "name ".repeat(398);
    assert_eq!(passed(&format!("{{__schema{{types{{{many}}}}}}}")), None);
    assert_eq!(
        passed(&format!("{{__schema{{types{{{many} name}}}}}}")),
        Some(Limit::IntrospectionSelections)
    );
    assert_eq!(
        passed(
            "{...a} fragment a on Query{__schema{types{...b}}} fragment b on __Type{fields{type{...c}}} \
        fragment c on __Type{interfaces{name}}"
        ),
        Some(Limit::IntrospectionLists)
    );
}

#[test]
fn what_real_clients_send_is_accepted() {
    let clients = [
        (
            "graphql-js, every option on",
            include_str!("../../../tests/documents/introspection-graphql-js.graphql"),
        ),
        ("Relay", include_str!("../../../tests/documents/relay.graphql")),
        ("Apollo Client", include_str!("../../../tests/documents/apollo.graphql")),
        ("urql", include_str!("../../../tests/documents/urql.graphql")),
    ];
    for (client, document) in clients {
        assert_eq!(passed(document), None, "{client}");
    }
}
