//! The fictional portfolio, and a server of its pages.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, FixedOffset};
use futures_util::{FutureExt, future::BoxFuture};
use serde_json::{Value, json};

use super::{super::Now, samples::exchange_of};
use crate::{
    api::{ApiError, ApiResponse, ErrorKind, RequestOptions},
    model::{CustomerPage, CustomerQuery, SortBy},
    source::remote::PageFetcher,
};

/// The reseller of the stage.
pub(crate) const RESELLER: &str = "1000396138";

const NAMES: [&str; 12] = [
    "Acme Print GmbH",
    "Blå Havn Studio AS",
    "株式会社みどり出版",
    "Čapek & synové s.r.o.",
    "Оранжевый квадрат",
    "Zeta Foto",
    "دار النخلة للنشر",
    "Études Réunies",
    "한빛디자인",
    "Acme Packaging",
    "Ωμέγα Εκδόσεις",
    "ทะเลสีคราม",
];

/// The rows of one status as the list sends them, newest first.
pub(crate) fn rows(status: &str, count: usize) -> Vec<Value> {
    let newest: DateTime<chrono::Utc> = "2026-11-23T09:15:00Z".parse().unwrap();
    let base: usize = status.parse::<usize>().unwrap() * 1_000_000;
    (0..count)
        .map(|n| {
            let name = NAMES[n % NAMES.len()];
            let name =
                if n < NAMES.len() { name.to_owned() } else { format!("{name} {}", n / NAMES.len() + 1) };
            let created = newest - chrono::Duration::hours(i64::try_from(n).unwrap() * 11);
            let id = (base + 500 + n).to_string();
            json!({
                "externalReferenceId": format!("ref-{status}-{n:05}"),
                "customerId": id,
                "resellerId": RESELLER,
                "status": status,
                "companyProfile": {"companyName": name},
                "creationDate": created.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
                "links": {"self": {"uri": format!("/v3/customers/{id}"), "method": "GET", "headers": []}}
            })
        })
        .collect()
}

/// The data that the stage answers with.
pub(crate) struct Portfolio {
    /// The rows of each listed status.
    pub(crate) lists: [Vec<Value>; 4],
    /// The number of orders each customer has.
    pub(crate) orders: u64,
    /// The answer instead of pages of the lists.
    pub(crate) body: Option<Body>,
    /// The address in the exchanges of pages.
    pub(crate) url: &'static str,
    /// The reseller whose customers may not be read.
    pub(crate) forbidden: Option<String>,
}

/// Makes the body of the answer to a query.
type Body = Arc<dyn Fn(&CustomerQuery) -> String + Send + Sync>;

impl Default for Portfolio {
    fn default() -> Self {
        Self {
            lists: [rows("1000", 130), rows("1002", 3), rows("1004", 60), rows("1026", 1)],
            orders: 130,
            body: None,
            forbidden: None,
            url: "http://127.0.0.1:8080/v3/resellers/1000396138/customers?status=1000",
        }
    }
}

impl Portfolio {
    /// A page of another reseller, whose lists are a tenth as long and have customers of their own.
    fn page_of(&self, reseller: &str, query: &CustomerQuery) -> CustomerPage {
        if reseller == RESELLER {
            return self.page(query);
        }
        let suffix = &reseller[8..];
        let lists = self.lists.clone().map(|mut list| {
            list.truncate(list.len().div_ceil(10));
            for row in &mut list {
                let id = format!("{}{suffix}", row["customerId"].as_str().unwrap());
                row["links"]["self"]["uri"] = format!("/v3/customers/{id}").into();
                row["customerId"] = id.into();
                row["resellerId"] = reseller.into();
            }
            list
        });
        Self { lists, orders: self.orders, body: None, url: self.url, forbidden: None }.page(query)
    }

    /// Returns a page as the server would send it. Names are matched by the text before a final `*`.
    fn page(&self, query: &CustomerQuery) -> CustomerPage {
        if let Some(body) = &self.body {
            return CustomerPage::from_slice(query.clone(), body(query).as_bytes()).unwrap();
        }
        let codes = crate::model::Status::LISTED;
        let list =
            codes.iter().position(|code| *code == query.status().code()).map(|index| &self.lists[index]);
        let param = |name| query.params().into_iter().find(|(key, _)| *key == name).map(|(_, value)| value);
        let prefix = param("company-name").map(|name| name.trim_end_matches('*').to_lowercase());
        let (from, to) = (param("from-created-date"), param("to-created-date"));
        let text = |row: &Value, pointer: &str| {
            row.pointer(pointer).and_then(Value::as_str).unwrap_or("").to_owned()
        };
        let name = |row: &Value| text(row, "/companyProfile/companyName").to_lowercase();
        let created = |row: &Value| text(row, "/creationDate");
        let mut rows: Vec<Value> = list.into_iter().flatten().cloned().collect();
        rows.retain(|row| {
            prefix.as_ref().is_none_or(|prefix| name(row).starts_with(prefix))
                && from.as_ref().is_none_or(|from| created(row).as_str() >= from.as_str())
                && to.as_ref().is_none_or(|to| &created(row)[..10.min(created(row).len())] <= to.as_str())
        });
        rows.sort_by_key(|row| match query.sort_by() {
            SortBy::CompanyName => name(row),
            SortBy::CreationDate => created(row),
            SortBy::Column(key) => panic!("the API does not sort by {key}"),
        });
        if query.order().as_param() == "desc" {
            rows.reverse();
        }
        let total = rows.len();
        let offset = usize::try_from(query.offset()).unwrap();
        let rows: Vec<Value> = rows.into_iter().skip(offset).take(query.limit().into()).collect();
        let body = json!({"totalCount": total, "count": rows.len(), "offset": offset, "limit": query.limit(), "accounts": rows});
        CustomerPage::from_slice(query.clone(), body.to_string().as_bytes()).unwrap()
    }

