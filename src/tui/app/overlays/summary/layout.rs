//! The charts side by side: which column each is in, where its bars are, and where the cursor goes from there.

use std::ops::Range;

use super::{
    super::{Piece, ViewLine},
    charts::{Chart, ChartKind},
    lines::{ChartLine, chart_lines},
};
use crate::tui::app::Tone;

/// The columns of text from which there are two columns of charts.
const TWO_FROM: usize = 70;
/// The columns of text from which there are three.
const THREE_FROM: usize = 108;
/// The blanks between two columns of charts.
const GAP: usize = 3;

/// A bar, by its chart and its place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct BarAt {
    pub(super) chart: usize,
    pub(super) bar: usize,
}

/// A bar on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PlacedBar {
    at: BarAt,
    line: usize,
    columns: Range<usize>,
    /// The column of charts that it is in.
    stack: usize,
    /// True if it is in a sparkline, in which bars are side by side.
    is_in_sparkline: bool,
}

/// The charts as they are laid out.
#[derive(Debug, Clone, Default)]
pub(super) struct ChartLayout {
    pub(super) lines: Vec<ViewLine>,
    /// The bars from the left to the right, those of a column of charts from its top.
    bars: Vec<PlacedBar>,
    /// The first line of each chart; 0 for those at the top.
    starts: Vec<usize>,
}

/// A step of the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CursorStep {
    /// Up (below 0) or down by so many bars, from one column of charts to the next; a sparkline counts as one bar.
    Lines(isize),
    Left,
    Right,
    NextChart,
    PreviousChart,
    /// To the first bar of all.
    First,
    /// To the last bar of all.
    Last,
}

impl ChartLayout {
    /// Lays out charts in so many columns of text.
    pub(super) fn of(charts: &[Chart], cursor: Option<BarAt>, width: usize) -> Self {
        let stacks = match width {
            THREE_FROM.. => 3,
            TWO_FROM.. => 2,
            _ => 1,
        };
        let each = width.saturating_sub(GAP * (stacks - 1)) / stacks;
        let drawn: Vec<Vec<ChartLine>> = charts
            .iter()
            .enumerate()
            .map(|(index, chart)| {
                let selected = cursor.filter(|at| at.chart == index).map(|at| at.bar);
                chart_lines(chart, selected, each)
            })
            .collect();
        let heights: Vec<usize> = drawn.iter().map(Vec::len).collect();
        let mut layout = Self { starts: vec![0; charts.len()], ..Self::default() };
        let mut columns: Vec<Vec<ChartLine>> = Vec::new();
        for (stack, range) in divide(&heights, stacks).into_iter().enumerate() {
            let mut column: Vec<ChartLine> = Vec::new();
            for chart in range {
                if !column.is_empty() {
                    column.push(ChartLine::default());
                    layout.starts[chart] = column.len();
                }
                let is_in_sparkline = charts[chart].kind == ChartKind::Sparkline;
                let from = stack * (each + GAP);
                for line in &drawn[chart] {
                    layout.bars.extend(line.bars.iter().map(|(columns, bar)| PlacedBar {
                        at: BarAt { chart, bar: *bar },
                        line: column.len(),
                        columns: from + columns.start..from + columns.end,
                        stack,
                        is_in_sparkline,
                    }));
                    column.push(line.clone());
                }
            }
            columns.push(column);
        }
        layout.lines = side_by_side(columns, each);
        layout
    }

    /// Returns the line of a bar; the last one of a sparkline's.
    pub(super) fn line_of(&self, at: BarAt) -> Option<usize> {
        self.bars.iter().rev().find(|bar| bar.at == at).map(|bar| bar.line)
    }

    /// Returns the line that is to be visible too if there is room: the beginning of the chart if the bar is its first one.
    pub(super) fn start_of(&self, at: BarAt) -> Option<usize> {
        let is_first = at.bar == 0 || self.bars.iter().any(|bar| bar.at == at && bar.is_in_sparkline);
        if is_first { self.starts.get(at.chart).copied() } else { self.line_of(at) }
    }

    /// Returns the bar at a column of a line.
    pub(super) fn bar_at(&self, line: usize, column: usize) -> Option<BarAt> {
        self.bars.iter().find(|bar| bar.line == line && bar.columns.contains(&column)).map(|bar| bar.at)
    }

    /// Returns the bar that a step leads to; the same one if there is no other in that direction.
    pub(super) fn step(&self, from: BarAt, step: CursorStep) -> BarAt {
        self.stepped(from, step).unwrap_or(from)
    }

