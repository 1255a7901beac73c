//! The lines of one chart, each as wide as the column of charts that it is in.

use std::ops::Range;

use super::{
    super::{BarFill, Piece},
    charts::{BarPart, Chart, ChartBar, ChartKind},
};
use crate::{text, tui::app::Tone};

/// The fewest columns of the longest bar.
const SHORTEST: usize = 6;
/// The lines of a sparkline.
const SPARKLINES: u64 = 3;
/// The eighths of a line.
const EIGHTHS: u64 = 8;

/// A line of a chart.
#[derive(Debug, Clone, Default)]
pub(super) struct ChartLine {
    pub(super) pieces: Vec<Piece>,
    /// The bars that are on it, with their columns.
    pub(super) bars: Vec<(Range<usize>, usize)>,
}

impl ChartLine {
    fn of(tone: Tone, text: &str, width: usize) -> Self {
        Self { pieces: vec![cell(tone, text, width)], bars: Vec::new() }
    }
}

/// Returns a text in exactly this many columns.
fn cell(tone: Tone, text: &str, width: usize) -> Piece {
    Piece::Text(tone, text::pad_end(text, width))
}

/// Returns the lines of a chart, with the cursor on one of its bars.
pub(super) fn chart_lines(chart: &Chart, selected: Option<usize>, width: usize) -> Vec<ChartLine> {
    let mut lines = vec![ChartLine::of(Tone::Strong, chart.title, width)];
    if let Some((known, all)) = chart.known {
        let words = format!("{} of {} customers", text::group_digits(known), text::group_digits(all));
        lines.push(ChartLine::of(Tone::Warn, &words, width));
    }
    if chart.bars.is_empty() {
        lines.push(ChartLine::of(Tone::Dim, "none", width));
    } else if chart.kind == ChartKind::Sparkline {
        lines.extend(sparkline(chart, selected, width));
        return lines;
    } else {
        if !chart.legend.is_empty() {
            lines.push(legend(&chart.legend, width));
        }
        lines.extend(bars(chart, selected, width));
    }
    let notes = chart.notes.iter().flat_map(|note| text::wrap(note, width));
    lines.extend(notes.map(|note| ChartLine::of(Tone::Dim, &note, width)));
    lines
}

/// Returns the line that names the parts of bars.
fn legend(parts: &[(BarFill, &str)], width: usize) -> ChartLine {
    let mut pieces = Vec::new();
    for (fill, name) in parts {
        pieces.push(Piece::Bar(vec![(*fill, 1)]));
        pieces.push(Piece::Text(Tone::Dim, format!(" {name}  ")));
    }
    let taken: usize = pieces.iter().map(Piece::width).sum();
    pieces.push(cell(Tone::Plain, "", width.saturating_sub(taken)));
    ChartLine { pieces, bars: Vec::new() }
}

/// Returns a line for each bar: its label, its numbers, aligned, and the bar.
fn bars(chart: &Chart, selected: Option<usize>, width: usize) -> Vec<ChartLine> {
    let numbers: Vec<Vec<String>> =
        chart.bars.iter().map(|bar| bar.parts.iter().map(|part| part.text()).collect()).collect();
    let widest = |part: usize| {
        let texts = numbers.iter().filter_map(|texts| texts.get(part));
        texts.map(|text| text::width(text)).max().unwrap_or_default()
    };
    let parts = numbers.iter().map(Vec::len).max().unwrap_or_default();
    let number_widths: Vec<usize> = (0..parts).map(widest).collect();
    // A blank before each number, and one before the bar.
    let taken = number_widths.iter().map(|width| width + 1).sum::<usize>() + 1;
    let label = chart.bars.iter().map(|bar| text::width(&bar.label)).max().unwrap_or_default();
    let label = label.min(width.saturating_sub(taken + SHORTEST)).min(width / 2);
    let room = width.saturating_sub(label + taken);
    let greatest = chart.bars.iter().map(value).max().unwrap_or_default();
    let line = |(index, (bar, texts)): (usize, (&ChartBar, &Vec<String>))| {
        let mut words = text::pad_end(&bar.label, label);
        for (text, width) in texts.iter().zip(&number_widths) {
            words.push(' ');
            words.push_str(&text::pad_start(text, *width));
        }
        let tone = if selected == Some(index) { Tone::Selected } else { Tone::Plain };
        let parts = bar_columns(&bar.parts, greatest, room);
        let drawn: usize = parts.iter().map(|(_, columns)| columns).sum();
        let pieces = vec![
            Piece::Text(tone, words),
            cell(Tone::Plain, "", 1),
            Piece::Bar(parts),
            cell(Tone::Plain, "", room.saturating_sub(drawn)),
        ];
        ChartLine { pieces, bars: vec![(0..width, index)] }
    };
    chart.bars.iter().zip(&numbers).enumerate().map(line).collect()
}

/// Returns everything that a bar counts.
fn value(bar: &ChartBar) -> u64 {
    bar.parts.iter().fold(0, |sum, part| sum.saturating_add(part.value))
}

