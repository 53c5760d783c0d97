//! Lengths on the ellipsoid WGS 84.

/// Equatorial radius in metres.
pub(super) const EQUATORIAL_RADIUS: f64 = 6_378_137.0;
/// Square of the first eccentricity.
pub(super) const ECCENTRICITY_2: f64 = 0.006_694_379_990_141_316;
/// Metres of a degree of latitude where it is shortest, at the equator; a little less.
pub(super) const SHORTEST_LATITUDE_DEGREE: f64 = 110_574.0;

/// Metres of a degree of longitude and of latitude, at a latitude in degrees (by the radii of curvature in the prime
/// vertical and in the meridian).
pub(super) fn metres_per_degree(latitude: f64) -> (f64, f64) {
    let (sine, cosine) = latitude.to_radians().sin_cos();
    let w2 = 1.0 - ECCENTRICITY_2 * sine * sine;
    let across = EQUATORIAL_RADIUS / w2.sqrt();
    let along = across * (1.0 - ECCENTRICITY_2) / w2;
    ((across * cosine.max(0.0)).to_radians(), along.to_radians())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_degree_has_its_known_lengths() {
        // Reference: lengths of a degree on WGS 84 at 45 degrees.
        let (longitude, latitude) = metres_per_degree(45.0);
        assert!((longitude - 78_846.8).abs() < 0.1, "{longitude}");
        assert!((latitude - 111_131.8).abs() < 0.1, "{latitude}");
        assert!(metres_per_degree(0.0).1 > SHORTEST_LATITUDE_DEGREE);
    }
}