    /// The record of a customer.
    pub(crate) fn record(id: &str) -> Value {
        json!({
            "externalReferenceId": "ref-0001", "customerId": id, "resellerId": RESELLER, "status": "1000",
            "creationDate": "2025-08-27T12:57:22Z", "cotermDate": "2026-12-07", "globalSalesEnabled": false,
            "companyProfile": {
                "companyName": "Acme Print GmbH", "preferredLanguage": "de-DE", "marketSegment": "COM",
                "address": {"country": "DE", "city": "Lindenhafen", "addressLine1": "Beispielweg 1", "postalCode": "00012"},
                "contacts": [{"firstName": "Ada", "lastName": "Muster", "email": "ada.muster@example.com",
                    "phoneNumber": "+49 30 23125 100"}]
            },
            "discounts": [{"offerType": "LICENSE", "level": "13"}],
            "benefits": [{"type": "THREE_YEAR_COMMIT", "commitment": {"startDate": "2025-07-05", "endDate": "2028-07-05",
                "status": "COMMITTED", "minimumQuantities": [{"offerType": "LICENSE", "quantity": 50}]}}],
            "links": {"self": {"uri": format!("/v3/customers/{id}"), "method": "GET", "headers": []}}
        })
    }

    pub(super) fn subscriptions() -> Value {
        json!({"totalCount": 2, "items": [
            {"subscriptionId": "8675309", "offerId": "65304479CA01A12", "currentQuantity": 25, "usedQuantity": 21,
             "autoRenewal": {"enabled": true, "renewalQuantity": 25}, "creationDate": "2025-08-27T12:57:22Z",
             "renewalDate": "2026-12-07", "status": "1000", "currencyCode": "EUR"},
            {"subscriptionId": "8675310", "offerId": "65322651CAT1A12", "currentQuantity": 4, "usedQuantity": 0,
             "autoRenewal": {"enabled": false}, "creationDate": "2025-09-01T08:00:00Z",
             "renewalDate": "2026-12-07", "status": "1004", "currencyCode": "EUR"}]})
    }

    /// A page of orders; 100 at a time.
    pub(super) fn orders(&self, offset: u64) -> Value {
        let end = self.orders.min(offset + 100);
        let items: Vec<Value> = (offset..end)
            .map(|n| {
                json!({"orderId": format!("9{n:09}"), "orderType": if n % 3 == 0 { "RENEWAL" } else { "NEW" },
                    "status": if n == 1 { "1008" } else { "1000" }, "creationDate": "2026-08-27T12:57:22Z",
                    "currencyCode": "EUR", "lineItems": [{"extLineItemNumber": 1, "offerId": "65304479CA01A12",
                        "quantity": n + 1, "subscriptionId": "8675309", "status": "1000"}]})
            })
            .collect();
        let mut links = json!({"self": {"uri": format!("/orders?offset={offset}")}});
        if end < self.orders {
            links["next"] = json!({"uri": format!("/orders?offset={end}"), "method": "GET", "headers": []});
        }
        json!({"totalCount": self.orders, "count": items.len(), "offset": offset, "limit": 100, "items": items, "links": links})
    }
}

/// A server of the portfolio's pages.
pub(super) struct PortfolioServer<'a> {
    portfolio: &'a Portfolio,
    now: Now,
    /// False if requests are noted, and never answered.
    answers: bool,
    /// The queries of all requests.
    pub(super) asked: Mutex<Vec<CustomerQuery>>,
}

impl<'a> PortfolioServer<'a> {
    pub(super) fn new(portfolio: &'a Portfolio, now: Now, answers: bool) -> Self {
        Self { portfolio, now, answers, asked: Mutex::default() }
    }
}

impl PageFetcher for PortfolioServer<'_> {
    fn page<'a>(
        &'a self,
        reseller: &'a str,
        query: &'a CustomerQuery,
        _: &RequestOptions,
    ) -> BoxFuture<'a, Result<ApiResponse<CustomerPage>, ApiError>> {
        self.asked.lock().unwrap().push(query.clone());
        if self.portfolio.forbidden == Some(reseller.to_owned()) {
            let error = ApiError { kind: ErrorKind::Forbidden, ..ApiError::internal("not yours") };
            return std::future::ready(Err(error)).boxed();
        }
        if self.answers {
            let answer = ApiResponse {
                value: self.portfolio.page_of(reseller, query),
                exchange: exchange_of(self.portfolio.url),
            };
            std::future::ready(Ok(answer)).boxed()
        } else {
            std::future::pending().boxed()
        }
    }

    fn now(&self) -> DateTime<FixedOffset> {
        self.now.wall
    }
}
