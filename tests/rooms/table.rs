//! Reads the table of rooms.

/// A row of the table.
pub(crate) struct Room {
    /// The path of its module without `crate`, such as `tui::app`.
    pub(crate) name: String,
    /// Further modules that belong to it.
    also: Vec<String>,
    /// The rooms that it may import.
    pub(crate) imports: Vec<String>,
    /// True if it may import every room listed above it.
    all_above: bool,
}

/// The table, in the order of its rows.
pub(crate) struct Rooms(Vec<Room>);

impl Rooms {
    /// Reads the table below the heading "The rooms": name, contents, imports.
    ///
    /// # Panics
    ///
    /// If there is no such table, or if a row has other than three cells.
    pub(crate) fn read(page: &str) -> Self {
        let (_, below) = page.split_once("\n## The rooms\n").expect("the heading of the rooms");
        let rows =
            below.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
        let rooms: Vec<Room> = rows
            .skip(2)
            .map(|row| {
                let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
                let [name, _, imports] = cells.as_slice() else { panic!("three cells: {row}") };
                let mut names = quoted(name).into_iter();
                let name = names.next().unwrap_or_else(|| panic!("a room in backticks: {row}"));
                Room {
                    name,
                    also: names.collect(),
                    imports: quoted(imports),
                    all_above: imports.trim() == "all above",
                }
            })
            .collect();
        assert!(rooms.len() > 10, "{} rooms were read", rooms.len());
        Self(rooms)
    }

    /// Iterates over the rooms, the lowest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Room> {
        self.0.iter()
    }

    /// Returns the room of a module: the one with the longest path that the module's path begins with.
    pub(crate) fn room_of(&self, module: &[String]) -> Option<&str> {
        let belongs = |path: &str| {
            let parts: Vec<&str> = path.split("::").collect();
            let begins =
                module.len() >= parts.len() && parts.iter().zip(module).all(|(part, own)| part == own);
            begins.then_some(parts.len())
        };
        self.0
            .iter()
            .filter_map(|room| {
                let longest =
                    std::iter::once(&room.name).chain(&room.also).filter_map(|path| belongs(path)).max()?;
                Some((longest, room.name.as_str()))
            })
            .max()
            .map(|(_, name)| name)
    }

    /// Returns true if the first room may import the second.
    pub(crate) fn may(&self, from: &str, to: &str) -> bool {
        let row = |name: &str| self.0.iter().position(|room| room.name == name);
        let (Some(from_row), Some(to_row)) = (row(from), row(to)) else { return false };
        let room = &self.0[from_row];
        from == to || room.imports.iter().any(|name| name == to) || room.all_above && to_row < from_row
    }

    /// Returns true if tests of the first room may import the second: any room that is listed above.
    pub(crate) fn may_in_tests(&self, from: &str, to: &str) -> bool {
        let row = |name: &str| self.0.iter().position(|room| room.name == name);
        row(to).zip(row(from)).is_some_and(|(to, from)| to <= from)
    }
}

/// Returns what is in backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
