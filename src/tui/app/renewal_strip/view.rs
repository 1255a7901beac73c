//! The strip as it is drawn: its words, and the place of each bar.

use crate::{
    model::{OtherSeats, RenewalWeek, RenewalWeeks},
    text,
    tui::{
        action::Action,
        app::{App, BarFill, Piece, Tone, layout::STRIP_LINES, overlays::days_in_words},
    },
};

/// The fewest columns of a week, one of them blank.
const NARROWEST: usize = 4;
/// The most columns of a week.
const WIDEST: usize = 12;
/// The most columns of a bar.
const WIDEST_BAR: usize = 3;
/// The columns of a label with its mark and a blank.
const LABEL: usize = 8;

/// The strip.
#[derive(Debug, Clone)]
pub(crate) struct StripView {
    /// The first line: the parts of the bars, with the seats of the week that is shown, or of all.
    pub(crate) legend: Vec<Piece>,
    /// The second line: which weeks these are, what is not counted, and the keys.
    pub(crate) note: (Tone, String),
    /// The weeks that fit.
    pub(crate) weeks: Vec<StripWeek>,
}

/// A week of the strip. Columns are counted from its left end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StripWeek {
    /// The place among all weeks.
    pub(crate) place: usize,
    /// The first column.
    pub(crate) x: usize,
    /// The columns, the blank behind it among them.
    pub(crate) width: usize,
    /// The first day, if there is room for it.
    pub(crate) label: String,
    /// True for the week that today is in.
    pub(crate) is_current: bool,
    /// True for the week whose rows alone are shown.
    pub(crate) is_selected: bool,
    pub(crate) bars: Vec<StripBar>,
}

/// A bar of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StripBar {
    pub(crate) fill: BarFill,
    pub(crate) x: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

impl App {
    /// Returns the strip, if there is one on the screen.
    pub(crate) fn strip_view(&self) -> Option<StripView> {
        let area = self.areas().strip?;
        let (strip, width) = (&self.strip, usize::from(area.width));
        let span = strip.span()?;
        let selected = strip.selected();
        let keys = [Action::PreviousWeek, Action::NextWeek].map(|action| self.keys.label(action));
        let mut hint = format!("{} {} by week", keys[0], keys[1]);
        if selected.is_some() {
            hint = format!("{hint}, {} all", self.keys.label(Action::Back));
        }
        let subject = match selected.and_then(|place| span.week(place)) {
            Some(days) => days_in_words(*days.start(), *days.end()),
            None if span.weeks() == 1 => "1 week".to_owned(),
            None => format!("{} weeks", span.weeks()),
        };
        let note = (Tone::Dim, format!("{subject} · {hint}"));
        let mut view = StripView { legend: Vec::new(), note, weeks: Vec::new() };
        if let Some(figures) = strip.answer.value() {
            let current = span.week_of(self.now.today());
            let height = usize::from(area.height.saturating_sub(STRIP_LINES));
            view.legend = legend(figures, selected);
            view.weeks = placed(&figures.weeks, (selected, current), width, height);
            let others = others(figures, selected.is_some());
            let tone = if figures.unknown > 0 { Tone::Warn } else { Tone::Dim };
            let joined = |words: &[&str]| {
                let words: Vec<&str> = words.iter().copied().filter(|words| !words.is_empty()).collect();
                words.join(" · ")
            };
            let long = joined(&[&subject, &others, &hint]);
            // What may be missing is never left out; otherwise the keys are worth more than what is in no bar.
            let shorter = if figures.unknown > 0 { [&subject, &others] } else { [&subject, &hint] };
            let short = joined(&shorter.map(String::as_str));
            let shortest = if figures.unknown > 0 { others } else { subject };
            view.note = (tone, text::fit(width, &[&long, &short, &shortest]).into_owned());
        }
        if let Some(error) = strip.answer.error() {
            let what = text::truncate(&self.detail.labels.tell(error).what, width).into_owned();
            view.legend = vec![Piece::Text(Tone::Bad, what)];
        } else if strip.answer.value().is_none() {
            view.legend = vec![Piece::Text(Tone::Dim, "Counting seats by week …".to_owned())];
        }
        Some(view)
    }

