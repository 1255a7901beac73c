//! Makes the README's picture: starts the program in a pseudo-terminal, presses a few keys and writes the screen as SVG.
//!
//! `cargo build --release && cargo run --release --example picture > assets/screen.svg`

use std::{
    error::Error,
    fmt::Write as _,
    io::{self, Read, Write},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

const COLUMNS: u16 = 120;
const ROWS: u16 = 32;
/// The size of a cell in pixels.
const CELL: (f32, f32) = (8.4, 16.5);
const MARGIN: f32 = 14.0;
const FONT: &str = "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace";
const FOREGROUND: &str = "#d4d7dd";
const BACKGROUND: &str = "#16181d";
/// The sixteen colours of the terminal in the picture.
const PALETTE: [&str; 16] = [
    "#16181d", "#e06c75", "#8fc379", "#e0b568", "#61a5ef", "#c678dd", "#56b6c2", "#d4d7dd", "#5c6370",
    "#e06c75", "#8fc379", "#e0b568", "#61a5ef", "#c678dd", "#56b6c2", "#ffffff",
];

fn main() -> Result<(), Box<dyn Error>> {
    let screen = capture()?;
    io::stdout().write_all(svg(&screen).as_bytes())?;
    Ok(())
}

/// Runs the program that was built beside this example, and returns its screen after some keys.
fn capture() -> Result<vt100::Screen, Box<dyn Error>> {
    let here = std::env::current_exe()?;
    let program = here.ancestors().nth(2).ok_or("no folder above")?.join("vipmp");
    let pair = native_pty_system().openpty(PtySize {
        rows: ROWS,
        cols: COLUMNS,
        pixel_width: 0,
        pixel_height: 0,
    })?;
    let mut command = CommandBuilder::new(program);
    command.env_clear();
    command.env("TERM", "xterm-256color");
    command.env("LANG", "C.UTF-8");
    command.env("HOME", std::env::temp_dir());
    let mut child = pair.slave.spawn_command(command)?;
    drop(pair.slave);
    let parser = Arc::new(Mutex::new(vt100::Parser::new(nonzero(ROWS)?, nonzero(COLUMNS)?, 0)));
    let painting = Arc::clone(&parser);
    let mut reader = pair.master.try_clone_reader()?;
    std::thread::spawn(move || {
        let mut buffer = [0; 16 * 1024];
        while let Ok(read @ 1..) = reader.read(&mut buffer) {
            painting.lock().unwrap_or_else(PoisonError::into_inner).process(&buffer[..read]);
        }
    });
    let shows = |wanted: &str| -> Result<vt100::Screen, Box<dyn Error>> {
        let deadline = Instant::now() + Duration::from_secs(20);
        while Instant::now() < deadline {
            let screen = parser.lock().unwrap_or_else(PoisonError::into_inner).screen().clone();
            if screen.contents().contains(wanted) {
                return Ok(screen);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(format!("{wanted:?} did not come").into())
    };
    let mut keys = pair.master.take_writer()?;
    shows("1–50 of 1,204")?;
    keys.write_all(b"v")?;
    shows("everything in the local copy")?;
    keys.write_all(b"j\r")?;
    shows("1–50 of 1,652")?;
    // The copy is complete.
    shows("details just now")?;
    keys.write_all(b"/renewal:60d seats:>50\r")?;
    shows("Find renewal:60d")?;
    keys.write_all(b"jjj")?;
    shows("Segment")?;
    // The welcome text gives way to the hints after a while.
    let screen = shows("Enter open")?;
    keys.write_all(b"q")?;
    child.wait()?;
    Ok(screen)
}

fn nonzero(cells: u16) -> Result<std::num::NonZeroU16, Box<dyn Error>> {
    Ok(cells.try_into()?)
}

/// A run of cells with the same style.
struct Run {
    column: u16,
    cells: u16,
    text: String,
    looks: Looks,
}

#[derive(Clone, PartialEq)]
struct Looks {
    foreground: String,
    background: Option<String>,
    bold: bool,
    dim: bool,
    underline: bool,
}

fn looks(cell: &vt100::Cell) -> Looks {
    let colour = |colour: vt100::Color| match colour {
        vt100::Color::Default => None,
        vt100::Color::Idx(index) => PALETTE.get(usize::from(index)).map(|colour| (*colour).to_owned()),
        vt100::Color::Rgb(r, g, b) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
    };
    let foreground = colour(cell.fgcolor()).unwrap_or_else(|| FOREGROUND.to_owned());
    let background = colour(cell.bgcolor());
    let (foreground, background) = if cell.inverse() {
        (background.unwrap_or_else(|| BACKGROUND.to_owned()), Some(foreground))
    } else {
        (foreground, background)
    };
    Looks { foreground, background, bold: cell.bold(), dim: cell.dim(), underline: cell.underline() }
}

/// Splits a line into runs. Each non-ASCII character is a run of its own, so that its position does not depend on the
/// font.
fn runs(screen: &vt100::Screen, row: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for column in 0..COLUMNS {
        let Some(cell) = screen.cell(row, column).filter(|cell| !cell.is_wide_continuation()) else {
            continue;
        };
        let text = if cell.has_contents() { cell.contents() } else { " " };
        let (looks, cells) = (looks(cell), if cell.is_wide() { 2 } else { 1 });
        match runs.last_mut() {
            Some(run) if run.looks == looks && text.is_ascii() && run.text.is_ascii() => {
                run.text.push_str(text);
                run.cells += cells;
            }
            _ => runs.push(Run { column, cells, text: text.to_owned(), looks }),
        }
    }
    runs
}

fn svg(screen: &vt100::Screen) -> String {
    let (width, height) =
        (f32::from(COLUMNS) * CELL.0 + 2.0 * MARGIN, f32::from(ROWS) * CELL.1 + 2.0 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"{FONT}\" \
         font-size=\"14\">\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n"
    );
    for row in 0..ROWS {
        let top = MARGIN + f32::from(row) * CELL.1;
        for run in runs(screen, row) {
            let x = MARGIN + f32::from(run.column) * CELL.0;
            let wide = f32::from(run.cells) * CELL.0;
            let looks = &run.looks;
            if let Some(background) = &looks.background {
                let _ = writeln!(
                    svg,
                    "<rect x=\"{x:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{:.1}\" fill=\"{background}\"/>",
                    CELL.1
                );
            }
            if run.text.trim().is_empty() {
                continue;
            }
            let mut style = format!("fill=\"{}\"", looks.foreground);
            for (on, attribute) in [
                (looks.bold, " font-weight=\"bold\""),
                (looks.dim, " opacity=\"0.6\""),
                (looks.underline, " text-decoration=\"underline\""),
            ] {
                style.push_str(if on { attribute } else { "" });
            }
            let text = run.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let _ = writeln!(
                svg,
                "<text x=\"{x:.1}\" y=\"{:.1}\" textLength=\"{wide:.1}\" lengthAdjust=\"spacingAndGlyphs\" \
                 xml:space=\"preserve\" {style}>{text}</text>",
                top + CELL.1 * 0.75
            );
        }
    }
    svg.push_str("</svg>\n");
    svg
}
