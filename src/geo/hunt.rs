#![allow(missing_docs, clippy::all, clippy::pedantic, clippy::unwrap_used)]
use super::dissolve::*;
use super::error::Place;
use super::grid::*;
use super::rings::*;
use ::geo::*;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

struct Rng(u64);
impl Rng {
    fn next(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n
    }
}

fn ring(r: &mut Rng, lattice: u64, step: f64) -> Option<LineString<f64>> {
    let n = 3 + r.next(9);
    let pts = (0..n)
        .map(|_| Coord { x: r.next(lattice) as f64 * step, y: r.next(lattice) as f64 * step })
        .collect();
    Ring::tidy(Place::default(), pts).ok().map(|(r, _)| r.line)
}

#[test]
#[ignore]
fn hunt() {
    std::panic::set_hook(Box::new(|_| {}));
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut r = Rng(88172645463325252);
    let total: usize = std::env::var("N").map_or(20000, |n| n.parse().unwrap());
    for round in 0..total {
        let lattice = [4, 7, 30, 1000, 1_000_000][round % 5];
        let step = [1.0, 17.0, 1000.0][round % 3];
        let parts: Vec<Polygon<f64>> = (0..1 + r.next(3))
            .filter_map(|_| {
                let outer = ring(&mut r, lattice, step)?;
                let holes = (0..r.next(3)).filter_map(|_| ring(&mut r, lattice, step)).collect();
                Some(Polygon::new(outer, holes))
            })
            .collect();
        let all = MultiPolygon(parts);
        let mut note = |what: &str, res: std::thread::Result<()>| {
            *counts.entry(format!("{what} lattice {lattice} tried")).or_default() += 1;
            if let Err(e) = res {
                let msg = e
                    .downcast_ref::<String>()
                    .cloned()
                    .or(e.downcast_ref::<&str>().map(|s| s.to_string()))
                    .unwrap_or_default();
                *counts
                    .entry(format!("{what} lattice {lattice} PANIC {}", &msg[..msg.len().min(60)]))
                    .or_default() += 1;
            }
        };
        note(
            "even_odd",
            catch_unwind(AssertUnwindSafe(|| {
                even_odd(&all);
            })),
        );
        for p in &all {
            for line in rings(p) {
                note(
                    "ring",
                    catch_unwind(AssertUnwindSafe(|| {
                        even_odd(&MultiPolygon(vec![Polygon::new(line.clone(), vec![])]));
                    })),
                );
            }
        }
        note(
            "dissolve",
            catch_unwind(AssertUnwindSafe(|| {
                dissolve(&all);
            })),
        );
        let d = catch_unwind(AssertUnwindSafe(|| dissolve(&dissolve(&dissolve(&all)))));
        if let Ok(d) = d {
            if same_rings(&d, &dissolve(&d)) {
                // valid
                let k = format!("settled in 3 lattice {lattice}");
                let d = d.orient(orient::Direction::Default);
                if false {
                    eprintln!("INVALID {d:?}");
                }
                *counts.entry(k).or_default() += 1;
                let mut r2 = Rng(r.0 ^ 0x1234567);
                if let Some(other) = ring(&mut r2, lattice, step) {
                    if let Ok(o) = catch_unwind(AssertUnwindSafe(|| {
                        dissolve(&dissolve(&MultiPolygon(vec![Polygon::new(other, vec![])])))
                            .orient(orient::Direction::Default)
                    })) {
                        note_valid(&mut counts, &d, &o, lattice);
                    }
                }
            } else {
                *counts.entry(format!("UNSETTLED lattice {lattice}")).or_default() += 1;
            }
        }
    }
    for (k, v) in counts {
        println!("{k}: {v}");
    }
}

fn note_valid(
    counts: &mut BTreeMap<String, usize>,
    a: &MultiPolygon<f64>,
    b: &MultiPolygon<f64>,
    lattice: u64,
) {
    if !same_rings(b, &dissolve(b)) {
        return;
    }
    for (what, f) in [
        (
            "intersection",
            (|a, b| a.intersection(b)) as fn(&MultiPolygon<f64>, &MultiPolygon<f64>) -> MultiPolygon<f64>,
        ),
        ("unary", |a, b| unary_union([a, b])),
        ("difference", |a, b| a.difference(b)),
    ] {
        *counts.entry(format!("valid {what} lattice {lattice} tried")).or_default() += 1;
        match catch_unwind(AssertUnwindSafe(|| f(a, b))) {
            Err(_) => *counts.entry(format!("valid {what} lattice {lattice} PANIC")).or_default() += 1,
            Ok(res) => {
                let got = res.unsigned_area();
                // exact by inclusion and exclusion
                let inter =
                    catch_unwind(AssertUnwindSafe(|| a.intersection(b).unsigned_area())).unwrap_or(f64::NAN);
                let want = match what {
                    "unary" => a.unsigned_area() + b.unsigned_area() - inter,
                    "difference" => a.unsigned_area() - inter,
                    _ => {
                        let x =
                            catch_unwind(AssertUnwindSafe(|| a.xor(b).unsigned_area())).unwrap_or(f64::NAN);
                        (a.unsigned_area() + b.unsigned_area() - x) / 2.0
                    }
                };
                if (got - want).abs() > 1e-5 * (a.unsigned_area() + b.unsigned_area()) {
                    *counts.entry(format!("valid {what} lattice {lattice} WRONG")).or_default() += 1;
                    if std::env::var("SHOW").is_ok() {
                        eprintln!("{what} {got} {want} a={a:?} b={b:?}");
                    }
                }
            }
        }
    }
}