    /// Returns the place of the week at a column of the strip.
    pub(crate) fn week_at(&self, column: usize) -> Option<usize> {
        let weeks = self.strip_view()?.weeks;
        weeks.iter().find(|week| (week.x..week.x + week.width).contains(&column)).map(|week| week.place)
    }
}

/// A part of the bars: its look, its name, and its seats in a week.
type WeekPart = (BarFill, &'static str, fn(&RenewalWeek) -> u64);

/// Returns the parts of the bars of some weeks. What needs work comes first.
fn parts(weeks: &[RenewalWeek]) -> Vec<WeekPart> {
    let mut parts: Vec<WeekPart> = vec![
        (BarFill::Lapsing, "lapse", |week| week.lapsing),
        (BarFill::Undecided, "undecided", |week| week.undecided),
        (BarFill::Renewing, "renew", |week| week.renewing),
    ];
    let is_any_undecided = weeks.iter().any(|week| week.undecided > 0);
    parts.retain(|(fill, ..)| *fill != BarFill::Undecided || is_any_undecided);
    parts
}

/// Returns the line that names the parts, with the seats of a week, or of all.
fn legend(figures: &RenewalWeeks, selected: Option<usize>) -> Vec<Piece> {
    let one = selected.and_then(|place| figures.weeks.get(place)).map(std::slice::from_ref);
    let weeks = one.unwrap_or(&figures.weeks);
    let mut pieces = vec![Piece::Text(Tone::Plain, "Seats  ".to_owned())];
    for (fill, words, of) in parts(&figures.weeks) {
        let seats = weeks.iter().map(of).fold(0, u64::saturating_add);
        let is_about = fill == BarFill::Renewing && weeks.iter().any(|week| week.is_approximate);
        let about = if is_about { "~" } else { "" };
        pieces.push(Piece::Bar(vec![(fill, 1)]));
        pieces.push(Piece::Text(Tone::Plain, format!(" {about}{} {words}  ", text::group_digits(seats))));
    }
    pieces
}

/// Says what is in none of the bars; beside a single week that would be taken for what is not in this week.
fn others(figures: &RenewalWeeks, is_one_week: bool) -> String {
    let other = if is_one_week { OtherSeats::default() } else { figures.other };
    let seats = [(other.earlier, "past"), (other.later, "later"), (other.undated, "undated")];
    let seats = seats.into_iter().filter(|(count, _)| *count > 0);
    let seats: Vec<String> =
        seats.map(|(count, words)| format!("{} {words}", text::group_digits(count))).collect();
    let mut said = Vec::new();
    if figures.unknown > 0 {
        said.push(format!(
            "{} not counted",
            text::pluralize(figures.unknown, "unread customer", "unread customers")
        ));
    }
    if !seats.is_empty() {
        said.push(format!("other seats: {}", seats.join(", ")));
    }
    said.join(" · ")
}

/// Places as many weeks as fit, around the one that is shown alone or the current one.
fn placed(
    weeks: &[RenewalWeek],
    (selected, current): (Option<usize>, Option<usize>),
    width: usize,
    height: usize,
) -> Vec<StripWeek> {
    let each = (width / weeks.len().max(1)).clamp(NARROWEST, WIDEST);
    let shown = (width / each).min(weeks.len());
    let centre = selected.or(current).unwrap_or_default();
    let first = centre.saturating_sub(shown / 2).min(weeks.len() - shown);
    let parts = parts(weeks);
    let wide = ((each - 1) / parts.len()).clamp(1, WIDEST_BAR);
    let values = weeks.iter().flat_map(|week| parts.iter().map(|(.., of)| of(week)));
    let greatest = values.max().unwrap_or_default();
    let week = |(place, week): (usize, &RenewalWeek)| {
        let x = (place - first) * each;
        let bars = parts.iter().enumerate().map(|(index, (fill, _, of))| StripBar {
            fill: *fill,
            x: x + index * wide,
            width: wide,
            height: scaled(of(week), greatest, height),
        });
        let is_labelled =
            place.abs_diff(centre).is_multiple_of(LABEL.div_ceil(each)) && x + LABEL <= width + 1;
        let label = week.first_day.format("%-d %b").to_string();
        StripWeek {
            place,
            x,
            width: each,
            label: if is_labelled { label } else { String::new() },
            is_current: current == Some(place),
            is_selected: selected == Some(place),
            bars: bars.collect(),
        }
    };
    weeks.iter().enumerate().skip(first).take(shown).map(week).collect()
}

/// Returns the height of a bar: none for no seats, and at least one line for any.
fn scaled(value: u64, greatest: u64, height: usize) -> usize {
    let greatest = u128::from(greatest.max(1));
    let lines = (u128::from(value) * height as u128 + greatest / 2) / greatest;
    usize::try_from(lines).unwrap_or(height).max(usize::from(value > 0)).min(height)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn weeks(count: i64) -> Vec<RenewalWeek> {
        let first = "2026-11-09".parse::<chrono::NaiveDate>().unwrap();
        (0..count).map(|week| RenewalWeek::empty(first + TimeDelta::days(7 * week))).collect()
    }

    /// Returns the places of the weeks that are shown, and their labels.
    fn shown(count: i64, marked: (Option<usize>, Option<usize>), width: usize) -> (Vec<usize>, String) {
        let placed = placed(&weeks(count), marked, width, 4);
        assert!(placed.iter().all(|week| week.x + week.width <= width.max(NARROWEST)));
        let labels: Vec<String> = placed.iter().map(|week| week.label.clone()).collect();
        (placed.iter().map(|week| week.place).collect(), labels.join("|"))
    }

    #[test]
    fn all_weeks_are_shown_if_they_fit_and_else_those_around_the_marked_one() {
        let few = "9 Nov|16 Nov|23 Nov|30 Nov";
        assert_eq!(shown(4, (None, Some(2)), 59), ((0..4).collect(), few.to_owned()));
        assert_eq!(shown(4, (Some(0), Some(2)), 16), ((0..4).collect(), "9 Nov||23 Nov|".to_owned()));
        assert_eq!(shown(26, (None, Some(0)), 40).0, (0..10).collect::<Vec<_>>());
        assert_eq!(shown(26, (Some(12), Some(0)), 40).0, (7..17).collect::<Vec<_>>());
        assert_eq!(shown(26, (Some(25), None), 40).0, (16..26).collect::<Vec<_>>());
        assert_eq!(shown(0, (None, None), 40).0, Vec::<usize>::new());
    }

    #[test]
    fn bars_are_as_high_as_their_seats_and_never_nothing_for_some() {
        assert_eq!([0, 1, 37, 38, 87, 88].map(|seats| scaled(seats, 100, 4)), [0, 1, 1, 2, 3, 4]);
        assert_eq!((scaled(0, 0, 4), scaled(u64::MAX, u64::MAX, 4)), (0, 4));
    }

    #[test]
    fn seats_of_no_bar_and_customers_that_are_not_counted_are_said() {
        let mut figures = RenewalWeeks::default();
        assert_eq!(others(&figures, false), "");
        figures.other.earlier = 12;
        figures.other.later = 1_204;
        assert_eq!(others(&figures, false), "other seats: 12 past, 1,204 later");
        figures.unknown = 1;
        assert_eq!(
            others(&figures, false),
            "1 unread customer not counted · other seats: 12 past, 1,204 later"
        );
        assert_eq!(others(&figures, true), "1 unread customer not counted");
    }
}
