//! The names of products in `products.json`, one file of the data folder for all profiles.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::{KnownProduct, ProductNames, base_of};
use crate::{files, text};

/// The file's name in the data folder.
const FILE_NAME: &str = "products.json";

/// The version of the file that this program writes.
const VERSION: u64 = 1;

/// More than this is no such file.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The reason why the names could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum ProductFileError {
    /// The platform has no data folder.
    #[error("this system has no data folder for vipmp: name one with VIPMP_DATA_DIR")]
    NoFolder,
    /// A newer program has written the file.
    #[error("{} was written by a newer version of vipmp, and is left as it is: update vipmp, or run `vipmp products forget`", text::display_path(.0))]
    Newer(PathBuf),
    /// The system could not read or write it.
    #[error("{}: {source}", text::display_path(path))]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

/// The names as they could be read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LoadedNames {
    /// The names.
    pub names: ProductNames,
    /// The problem with the file, and what to do about it.
    pub notice: Option<String>,
}

/// The file of the names.
#[derive(Debug, Clone)]
pub struct ProductFile {
    path: Option<PathBuf>,
}

/// The contents of the file.
enum ProductContents {
    /// The products, and the number of those that could not be read.
    Products(ProductNames, usize),
    Newer,
    Broken(String),
}

impl ProductFile {
    /// Returns the file of a data folder.
    pub fn new(data: Option<&Path>) -> Self {
        Self { path: data.map(|folder| folder.join(FILE_NAME)) }
    }

    /// Reads the names. Blocks.
    pub fn load(&self) -> LoadedNames {
        let Some(path) = &self.path else { return LoadedNames::default() };
        let shown = text::display_path(path);
        let again = "import your price list again";
        let (names, notice) = match read(path) {
            Ok(ProductContents::Products(names, 0)) => (names, None),
            Ok(ProductContents::Products(names, lost)) => {
                let lost = text::pluralize(lost as u64, "product", "products");
                (names, Some(format!("{shown}: {lost} cannot be read: {again}.")))
            }
            Ok(ProductContents::Newer) => {
                let notice = ProductFileError::Newer(path.clone());
                (ProductNames::default(), Some(format!("{notice}.")))
            }
            Ok(ProductContents::Broken(why)) => (
                ProductNames::default(),
                Some(format!("{shown} is damaged ({why}), so no product names are known: {again}.")),
            ),
            Err(error) => (
                ProductNames::default(),
                Some(format!("{shown} cannot be read, so no product names are known: {error}.")),
            ),
        };
        LoadedNames { names, notice }
    }

    /// Changes the names as they are by now, other processes' changes included. A damaged file is kept under another name.
    /// Blocks.
    ///
    /// # Errors
    /// If the file is of a newer version, or cannot be written; it is then as it was.
    pub fn update<T>(&self, change: impl FnOnce(&mut ProductNames) -> T) -> Result<T, ProductFileError> {
        let path = self.path.as_ref().ok_or(ProductFileError::NoFolder)?;
        let failed = |source| ProductFileError::File { path: path.clone(), source };
        let _lock = files::lock(path).map_err(failed)?;
        let mut names = match read(path).map_err(failed)? {
            ProductContents::Products(names, lost) => {
                if lost > 0 {
                    set_aside(path, |from, to| fs::copy(from, to).map(drop)).map_err(failed)?;
                }
                names
            }
            ProductContents::Newer => return Err(ProductFileError::Newer(path.clone())),
            ProductContents::Broken(_) => {
                set_aside(path, |from, to| fs::rename(from, to)).map_err(failed)?;
                ProductNames::default()
            }
        };
        let outcome = change(&mut names);
        let products: Vec<&KnownProduct> = names.iter().collect();
        let written = serde_json::to_vec_pretty(&json!({ "version": VERSION, "products": products }));
        files::write(path, &written.map_err(|error| failed(error.into()))?).map_err(failed)?;
        Ok(outcome)
    }

    /// Deletes the file. Returns false if there was none. Blocks.
    ///
    /// # Errors
    /// If the system reports one.
    pub fn forget(&self) -> Result<bool, ProductFileError> {
        let path = self.path.as_ref().ok_or(ProductFileError::NoFolder)?;
        let failed = |source| ProductFileError::File { path: path.clone(), source };
        let _lock = files::lock(path).map_err(failed)?;
        files::remove(path).map_err(failed)
    }
}