/// Returns the columns of each part of a bar, of which the greatest takes all of the room. A part that is not nothing has a
/// column at least, as long as there is room.
fn bar_columns(parts: &[BarPart], greatest: u64, room: usize) -> Vec<(BarFill, usize)> {
    let sum = parts.iter().fold(0_u64, |sum, part| sum.saturating_add(part.value));
    let total = scaled(sum, greatest, room as u64);
    let mut left = total;
    let columns = parts.iter().enumerate().map(|(at, part)| {
        let behind = parts[at + 1..].iter().filter(|part| part.value > 0).count() as u64;
        let columns = match (part.value, behind) {
            (0, _) => 0,
            // The last part takes what is left of the whole.
            (_, 0) => left,
            (value, behind) => scaled(value, sum, total).min(left.saturating_sub(behind)),
        };
        left -= columns;
        (part.fill, usize::try_from(columns).unwrap_or(usize::MAX))
    });
    columns.collect()
}

/// Returns a value as a part of `room`, of which the greatest takes all; rounded, and 0 only for nothing.
fn scaled(value: u64, greatest: u64, room: u64) -> u64 {
    if value == 0 || greatest == 0 {
        return 0;
    }
    let doubled = 2 * u128::from(value) * u128::from(room) / u128::from(greatest);
    u64::try_from(doubled.div_ceil(2)).unwrap_or(u64::MAX).clamp(1, room.max(1))
}

/// Returns the lines of a sparkline: the columns, and below them the bar with the cursor, or what all add up to.
fn sparkline(chart: &Chart, selected: Option<usize>, width: usize) -> Vec<ChartLine> {
    let count = chart.bars.len();
    let each = (width / count).clamp(1, 2);
    let greatest = chart.bars.iter().map(value).max().unwrap_or_default();
    let heights: Vec<u64> =
        chart.bars.iter().map(|bar| scaled(value(bar), greatest, SPARKLINES * EIGHTHS)).collect();
    let places: Vec<(Range<usize>, usize)> = (0..count).map(|at| (at * each..(at + 1) * each, at)).collect();
    let mut lines: Vec<ChartLine> = (0..SPARKLINES)
        .rev()
        .map(|above| {
            let of_line = |height: &u64| height.saturating_sub(above * EIGHTHS).min(EIGHTHS);
            let columns: Vec<u64> =
                heights.iter().map(of_line).flat_map(|height| std::iter::repeat_n(height, each)).collect();
            let rest = width.saturating_sub(columns.len());
            ChartLine {
                pieces: vec![Piece::Sparkline(columns), cell(Tone::Plain, "", rest)],
                bars: places.clone(),
            }
        })
        .collect();
    let below = if let Some((at, bar)) = selected.and_then(|at| Some((at, chart.bars.get(at)?))) {
        let words = format!("{}: {}", bar.label, text::group_digits(value(bar)));
        marked(at * each, &words, width)
    } else {
        let ends = [chart.bars.first(), chart.bars.last()].map(|bar| bar.map_or("", |bar| &bar.label));
        vec![cell(Tone::Dim, &ends.join("–"), width)]
    };
    lines.push(ChartLine { pieces: below, bars: places });
    let notes = chart.notes.iter().flat_map(|note| text::wrap(note, width));
    lines.extend(notes.map(|note| ChartLine::of(Tone::Dim, &note, width)));
    lines
}

/// Returns a line with a mark below a column, and words beside it where there is room.
fn marked(column: usize, words: &str, width: usize) -> Vec<Piece> {
    let wide = text::width(words);
    let is_right = column + 2 + wide <= width;
    let (before, mark) = if is_right || column < wide + 1 {
        (column, format!("▲ {words}"))
    } else {
        (column - wide - 1, format!("{words} ▲"))
    };
    let mark = text::truncate(&mark, width.saturating_sub(before)).into_owned();
    let rest = width.saturating_sub(before + text::width(&mark));
    vec![cell(Tone::Plain, "", before), Piece::Text(Tone::Selected, mark), cell(Tone::Plain, "", rest)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share_and_never_longer_than_the_room() {
        let part = |fill, value| BarPart { fill, value, is_approximate: false };
        for room in 1..40 {
            for values in [[0, 0], [1, 0], [0, 1], [1, 999], [500, 500], [333, 667], [u64::MAX - 1, 1]] {
                let parts = [part(BarFill::Lapsing, values[0]), part(BarFill::Renewing, values[1])];
                let columns = bar_columns(&parts, values[0] + values[1], room);
                let sum: usize = columns.iter().map(|(_, columns)| columns).sum();
                assert_eq!(sum, if values == [0, 0] { 0 } else { room }, "{values:?} in {room}");
                let is_there = |at: usize| values[at] == 0 || columns[at].1 > 0;
                assert!(is_there(0) && is_there(1) || room == 1, "{values:?} in {room}: {columns:?}");
            }
        }
        assert_eq!(scaled(1, 1_000_000, 20), 1, "a little is not nothing");
        assert_eq!(scaled(1, 4, 8), 2);
    }

    #[test]
    fn the_mark_is_below_its_column_and_its_words_fit() {
        for column in 0..24 {
            let pieces = marked(column, "May 2026: 23", 36);
            let text: String = pieces
                .iter()
                .map(|piece| if let Piece::Text(_, text) = piece { text.as_str() } else { "" })
                .collect();
            assert_eq!(text::width(&text), 36);
            assert_eq!(text.chars().position(|c| c == '▲'), Some(column), "{text}");
            assert!(text.contains("May 2026: 23"));
        }
    }
}
