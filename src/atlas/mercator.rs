//! Web Mercator, where its world is a square: places in it as whole numbers, so that the cells of all zooms nest.

use std::f64::consts::PI;

/// Web Mercator ends here, where its world is a square.
const MAX_LATITUDE: f64 = 85.051_128_779_806_59;

/// Places along each side of the world: a centimetre in France.
const PLACES: f64 = 4_294_967_296.0;

/// A place: from the west and from the north, in parts of the world's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) x: u32,
    pub(super) y: u32,
}

impl Spot {
    /// Of a longitude and a latitude; `None` where they are no place on Earth.
    /// Mercator: y = ½ − ln((1 + sin φ) / (1 − sin φ)) / 4π (Snyder 1987, eq. 7-2, on the unit square).
    pub(super) fn at(longitude: f64, latitude: f64) -> Option<Self> {
        if !(-180.0..=180.0).contains(&longitude) || !(-90.0..=90.0).contains(&latitude) {
            return None;
        }
        let sine = latitude.clamp(-MAX_LATITUDE, MAX_LATITUDE).to_radians().sin();
        let x = longitude / 360.0 + 0.5;
        let y = 0.5 - ((1.0 + sine) / (1.0 - sine)).ln() / (4.0 * PI);
        // The eastern and southern borders of the world belong to its last places.
        let place = |share: f64| (share * PLACES).min(PLACES - 1.0) as u32;
        Some(Self { x: place(x), y: place(y) })
    }

    /// The cell of a grid of 2^`bits` cells a side. Those of all grids follow by halving, which alone makes them nest:
    /// rounding anew at each zoom would not.
    pub(super) fn cell(self, bits: u32) -> (u32, u32) {
        if bits == 0 { (0, 0) } else { (self.x >> (32 - bits), self.y >> (32 - bits)) }
    }

    /// One number for the place, whose first 2 × `bits` bits are those of its cell in any grid (Morton 1966): what is in
    /// one cell stands together in the order of these.
    pub(super) fn code(self) -> u64 {
        spread(self.y) << 1 | spread(self.x)
    }
}

/// The middle of places: as sums, so that it is the same in whatever order and parts they are added.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Middle {
    count: u32,
    x: u64,
    y: u64,
}

impl Middle {
    /// Takes a place.
    pub(super) fn add(&mut self, spot: Spot) {
        self.merge(&Self { count: 1, x: u64::from(spot.x), y: u64::from(spot.y) });
    }

    /// Takes the places of another.
    pub(super) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.x += other.x;
        self.y += other.y;
    }

    /// Whether it has no places.
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Where it is; somewhere, where it has no places.
    pub(super) fn spot(&self) -> Spot {
        let count = u64::from(self.count.max(1));
        Spot { x: (self.x / count) as u32, y: (self.y / count) as u32 }
    }
}

/// The place of a code.
pub(super) fn decoded(code: u64) -> Spot {
    Spot { x: gathered(code), y: gathered(code >> 1) }
}

/// Every other bit of a number.
fn gathered(bits: u64) -> u32 {
    let mut bits = bits & 0x5555_5555_5555_5555;
    for (shift, mask) in [
        (1, 0x3333_3333_3333_3333),
        (2, 0x0f0f_0f0f_0f0f_0f0f),
        (4, 0x00ff_00ff_00ff_00ff),
        (8, 0x0000_ffff_0000_ffff),
        (16, 0x0000_0000_ffff_ffff),
    ] {
        bits = (bits | bits >> shift) & mask;
    }
    bits as u32
}

/// The bits of a number, with one free before each.
fn spread(number: u32) -> u64 {
    let mut bits = u64::from(number);
    for (shift, mask) in [
        (16, 0x0000_ffff_0000_ffff),
        (8, 0x00ff_00ff_00ff_00ff),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        bits = (bits | bits << shift) & mask;
    }
    bits
}

/// A tile of a map: its zoom, its column from the west, its row from the north.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TileId {
    zoom: u32,
    column: u32,
    row: u32,
}

/// The deepest zoom of tiles.
pub const MAX_TILE_ZOOM: u32 = 22;

