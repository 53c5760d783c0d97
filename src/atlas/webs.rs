//! The webs of all zooms that have one, of one selection of actors and interactions; and the same of what it became, where little
//! changed: only the cells and the links that changes touch are made anew, the coarser ones of the finer.

use std::sync::{Arc, OnceLock};

use chrono::{Datelike, NaiveDate};
use rustc_hash::{FxHashMap, FxHashSet};

use super::links::{Bundle, Strands};
use super::mercator::{Middle, TileId};
use super::strokes::{Stroke, every};
use super::tiles::cell_of;
use super::web::{Pair, Web};
use super::world::{Changed, Holding};
use super::{Members, World};

/// Down to this zoom the links of the whole world are kept; further down those of a tile are few enough to be found.
pub const MAX_WEB_ZOOM: u32 = 12;
const ZOOMS: usize = MAX_WEB_ZOOM as usize + 1;

/// Links that are made anew one by one; of more, all are.
const MOST_CHANGED: usize = 20_000;

/// The interactions of a selection between the nodes of each zoom.
#[derive(Debug)]
pub struct Webs {
    /// The actors that are drawn.
    drawn: Arc<Members>,
    ties: Arc<Members>,
    day: i32,
    /// The step of the world that they are of.
    step: u64,
    /// By zoom; all but the deepest are made when they are asked for.
    zooms: [OnceLock<Web>; ZOOMS],
}

/// What changed, by the cells of the deepest zoom.
#[derive(Debug, Default)]
struct Touched {
    cells: FxHashSet<u64>,
    pairs: FxHashSet<(u64, u64)>,
}

impl Touched {
    fn link(&mut self, a: u64, b: u64) {
        if a != b {
            self.pairs.insert((a.min(b), a.max(b)));
        }
    }

    /// The same in the cells of the zoom before.
    fn coarser(&self) -> Self {
        let mut coarser =
            Self { cells: self.cells.iter().map(|cell| cell >> 2).collect(), ..Self::default() };
        for &(a, b) in &self.pairs {
            coarser.link(a >> 2, b >> 2);
        }
        coarser
    }
}

impl Webs {
    /// Of these actors, as far as they have a place, and of these interactions on a day.
    pub fn of(world: &World, drawn: Arc<Members>, ties: Arc<Members>, day: NaiveDate) -> Self {
        let webs = Self::empty(world, drawn, ties, day.num_days_from_ce());
        webs.zooms[ZOOMS - 1].get_or_init(|| webs.finest(world));
        webs
    }

    fn empty(world: &World, drawn: Arc<Members>, ties: Arc<Members>, day: i32) -> Self {
        Self { drawn, ties, day, step: world.step(), zooms: [const { OnceLock::new() }; ZOOMS] }
    }

    /// About how many bytes those take that were made.
    pub fn bytes(&self) -> usize {
        let sets = self.drawn.serialized_size() + self.ties.serialized_size();
        self.zooms.iter().filter_map(OnceLock::get).map(Web::bytes).sum::<usize>() + sets
    }

    /// Whether that of a zoom is made: making one takes a while.
    pub fn is_made(&self, zoom: u32) -> bool {
        self.zooms[zoom as usize].get().is_some()
    }

    /// Makes those that are not.
    pub fn make(&self) {
        self.web(0);
    }

    /// The heaviest links that cross a tile, whose zoom is at most [`MAX_WEB_ZOOM`].
    pub fn crossing(&self, tile: TileId) -> Vec<Stroke> {
        self.web(tile.zoom()).crossing(tile)
    }

    fn web(&self, zoom: u32) -> &Web {
        // From the deepest that there is, one after the other.
        for zoom in (zoom..MAX_WEB_ZOOM).rev() {
            self.zooms[zoom as usize].get_or_init(|| self.made(zoom + 1).coarser());
        }
        self.made(zoom)
    }

    fn made(&self, zoom: u32) -> &Web {
        self.zooms[zoom as usize].get().expect("it is made from the deepest on")
    }

    fn finest(&self, world: &World) -> Web {
        let (mut cells, mut middles, mut nodes) = (Vec::new(), Vec::new(), vec![None; world.size()]);
        for &actor in world.placed() {
            if !self.drawn.contains(actor) {
                continue;
            }
            let cell = cell(world.code(actor));
            if cells.last() != Some(&cell) {
                cells.push(cell);
                middles.push(Middle::default());
            }
            let node = middles.len() - 1;
            middles[node].add(world.spot(actor));
            nodes[actor as usize] = Some(node as u32);
        }
        let lines = world.placed().iter().filter_map(|&actor| Some((actor, nodes[actor as usize]?)));
        let nodes = &nodes;
        let lines = lines.flat_map(move |(actor, source)| {
            world.ties().from(actor).filter_map(move |tie| {
                let target = nodes[world.ties().target(tie) as usize]?;
                (source != target && self.counts(world, tie)).then(|| world.line(tie, [source, target]))
            })
        });
        let strands = Strands::of(lines, middles.len());
        let links = strands.bundles(&every(middles.len()));
        drop(strands);
        Web::of(cells, middles, links)
    }

    fn counts(&self, world: &World, tie: u32) -> bool {
        self.ties.contains(tie) && world.ties().on(tie, self.day) == Holding::Holds
    }

