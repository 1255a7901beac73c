//! Computes the contrast of each style with its background (WCAG 2.1, 1.4.3), in the palette of xterm.

use ratatui::style::{Color, Modifier, Style};

use super::{AccountKind, Theme, Tone};

/// The minimum contrast of level AA.
const LEAST: f64 = 4.5;

/// The sixteen basic colours of xterm.
const SIXTEEN: [u32; 16] = [
    0x00_0000, 0xcd_0000, 0x00_cd00, 0xcd_cd00, 0x00_00ee, 0xcd_00cd, 0x00_cdcd, 0xe5_e5e5, 0x7f_7f7f,
    0xff_0000, 0x00_ff00, 0xff_ff00, 0x5c_5cff, 0xff_00ff, 0x00_ffff, 0xff_ffff,
];

type Rgb = [f64; 3];

fn rgb(hex: u32) -> Rgb {
    let [_, red, green, blue] = hex.to_be_bytes();
    [red, green, blue].map(|channel| f64::from(channel) / 255.0)
}

/// Returns one of the 256 colours: the sixteen, a cube, and greys.
fn indexed(index: u8) -> Rgb {
    match index {
        0..=15 => rgb(SIXTEEN[usize::from(index)]),
        16..=231 => {
            let steps = [0.0, 95.0, 135.0, 175.0, 215.0, 255.0];
            let index = usize::from(index - 16);
            [index / 36, index / 6 % 6, index % 6].map(|step| steps[step] / 255.0)
        }
        232.. => [(8.0 + 10.0 * f64::from(index - 232)) / 255.0; 3],
    }
}

fn colour(colour: Color, default: Rgb) -> Rgb {
    let index = match colour {
        Color::Reset => return default,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        Color::Indexed(index) => index,
        Color::Rgb(red, green, blue) => return [red, green, blue].map(|channel| f64::from(channel) / 255.0),
    };
    indexed(index)
}

fn luminance(colour: Rgb) -> f64 {
    let [red, green, blue] =
        colour.map(
            |channel| {
                if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
            },
        );
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(style: Style, background: Rgb, text: Rgb) -> f64 {
    let mut fore = colour(style.fg.unwrap_or(Color::Reset), text);
    let mut back = colour(style.bg.unwrap_or(Color::Reset), background);
    if style.add_modifier.contains(Modifier::DIM) {
        // Terminals dim a colour by a third, or mix in as much of the background.
        fore = [0, 1, 2].map(|channel| (2.0 * fore[channel] + back[channel]) / 3.0);
    }
    if style.add_modifier.contains(Modifier::REVERSED) {
        (fore, back) = (back, fore);
    }
    let (fore, back) = (luminance(fore), luminance(back));
    (fore.max(back) + 0.05) / (fore.min(back) + 0.05)
}

/// Returns all styles of the theme.
fn styles(theme: Theme) -> Vec<(String, Style)> {
    let mut styles = vec![
        ("plain".to_owned(), theme.plain()),
        ("dim".to_owned(), theme.dim()),
        ("strong".to_owned(), theme.strong()),
        ("accent".to_owned(), theme.accent()),
        ("sorted heading".to_owned(), theme.accent().patch(theme.strong())),
        ("good".to_owned(), theme.good()),
        ("warn".to_owned(), theme.warn()),
        ("bad".to_owned(), theme.bad()),
        ("stale".to_owned(), theme.stale()),
    ];
    for yes in [true, false] {
        styles.push((format!("border {yes}"), theme.border(yes)));
        styles.push((format!("found {yes}"), theme.found(yes)));
        styles.push((format!("selected {yes}"), theme.selected(yes)));
    }
    for environment in [AccountKind::Demo, AccountKind::Production, AccountKind::Sandbox, AccountKind::Custom]
    {
        styles.push((format!("{environment:?}"), theme.environment(environment)));
    }
    for code in ["1000", "1002", "1004", "1026", "7777"] {
        styles.push((format!("status {code}"), theme.status(code)));
    }
    for tone in
        [Tone::Plain, Tone::Label, Tone::Dim, Tone::Strong, Tone::Accent, Tone::Good, Tone::Warn, Tone::Bad]
    {
        styles.push((format!("{tone:?}"), theme.tone(tone)));
    }
    // Styles drawn over a selected or an outdated line.
    let lines =
        [("selected", theme.selected(true)), ("chosen", theme.selected(false)), ("stale", theme.stale())];
    let on_lines: Vec<(String, Style)> = styles
        .iter()
        .flat_map(|(name, style)| {
            lines.iter().map(move |(line, over)| (format!("{name} on a {line} line"), style.patch(*over)))
        })
        .collect();
    styles.extend(on_lines);
    styles
}

#[test]
fn every_style_can_be_read_on_its_background() {
    let (black, white) = (rgb(0), rgb(0xff_ffff));
    let grey = rgb(SIXTEEN[7]);
    for (name, theme, background, text) in [
        ("sixteen on black", Theme::coloured(), black, grey),
        ("sixteen on white", Theme::coloured_on_light(), white, black),
        ("256 on black", Theme::dark(), black, grey),
        ("256 on white", Theme::light(), white, black),
        ("no colour on black", Theme::monochrome(), black, grey),
        ("no colour on white", Theme::monochrome(), white, black),
    ] {
        for (style_name, style) in styles(theme) {
            let contrast = contrast(style, background, text);
            assert!(contrast >= LEAST, "{style_name}, {name}: {contrast:.2}");
        }
    }
}

#[test]
fn contrasts_are_those_of_the_recommendation() {
    let (black, white) = (rgb(0), rgb(0xff_ffff));
    let of = |style| contrast(style, white, black);
    assert!((of(Style::new()) - 21.0).abs() < 1e-9);
    // Known pairs: #767676 is the lightest grey of level AA on white; #777777 is lighter.
    assert!(of(Style::new().fg(Color::Rgb(0x76, 0x76, 0x76))) >= LEAST);
    assert!(of(Style::new().fg(Color::Rgb(0x77, 0x77, 0x77))) < LEAST);
    assert!(of(Style::new().fg(Color::Green)) < LEAST);
    assert!((of(Style::new().add_modifier(Modifier::REVERSED)) - 21.0).abs() < 1e-9);
}