fn read(path: &Path) -> io::Result<ProductContents> {
    let text = match files::read_text(path, LARGEST) {
        Ok(Some(text)) => text,
        Ok(None) => return Ok(ProductContents::Products(ProductNames::default(), 0)),
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::FileTooLarge) => {
            return Ok(ProductContents::Broken(error.to_string()));
        }
        Err(error) => return Err(error),
    };
    let broken = |why: &str| Ok(ProductContents::Broken(why.to_owned()));
    let Ok(value) = serde_json::from_str::<Value>(&text) else { return broken("it is not JSON") };
    match value.get("version").and_then(Value::as_u64) {
        Some(VERSION) => {}
        Some(VERSION..) => return Ok(ProductContents::Newer),
        _ => return broken("it has no version"),
    }
    let Some(all) = value.get("products").and_then(Value::as_array) else {
        return broken("it has no list of products");
    };
    let read = |value: &Value| serde_json::from_value::<KnownProduct>(value.clone()).ok();
    let is_sound = |product: &KnownProduct| {
        base_of(&product.offer_id).as_deref() == Some(product.offer_id.as_str())
            && !product.name.trim().is_empty()
    };
    let readable: Vec<KnownProduct> = all.iter().filter_map(read).filter(is_sound).collect();
    let lost = all.len() - readable.len();
    Ok(ProductContents::Products(readable.into_iter().collect(), lost))
}

/// Keeps a damaged file under another name.
fn set_aside(path: &Path, keep: impl FnOnce(&Path, &Path) -> io::Result<()>) -> io::Result<()> {
    let path = files::resolve_links(path);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".broken");
    keep(&path, &path.with_file_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::products::ListKind;

    fn product(offer_id: &str, name: &str) -> KnownProduct {
        KnownProduct {
            offer_id: offer_id.into(),
            name: name.into(),
            details: [("language".to_owned(), "Multiple".to_owned())].into(),
            listed: "2026-01-01".parse().ok(),
            kind: ListKind::PriceList,
            file: "prices.csv".into(),
        }
    }

    #[test]
    fn names_are_kept_privately_and_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let file = ProductFile::new(Some(folder.path()));
        assert_eq!(file.load(), LoadedNames::default());
        let outcome = file.update(|names| names.take_over([product("65304966CA", "Lantern Pro")])).unwrap();
        assert_eq!(outcome.added, 1);
        file.update(|names| names.take_over([product("65305024CA", "Credits")])).unwrap();
        let loaded = file.load();
        assert_eq!((loaded.names.count(), loaded.notice), (2, None));
        assert_eq!(loaded.names.name_of("65304966CA01A12"), Some("Lantern Pro"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(folder.path().join(FILE_NAME)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert!(file.forget().unwrap() && !file.forget().unwrap());
        assert!(file.load().names.is_empty());
    }

    #[test]
    fn a_damaged_file_is_reported_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (path, aside) = (folder.path().join(FILE_NAME), folder.path().join("products.json.broken"));
        let file = ProductFile::new(Some(folder.path()));
        for text in ["", "{", "[]", r#"{"version": 1}"#, r#"{"version": "x", "products": []}"#] {
            fs::write(&path, text).unwrap();
            let notice = file.load().notice.unwrap();
            assert!(
                notice.contains("is damaged") && notice.contains("import your price list again"),
                "{notice}"
            );
            file.update(|names| names.take_over([product("65304966CA", "Lantern Pro")])).unwrap();
            assert_eq!(fs::read_to_string(&aside).unwrap(), text);
            assert_eq!(file.load().names.count(), 1);
        }
    }

    #[test]
    fn a_damaged_product_costs_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let file = ProductFile::new(Some(folder.path()));
        let sound = serde_json::to_value(product("65304966CA", "Lantern Pro")).unwrap();
        let text = json!({"version": 1, "products": [sound, 7, {"offerId": "65305024CA"}]}).to_string();
        fs::write(folder.path().join(FILE_NAME), text).unwrap();
        let loaded = file.load();
        assert_eq!(loaded.names.count(), 1);
        assert!(loaded.notice.unwrap().contains("2 products cannot be read"));
        file.update(|_| ()).unwrap();
        assert!(folder.path().join("products.json.broken").exists());
        assert_eq!(file.load().notice, None);
    }

    #[test]
    fn a_file_of_a_newer_version_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let text = r#"{"version": 2, "products": []}"#;
        fs::write(folder.path().join(FILE_NAME), text).unwrap();
        let file = ProductFile::new(Some(folder.path()));
        assert!(file.load().notice.unwrap().contains("newer version"));
        assert!(matches!(file.update(|_| ()), Err(ProductFileError::Newer(_))));
        assert_eq!(fs::read_to_string(folder.path().join(FILE_NAME)).unwrap(), text);
        assert!(matches!(ProductFile::new(None).update(|_| ()), Err(ProductFileError::NoFolder)));
    }
}
