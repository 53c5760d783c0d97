use axum::http::StatusCode;
use axum::response::IntoResponse;
use governor::clock::FakeRelativeClock;

use super::*;

fn gate(stranger: u32, caller: u32) -> (Gate<FakeRelativeClock>, FakeRelativeClock) {
    let clock = FakeRelativeClock::default();
    (Gate::with_clock(Rates::per_minute(stranger, caller), clock.clone()), clock)
}

fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok()
}

/// What is left, as the headers tell it: limit, remaining, reset.
fn told(pass: &Pass) -> Vec<String> {
    let mut headers = HeaderMap::new();
    pass.tell(&mut headers);
    ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"]
        .iter()
        .filter_map(|name| Some(headers.get(*name)?.to_str().expect("digits").to_owned()))
        .collect()
}

#[test]
fn a_stranger_has_a_minutes_requests_and_then_one_after_the_other() {
    let (gate, clock) = gate(6, 60);
    let ask = |from: &str| gate.enter(address(from), None);
    for left in (0..6).rev() {
        let pass = ask("203.0.113.9").expect("a request of the six");
        assert_eq!(told(&pass), ["6".to_owned(), left.to_string(), ((6 - left) * 10).to_string()]);
    }
    let refused = ask("203.0.113.9").expect_err("the seventh").into_response();
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    for (name, value) in [
        ("retry-after", "10"),
        ("ratelimit-limit", "6"),
        ("ratelimit-remaining", "0"),
        ("ratelimit-reset", "60"),
    ] {
        assert_eq!(refused.headers()[name], value, "{name}");
    }
    assert!(ask("203.0.113.10").is_ok(), "another address has its own");
    clock.advance(Duration::from_secs(10));
    assert!(ask("203.0.113.9").is_ok());
    assert!(ask("203.0.113.9").is_err());
    clock.advance(Duration::from_mins(1));
    assert_eq!((0..10).filter(|_| ask("203.0.113.9").is_ok()).count(), 6);
}

#[test]
fn an_ipv6_network_of_64_bits_is_one_stranger() {
    let (gate, _) = gate(2, 60);
    assert!(gate.enter(address("2001:db8::1"), None).is_ok());
    assert!(gate.enter(address("2001:db8::2"), None).is_ok());
    assert!(gate.enter(address("2001:db8::3"), None).is_err());
    assert!(gate.enter(address("2001:db8:0:1::1"), None).is_ok());
}

#[test]
fn a_caller_is_counted_wherever_it_asks_from_and_never_for_its_address() {
    let (gate, _) = gate(2, 4);
    let ask = |from: &str| gate.recognise(gate.enter(address(from), Some(b"Bearer a"))?, "user:a");
    assert!(gate.enter(address("203.0.113.9"), None).is_ok());
    assert!(gate.enter(address("203.0.113.9"), None).is_ok());
    assert!(gate.enter(address("203.0.113.9"), None).is_err(), "the strangers there have had theirs");
    for left in (0..4).rev() {
        let from = format!("203.0.113.{left}");
        assert_eq!(told(&ask(&from).expect("one of the four"))[1], left.to_string());
    }
    assert!(ask("203.0.113.9").is_err());
    let other = gate.enter(address("203.0.113.9"), Some(b"Bearer b"));
    assert!(gate.recognise(other.expect("others may try"), "user:b").is_ok());
}

#[test]
fn whoever_tries_credentials_is_counted_by_address() {
    let (gate, _) = gate(3, 1_000);
    let tries = (0..10)
        .filter(|n| gate.enter(address("203.0.113.9"), Some(format!("Bearer {n}").as_bytes())).is_ok());
    assert_eq!(tries.count(), 3);
    assert!(gate.enter(address("203.0.113.9"), None).is_ok(), "strangers there are counted apart");
}

#[test]
fn a_document_is_charged_by_what_it_asks_for() {
    let (gate, clock) = gate(20, 60);
    let ask = |cost| gate.charge(gate.enter(address("203.0.113.9"), None)?, cost);
    assert_eq!(told(&ask(11).expect("a large one"))[1], "9");
    assert!(ask(11).is_err(), "not another; its one is taken all the same");
    assert_eq!(told(&ask(1).expect("a small one"))[1], "7");
    clock.advance(Duration::from_mins(1));
    assert_eq!(told(&ask(1_000).expect("a bucket that is full lets the largest through"))[1], "0");
}

#[test]
fn nobody_is_counted_where_there_is_no_limit_or_no_address() {
    let (gate, _) = gate(0, 0);
    for _ in 0..1_000 {
        let pass = gate.enter(address("203.0.113.9"), Some(b"x")).expect("no limit");
        let pass = gate.charge(gate.recognise(pass, "user:a").expect("no limit"), 11).expect("no limit");
        assert!(told(&pass).is_empty());
    }
    let (gate, _) = self::gate(1, 1);
    for _ in 0..1_000 {
        assert!(gate.charge(gate.enter(None, None).expect("no address"), 11).is_ok());
    }
}

#[test]
fn memory_is_bounded_and_buckets_that_are_full_again_are_given_up() {
    let (gate, clock) = gate(300, 3_000);
    for n in 0..(CROWD as u32 + 30_000) {
        let entered = gate.enter(Some(IpAddr::V6(((u128::from(n) << 64) | (0x2001 << 112)).into())), None);
        assert!(entered.is_ok() || gate.crowded.load(Ordering::Relaxed), "each has its own");
    }
    assert!((CROWD..CROWD + 100).contains(&gate.kept()), "{} are kept", gate.kept());
    assert!(gate.enter(address("2001:db9::1"), None).is_ok(), "neighbours elsewhere are let in");
    clock.advance(Duration::from_mins(2));
    gate.crowded.store(false, Ordering::Relaxed);
    gate.enter(address("203.0.113.9"), None).expect("a request");
    assert!(gate.kept() <= 2, "{} are kept", gate.kept());
}