impl TileId {
    /// A tile; `None` where there is no such.
    pub fn new(zoom: u32, column: u32, row: u32) -> Option<Self> {
        let is_there = zoom <= MAX_TILE_ZOOM && column < 1 << zoom && row < 1 << zoom;
        is_there.then_some(Self { zoom, column, row })
    }

    /// Its zoom.
    pub fn zoom(self) -> u32 {
        self.zoom
    }

    /// The codes of the places in it, the first and the last.
    pub(super) fn codes(self) -> (u64, u64) {
        let first = spread(self.row) << 1 | spread(self.column);
        match 64 - 2 * self.zoom {
            64 => (0, u64::MAX),
            shift => (first << shift, (first << shift) | ((1 << shift) - 1)),
        }
    }

    /// Its north-western corner and the length of its side, in places.
    pub(super) fn corner(self) -> ([f64; 2], f64) {
        let side = PLACES / f64::from(1u32 << self.zoom);
        ([f64::from(self.column) * side, f64::from(self.row) * side], side)
    }

    /// Where a place is drawn in the tile, of `extent` parts a side; outside of it below 0 or from `extent` on.
    pub(super) fn place(self, spot: Spot, extent: f64) -> [f64; 2] {
        let ([west, north], side) = self.corner();
        [(f64::from(spot.x) - west) / side * extent, (f64::from(spot.y) - north) / side * extent]
    }

    /// West, south, east and north in degrees, with `margin` tiles more on each side, within the world.
    pub fn bounds(self, margin: f64) -> super::Bounds {
        let tiles = f64::from(1u32 << self.zoom);
        let longitude = |column: f64| (column / tiles).clamp(0.0, 1.0) * 360.0 - 180.0;
        let latitude = |row: f64| {
            let share = (row / tiles).clamp(0.0, 1.0);
            ((1.0 - 2.0 * share) * PI).sinh().atan().to_degrees()
        };
        let (column, row) = (f64::from(self.column), f64::from(self.row));
        [
            longitude(column - margin),
            latitude(row + 1.0 + margin),
            longitude(column + 1.0 + margin),
            latitude(row - margin),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_place_on_earth_has_no_spot() {
        for (longitude, latitude) in [(f64::NAN, 0.0), (0.0, f64::INFINITY), (181.0, 0.0), (0.0, -90.1)] {
            assert_eq!(Spot::at(longitude, latitude), None);
        }
        assert_eq!(Spot::at(180.0, -90.0), Some(Spot { x: u32::MAX, y: u32::MAX }));
        assert_eq!(Spot::at(-180.0, 90.0), Some(Spot { x: 0, y: 0 }));
    }

    #[test]
    fn tiles_are_those_of_the_world() {
        assert_eq!(TileId::new(1, 2, 0), None);
        assert_eq!(TileId::new(23, 0, 0), None);
        assert!(TileId::new(22, (1 << 22) - 1, 0).is_some());
        let [west, south, east, north] = TileId::new(0, 0, 0).expect("the world").bounds(0.0);
        assert_eq!((west, east), (-180.0, 180.0));
        assert!((north - MAX_LATITUDE).abs() < 1e-9 && (south + MAX_LATITUDE).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn a_place_is_in_the_tile_whose_codes_and_bounds_hold_it(longitude in -179.9..179.9f64, latitude in -84.0..84.0f64, zoom in 0..=22u32) {
            let spot = Spot::at(longitude, latitude).expect("a place");
            let (column, row) = spot.cell(zoom);
            let tile = TileId::new(zoom, column, row).expect("a tile");
            let (first, last) = tile.codes();
            prop_assert!((first..=last).contains(&spot.code()));
            prop_assert_eq!(decoded(spot.code()), spot);
            let [x, y] = tile.place(spot, 4096.0);
            prop_assert!((0.0..4096.0).contains(&x) && (0.0..4096.0).contains(&y));
            let [west, south, east, north] = tile.bounds(0.001);
            prop_assert!(west <= longitude && longitude <= east && south <= latitude && latitude <= north);
        }
    }
}