    fn stepped(&self, from: BarAt, step: CursorStep) -> Option<BarAt> {
        let here = self.bars.iter().rev().find(|bar| bar.at == from)?;
        match step {
            CursorStep::Lines(by) => {
                let stops = self.stops(|_| true);
                let now = stops.iter().position(|bar| is_same_stop(bar, here))?;
                let next = now.saturating_add_signed(by).min(stops.len().saturating_sub(1));
                // Along a sparkline there is nothing above or below.
                (next != now).then(|| stops[next].at)
            }
            CursorStep::Left | CursorStep::Right => {
                let is_right = step == CursorStep::Right;
                let beside = if is_right { from.bar + 1 } else { from.bar.wrapping_sub(1) };
                let beside = BarAt { bar: beside, ..from };
                if here.is_in_sparkline && self.line_of(beside).is_some() {
                    return Some(beside);
                }
                let stack = if is_right { here.stack + 1 } else { here.stack.checked_sub(1)? };
                let stops = self.stops(|bar| bar.stack == stack);
                stops.into_iter().min_by_key(|bar| bar.line.abs_diff(here.line)).map(|bar| bar.at)
            }
            CursorStep::NextChart | CursorStep::PreviousChart => {
                let mut charts: Vec<usize> = self.bars.iter().map(|bar| bar.at.chart).collect();
                charts.dedup();
                let now = charts.iter().position(|chart| *chart == from.chart)?;
                let by = if step == CursorStep::NextChart { 1 } else { charts.len() - 1 };
                self.entry_of(charts[(now + by) % charts.len()])
            }
            CursorStep::First => self.entry_of(self.bars.first()?.at.chart),
            CursorStep::Last => self.bars.last().map(|bar| bar.at),
        }
    }

    /// Returns the bar where the cursor enters a chart: the first one, or the latest of a sparkline.
    pub(super) fn entry_of(&self, chart: usize) -> Option<BarAt> {
        let mut bars = self.bars.iter().filter(|bar| bar.at.chart == chart);
        let first = bars.next()?;
        if first.is_in_sparkline {
            bars.next_back().map(|bar| bar.at).or(Some(first.at))
        } else {
            Some(first.at)
        }
    }

    /// Returns those of some bars that the cursor stops at on its way down; the latest one of a sparkline.
    fn stops(&self, is_among: impl Fn(&PlacedBar) -> bool) -> Vec<&PlacedBar> {
        let mut stops: Vec<&PlacedBar> = Vec::new();
        for bar in self.bars.iter().filter(|bar| is_among(bar)) {
            match stops.last_mut() {
                Some(last) if is_same_stop(last, bar) => *last = bar,
                _ => stops.push(bar),
            }
        }
        stops
    }
}

/// Returns true if the cursor stops at one of two bars only on its way down.
fn is_same_stop(one: &PlacedBar, other: &PlacedBar) -> bool {
    one.at == other.at || one.is_in_sparkline && one.at.chart == other.at.chart
}

/// Divides charts of these heights into at most so many columns, in their order, so that the highest one is as low as it can be
/// and the others are as even as they can be.
fn divide(heights: &[usize], columns: usize) -> Vec<Range<usize>> {
    let height = |range: &Range<usize>| heights[range.clone()].iter().map(|height| height + 1).sum::<usize>();
    let mut best: Vec<Range<usize>> = std::iter::once(0..heights.len()).collect();
    if columns < 2 {
        return best;
    }
    let unevenness = |division: &[Range<usize>]| {
        let heights = || division.iter().map(height);
        (heights().max().unwrap_or_default(), heights().map(|height| height * height).sum::<usize>())
    };
    for first in 1..heights.len() {
        let rest = divide(&heights[first..], columns - 1);
        let rest = rest.into_iter().map(|range| range.start + first..range.end + first);
        let division: Vec<Range<usize>> = std::iter::once(0..first).chain(rest).collect();
        if unevenness(&division) < unevenness(&best) {
            best = division;
        }
    }
    best
}

/// Puts columns of charts side by side.
fn side_by_side(columns: Vec<Vec<ChartLine>>, each: usize) -> Vec<ViewLine> {
    let height = columns.iter().map(Vec::len).max().unwrap_or_default();
    let blanks = |width: usize| Piece::Text(Tone::Plain, " ".repeat(width));
    let mut columns: Vec<_> = columns.into_iter().map(Vec::into_iter).collect();
    let line = |_| {
        let mut pieces = Vec::new();
        for (stack, column) in columns.iter_mut().enumerate() {
            if stack > 0 {
                pieces.push(blanks(GAP));
            }
            match column.next().filter(|line| !line.pieces.is_empty()) {
                Some(line) => pieces.extend(line.pieces),
                None => pieces.push(blanks(each)),
            }
        }
        ViewLine { pieces, ..ViewLine::default() }
    };
    (0..height).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charts_are_divided_so_that_the_highest_column_is_low() {
        let ends = |heights: &[usize], columns: usize| -> Vec<usize> {
            divide(heights, columns).into_iter().map(|range| range.end).collect()
        };
        assert_eq!(ends(&[5, 5, 5], 1), [3]);
        assert_eq!(ends(&[5, 5, 5], 3), [1, 2, 3]);
        assert_eq!(ends(&[10, 1, 1, 10], 2), [2, 4]);
        assert_eq!(ends(&[1, 1, 20], 3), [1, 2, 3]);
        assert_eq!(ends(&[20, 1, 1], 2), [1, 3]);
        assert_eq!(ends(&[4, 4, 4, 20, 4], 3), [3, 4, 5]);
        assert_eq!(ends(&[], 3), [0]);
    }
}
