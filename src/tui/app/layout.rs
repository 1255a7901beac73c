//! Where everything is for a given size: shared by drawing, scrolling and the mouse, so that they agree.

use ratatui::layout::{Position, Rect};

use super::Pane;

/// The least size that the main screen works at.
pub(crate) const MIN_SIZE: (u16, u16) = (60, 10);

/// Columns of the filter panel.
const FILTER_WIDTH: u16 = 25;
/// Columns of the detail pane before there is room to spare.
const DETAIL_WIDTH: u16 = 35;
/// Columns of the table up to which room to spare goes to the company name and the reference.
const TABLE_ROOMY: u16 = 96;

/// How many panes stand side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WidthClass {
    /// From 120 columns: filter, table and detail.
    Wide,
    /// From 90: a filter line above the table, and the detail.
    Medium,
    /// The table alone; the detail opens full-screen.
    Narrow,
}

/// The places of everything; what is not on the screen has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Areas {
    pub(crate) class: WidthClass,
    pub(crate) too_small: bool,
    pub(crate) header: Option<Rect>,
    /// The filter panel, folded into one line or not.
    pub(crate) filter_line: Option<Rect>,
    pub(crate) filter: Option<Rect>,
    pub(crate) table: Option<Rect>,
    pub(crate) detail: Option<Rect>,
    pub(crate) footer: Option<Rect>,
    /// All of the screen.
    pub(crate) screen: Rect,
}

impl Areas {
    /// Lays out a screen of this size, with the focus on `focus`, zoomed or not.
    pub(crate) fn of(size: (u16, u16), focus: Pane, zoom: bool) -> Self {
        let (width, height) = size;
        let class = match width {
            120.. => WidthClass::Wide,
            90.. => WidthClass::Medium,
            _ => WidthClass::Narrow,
        };
        let screen = Rect::new(0, 0, width, height);
        let mut areas = Self {
            class,
            too_small: width < MIN_SIZE.0 || height < MIN_SIZE.1,
            header: None,
            filter_line: None,
            filter: None,
            table: None,
            detail: None,
            footer: None,
            screen,
        };
        let mut body = screen;
        if height >= 20 {
            areas.footer = Some(Rect::new(0, height - 1, width, 1));
            body.height -= 1;
        }
        if height >= 16 {
            areas.header = Some(Rect::new(0, 0, width, 1));
            (body.y, body.height) = (1, body.height - 1);
        }
        areas.place_panes(body, focus, zoom);
        areas
    }

    fn place_panes(&mut self, body: Rect, focus: Pane, zoom: bool) {
        let solo = match (self.class, focus) {
            _ if zoom => Some(focus),
            (WidthClass::Narrow, Pane::Detail) => Some(Pane::Detail),
            _ => None,
        };
        match solo {
            Some(Pane::Detail) => self.detail = Some(body),
            Some(Pane::Filter) if self.class == WidthClass::Wide => self.filter = Some(body),
            Some(_) => {
                let (line, rest) = split_line(body);
                (self.filter_line, self.table) = (Some(line), Some(rest));
            }
            None if self.class == WidthClass::Wide => {
                let left = body.width - FILTER_WIDTH;
                // Room to spare goes to the table until it holds a whole reference, then is shared.
                let table = (left - DETAIL_WIDTH)
                    .min(TABLE_ROOMY + (left.saturating_sub(DETAIL_WIDTH + TABLE_ROOMY)) / 2);
                self.filter = Some(Rect { width: FILTER_WIDTH, ..body });
                self.table = Some(Rect { x: FILTER_WIDTH, width: table, ..body });
                self.detail = Some(Rect { x: FILTER_WIDTH + table, width: left - table, ..body });
            }
            None => {
                let (line, rest) = split_line(body);
                self.filter_line = Some(line);
                let detail = if self.class == WidthClass::Medium { DETAIL_WIDTH } else { 0 };
                self.table = Some(Rect { width: rest.width - detail, ..rest });
                self.detail = (detail > 0).then_some(Rect { x: rest.width - detail, width: detail, ..rest });
            }
        }
    }

