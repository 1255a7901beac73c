//! The two lists that can be filtered and sorted: the customers of a reseller, and the resellers.

use serde_json::{Value, json};

use super::{
    customer,
    errors::Refusal,
    names,
    params::Params,
    portfolio::{Portfolio, Selection, Sort},
};
use crate::model::{MAX_LIMIT, Status};

/// The number of rows in a page if the request does not say.
const DEFAULT_LIMIT: usize = 20;
/// The greatest length of a pattern for a company name, in characters.
const LONGEST_PATTERN: usize = 250;

/// Answers `GET /v3/resellers/{reseller-id}/customers`. An offset beyond the end gives an empty page, since the
/// documentation has no error for it here.
pub(super) fn customers(portfolio: &Portfolio, id: &str, params: &mut Params) -> Result<Value, Refusal> {
    let from = params.day("from-created-date");
    let to = params.day("to-created-date");
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        params.refuse("from-created-date is later than to-created-date");
    }
    let wanted = Selection { from, to, ..selection(params)? };
    let reseller = portfolio.reseller(id).ok_or_else(|| Refusal::reseller(id))?;
    let (total, page) = portfolio.select(reseller, &wanted);
    let rows: Vec<Value> = page.iter().map(|record| customer::row(portfolio, record)).collect();
    Ok(answer(total, &wanted, &rows))
}

/// Answers `GET /v3/resellers`: the same parameters, without dates.
pub(super) fn resellers(portfolio: &Portfolio, params: &mut Params) -> Result<Value, Refusal> {
    let wanted = selection(params)?;
    let status = Status::LISTED.get(wanted.status).copied().unwrap_or_default();
    let mut fitting: Vec<_> = portfolio
        .resellers
        .iter()
        .filter(|reseller| reseller.plan.status == status)
        .filter(|reseller| {
            wanted.name.as_ref().is_none_or(|pattern| names::fits(pattern, &names::fold(reseller.plan.name)))
        })
        .collect();
    fitting.sort_by_cached_key(|reseller| match wanted.sort {
        Sort::Date => (reseller.created, String::new(), reseller.plan.id),
        Sort::Name => (0, names::fold(reseller.plan.name), reseller.plan.id),
    });
    if wanted.descending {
        fitting.reverse();
    }
    let page = fitting.iter().skip(wanted.offset).take(wanted.limit);
    let rows: Vec<Value> = page.map(|reseller| reseller.row()).collect();
    Ok(answer(fitting.len(), &wanted, &rows))
}

/// Reads the parameters that both lists have.
fn selection(params: &mut Params) -> Result<Selection, Refusal> {
    let name = params.text("company-name");
    let selection = Selection {
        status: params.choice("status", &Status::LISTED),
        name: name.as_deref().map(names::fold),
        from: None,
        to: None,
        sort: [Sort::Date, Sort::Name][params.choice("sort-by", &["creationDate", "companyName"])],
        descending: params.choice("order-by", &["desc", "asc"]) == 0,
        offset: params.number("offset", 0, 0),
        limit: params.number_up_to("limit", 1, MAX_LIMIT.into(), DEFAULT_LIMIT),
    };
    params.check()?;
    match name {
        Some(name) if name.is_empty() => Err(Refusal::invalid_search("company-name is empty")),
        Some(name) if name.chars().count() > LONGEST_PATTERN => {
            Err(Refusal::invalid_search("company-name has more than 250 characters"))
        }
        _ => Ok(selection),
    }
}

fn answer(total: usize, wanted: &Selection, rows: &[Value]) -> Value {
    json!({
        "totalCount": total,
        "count": rows.len(),
        "offset": wanted.offset,
        "limit": wanted.limit,
        "accounts": rows,
    })
}
