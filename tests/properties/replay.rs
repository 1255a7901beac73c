//! The inputs that the fuzzers start with, and those that once failed.

use std::{fs, panic, path::Path};

use crate::checks::ALL;

/// The files of a folder, in any order; none where there is no folder.
fn inputs(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
    let paths = files.filter_map(|file| Some(file.ok()?.path()));
    paths.map(|path| (path.display().to_string(), fs::read(&path).expect("an input can be read"))).collect()
}

#[test]
fn every_seed_and_everything_that_once_failed_passes_now() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let mut failed = Vec::new();
    for (target, check) in ALL {
        let seeds = inputs(&fuzz.join("seeds").join(target));
        assert!(!seeds.is_empty(), "{target} has no seeds");
        for (name, data) in seeds.into_iter().chain(inputs(&fuzz.join("regressions").join(target))) {
            if panic::catch_unwind(|| check(&data)).is_err() {
                failed.push(name);
            }
        }
    }
    assert!(failed.is_empty(), "these fail: {failed:#?}");
}

#[test]
fn every_fuzz_target_has_its_check_and_every_check_its_target() {
    let targets = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    let mut names: Vec<String> = fs::read_dir(targets)
        .expect("there are targets")
        .filter_map(|file| Some(file.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    assert_eq!(names, ALL.map(|(name, _)| name));
}
