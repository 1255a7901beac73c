//! The charts of the summary, over the tables beside them.

use rust_xlsxwriter::{Chart, ChartSolidFill, ChartType, Color};

use super::summary_sheet::SUMMARY;

/// The colour of what has no meaning of its own.
const PLAIN: u32 = 0x0046_7FB5;

/// The format of numbers.
const NUMBERS: &str = "#,##0";

/// The size of a chart in pixels.
const SIZE: (u32, u32) = (560, 290);

/// The rows of a table that a chart shows; the labels are in the first column.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChartData {
    /// The first row.
    pub(super) first: u32,
    /// The last row.
    pub(super) last: u32,
}

/// A series of a chart: its column, its name and its colour.
#[derive(Debug, Clone, Copy)]
pub(super) struct Series {
    /// The column with the values.
    pub(super) column: u16,
    /// The name, which is in the legend if there are several.
    pub(super) name: &'static str,
    /// The colour; `None` for the plain one.
    pub(super) colour: Option<u32>,
}

/// Returns a chart with upright columns. The labels are in the first column of the sheet, in this format.
pub(super) fn columns(title: &str, data: ChartData, series: &[Series], labels: &str) -> Chart {
    let kind = if series.len() > 1 { ChartType::ColumnStacked } else { ChartType::Column };
    let mut chart = with_series(Chart::new(kind), title, data, series);
    chart.x_axis().set_text_axis(true).set_num_format(labels);
    chart.y_axis().set_num_format(NUMBERS);
    chart
}

/// Returns a chart with bars, the first row at the top.
pub(super) fn bars(title: &str, data: ChartData, series: Series) -> Chart {
    let mut chart = with_series(Chart::new(ChartType::Bar), title, data, &[series]);
    chart.x_axis().set_num_format(NUMBERS);
    // The axis of the labels, which would begin at the bottom.
    chart.y_axis().set_reverse();
    chart
}

fn with_series(mut chart: Chart, title: &str, data: ChartData, series: &[Series]) -> Chart {
    chart.title().set_name(title);
    chart.set_width(SIZE.0).set_height(SIZE.1).set_alt_text(title);
    for Series { column, name, colour } in series {
        let fill = Color::RGB(colour.unwrap_or(PLAIN));
        chart
            .add_series()
            .set_name(*name)
            .set_categories((SUMMARY, data.first, 0, data.last, 0))
            .set_values((SUMMARY, data.first, *column, data.last, *column))
            .set_format(ChartSolidFill::new().set_color(fill))
            .set_gap(40);
    }
    if series.len() == 1 {
        chart.legend().set_hidden();
    }
    chart
}
