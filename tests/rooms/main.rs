//! Holds the imports of `src` against the table of rooms in ARCHITECTURE.md.
//!
//! The table lists each room with the rooms that it may import, the lowest first. Every path in `src` that begins with
//! `crate`, `self` or `super` is resolved to a room, in `use` declarations and elsewhere, in tests too.

#![allow(clippy::expect_used, reason = "a source that cannot be read is a failed test")]

mod imports;
mod names;
mod table;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use imports::Import;
use table::Rooms;

/// Returns the folder of the package.
fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the table as ARCHITECTURE.md has it.
fn rooms() -> Rooms {
    let page = std::fs::read_to_string(package().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    Rooms::read(&page)
}

/// Returns every file of the library and the program.
fn sources() -> Vec<PathBuf> {
    let mut folders = vec![package().join("src")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of src") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Returns every import between two modules of the crate.
fn all_imports() -> Vec<Import> {
    let src = package().join("src");
    sources()
        .iter()
        .flat_map(|file| {
            let code = std::fs::read_to_string(file).expect("a source file");
            let name = file.strip_prefix(&src).expect("a file of src");
            imports::of_file(name, &code)
        })
        .collect()
}

#[test]
fn every_import_is_allowed_by_the_table_of_rooms() {
    let rooms = rooms();
    let faults: BTreeSet<String> = all_imports()
        .iter()
        .filter_map(|import| {
            let (from, to) = (rooms.room_of(&import.from), rooms.room_of(&import.to));
            let (Some(from), Some(to)) = (from, to) else {
                let unknown = if from.is_none() { &import.from } else { &import.to };
                return Some(format!("{}: {} is in no room", import.place, unknown.join("::")));
            };
            // Tests build what they need, but from no higher room either.
            let may = if import.is_test { rooms.may_in_tests(from, to) } else { rooms.may(from, to) };
            (!may).then(|| format!("{}: {from} may not import {to} ({})", import.place, import.to.join("::")))
        })
        .collect();
    let list: Vec<&str> = faults.iter().map(String::as_str).collect();
    assert!(faults.is_empty(), "{} imports contradict ARCHITECTURE.md:\n{}", list.len(), list.join("\n"));
}

#[test]
fn no_room_imports_one_that_is_listed_below_it() {
    let rooms = rooms();
    let row = |name: &str| rooms.iter().position(|room| room.name == name);
    let mut upward = Vec::new();
    for (index, room) in rooms.iter().enumerate() {
        for other in &room.imports {
            match row(other) {
                None => upward.push(format!("{} imports {other}, which is no room", room.name)),
                Some(below) if below >= index => upward.push(format!("{} imports {other}", room.name)),
                Some(_) => {}
            }
        }
    }
    assert!(upward.is_empty(), "{upward:?}");
}

#[test]
fn the_table_names_no_room_and_no_import_that_does_not_exist() {
    let rooms = rooms();
    let mut used: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let imports = all_imports();
    for import in imports.iter().filter(|import| !import.is_test) {
        if let (Some(from), Some(to)) = (rooms.room_of(&import.from), rooms.room_of(&import.to)) {
            used.entry(from).or_default().insert(to);
        }
    }
    let modules: Vec<Vec<String>> = sources()
        .iter()
        .map(|file| imports::module_of(file.strip_prefix(package().join("src")).expect("a file of src")))
        .collect();
    let mut stale = Vec::new();
    for room in rooms.iter() {
        if !modules.iter().any(|module| rooms.room_of(module) == Some(&room.name)) {
            stale.push(format!("{} has no file", room.name));
        }
        for other in &room.imports {
            if !used.get(room.name.as_str()).is_some_and(|used| used.contains(other.as_str())) {
                stale.push(format!("{} does not import {other}", room.name));
            }
        }
    }
    assert!(stale.is_empty(), "ARCHITECTURE.md is out of date:\n{}", stale.join("\n"));
}

/// Files that hold the same type for different systems, of which one is compiled.
const FOR_DIFFERENT_SYSTEMS: [&[&str]; 1] =
    [&["src/tui/terminal/input/console.rs", "src/tui/terminal/input/tty.rs"]];

#[test]
fn no_type_name_has_two_meanings() {
    let mut names = names::Names::new();
    for file in sources() {
        let module = imports::module_of(file.strip_prefix(package().join("src")).expect("a file of src"));
        if module.iter().any(|part| part == "tests" || part == "stage") {
            continue;
        }
        let place = file.strip_prefix(package()).expect("a file of the package").display().to_string();
        names::collect(&place, &std::fs::read_to_string(&file).expect("a source file"), &mut names);
    }
    assert!(names.len() > 500, "{} types were found", names.len());
    let twice: Vec<String> = names
        .into_iter()
        .filter_map(|(name, mut places)| {
            // A type that differs between systems is defined twice in one file, under `cfg`.
            places.dedup();
            let places: Vec<&str> = places.iter().map(String::as_str).collect();
            let is_one = places.len() == 1 || FOR_DIFFERENT_SYSTEMS.contains(&places.as_slice());
            (!is_one).then(|| format!("{name}: {}", places.join(", ")))
        })
        .collect();
    assert!(twice.is_empty(), "{} names have two meanings:\n{}", twice.len(), twice.join("\n"));
}
