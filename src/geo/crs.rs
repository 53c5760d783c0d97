//! The reference system that a `GeoJSON` file declares.

use serde_json::Value;

use super::error::GeometryError;

/// Refuses a `GeoJSON` object whose member `crs` (of the `GeoJSON` of 2008; RFC 7946 has WGS 84 only) names anything
/// else than WGS 84. For the head of a feature collection;
/// [`outline_from_geojson`](super::outline_from_geojson) asks for itself.
pub fn refuse_foreign_crs(value: &Value) -> Result<(), GeometryError> {
    let Some(crs) = value.get("crs").filter(|crs| !crs.is_null()) else {
        return Ok(());
    };
    let properties = crs.get("properties");
    let name = properties.and_then(|p| p.get("name").or_else(|| p.get("code")).or_else(|| p.get("href")));
    let name = match name {
        Some(Value::String(name)) => name.clone(),
        Some(other) => other.to_string(),
        None => crs.as_str().map_or_else(|| crs.to_string(), str::to_owned),
    };
    // "urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "http://www.opengis.net/def/crs/EPSG/0/4326", "WGS 84", 4326.
    let last = name.rsplit([':', '/']).next().unwrap_or_default().to_ascii_uppercase();
    let plain: String = last.chars().filter(char::is_ascii_alphanumeric).collect();
    match plain.as_str() {
        "CRS84" | "CRS84H" | "4326" | "4979" | "WGS84" => Ok(()),
        _ => Err(GeometryError::ForeignCrs { name: name.chars().take(100).collect() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn named(name: &str) -> Result<(), GeometryError> {
        refuse_foreign_crs(&json!({"crs": {"type": "name", "properties": {"name": name}}}))
    }

    #[test]
    fn wgs_84_passes_under_all_its_names() {
        for name in [
            "urn:ogc:def:crs:OGC:1.3:CRS84",
            "urn:ogc:def:crs:EPSG::4326",
            "EPSG:4326",
            "http://www.opengis.net/def/crs/EPSG/0/4326",
            "WGS 84",
        ] {
            assert_eq!(named(name), Ok(()), "{name}");
        }
        assert_eq!(
            refuse_foreign_crs(&json!({"crs": {"type": "EPSG", "properties": {"code": 4326}}})),
            Ok(())
        );
        assert_eq!(refuse_foreign_crs(&json!({"crs": null})), Ok(()));
        assert_eq!(refuse_foreign_crs(&json!({})), Ok(()));
    }

    #[test]
    fn another_system_is_refused_by_its_name() {
        let error = named("urn:ogc:def:crs:EPSG::2154").expect_err("Lambert-93");
        assert!(error.to_string().contains("EPSG::2154"), "{error}");
        assert!(named("EPSG:14326").is_err());
        assert!(
            refuse_foreign_crs(&json!({"crs": {"type": "link", "properties": {"href": "x.prj"}}})).is_err()
        );
        assert!(refuse_foreign_crs(&json!({"crs": "EPSG:2154"})).is_err());
    }
}
