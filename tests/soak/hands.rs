//! Random input, which follows from the seed alone.

use std::fmt::Write as _;

/// Random numbers that are the same on every machine: `SplitMix64`.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % n.max(1) as u64).unwrap_or_default()
    }

    fn one<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[self.below(words.len())]
    }

    fn side(&mut self, most: usize) -> u16 {
        u16::try_from(1 + self.below(most)).unwrap_or(1)
    }
}

pub(crate) const ESC: &str = "\x1b";

/// Keys for moving: rows, pages, panes, tabs.
const MOVES: [&str; 28] = [
    "j", "k", "h", "l", "g", "G", "[", "]", "\x04", "\x15", "\t", "\x1b[Z", "\r", "\x1b[A", "\x1b[B",
    "\x1b[C", "\x1b[D", "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F", "\x1b[A", "\x1b[B", "\x1b[B", "\x1b[6~",
    "]", "\r", "\t",
];

/// Keys for actions and menus, except `E`, which opens an editor, Ctrl-Z, and keys that quit.
const ACTIONS: [&str; 36] = [
    "r", "r", "0", "1", "2", "3", "4", "5", "9", "s", "S", "x", "r", "z", "o", "t", "n", "N", "f", " ", "u",
    "y", "i", "m", "c", "Y", "p", "a", "d", "e", "J", "K", "<", ">", "?", "/",
];

/// Keys for editing, function keys, letters with Alt and Ctrl, keys without a meaning.
const ODD: [&str; 30] = [
    "\x7f",
    "\x7f",
    "\x1b[3~",
    "\x01",
    "\x05",
    "\x0b",
    "\x17",
    "\x0e",
    "\x10",
    "\x12",
    "\x1bOP",
    "\x1bOQ",
    "\x1bOR",
    "\x1bOS",
    "\x1b[15~",
    "\x1b[17~",
    "\x1b[20~",
    "\x1b[23~",
    "\x1b[24~",
    "\x1b[2~",
    "\x1ba",
    "\x1bx",
    "\x1b[1;2A",
    "\x1b[1;2B",
    "\x1b[1;5C",
    "\x1b[1;3D",
    "\x1b[1;6F",
    "\0",
    "\x1b[I",
    "\x1b[O",
];

/// Texts for fields. If no field is open, each letter is a key: none of them quits or opens an editor.
const WORDS: [&str; 20] = [
    "an",
    "ltd",
    "*print*",
    "\"sol",
    "2026-11",
    "2024-02-29",
    "-30d",
    "today",
    "1006500792",
    "1006500806",
    "0",
    "51",
    "\u{fc}ber",
    "\u{65e5}\u{672c}",
    "\u{1f469}\u{200d}\u{1f4bb}",
    "e\u{301}",
    "local",
    "http://127.0.0.1:9/",
    "..",
    "%2F",
];

/// Commands for the palette.
const COMMANDS: [&str; 18] = [
    "status all",
    "status active",
    "status 1026",
    "sort name",
    "sort name desc",
    "sort created asc",
    "page-size 7",
    "page-size 50",
    "profile soak",
    "name *a*",
    "from 2024-01",
    "to -10d",
    "customer 1006500806",
    "profile demo",
    "profile soak",
    "zoom",
    "inspector",
    "no such thing",
];

/// An input of the user.
pub(crate) enum Deed {
    /// Presses these keys.
    Keys(String),
    /// Resizes the window to these rows and columns.
    Resize(u16, u16),
}

/// Draws a few inputs; only the last may be a key that others must not follow at once.
pub(crate) fn deed(chance: &mut Chance) -> Deed {
    match chance.below(1000) {
        0..430 => Deed::Keys(chance.one(&MOVES).to_owned()),
        430..640 => Deed::Keys(chance.one(&ACTIONS).to_owned()),
        640..690 => Deed::Keys(chance.one(&ODD).to_owned()),
        690..760 => Deed::Keys(ESC.to_owned()),
        760..800 => Deed::Keys(chance.one(&WORDS).to_owned()),
        800..830 => Deed::Keys(format!(":{}\r", chance.one(&COMMANDS))),
        830..855 => Deed::Keys(format!("/{}{}", chance.one(&WORDS), chance.one(&["\r", "\t", ESC]))),
        855..865 => Deed::Keys(format!("#{}\r", chance.one(&["1006500792", "1006500806", "1", "a b"]))),
        865..875 => {
            Deed::Keys(format!("{}{}", chance.one(&["?", ":"]), chance.one(&["st", "copy", "zzz", "e"])))
        }
        875..950 => Deed::Keys(mouse(chance)),
        950..965 => Deed::Keys(paste(chance)),
        965..999 => {
            let (rows, columns) = window(chance);
            Deed::Resize(rows, columns)
        }
        // Rarely, since memory growth only shows in a process that lives for long.
        _ if chance.below(3) == 0 => Deed::Keys(chance.one(&["q", "\x03"]).to_owned()),
        _ => Deed::Keys(ESC.to_owned()),
    }
}

/// Draws a common window size, or any from 1x1 to 200x60.
pub(crate) fn window(chance: &mut Chance) -> (u16, u16) {
    const USUAL: [(u16, u16); 6] = [(24, 80), (30, 100), (36, 120), (45, 160), (20, 60), (60, 200)];
    if chance.below(3) == 0 {
        return (chance.side(60), chance.side(200));
    }
    USUAL[chance.below(USUAL.len())]
}

/// Draws clicks, double-clicks, the wheel, other buttons, dragging.
fn mouse(chance: &mut Chance) -> String {
    let (x, y) = if chance.below(4) == 0 {
        (chance.side(200), chance.side(60))
    } else {
        (chance.side(110), chance.side(34))
    };
    let click = format!("\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m");
    match chance.below(10) {
        0..5 => click,
        5 => click.repeat(2),
        6 => format!("\x1b[<64;{x};{y}M").repeat(1 + chance.below(8)),
        7 => format!("\x1b[<65;{x};{y}M").repeat(1 + chance.below(8)),
        8 => format!("\x1b[<2;{x};{y}M\x1b[<2;{x};{y}m"),
        _ => format!("\x1b[<0;{x};{y}M\x1b[<32;{};{y}M\x1b[<0;{x};{y}m", x + 1),
    }
}

/// Draws a bracketed paste, of some words or of very many.
fn paste(chance: &mut Chance) -> String {
    let count = if chance.below(10) == 0 { 2000 } else { 1 + chance.below(4) };
    let mut text = String::new();
    for _ in 0..count {
        let between = chance.one(&[" ", "\n", "\t", "\r\n", "\u{7}"]);
        let _ = write!(text, "{}{between}", chance.one(&WORDS));
    }
    format!("\x1b[200~{text}\x1b[201~")
}
