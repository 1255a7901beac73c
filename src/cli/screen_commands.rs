//! Tests that the command which the screen copies is parsed back into the same view.

use chrono::NaiveDate;
use clap::Parser as _;

use super::{Arguments, CliCommand};
use crate::{
    model::{CustomerFilter, NamePattern, SortBy, SortOrder, Status, StatusFilter},
    tui::app::list_options,
};

/// Returns the filter (with its status), the offset and the limit of `vipmp list` with these options.
fn read(options: &[String]) -> (CustomerFilter, u64, u64) {
    let words = ["vipmp", "list"].map(str::to_owned).into_iter().chain(options.iter().cloned());
    let Some(CliCommand::List(list)) = Arguments::try_parse_from(words).unwrap().command else {
        panic!("list")
    };
    let filter = list.filter.customer_filter(NaiveDate::default()).unwrap();
    let statuses = list.filter.statuses().unwrap();
    let status = match statuses.as_slice() {
        [status] => StatusFilter::One(status.clone()),
        all => {
            assert_eq!(all, Status::listed());
            StatusFilter::All
        }
    };
    (CustomerFilter { status, ..filter }, list.offset, list.limit.unwrap_or(50))
}

#[test]
fn every_view_is_read_back_as_it_was() {
    let statuses = Status::listed().map(StatusFilter::One).into_iter().chain([StatusFilter::All]);
    let names = ["", "acme", "*print*", "\"Acme Print\"", "\"a\" b", "'; rm", "\"\"a*\"\"", "-x", "株式"];
    let dates = ["2026-01-05", "2026-11-24"].map(|date| Some(date.parse::<NaiveDate>().unwrap()));
    for status in statuses {
        for name in names {
            for (from, to) in [(None, None), (dates[0], None), (None, dates[1]), (dates[0], dates[1])] {
                for sort_by in [SortBy::CreationDate, SortBy::CompanyName] {
                    for order in [SortOrder::Ascending, SortOrder::Descending] {
                        for (page_size, first) in [(50, 0), (50, 100), (20, 40)] {
                            let name = NamePattern::parse(name);
                            let status = status.clone();
                            // Every third view is of other resellers.
                            let resellers = ["1000400001", "1000400002"].map(str::to_owned);
                            let resellers = resellers[..(page_size % 3).into()].to_vec();
                            let filter = CustomerFilter {
                                resellers,
                                status,
                                name,
                                from,
                                to,
                                sort_by,
                                order,
                                page_size,
                                then_by: Vec::new(),
                                portfolio: None,
                            };
                            let options = list_options(&filter, first);
                            let (read, offset, limit) = read(&options);
                            let read = CustomerFilter { page_size, ..read };
                            assert_eq!(read, filter, "{options:?}");
                            assert_eq!((offset, limit), (first, page_size.into()), "{options:?}");
                        }
                    }
                }
            }
        }
    }
}