    /// Rows of the table that fit, below its heading.
    pub(crate) fn visible_rows(&self, banner: u16) -> usize {
        self.table.map_or(0, |table| usize::from(table.height.saturating_sub(3 + banner)))
    }

    /// The inside of the table: its heading and its rows.
    pub(crate) fn table_inside(&self) -> Option<Rect> {
        self.table.map(inside)
    }

    /// The place of the detail's text, below its tabs.
    pub(crate) fn detail_text(&self) -> Option<Rect> {
        let inside = inside(self.detail?);
        Some(Rect {
            x: inside.x + 1,
            y: inside.y + 2,
            width: inside.width.saturating_sub(2),
            height: inside.height.saturating_sub(2),
        })
    }

    /// The place of the filter panel when it is opened over the rest.
    pub(crate) fn filter_overlay(&self) -> Rect {
        let width = FILTER_WIDTH.max(34).min(self.screen.width);
        let height = 17.min(self.screen.height);
        let header = self.header.map_or(0, |header| header.height);
        let y = self.table.map_or(header, |table| table.y).min(self.screen.height - height);
        Rect { x: 0, y, width, height }
    }
}

/// Where things open over the main screen: all of it but the footer, which says what the keys do there.
pub(crate) fn overlay_screen(screen: Rect) -> Rect {
    Rect { height: screen.height.saturating_sub(1), ..screen }
}

/// The box of the help.
pub(crate) fn help_box(screen: Rect) -> Rect {
    // All there is below the header, which stays.
    let screen = overlay_screen(screen);
    let top = 1.min(screen.height);
    Rect { y: screen.y + top, height: screen.height - top, ..centred(screen, 84, screen.height) }
}

/// Lines of the help that fit below its text field.
pub(crate) fn help_height(screen: Rect) -> usize {
    usize::from(inside(help_box(screen)).height.saturating_sub(2))
}

/// The box of the prompt for a customer id.
pub(crate) fn go_to_box(screen: Rect) -> Rect {
    centred(overlay_screen(screen), 56, 5)
}

/// The box of the copy menu.
pub(crate) fn copy_box(screen: Rect) -> Rect {
    menu_box(screen, 72, super::Copyable::MENU.len())
}

/// The box of an export's form.
pub(crate) fn export_box(screen: Rect) -> Rect {
    centred(overlay_screen(screen), 72, 10)
}

/// The box of the column menu.
pub(crate) fn columns_box(screen: Rect) -> Rect {
    menu_box(screen, 40, super::Column::ALL.len())
}

fn menu_box(screen: Rect, width: u16, lines: usize) -> Rect {
    centred(overlay_screen(screen), width, u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2))
}

/// The box of the palette with this many lines: a text field, a line for complaints, the lines.
pub(crate) fn palette_box(screen: Rect, lines: usize) -> Rect {
    let screen = overlay_screen(screen);
    let height = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(4).clamp(6, 18);
    Rect { y: screen.y + 2.min(screen.height / 4), ..centred(screen, 76, height) }.intersection(screen)
}

/// The first line of the palette that is shown when `rows` of them fit.
pub(crate) fn palette_top(selected: usize, rows: usize) -> usize {
    (selected + 1).saturating_sub(rows)
}

/// The box of the request inspector.
pub(crate) fn inspector_box(screen: Rect) -> Rect {
    let screen = overlay_screen(screen);
    centred(screen, screen.width.saturating_sub(6).min(110), screen.height.saturating_sub(2))
}

/// The place of the text in a box: a border and a blank on each side.
pub(crate) fn box_text(area: Rect) -> Rect {
    let inside = inside(area);
    Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside }
}

/// The box of the profiles, and of the form of one.
pub(crate) fn profiles_box(screen: Rect) -> Rect {
    let screen = overlay_screen(screen);
    centred(screen, screen.width.saturating_sub(4).min(96), screen.height.saturating_sub(2).min(26))
}

