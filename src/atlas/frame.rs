//! What of the world a tile shows, as lines are held against it.

use super::mercator::{Spot, TileId};

/// Places along a step of rough places.
const ROUGH_BITS: u32 = 16;

/// A part of a place, to some 400 m, from the middle of the world: processors compare eight of these at once.
type Rough = i16;

fn rough(part: u32) -> Rough {
    ((part >> ROUGH_BITS) as i32 - (1 << 15)) as Rough
}

/// Lines that are compared at once.
const CHUNK: usize = 256;

/// Rough ends of lines, a column for each part.
#[derive(Debug, Clone)]
struct Chunk {
    x0: [Rough; CHUNK],
    y0: [Rough; CHUNK],
    x1: [Rough; CHUNK],
    y1: [Rough; CHUNK],
}

/// Lines by their ends, for looking through millions of them: first by their rough ends, which are read one after the other.
#[derive(Debug, Default)]
pub(super) struct Lines {
    chunks: Vec<Chunk>,
    ends: Vec<[Spot; 2]>,
}

impl Lines {
    /// Gives a line its ends; those that are not known before it have none.
    pub(super) fn put(&mut self, place: usize, from: Spot, to: Spot) {
        if self.ends.len() <= place {
            let none = Chunk { x0: [0; CHUNK], y0: [0; CHUNK], x1: [0; CHUNK], y1: [0; CHUNK] };
            self.chunks.resize((place + 1).div_ceil(CHUNK), none);
            self.ends.resize(place + 1, [Spot { x: 0, y: 0 }; 2]);
        }
        self.ends[place] = [from, to];
        let (chunk, place) = (&mut self.chunks[place / CHUNK], place % CHUNK);
        (chunk.x0[place], chunk.y0[place]) = (rough(from.x), rough(from.y));
        (chunk.x1[place], chunk.y1[place]) = (rough(to.x), rough(to.y));
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.chunks.capacity() * size_of::<Chunk>() + self.ends.capacity() * size_of::<[Spot; 2]>()
    }

    /// Passes on those lines that have a part within the frame: their places and their ends.
    pub(super) fn within(&self, frame: &Frame, mut found: impl FnMut(u32, [Spot; 2])) {
        let rough = frame.roughly();
        let mut places = [0; CHUNK];
        for ((number, chunk), ends) in (0u32..).zip(&self.chunks).zip(self.ends.chunks(CHUNK)) {
            for &place in rough.among(chunk, &mut places) {
                if let Some(&[from, to]) = ends.get(usize::from(place))
                    && frame.meets(from, to)
                {
                    found(number * CHUNK as u32 + u32::from(place), [from, to]);
                }
            }
        }
    }
}

/// A tile with something around it.
#[derive(Debug)]
pub(super) struct Frame {
    /// West and north.
    least: [f64; 2],
    /// East and south.
    most: [f64; 2],
}

impl Frame {
    /// A tile with `margin` times its side around it.
    pub(super) fn of(tile: TileId, margin: f64) -> Self {
        let (corner, side) = tile.corner();
        let margin = margin * side;
        Self { least: corner.map(|part| part - margin), most: corner.map(|part| part + side + margin) }
    }

    /// Whether a line has a part within (Liang and Barsky 1984).
    pub(super) fn meets(&self, from: Spot, to: Spot) -> bool {
        let [x0, y0, x1, y1] = [from.x, from.y, to.x, to.y].map(f64::from);
        let ([west, north], [east, south]) = (self.least, self.most);
        if x0.max(x1) < west || x0.min(x1) > east || y0.max(y1) < north || y0.min(y1) > south {
            return false;
        }
        let (mut enter, mut leave) = (0.0f64, 1.0f64);
        for (delta, start, least, most) in [(x1 - x0, x0, west, east), (y1 - y0, y0, north, south)] {
            if delta == 0.0 {
                continue;
            }
            let (near, far) = ((least - start) / delta, (most - start) / delta);
            enter = enter.max(near.min(far));
            leave = leave.min(near.max(far));
        }
        enter <= leave
    }

