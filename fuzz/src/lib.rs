//! What the fuzz targets share: the checks of the properties.

#[path = "../../tests/properties/checks/mod.rs"]
pub mod checks;