/// The box of the list of so many profiles, with room for a test below them.
pub(crate) fn profile_list_box(screen: Rect, profiles: usize) -> Rect {
    let height = u16::try_from(profiles).unwrap_or(u16::MAX).saturating_add(10);
    let full = profiles_box(screen);
    Rect { height: full.height.min(height), ..full }
}

/// The box of the configuration's mistakes.
pub(crate) fn problems_box(screen: Rect) -> Rect {
    inspector_box(screen)
}

/// The box of the question whether a file may hold access tokens.
pub(crate) fn keep_box(screen: Rect) -> Rect {
    centred(overlay_screen(screen), 64, 8)
}

/// What a border of one cell leaves.
pub(crate) fn inside(area: Rect) -> Rect {
    Rect {
        x: area.x + 1.min(area.width),
        y: area.y + 1.min(area.height),
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(2),
    }
}

/// A box of at most this size in the middle of the screen.
pub(crate) fn centred(screen: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(screen.width), height.min(screen.height));
    Rect { x: (screen.width - width) / 2, y: (screen.height - height) / 2, width, height }
}

/// Whether a cell of the screen is in an area.
pub(crate) fn hits(area: Option<Rect>, column: u16, row: u16) -> bool {
    area.is_some_and(|area| area.contains(Position::new(column, row)))
}

fn split_line(body: Rect) -> (Rect, Rect) {
    let line = Rect { height: 1.min(body.height), ..body };
    let rest = Rect { y: body.y + line.height, height: body.height - line.height, ..body };
    (line, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_width_classes() {
        let wide = Areas::of((120, 30), Pane::Table, false);
        assert_eq!(wide.filter.unwrap().width, 25);
        assert_eq!((wide.table.unwrap().width, wide.detail.unwrap().width), (60, 35));
        assert_eq!(wide.filter_line, None);
        let medium = Areas::of((90, 30), Pane::Table, false);
        assert_eq!((medium.table.unwrap().width, medium.detail.unwrap().width), (55, 35));
        assert!(medium.filter_line.is_some() && medium.filter.is_none());
        let narrow = Areas::of((80, 24), Pane::Table, false);
        assert_eq!((narrow.table.unwrap().width, narrow.detail), (80, None));
        let opened = Areas::of((80, 24), Pane::Detail, false);
        assert_eq!((opened.table, opened.detail.unwrap().width), (None, 80));
    }

    #[test]
    fn low_screens_lose_the_footer_then_the_header() {
        let areas = |height| Areas::of((80, height), Pane::Table, false);
        assert!(areas(20).footer.is_some() && areas(20).header.is_some());
        assert!(areas(19).footer.is_none() && areas(19).header.is_some());
        assert!(areas(15).header.is_none());
        assert!(areas(9).too_small && !areas(10).too_small);
        assert!(Areas::of((59, 30), Pane::Table, false).too_small);
    }

    #[test]
    fn panes_tile_the_body_at_every_size() {
        for width in 1..260 {
            for height in [1, 5, 10, 15, 16, 19, 20, 50] {
                for focus in [Pane::Filter, Pane::Table, Pane::Detail] {
                    for zoom in [false, true] {
                        let areas = Areas::of((width, height), focus, zoom);
                        let parts = [
                            areas.header,
                            areas.filter_line,
                            areas.filter,
                            areas.table,
                            areas.detail,
                            areas.footer,
                        ];
                        let covered: u32 = parts.iter().flatten().map(|part| part.area()).sum();
                        assert_eq!(
                            covered,
                            u32::from(width) * u32::from(height),
                            "{width}x{height} {focus:?}"
                        );
                        let parts: Vec<Rect> = parts.into_iter().flatten().collect();
                        for (index, part) in parts.iter().enumerate() {
                            assert!(parts[..index].iter().all(|other| !other.intersects(*part)));
                        }
                    }
                }
            }
        }
    }
}
