//! Paints text and boxes into the buffer.

use std::{num::NonZeroU16, time::Duration};

use ratatui::{
    buffer::{Buffer, CellDiffOption},
    layout::{Position, Rect},
    style::Style,
};
use tui_input::Input;
use unicode_segmentation::UnicodeSegmentation;

use super::{super::app::visible_input, Theme};
use crate::text;

/// The buffer to draw on, with the theme.
pub(super) struct Canvas<'a> {
    pub(super) buffer: &'a mut Buffer,
    pub(super) theme: &'a Theme,
    /// The position of the text cursor, if there is one.
    pub(super) cursor: Option<Position>,
}

impl Canvas<'_> {
    /// Draws text at a position, at most `width` columns of it; text that is cut ends in `…`. Returns the columns used.
    /// The text must be clean.
    pub(super) fn put(&mut self, x: u16, y: u16, width: u16, text: &str, style: Style) -> u16 {
        if width == 0 || y >= self.buffer.area.bottom() || x >= self.buffer.area.right() {
            return 0;
        }
        let end = x + width.min(self.buffer.area.right() - x);
        let text = text::truncate(text, usize::from(end - x));
        let mut at = x;
        for grapheme in text.graphemes(true) {
            let wide = u16::try_from(text::width(grapheme)).unwrap_or(u16::MAX);
            if wide == 0 || at.saturating_add(wide) > end {
                continue;
            }
            let width = NonZeroU16::new(wide).filter(|wide| wide.get() > 1);
            let option = width.map_or(CellDiffOption::None, CellDiffOption::ForcedWidth);
            let cell = &mut self.buffer[(at, y)];
            cell.set_symbol(grapheme).set_style(style).set_diff_option(option);
            if text::is_uncertain(grapheme) {
                // Blanks below it, for terminals that draw it narrower than its reserved width.
                let room = usize::from(wide);
                cell.set_symbol(&format!("{}{}{grapheme}", " ".repeat(room), "\u{8}".repeat(room)));
            }
            // The cells that a wide character covers must be written: they tell the terminal where the next character
            // starts, and leave a blank if the character is later replaced.
            for covered in at + 1..at + wide {
                let cell = &mut self.buffer[(covered, y)];
                cell.set_symbol("").set_style(style).set_diff_option(CellDiffOption::None);
            }
            at += wide;
        }
        at - x
    }

    /// Draws text that ends at the right edge of an area.
    pub(super) fn put_right(&mut self, area: Rect, y: u16, text: &str, style: Style) -> u16 {
        let wide = u16::try_from(text::width(text)).unwrap_or(u16::MAX).min(area.width);
        self.put(area.right() - wide, y, wide, text, style)
    }

    /// Changes the style of an area without changing its text.
    pub(super) fn restyle(&mut self, area: Rect, style: Style) {
        let area = area.intersection(self.buffer.area);
        self.buffer.set_style(area, style);
    }

    /// Clears an area before something is drawn over it.
    pub(super) fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.buffer.area);
        // Nothing may be left to clear if the buffer is smaller than the layout.
        if area.is_empty() {
            return;
        }
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                self.buffer[(x, y)].reset();
            }
            // A wide character that reaches into the area would overlap its edge.
            if area.left() > 0 && text::width(self.buffer[(area.left() - 1, y)].symbol()) > 1 {
                self.buffer[(area.left() - 1, y)].reset();
            }
            // Cells beyond the area that a wide character in it covered would be left without any symbol.
            for x in area.right()..self.buffer.area.right() {
                if !self.buffer[(x, y)].symbol().is_empty() {
                    break;
                }
                self.buffer[(x, y)].reset();
            }
        }
    }

    /// Draws a rounded box with a title, and returns its inner area.
    pub(super) fn frame(&mut self, area: Rect, title: &str, right: &str, focused: bool) -> Rect {
        // A buffer smaller than the layout is about to be redrawn.
        if area.width < 2 || area.height < 2 || area.intersection(self.buffer.area) != area {
            return Rect { width: 0, height: 0, ..area };
        }
        let style = self.theme.border(focused);
        let (left, top, last_x, last_y) = (area.left(), area.top(), area.right() - 1, area.bottom() - 1);
        for x in left + 1..last_x {
            self.buffer[(x, top)].set_symbol("─").set_style(style);
            self.buffer[(x, last_y)].set_symbol("─").set_style(style);
        }
        for y in top + 1..last_y {
            self.buffer[(left, y)].set_symbol("│").set_style(style);
            self.buffer[(last_x, y)].set_symbol("│").set_style(style);
        }
        for (x, y, corner) in
            [(left, top, "╭"), (last_x, top, "╮"), (left, last_y, "╰"), (last_x, last_y, "╯")]
        {
            self.buffer[(x, y)].set_symbol(corner).set_style(style);
        }
        let mut room = area.width.saturating_sub(4);
        if !right.is_empty() {
            let right = format!(" {right} ");
            let wide = u16::try_from(text::width(&right)).unwrap_or(u16::MAX);
            if wide <= room {
                self.put(area.right() - 1 - wide, top, wide, &right, self.theme.plain());
                room = room.saturating_sub(wide + 1);
            }
        }
        if !title.is_empty() && room > 2 {
            let title = format!(" {} ", text::truncate(title, usize::from(room) - 2));
            let style = if focused { self.theme.accent() } else { self.theme.plain() };
            self.put(left + 1, top, room, &title, style);
        }
        super::super::app::inside(area)
    }

    /// Places the text cursor a number of columns after a position.
    pub(super) fn cursor_at(&mut self, x: u16, y: u16, columns: usize) {
        self.cursor = Some(Position::new(x.saturating_add(u16::try_from(columns).unwrap_or(0)), y));
    }

    /// Draws a text field, with its cursor.
    pub(super) fn input(&mut self, x: u16, y: u16, width: u16, input: &Input) -> u16 {
        let (shown, cursor) = visible_input(input, usize::from(width));
        let end = self.put(x, y, width, &shown, self.theme.plain());
        self.cursor = Some(Position::new(x + u16::try_from(cursor).unwrap_or(0), y));
        end
    }
}

/// Formats a waiting time: `0.4 s`, `12 s`.
pub(super) fn waited(time: Duration) -> String {
    if time < Duration::from_secs(10) {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} s", time.as_secs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_of_a_wide_character_at_either_edge_of_a_cleared_area() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 1));
        let theme = Theme::coloured();
        let mut canvas = Canvas { buffer: &mut buffer, theme: &theme, cursor: None };
        canvas.put(0, 0, 8, "株式会社", theme.plain());
        canvas.clear(Rect::new(3, 0, 2, 1));
        let symbols: Vec<&str> = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(symbols, ["株", "", " ", " ", " ", " ", "社", ""]);
    }

    #[test]
    fn waiting_times_are_readable() {
        assert_eq!(waited(Duration::from_millis(420)), "0.4 s");
        assert_eq!(waited(Duration::from_secs(12)), "12 s");
    }
}
