//! Draws the screen in ASCII, for terminals that would garble other characters.
//!
//! It is a pass over the finished frame, so that no drawing code has to know about it. Every substitute is as wide as the
//! symbol it replaces, so nothing shifts.

use ratatui::buffer::{Buffer, Cell, CellDiffOption};

/// Returns the substitute of a symbol that the program draws; all are one column wide.
fn stand_in(symbol: &str) -> Option<&'static str> {
    Some(match symbol {
        "─" | "–" | "—" | "·" => "-",
        "│" => "|",
        "╭" | "╮" | "╰" | "╯" | "✓" => "+",
        "▌" | "→" | "›" => ">",
        "←" | "‹" => "<",
        "↑" | "▲" => "^",
        "↓" | "▼" => "v",
        "●" | "•" => "*",
        "◐" | "…" => "~",
        "○" => "o",
        "✕" | "×" => "x",
        "≠" | "█" => "#",
        "▒" => "=",
        "░" => ".",
        // The no-break space.
        "\u{a0}" => " ",
        _ => return turned(symbol).or_else(|| level(symbol)),
    })
}

/// Returns the substitute of a level of a sparkline: the higher it is, the more ink it has. The highest is a full block.
fn level(symbol: &str) -> Option<&'static str> {
    Some(match symbol {
        "▁" => "_",
        "▂" => ".",
        "▃" => ":",
        "▄" => "-",
        "▅" => "=",
        "▆" => "+",
        "▇" => "*",
        _ => return None,
    })
}

/// Returns the substitute of a frame of the spinner, so that it keeps turning.
fn turned(symbol: &str) -> Option<&'static str> {
    Some(match symbol {
        "⠋" | "⠼" | "⠇" => "|",
        "⠙" | "⠴" | "⠏" => "/",
        "⠹" | "⠦" => "-",
        "⠸" | "⠧" => "\\",
        _ => return None,
    })
}

/// Replaces everything that is not ASCII: the program's symbols by their substitutes, other characters by `?`.
pub(super) fn replace(buffer: &mut Buffer) {
    let columns = usize::from(buffer.area.width).max(1);
    for row in buffer.content.chunks_mut(columns) {
        // True if the previous cell has a character that may also cover this one.
        let mut covering = false;
        for cell in row {
            let symbol = cell.symbol();
            if symbol.is_empty() {
                put(cell, if covering { "?" } else { " " });
            } else {
                covering = !symbol.is_ascii();
                if covering {
                    let stand_in = stand_in(symbol).unwrap_or("?");
                    put(cell, stand_in);
                }
            }
        }
    }
}

fn put(cell: &mut Cell, symbol: &'static str) {
    cell.set_symbol(symbol).set_diff_option(CellDiffOption::None);
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::{
        super::{Theme, paint::Canvas},
        *,
    };
    use crate::text;

    /// Returns a text of this many columns as it is drawn, then in ASCII.
    fn shown(text: &str, columns: u16) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, columns, 1));
        let theme = Theme::coloured();
        let mut canvas = Canvas { buffer: &mut buffer, theme: &theme, cursor: None };
        canvas.put(0, 0, columns, text, theme.plain());
        replace(&mut buffer);
        assert!(buffer.content.iter().all(|cell| cell.diff_option == CellDiffOption::None));
        buffer.content.iter().map(Cell::symbol).collect()
    }

    #[test]
    fn own_symbols_have_substitutes_and_other_characters_become_marks_of_equal_width() {
        assert_eq!(shown("● Active · 1–50 of 1,204 ▼", 26), "* Active - 1-50 of 1,204 v");
        assert_eq!(shown("Blå Havn", 9), "Bl? Havn ");
        assert_eq!(shown("株式会社x", 10), "????????x ");
        assert_eq!(shown("e\u{301}x", 3), "?x ");
        assert_eq!(shown("a ␛[2J‹9b›", 10), "a ?[2J<9b>");
        // A vowel sign that some terminals draw in a cell of its own keeps the two cells reserved for it.
        let tamil = "கா";
        assert_eq!(shown(&format!("{tamil}x"), 4), format!("{}x ", "?".repeat(text::width(tamil))));
    }

    /// Collects the symbols in a folder of sources, outside comments and tests, except for letters of names.
    fn symbols(folder: &std::path::Path, found: &mut std::collections::BTreeSet<char>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_owned();
            if name == "tests" || name == "stage" {
                continue;
            }
            if path.is_dir() {
                symbols(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                let source = source.split("\nmod tests").next().unwrap_or_default();
                let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
                found.extend(code.flat_map(str::chars).filter(|c| !c.is_ascii() && !c.is_alphabetic()));
            }
        }
    }

    #[test]
    fn every_symbol_in_the_sources_has_a_substitute() {
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut found = std::collections::BTreeSet::new();
        for room in ["account", "api", "config", "model", "secrets", "state", "tui"] {
            symbols(&source.join(room), &mut found);
        }
        assert!(found.len() > 30, "{found:?}");
        found.retain(|c| stand_in(c.encode_utf8(&mut [0; 4])).is_none());
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn cells_left_by_a_wide_character_are_blank() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 3, 1));
        buffer[(1, 0)].set_symbol("");
        buffer[(2, 0)].set_symbol("x");
        replace(&mut buffer);
        assert_eq!(buffer.content.iter().map(Cell::symbol).collect::<String>(), "  x");
    }

    #[test]
    fn the_spinner_turns_on() {
        let turns: Vec<_> = (0..10)
            .map(|turn| crate::tui::app::spinner(std::time::Duration::from_millis(100 * turn)))
            .map(|picture| stand_in(picture).unwrap())
            .collect();
        assert_eq!(turns.concat(), "|/-\\|/-\\|/");
    }
}
