//! The property checks that the fuzz targets share.

#[path = "../../tests/properties/checks/mod.rs"]
pub mod checks;
