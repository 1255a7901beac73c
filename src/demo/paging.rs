//! Lists in pages with links: the orders and deployments of a customer, and what other lists of this form share.

use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::{
    calendar, deployments,
    errors::Refusal,
    links, orders,
    params::Params,
    portfolio::{Portfolio, Record},
};
use super::{orders::DemoOrder, purchases::Purchases};

/// The default and the greatest number of items in a page; larger numbers are capped.
const DEFAULT_LIMIT: usize = 25;
const MOST: usize = 100;

/// Answers `GET /v3/customers/{customer-id}/orders`: newest first, those of the current term if no `start-date` is given.
pub(super) fn orders(portfolio: &Portfolio, record: &Record, params: &mut Params) -> Result<Value, Refusal> {
    let (start, end) = (params.span("start-date"), params.span("end-date"));
    let prices = params.choice("fetch-price", &["false", "true"]) == 1;
    let page = PageRequest::read(params);
    let from = start.map(|(first, _)| first);
    let to = end.map_or_else(|| portfolio.now(), |(_, last)| last);
    if from.is_some_and(|from| from > to) {
        params.refuse("start-date is later than end-date");
    }
    params.check()?;
    let path = format!("/v3/customers/{}/orders", record.customer_id());
    let Some(purchases) = Purchases::of(portfolio, record) else {
        return page.answer(&path, params, &[], |order: &DemoOrder| order.write(portfolio, record, prices));
    };
    let reseller = portfolio.resellers.get(usize::from(record.reseller)).map_or("", |own| own.plan.id);
    let from = from.unwrap_or_else(|| calendar::start_of(purchases.term.start()));
    let fitting: Vec<DemoOrder> = orders::of(portfolio, record, &purchases)
        .into_iter()
        .filter(|order| (from..=to).contains(&order.created) && fits(order, reseller, params))
        .collect();
    page.answer(&path, params, &fitting, |order| order.write(portfolio, record, prices))
}

/// Returns true if an order matches the filters; several values of a filter mean any of them.
fn fits(order: &DemoOrder, reseller: &str, params: &Params) -> bool {
    let any = |name: &str, fits: &dyn Fn(&str) -> bool| {
        let values = params.all(name);
        values.is_empty() || values.into_iter().any(fits)
    };
    any("order-type", &|kind| order.kind.eq_ignore_ascii_case(kind))
        && any("status", &|status| order.has_status(status))
        && any("offer-id", &|offer| order.lines.iter().any(|line| line.offer == offer))
        && any("subscription-id", &|id| {
            order.lines.iter().any(|line| line.subscription.as_deref() == Some(id))
        })
        && any("reseller-id", &|id| id == reseller)
        && any("reference-order-id", &|id| order.reference.as_deref() == Some(id))
}

/// Answers `GET /v3/customers/{customer-id}/deployments`.
pub(super) fn deployments(
    portfolio: &Portfolio,
    record: &Record,
    params: &mut Params,
) -> Result<Value, Refusal> {
    let page = PageRequest::read(params);
    params.check()?;
    let status = params.all("status");
    let all = deployments::of(portfolio, record);
    let fitting: Vec<_> =
        all.into_iter().filter(|own| status.is_empty() || status.contains(&own.status)).collect();
    let path = format!("/v3/customers/{}/deployments", record.customer_id());
    page.answer(&path, params, &fitting, |own| own.write(portfolio, record))
}

/// The requested page.
pub(super) struct PageRequest {
    offset: usize,
    limit: usize,
}

impl PageRequest {
    /// Reads the parameters of the page.
    pub(super) fn read(params: &mut Params) -> Self {
        let limit = params.number_capped("limit", 1, MOST, DEFAULT_LIMIT);
        Self { offset: params.number("offset", 0, 0), limit }
    }

    /// Reads the parameters of a page whose limit is refused rather than capped if it is greater than `most`.
    pub(super) fn read_up_to(params: &mut Params, most: usize, default: usize) -> Self {
        let limit = params.number_up_to("limit", 1, most, default);
        Self { offset: params.number("offset", 0, 0), limit }
    }

    /// Returns the page, with its rows as `items`.
    pub(super) fn answer<T>(
        &self,
        path: &str,
        params: &Params,
        all: &[T],
        write: impl Fn(&T) -> Value,
    ) -> Result<Value, Refusal> {
        self.answer_as("items", path, params, all, write)
    }

    /// Returns the page. An offset equal to the total gives an empty page; a greater one is refused.
    pub(super) fn answer_as<T>(
        &self,
        rows: &str,
        path: &str,
        params: &Params,
        all: &[T],
        write: impl Fn(&T) -> Value,
    ) -> Result<Value, Refusal> {
        let (offset, limit, total) = (self.offset, self.limit, all.len());
        if offset > total {
            return Err(Refusal::offset_out_of_range(offset, total));
        }
        let items: Vec<Value> = all.iter().skip(offset).take(limit).map(write).collect();
        let end = offset + items.len();
        let next = (end < total).then(|| self.uri(path, params, end));
        let previous = (offset > 0).then(|| self.uri(path, params, offset.saturating_sub(limit)));
        let own = self.uri(path, params, offset);
        Ok(json!({
            "totalCount": total,
            "count": items.len(),
            "offset": offset,
            "limit": limit,
            rows: items,
            "links": links::page(&own, next.as_deref(), previous.as_deref()),
        }))
    }

    /// Returns the address of a page with the same filters.
    fn uri(&self, path: &str, params: &Params, offset: usize) -> String {
        let mut query = Serializer::new(String::new());
        query.append_pair("limit", &self.limit.to_string()).append_pair("offset", &offset.to_string());
        let mut seen: Vec<&(String, String)> = Vec::new();
        for pair in params.pairs().iter().filter(|(key, _)| key != "limit" && key != "offset") {
            if !seen.contains(&pair) {
                query.append_pair(&pair.0, &pair.1);
                seen.push(pair);
            }
        }
        format!("{path}?{}", query.finish())
    }
}
