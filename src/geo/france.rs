//! Where France is, to tell swapped coordinates.

/// West, south, east, north of the mainland with Corsica, and of what lies overseas, a degree or so around each.
const FRANCE: [[f64; 4]; 12] = [
    [-6.0, 41.0, 10.5, 52.0],       // mainland and Corsica
    [-62.5, 15.3, -60.5, 17.0],     // Guadeloupe
    [-61.7, 14.0, -60.3, 15.3],     // Martinique
    [-55.5, 1.5, -51.0, 6.5],       // Guyane
    [54.5, -22.0, 56.5, -20.3],     // La Réunion
    [44.5, -13.5, 45.8, -12.2],     // Mayotte
    [-57.2, 46.2, -55.5, 47.7],     // Saint-Pierre-et-Miquelon
    [-63.5, 17.5, -62.5, 18.5],     // Saint-Martin and Saint-Barthélemy
    [157.5, -23.5, 169.0, -17.5],   // New Caledonia
    [-156.0, -29.0, -133.5, -6.5],  // French Polynesia
    [-179.5, -15.5, -175.0, -12.0], // Wallis-et-Futuna
    [38.0, -50.5, 78.5, -36.0],     // the southern lands
];

fn is_in_france(longitude: f64, latitude: f64) -> bool {
    FRANCE.iter().any(|[west, south, east, north]| {
        (*west..=*east).contains(&longitude) && (*south..=*north).contains(&latitude)
    })
}

/// Whether a longitude and a latitude are far from France, and in France where they are read the other way round. Of a
/// place elsewhere this can be wrong (the Horn of Africa is mainland France, swapped): it is a doubt, not a proof.
pub fn looks_swapped(longitude: f64, latitude: f64) -> bool {
    !is_in_france(longitude, latitude) && is_in_france(latitude, longitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dreux_saint_denis_and_noumea_are_told_when_they_are_swapped() {
        for (longitude, latitude) in [(1.3664, 48.7368), (55.45, -20.88), (166.44, -22.27), (-52.3, 4.93)] {
            assert!(looks_swapped(latitude, longitude) && !looks_swapped(longitude, latitude), "{longitude}");
        }
        assert!(!looks_swapped(13.4, 52.5) && !looks_swapped(f64::NAN, 1.0));
    }
}