    /// The same of what the selection became; null where too much changed, or where it is not known what.
    pub fn after(&self, world: &World, drawn: Arc<Members>, ties: Arc<Members>) -> Option<Self> {
        let changed = world.since(self.step)?;
        let mut touched = self.touched(world, &changed, &drawn, &ties)?;
        let next = Self::empty(world, drawn, ties, self.day);
        let mut web = self.made(MAX_WEB_ZOOM).clone();
        next.mend_finest(&mut web, world, &touched);
        if web.changed_count() > MOST_CHANGED {
            return None;
        }
        next.zooms[ZOOMS - 1].get_or_init(|| web);
        for zoom in (0..MAX_WEB_ZOOM).rev() {
            let Some(was) = self.zooms[zoom as usize].get() else { break };
            touched = touched.coarser();
            let mut web = was.clone();
            mend_coarser(&mut web, next.made(zoom + 1), &touched);
            next.zooms[zoom as usize].get_or_init(|| web);
        }
        Some(next)
    }

    fn touched(&self, world: &World, changed: &Changed, drawn: &Members, ties: &Members) -> Option<Touched> {
        let mut places: FxHashMap<u32, Vec<u64>> = FxHashMap::default();
        for &(actor, code) in &changed.moved {
            places.entry(actor).or_default().push(code);
        }
        let shown_or_hidden = &*self.drawn ^ drawn;
        let listed_or_not = &*self.ties ^ ties;
        if shown_or_hidden.len() + listed_or_not.len() > MOST_CHANGED as u64 {
            return None;
        }
        for actor in &shown_or_hidden {
            places.entry(actor).or_default();
        }
        for (&actor, places) in &mut places {
            places.push(world.code(actor));
        }
        let mut touched = Touched::default();
        touched.cells.extend(places.values().flatten().map(|code| cell(*code)));
        let mut numbers: FxHashSet<u32> = changed.ties.iter().copied().chain(&listed_or_not).collect();
        if !places.is_empty() {
            let incident = (0u32..)
                .zip(world.ties().all_ends())
                .filter(|(_, (source, target))| places.contains_key(source) || places.contains_key(target));
            numbers.extend(incident.map(|(tie, _)| tie));
        }
        for tie in numbers {
            let (source, target) = world.ties().ends(tie);
            let codes = |actor| places.get(&actor).cloned().unwrap_or_else(|| vec![world.code(actor)]);
            for from in codes(source) {
                for to in codes(target) {
                    touched.link(cell(from), cell(to));
                }
            }
        }
        (touched.pairs.len() <= MOST_CHANGED).then_some(touched)
    }

    fn mend_finest(&self, web: &mut Web, world: &World, touched: &Touched) {
        for &cell in &touched.cells {
            web.put_middle(cell, world.middle_of(world.within(cell, MAX_WEB_ZOOM), &self.drawn));
        }
        let mut links: FxHashMap<Pair, Option<Bundle>> = FxHashMap::default();
        let mut ends = FxHashSet::default();
        for &(a, b) in &touched.pairs {
            if let Some(pair) = pair(web, a, b) {
                links.insert(pair, None);
                ends.extend([a, b]);
            }
        }
        for cell in ends {
            self.gather(web, world, cell, &mut links);
        }
        for (pair, link) in links {
            web.put_link(pair, link);
        }
        web.settle();
    }

    /// Adds what runs from a cell to those links that it belongs to.
    fn gather(&self, web: &Web, world: &World, from: u64, links: &mut FxHashMap<Pair, Option<Bundle>>) {
        let Some(source) = web.node(from) else { return };
        for &actor in world.within(from, MAX_WEB_ZOOM) {
            if !self.drawn.contains(actor) {
                continue;
            }
            for tie in world.ties().from(actor) {
                let other = world.ties().target(tie);
                if !self.drawn.contains(other) || !self.counts(world, tie) {
                    continue;
                }
                let Some(target) = web.node(cell(world.code(other))) else { continue };
                let pair = (source.min(target), source.max(target));
                if let Some(link) = links.get_mut(&pair) {
                    add(link, world.line(tie, [source, target]).into());
                }
            }
        }
    }
}

/// Makes the touched cells and links of a zoom of those of the next one.
fn mend_coarser(web: &mut Web, finer: &Web, touched: &Touched) {
    for &cell in &touched.cells {
        let mut middle = Middle::default();
        for part in parts(cell).filter_map(|part| finer.middle(part)) {
            middle.merge(part);
        }
        web.put_middle(cell, middle);
    }
    for &(a, b) in &touched.pairs {
        let Some(pair) = pair(web, a, b) else { continue };
        let (Some(node_a), Some(node_b)) = (web.node(a), web.node(b)) else { continue };
        let mut link = None;
        for from in parts(a).filter_map(|part| finer.node(part)) {
            for to in parts(b).filter_map(|part| finer.node(part)) {
                let Some(part) = finer.link((from.min(to), from.max(to))) else { continue };
                let runs_from_a = part.source == from;
                let (source, target) = if runs_from_a { (node_a, node_b) } else { (node_b, node_a) };
                add(&mut link, Bundle { source, target, ..*part });
            }
        }
        web.put_link(pair, link);
    }
    web.settle();
}

fn add(link: &mut Option<Bundle>, more: Bundle) {
    match link {
        Some(link) => link.add(&more),
        None => *link = Some(more),
    }
}

fn pair(web: &Web, a: u64, b: u64) -> Option<Pair> {
    let (a, b) = (web.node(a)?, web.node(b)?);
    Some((a.min(b), a.max(b)))
}

/// The four cells of the next zoom that make up one.
fn parts(cell: u64) -> impl Iterator<Item = u64> {
    (0..4).map(move |part| cell << 2 | part)
}

/// The cell of a code at the deepest zoom.
fn cell(code: u64) -> u64 {
    cell_of(code, MAX_WEB_ZOOM)
}