    /// The same for rough lines: no line passes it unseen, since each point of a rough line is less than a step from the line.
    fn roughly(&self) -> RoughFrame {
        let step = |part: f64| (part / f64::from(1u32 << ROUGH_BITS)).floor() as i64 - (1 << 15);
        let within = |part: i64| part.clamp(i64::from(Rough::MIN), i64::from(Rough::MAX)) as Rough;
        RoughFrame {
            least: self.least.map(|part| within(step(part) - 1)),
            most: self.most.map(|part| within(step(part) + 1)),
        }
    }
}

#[derive(Debug)]
struct RoughFrame {
    least: [Rough; 2],
    most: [Rough; 2],
}

impl RoughFrame {
    /// The places of those lines that may meet it. Without a jump for each, since no processor foresees which do.
    fn among<'a>(&self, lines: &Chunk, places: &'a mut [u16; CHUNK]) -> &'a [u16] {
        let ([west, north], [east, south]) = (self.least, self.most);
        let mut boxes = [false; CHUNK];
        for (place, within) in boxes.iter_mut().enumerate() {
            let (x0, y0, x1, y1) = (lines.x0[place], lines.y0[place], lines.x1[place], lines.y1[place]);
            *within =
                (x0.max(x1) >= west) & (x0.min(x1) <= east) & (y0.max(y1) >= north) & (y0.min(y1) <= south);
        }
        let mut near = 0;
        for (place, within) in (0u16..).zip(boxes) {
            places[near] = place;
            near += usize::from(within);
        }
        let mut met = 0;
        for candidate in 0..near {
            let place = usize::from(places[candidate]);
            let line = [lines.x0[place], lines.y0[place], lines.x1[place], lines.y1[place]];
            places[met] = places[candidate];
            met += usize::from(self.meets(line));
        }
        &places[..met]
    }

    /// Whether not all corners are on one side of the line.
    fn meets(&self, line: [Rough; 4]) -> bool {
        let [x0, y0, x1, y1] = line.map(i64::from);
        let [west, north, east, south] =
            [self.least[0], self.least[1], self.most[0], self.most[1]].map(i64::from);
        let (dx, dy) = (x1 - x0, y1 - y0);
        // From the middle of the frame, and half its sides: both doubled, to stay whole.
        let (px, py) = (2 * x0 - west - east, 2 * y0 - north - south);
        (dx * py - dy * px).abs() <= (east - west) * dy.abs() + (south - north) * dx.abs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_found(frame: &Frame, from: Spot, to: Spot) -> bool {
        // Not the first, and not in the first chunk.
        let (mut lines, mut found) = (Lines::default(), Vec::new());
        lines.put(CHUNK + 3, from, to);
        lines.within(frame, |place, ends| found.push((place as usize, ends)));
        found.contains(&(CHUNK + 3, [from, to]))
    }

    fn line(from: (u32, u32), to: (u32, u32)) -> (Spot, Spot) {
        (Spot { x: from.0, y: from.1 }, Spot { x: to.0, y: to.1 })
    }

    #[test]
    fn a_line_may_cross_a_tile_without_an_end_in_it() {
        let tile = TileId::new(2, 1, 1).expect("a tile");
        let frame = Frame::of(tile, 0.0);
        let side = 1 << 30;
        let (from, to) = line((side / 2, side / 2), (3 * side - 1, 3 * side - 1));
        assert!(frame.meets(from, to) && is_found(&frame, from, to));
        let (from, to) = line((side / 2, 2 * side), (2 * side, 3 * side));
        assert!(!frame.meets(from, to) && !is_found(&frame, from, to));
    }

    proptest! {
        #[test]
        fn no_line_that_crosses_is_overlooked(x0: u32, y0: u32, x1: u32, y1: u32, zoom in 0u32..22, on in 0.0..1.0f64) {
            // The tile of a zoom that holds some point of the line.
            let between = |a: u32, b: u32| (f64::from(a) + (f64::from(b) - f64::from(a)) * on) as u32;
            let (column, row) = Spot { x: between(x0, x1), y: between(y0, y1) }.cell(zoom);
            let frame = Frame::of(TileId::new(zoom, column, row).expect("a tile"), 0.01);
            let (from, to) = line((x0, y0), (x1, y1));
            prop_assert!(frame.meets(from, to));
            prop_assert!(is_found(&frame, from, to));
        }
    }
}
