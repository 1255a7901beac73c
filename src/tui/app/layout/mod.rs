//! The areas of the screen for a given size, shared by drawing, scrolling and the mouse.

mod boxes;
mod geometry;
mod screen;

use ratatui::layout::Rect;

pub(crate) use boxes::{box_text, large_box, menu_box, overlay_screen, question_box};
pub(crate) use geometry::{centred, hits, inside};
pub(crate) use screen::ScreenState;

/// The least size that the main screen works at.
pub(crate) const MIN_SIZE: (u16, u16) = (60, 10);

/// The height of a table, with its border, from which there is a strip of bars above its rows.
const STRIP_FROM: u16 = 18;
/// The lines of the strip beside those of its bars: two above them, and one below.
pub(crate) const STRIP_LINES: u16 = 3;

/// The lines of the whole filter panel.
pub(crate) const PANEL_LINES: u16 = 19;
/// Columns of the filter panel when it is opened over the table.
const FILTER_OVERLAY: u16 = 34;
/// Columns of the detail pane before there is room to spare.
const DETAIL_WIDTH: u16 = 35;
/// The width of the table up to which it gets all additional room, for the company name.
const ROOMY_TABLE: u16 = 76;
/// The same for screens that are wide enough for the Reference column.
const ROOMY_TABLE_WITH_REFERENCE: u16 = 112;
/// The width of such screens.
pub(crate) const REFERENCE_FROM: u16 = 180;

/// The pane that takes the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pane {
    Filter,
    Table,
    Detail,
}

/// The number of panes side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WidthClass {
    /// From 120 columns: filter, table and detail.
    Wide,
    /// From 90: a filter line above the table, and the detail.
    Medium,
    /// The table alone; the detail opens full-screen.
    Narrow,
}

impl WidthClass {
    /// Returns the class of a screen with this many columns.
    fn of(width: u16) -> Self {
        match width {
            120.. => Self::Wide,
            90.. => Self::Medium,
            _ => Self::Narrow,
        }
    }
}

/// The areas of the panes; `None` for those that are not on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Areas {
    pub(crate) class: WidthClass,
    pub(crate) too_small: bool,
    pub(crate) header: Option<Rect>,
    /// The filter panel, folded into one line or not.
    pub(crate) filter_line: Option<Rect>,
    pub(crate) filter: Option<Rect>,
    pub(crate) table: Option<Rect>,
    /// The strip above the rows, inside the table.
    pub(crate) strip: Option<Rect>,
    pub(crate) detail: Option<Rect>,
    pub(crate) footer: Option<Rect>,
    /// All of the screen.
    pub(crate) screen: Rect,
}

impl Areas {
    /// Lays out a screen of this size, with the focus on `focus`, zoomed or not, and a filter panel of `panel` columns.
    pub(crate) fn of(size: (u16, u16), focus: Pane, zoom: bool, panel: u16) -> Self {
        let (width, height) = size;
        let class = WidthClass::of(width);
        let screen = Rect::new(0, 0, width, height);
        let mut areas = Self {
            class,
            too_small: width < MIN_SIZE.0 || height < MIN_SIZE.1,
            header: None,
            filter_line: None,
            filter: None,
            table: None,
            strip: None,
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
        areas.place_panes(body, focus, zoom, panel);
        areas
    }

    fn place_panes(&mut self, body: Rect, focus: Pane, zoom: bool, panel: u16) {
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
                let left = body.width - panel;
                let roomy =
                    if body.width >= REFERENCE_FROM { ROOMY_TABLE_WITH_REFERENCE } else { ROOMY_TABLE };
                // Beyond that, table and detail share the room.
                let table = (left - DETAIL_WIDTH).min(roomy + left.saturating_sub(DETAIL_WIDTH + roomy) / 2);
                self.filter = Some(Rect { width: panel, ..body });
                self.table = Some(Rect { x: panel, width: table, ..body });
                self.detail = Some(Rect { x: panel + table, width: left - table, ..body });
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

    /// Lays a strip of bars out above the rows, if the table is high enough for both.
    pub(crate) fn with_strip(self) -> Self {
        let Some(table) = self.table else { return self };
        let bars = match table.height {
            STRIP_FROM..26 => 3,
            26..34 => 4,
            34.. => 6,
            _ => return self,
        };
        let inside = inside(table);
        let (x, width) = (inside.x + 1, inside.width.saturating_sub(2));
        Self { strip: Some(Rect { x, y: inside.y, width, height: STRIP_LINES + bars }), ..self }
    }

    /// Rows of the table that fit, below its heading.
    pub(crate) fn visible_rows(&self, banner: u16) -> usize {
        let strip = self.strip.map_or(0, |strip| strip.height);
        self.table.map_or(0, |table| usize::from(table.height.saturating_sub(3 + banner + strip)))
    }

    /// The inside of the table: its heading and its rows.
    pub(crate) fn table_inside(&self) -> Option<Rect> {
        let inside = self.table.map(inside)?;
        let strip = self.strip.map_or(0, |strip| strip.height);
        Some(Rect { y: inside.y + strip, height: inside.height.saturating_sub(strip), ..inside })
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
        let screen = boxes::overlay_screen(self.screen);
        let (width, height) = (FILTER_OVERLAY.min(screen.width), (PANEL_LINES + 2).min(screen.height));
        let header = self.header.map_or(0, |header| header.height);
        let y = self.table.map_or(header, |table| table.y).min(screen.height - height);
        Rect { x: 0, y, width, height }
    }
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
        let wide = Areas::of((120, 30), Pane::Table, false, 24);
        assert_eq!(wide.filter.unwrap().width, 24);
        assert_eq!((wide.table.unwrap().width, wide.detail.unwrap().width), (61, 35));
        assert_eq!(wide.filter_line, None);
        let medium = Areas::of((90, 30), Pane::Table, false, 24);
        assert_eq!((medium.table.unwrap().width, medium.detail.unwrap().width), (55, 35));
        assert!(medium.filter_line.is_some() && medium.filter.is_none());
        let narrow = Areas::of((80, 24), Pane::Table, false, 24);
        assert_eq!((narrow.table.unwrap().width, narrow.detail), (80, None));
        let opened = Areas::of((80, 24), Pane::Detail, false, 24);
        assert_eq!((opened.table, opened.detail.unwrap().width), (None, 80));
    }

    #[test]
    fn low_screens_lose_the_footer_then_the_header() {
        let areas = |height| Areas::of((80, height), Pane::Table, false, 24);
        assert!(areas(20).footer.is_some() && areas(20).header.is_some());
        assert!(areas(19).footer.is_none() && areas(19).header.is_some());
        assert!(areas(15).header.is_none());
        assert!(areas(9).too_small && !areas(10).too_small);
        assert!(Areas::of((59, 30), Pane::Table, false, 24).too_small);
    }

    #[test]
    fn panes_tile_the_body_at_every_size() {
        for width in 1..260 {
            for height in [1, 5, 10, 15, 16, 19, 20, 50] {
                for focus in [Pane::Filter, Pane::Table, Pane::Detail] {
                    for zoom in [false, true] {
                        let areas = Areas::of((width, height), focus, zoom, 24 + height % 9);
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
