// Where a map looks, reckoned before there is one: what it will show can then be asked for while it is being loaded.

export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

export interface Frame {
  box: Box;
  zoom: number;
}

export interface Padding {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** Room around what is looked at; on wide screens the legend takes some at the left. */
export const paddingOf = (width: number): Padding => ({ top: 36, bottom: 36, right: 36, left: width > 720 ? 270 : 36 });

/** How far outside, in sizes of the box, someone is still shown with it. */
const NEAR = 0.2;

/** The box with those of the points that lie just outside it, so that lines to them have an end. */
export function withNear(box: Box, points: [number, number][]): Box {
  const [wide, high] = [(box.east - box.west) * NEAR, (box.north - box.south) * NEAR];
  const near = points.filter(([x, y]) => x > box.west - wide && x < box.east + wide && y > box.south - high && y < box.north + high);
  const [xs, ys] = [near.map(([x]) => x), near.map(([, y]) => y)];
  return { west: Math.min(box.west, ...xs), east: Math.max(box.east, ...xs), south: Math.min(box.south, ...ys), north: Math.max(box.north, ...ys) };
}

export const MAX_ZOOM = 18;
/** The side of the world in pixels at zoom 0. */
const WORLD = 512;

const worldX = (longitude: number): number => longitude / 360 + 0.5;
const worldY = (latitude: number): number => 0.5 - Math.log(Math.tan(Math.PI / 4 + (latitude * Math.PI) / 360)) / (2 * Math.PI);
const longitudeOf = (x: number): number => (x - 0.5) * 360;
const latitudeOf = (y: number): number => (Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90;

/** What a map of this size shows when a box is fitted into it. */
export function frameFor(box: Box, width: number, height: number, padding: Padding): Frame {
  const [west, east, north, south] = [worldX(box.west), worldX(box.east), worldY(box.north), worldY(box.south)];
  const wide = Math.max(width - padding.left - padding.right, 1) / (WORLD * Math.max(east - west, 1e-9));
  const high = Math.max(height - padding.top - padding.bottom, 1) / (WORLD * Math.max(south - north, 1e-9));
  const zoom = Math.min(Math.log2(Math.min(wide, high)), MAX_ZOOM);
  const world = WORLD * 2 ** zoom;
  const x = (west + east) / 2 - (padding.left - padding.right) / 2 / world;
  const y = (north + south) / 2 - (padding.top - padding.bottom) / 2 / world;
  const [halfX, halfY] = [width / 2 / world, height / 2 / world];
  return { box: { west: longitudeOf(x - halfX), east: longitudeOf(x + halfX), north: latitudeOf(y - halfY), south: latitudeOf(y + halfY) }, zoom };
}

/** A box with more around it, as parts of its size. */
export const padded = (box: Box, by: number): Box => {
  const wide = (box.east - box.west) * by;
  const high = (box.north - box.south) * by;
  return { west: Math.max(-180, box.west - wide), east: Math.min(180, box.east + wide), south: Math.max(-85, box.south - high), north: Math.min(85, box.north + high) };
};

/** A box that stays the same for small moves, so that what was asked is kept and used again. */
export function snapped(box: Box): Box {
  const step = 2 ** Math.ceil(Math.log2(Math.max(box.east - box.west, 0.001))) / 4;
  const down = (value: number): number => Math.floor(value / step) * step;
  const up = (value: number): number => Math.ceil(value / step) * step;
  return { west: Math.max(-180, down(box.west)), east: Math.min(180, up(box.east)), south: Math.max(-85, down(box.south)), north: Math.min(85, up(box.north)) };
}
