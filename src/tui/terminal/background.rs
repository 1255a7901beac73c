//! The background of the terminal: whether it is dark or light.
//!
//! A terminal answers the question of its background colour (OSC 11) at some later time or never. Nothing waits for the
//! answer, except that a program which quits right after it has asked keeps the answer from the shell.

use std::time::Duration;

/// The brightness of the terminal's background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Background {
    /// Darker than a medium grey.
    Dark,
    /// Lighter than that.
    Light,
}

/// The question, to be sent to the terminal.
pub const QUERY: &[u8] = b"\x1b]11;?\x1b\\";

/// The time limit for a response. Terminals respond within milliseconds. A later response is still used.
pub const ANSWER_WAIT: Duration = Duration::from_millis(150);

/// The longest answer that is read.
pub(super) const LONGEST: usize = 48;

impl Background {
    /// Reads `COLORFGBG`, which some terminals set: numbers of the foreground and the background colour, such as `15;0`
    /// or `0;default;15`.
    pub fn from_colorfgbg(value: &str) -> Option<Self> {
        let background: u8 = value.rsplit_once(';')?.1.parse().ok()?;
        match background {
            0..=6 | 8 => Some(Self::Dark),
            7 | 9..=15 => Some(Self::Light),
            _ => None,
        }
    }

    /// Reads the text of an answer, without its introducer and its terminator: `11;rgb:ffff/ffff/dddd`.
    pub(super) fn from_answer(text: &[u8]) -> Option<Self> {
        let colour = std::str::from_utf8(text).ok()?.strip_prefix("11;")?;
        let [red, green, blue] = if let Some(digits) = colour.strip_prefix('#') {
            let third = digits.len() / 3;
            if digits.len() % 3 != 0 || !digits.is_ascii() {
                return None;
            }
            [0, 1, 2].map(|part| channel(&digits[part * third..(part + 1) * third]))
        } else {
            let (kind, channels) = colour.split_once(':')?;
            if !matches!(kind, "rgb" | "rgba") {
                return None;
            }
            let mut channels = channels.split('/');
            [channels.next(), channels.next(), channels.next()].map(|part| part.and_then(channel))
        };
        // What the eye takes for bright: mostly green, hardly blue (ITU-R BT.709).
        let brightness = 0.2126 * red? + 0.7152 * green? + 0.0722 * blue?;
        Some(if brightness < 0.5 { Self::Dark } else { Self::Light })
    }
}

/// A channel of one to four hexadecimal digits, as a part of its maximum.
fn channel(digits: &str) -> Option<f64> {
    if !(1..=4).contains(&digits.len()) {
        return None;
    }
    let value = u16::from_str_radix(digits, 16).ok()?;
    let most = (1_u32 << (4 * digits.len())) - 1;
    Some(f64::from(value) / f64::from(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_say_whether_the_background_is_dark() {
        for (answer, background) in [
            ("11;rgb:0000/0000/0000", Background::Dark),
            ("11;rgb:1e1e/1e1e/2e2e", Background::Dark),
            ("11;rgb:fd/f6/e3", Background::Light),
            ("11;rgb:ffff/ffff/ffff", Background::Light),
            ("11;rgba:ffff/ffff/ffff/0000", Background::Light),
            ("11;rgb:0000/0000/ffff", Background::Dark),
            ("11;#ffffff", Background::Light),
            ("11;#000", Background::Dark),
        ] {
            assert_eq!(Background::from_answer(answer.as_bytes()), Some(background), "{answer}");
        }
        for strange in [
            "",
            "11;",
            "11;?",
            "10;rgb:ff/ff/ff",
            "11;rgb:ff/ff",
            "11;rgb:/f/f",
            "11;rgb:fffff/f/f",
            "11;#é0",
            "11;hsl:1/1/1",
        ] {
            assert_eq!(Background::from_answer(strange.as_bytes()), None, "{strange}");
        }
    }

    #[test]
    fn the_variable_names_the_background_last() {
        assert_eq!(Background::from_colorfgbg("15;0"), Some(Background::Dark));
        assert_eq!(Background::from_colorfgbg("0;15"), Some(Background::Light));
        assert_eq!(Background::from_colorfgbg("0;default;7"), Some(Background::Light));
        for strange in ["", "15", "15;default", "15;99", "15;"] {
            assert_eq!(Background::from_colorfgbg(strange), None, "{strange}");
        }
    }
}
