//! The places of the configuration and of everything else that is kept.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// The environment variable with the folder of the configuration, instead of the platform's.
pub const FOLDER_VARIABLE: &str = "VIPMP_CONFIG_DIR";

/// The environment variable with the folder of what the program keeps: state, tokens, secrets.
pub const DATA_VARIABLE: &str = "VIPMP_DATA_DIR";

/// The configuration's name in its folder.
pub const FILE_NAME: &str = "config.toml";

/// The option or variable that names the configuration, if it is not read from the platform's usual place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedBy {
    /// `--config`, the file itself.
    Option,
    /// [`FOLDER_VARIABLE`], its folder.
    Variable,
}

/// The places of this run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    /// The configuration file; `None` if the platform has no folder for it.
    pub config: Option<PathBuf>,
    /// Returns the option or variable that names it; nothing for the platform's usual place.
    pub named_by: Option<NamedBy>,
    /// The data folder; `None` if the platform has none.
    pub data: Option<PathBuf>,
}

impl Places {
    /// The places as the command line, the environment and the platform say, in this order; `config` is the file
    /// that the command line names.
    pub fn find(config: Option<&Path>) -> Self {
        Self::with(config, |name| std::env::var_os(name))
    }

    fn with(config: Option<&Path>, variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let folder =
            |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from).map(absolute);
        let platform = directories::ProjectDirs::from("", "", "vipmp");
        let usual = || platform.as_ref().map(|dirs| dirs.config_dir().join(FILE_NAME));
        let (config, named_by) = match (config, folder(FOLDER_VARIABLE)) {
            (Some(file), _) => (Some(absolute(file.to_owned())), Some(NamedBy::Option)),
            (None, Some(folder)) => (Some(folder.join(FILE_NAME)), Some(NamedBy::Variable)),
            (None, None) => (usual(), None),
        };
        let data =
            folder(DATA_VARIABLE).or_else(|| platform.as_ref().map(|dirs| dirs.data_local_dir().to_owned()));
        Self { config, named_by, data }
    }
}

/// Makes a relative path absolute: what is kept under it must be found again from another folder.
fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

/// A link on the way to a file that leads nowhere, in words: the file was put elsewhere, and that is not there.
pub(super) fn dangling(file: &Path) -> Option<String> {
    let (link, target) = file.ancestors().find_map(|path| Some((path, std::fs::read_link(path).ok()?)))?;
    let is_missing = std::fs::metadata(link).is_err();
    is_missing.then(|| format!("{} is a link to {}, which does not exist", link.display(), target.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_counts_more_than_the_environment() {
        let variable = |name: &str| {
            let value = match name {
                FOLDER_VARIABLE => "/c",
                DATA_VARIABLE => "/d",
                _ => return None,
            };
            Some(OsString::from(value))
        };
        let places = Places::with(None, variable);
        assert_eq!(places.config.as_deref(), Some(Path::new("/c/config.toml")));
        assert_eq!(places.data.as_deref(), Some(Path::new("/d")));
        assert_eq!(places.named_by, Some(NamedBy::Variable));
        let places = Places::with(Some(Path::new("/x/my.toml")), variable);
        assert_eq!(places.config.as_deref(), Some(Path::new("/x/my.toml")));
        assert_eq!(places.named_by, Some(NamedBy::Option));
    }

    #[test]
    fn an_empty_variable_is_none() {
        let empty = Places::with(None, |_| Some(OsString::new()));
        assert_eq!(empty, Places::with(None, |_| None));
        assert_eq!(empty.named_by, None);
    }
}
