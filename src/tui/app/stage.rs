//! A stage for tests: the app, a clock that only moves when told, and an invented portfolio that answers when told.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::{DateTime, FixedOffset};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use futures_util::{FutureExt, future::BoxFuture};
use serde_json::{Value, json};

use super::{Age, App, Configured, Effect, Listed, Message, NotSaved, Now, Setup, Ticket};
use crate::{
    account::{Draft, Resellers, Target},
    api::{ApiError, ApiResponse, ErrorKind, Exchange, RequestOptions, Urgency},
    config::{self, Profile, SecretSource, SignIn},
    model::{
        Customer, CustomerPage, CustomerQuery, Order, OrderPage, OrdersRequest, Priority, RecordKey,
        Reseller, ResellerRow, RowsRequest, SortBy, Status, StatusCounts, SubscriptionList,
    },
    source::{
        CustomerSource, Fetched, Origin, Window,
        remote::{PageFetcher, RemoteRows},
    },
    tui::keys::KeyMap,
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

    /// A page as the server would send it. Names are matched by what stands before a final `*`.
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

    fn subscriptions() -> Value {
        json!({"totalCount": 2, "items": [
            {"subscriptionId": "8675309", "offerId": "65304479CA01A12", "currentQuantity": 25, "usedQuantity": 21,
             "autoRenewal": {"enabled": true, "renewalQuantity": 25}, "creationDate": "2025-08-27T12:57:22Z",
             "renewalDate": "2026-12-07", "status": "1000", "currencyCode": "EUR"},
            {"subscriptionId": "8675310", "offerId": "65322651CAT1A12", "currentQuantity": 4, "usedQuantity": 0,
             "autoRenewal": {"enabled": false}, "creationDate": "2025-09-01T08:00:00Z",
             "renewalDate": "2026-12-07", "status": "1004", "currencyCode": "EUR"}]})
    }

    /// A page of orders; 100 at a time.
    fn orders(&self, offset: u64) -> Value {
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
pub(crate) struct Server<'a> {
    portfolio: &'a Portfolio,
    now: Now,
    /// False if requests are noted, and never answered.
    answers: bool,
    /// The thing asked for.
    asked: Mutex<Vec<CustomerQuery>>,
}

impl<'a> Server<'a> {
    fn new(portfolio: &'a Portfolio, now: Now, answers: bool) -> Self {
        Self { portfolio, now, answers, asked: Mutex::default() }
    }
}

impl PageFetcher for Server<'_> {
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

/// The app with everything around it.
pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) now: Now,
    pub(crate) portfolio: Portfolio,
    /// The source of the rows, unless there is another one.
    pub(crate) rows: RemoteRows,
    /// The other source of the rows.
    pub(crate) source: Option<Box<dyn CustomerSource>>,
    /// Requests that nobody has answered or given up yet.
    pub(crate) pending: Vec<Effect>,
    /// The other effects that the world was asked for.
    pub(crate) asked: Vec<Effect>,
}

impl Stage {
    /// A started app that nobody has answered yet.
    pub(crate) fn new(width: u16, height: u16) -> Self {
        Self::with_keys(width, height, KeyMap::default())
    }

    /// The same with other keys.
    pub(crate) fn with_keys(width: u16, height: u16, keys: KeyMap) -> Self {
        Self::started(Setup {
            target: Target::Demo,
            demo_reseller: RESELLER.to_owned(),
            invocation: crate::tui::app::Invocation::default(),
            configured: Configured { keys, ..Configured::default() },
            size: (width, height),
            stands_in: false,
            mouse: true,
            folder: "/home/mara".into(),
            notice: None,
        })
    }

    /// An app that was started like this.
    pub(crate) fn started(setup: Setup) -> Self {
        let wall: DateTime<FixedOffset> = "2026-11-23T12:57:22+00:00".parse().unwrap();
        let now = Now { mono: Duration::from_secs(1), wall };
        let (app, effects) = App::new(setup, now);
        let mut stage = Self {
            app,
            now,
            portfolio: Portfolio::default(),
            rows: RemoteRows::new(RESELLER),
            source: None,
            pending: Vec::new(),
            asked: Vec::new(),
        };
        stage.sort_out(effects);
        stage
    }

    /// A started app with the profile of this name on the screen.
    pub(crate) fn of_profile(name: &str, configured: Configured, width: u16, height: u16) -> Self {
        let listed = configured.profiles.iter().find(|listed| listed.name == name).unwrap();
        let target = Target::Profile { name: listed.name.clone(), profile: Box::new(listed.profile.clone()) };
        Self::started(Setup {
            target,
            demo_reseller: RESELLER.to_owned(),
            invocation: crate::tui::app::Invocation::default(),
            configured,
            size: (width, height),
            stands_in: false,
            mouse: true,
            folder: "/home/mara".into(),
            notice: None,
        })
    }

    /// An app in the middle of its work: first page, counts, reseller and the first row's record are here, and
    /// the welcome is gone.
    pub(crate) fn ready(width: u16, height: u16) -> Self {
        Self::new(width, height).settled()
    }

    /// The same with another portfolio.
    pub(crate) fn ready_with(width: u16, height: u16, portfolio: Portfolio) -> Self {
        let mut stage = Self::new(width, height);
        stage.portfolio = portfolio;
        stage.settled()
    }

    pub(crate) fn settled(mut self) -> Self {
        self.answer();
        self.pass(7_000);
        self.answer();
        self.asked.clear();
        self
    }

    /// Sends a message; gives back the effects, which are also sorted into `pending` and `asked`. Rows whose pages are all in
    /// the source's cache arrive at once.
    pub(crate) fn send(&mut self, message: Message) -> Vec<Effect> {
        let effects = self.app.update(self.now, message);
        self.sort_out(effects.clone());
        while let Some(cached) = self.pending.iter().find(|effect| self.is_cached(effect)).cloned() {
            self.answer_one(&cached);
        }
        effects
    }

    fn is_cached(&self, effect: &Effect) -> bool {
        self.source.is_none()
            && matches!(effect, Effect::LoadRows(_, request, _) if !request.refresh)
            && self.asked_by([effect]).is_empty()
    }

    fn sort_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                // Everything that is under way for the account before is given up.
                Effect::Connect(target) => {
                    self.pending.retain(|effect| !is_of_account(effect));
                    self.rows = RemoteRows::new(RESELLER);
                    self.asked.push(Effect::Connect(target));
                }
                Effect::Abort(ticket) => self.pending.retain(|effect| ticket_of(effect) != Some(ticket)),
                effect if ticket_of(&effect).is_some() => self.pending.push(effect),
                effect => self.asked.push(effect),
            }
        }
    }

    /// Presses one key, in the notation of `[keys]`; releases and other modifiers do not matter here.
    pub(crate) fn key(&mut self, key: &str) -> Vec<Effect> {
        self.send(Message::Key(key_event(key)))
    }

    /// Presses keys one after the other, blanks between them.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.split(' ') {
            self.key(key);
        }
        self
    }

    /// Types a text, letter by letter.
    pub(crate) fn typed(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.send(Message::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)));
        }
        self
    }

    pub(crate) fn click(&mut self, column: u16, row: u16) -> Vec<Effect> {
        self.mouse(MouseEventKind::Down(MouseButton::Left), column, row)
    }

    pub(crate) fn wheel(&mut self, down: bool, column: u16, row: u16) -> Vec<Effect> {
        self.mouse(if down { MouseEventKind::ScrollDown } else { MouseEventKind::ScrollUp }, column, row)
    }

    fn mouse(&mut self, kind: MouseEventKind, column: u16, row: u16) -> Vec<Effect> {
        self.send(Message::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }))
    }

    /// Lets time pass, waking the app whenever it asked for it.
    pub(crate) fn pass(&mut self, millis: u64) {
        let end = self.now.mono + Duration::from_millis(millis);
        // A wake that asks for another at once would never end: the clock must move on with each.
        while let Some(wake) = self.app.next_wake().filter(|wake| *wake <= end) {
            self.advance_to(wake.max(self.now.mono + Duration::from_millis(1)).min(end));
            self.send(Message::Wake);
            if self.now.mono == end {
                return;
            }
        }
        self.advance_to(end);
    }

    fn advance_to(&mut self, mono: Duration) {
        let by = mono.saturating_sub(self.now.mono);
        self.now.wall += by;
        self.now.mono = mono;
    }

    /// Answers all requests, those that the answers lead to included.
    pub(crate) fn answer(&mut self) -> &mut Self {
        for _ in 0..1_000 {
            let Some(effect) = self.pending.first().cloned() else { return self };
            self.answer_one(&effect);
        }
        panic!("requests without end: {:?}", self.pending);
    }

    /// Answers one pending request as the portfolio would.
    pub(crate) fn answer_one(&mut self, effect: &Effect) {
        self.pending.retain(|pending| pending != effect);
        if let Effect::LoadRecord(ticket, _, _)
        | Effect::LoadSubscriptions(ticket, _, _)
        | Effect::LoadOrders(ticket, _)
        | Effect::FetchReseller(ticket) = effect
        {
            self.send(Message::Exchange(*ticket, Box::new(exchange())));
        }
        let message = match effect {
            Effect::LoadRows(ticket, request, priority) => {
                let window = self.window(*ticket, request, *priority);
                Message::Rows(*ticket, window.map(Box::new).map_err(Box::new))
            }
            Effect::LoadCounts(ticket, filter) if self.source.is_some() => {
                let counts = self
                    .source
                    .as_ref()
                    .map(|source| source.counts(filter.clone(), RequestOptions::default()));
                Message::Counts(*ticket, counts.and_then(FutureExt::now_or_never).unwrap())
            }
            Effect::LoadCounts(ticket, filter) => {
                let server = Server::new(&self.portfolio, self.now, true);
                let options = RequestOptions::default();
                let counts = self.rows.counts(&server, filter, &options).now_or_never().unwrap();
                for _ in server.asked.into_inner().unwrap() {
                    self.send(Message::Exchange(*ticket, Box::new(exchange())));
                }
                Message::Counts(*ticket, counts)
            }
            Effect::LoadRecord(ticket, RecordKey::Link(link), _) => {
                let id = link.uri.rsplit('/').next().unwrap_or_default();
                Message::Record(*ticket, fetched(customer(&Portfolio::record(id))))
            }
            Effect::LoadRecord(ticket, RecordKey::Id(id), _) => {
                Message::Record(*ticket, fetched(customer(&Portfolio::record(id))))
            }
            Effect::LoadSubscriptions(ticket, _, _) => {
                let body = Portfolio::subscriptions().to_string();
                let list = SubscriptionList::from_slice(body.as_bytes()).unwrap();
                Message::Subscriptions(*ticket, fetched(list))
            }
            Effect::LoadOrders(ticket, OrdersRequest::First { .. }) => {
                Message::Orders(*ticket, fetched(order_page(&self.portfolio.orders(0))))
            }
            Effect::LoadOrders(ticket, OrdersRequest::Next(link)) => {
                let offset = link.uri.rsplit('=').next().unwrap().parse().unwrap();
                Message::Orders(*ticket, fetched(order_page(&self.portfolio.orders(offset))))
            }
            Effect::LoadResellers(ticket) => {
                let list = Resellers { rows: resellers(), unreadable: 0, doubt: None };
                Message::AccountResellers(*ticket, Ok(Box::new(list)))
            }
            Effect::FetchReseller(ticket) => Message::Reseller(*ticket, Ok(Box::new(reseller()))),
            Effect::CheckProfile(ticket, _, step) => {
                Message::Checked(*ticket, Ok(format!("{} is in order", step.title())))
            }
            Effect::ListResellers(ticket, _) => Message::Resellers(*ticket, Ok(resellers())),
            Effect::SaveProfile(ticket, draft) => {
                let mut configured = self.app.session.configuration.clone();
                configured.put(draft);
                Message::ProfileSaved(*ticket, Ok(Box::new(configured)))
            }
            Effect::RemoveProfile(ticket, name) => {
                let mut configured = self.app.session.configuration.clone();
                configured.profiles.retain(|listed| listed.name != *name);
                configured.names.retain(|known| known != name);
                Message::ProfilesChanged(*ticket, Ok(Box::new(configured)))
            }
            Effect::DefaultProfile(ticket, name) => {
                let configured =
                    Configured { default: Some(name.clone()), ..self.app.session.configuration.clone() };
                Message::ProfilesChanged(*ticket, Ok(Box::new(configured)))
            }
            other => panic!("{other:?} is no request"),
        };
        self.settle(effect, message);
    }

    /// Reads a window from the portfolio; the app hears of the requests that this takes.
    fn window(
        &mut self,
        ticket: Ticket,
        request: &RowsRequest,
        priority: Priority,
    ) -> Result<Window, ApiError> {
        if let Some(source) = &self.source {
            return source.rows(request.clone(), RequestOptions::default()).now_or_never().unwrap();
        }
        let urgency = match priority {
            Priority::Visible => Urgency::foreground(),
            Priority::Prefetch => Urgency::background(),
        };
        let server = Server::new(&self.portfolio, self.now, true);
        let options = RequestOptions::new(urgency);
        let window = self.rows.window(&server, request, &options).now_or_never().unwrap();
        for _ in server.asked.into_inner().unwrap() {
            self.send(Message::Exchange(ticket, Box::new(exchange())));
        }
        window
    }

    /// Answers one pending request with an error.
    pub(crate) fn fail_one(&mut self, effect: &Effect, error: ApiError) {
        if let (Some(ticket), Some(exchange)) = (ticket_of(effect), &error.exchange) {
            self.send(Message::Exchange(ticket, exchange.clone()));
        }
        let error = Box::new(error);
        let message = match effect {
            Effect::LoadRows(ticket, ..) => Message::Rows(*ticket, Err(error)),
            Effect::LoadCounts(ticket, _) => Message::Counts(*ticket, StatusCounts::failed(&*error)),
            Effect::LoadRecord(ticket, _, _) => Message::Record(*ticket, Err(error)),
            Effect::LoadSubscriptions(ticket, _, _) => Message::Subscriptions(*ticket, Err(error)),
            Effect::LoadOrders(ticket, _) => Message::Orders(*ticket, Err(error)),
            Effect::LoadResellers(ticket) => Message::AccountResellers(*ticket, Err(error)),
            Effect::FetchReseller(ticket) => Message::Reseller(*ticket, Err(error)),
            Effect::CheckProfile(ticket, ..) => Message::Checked(*ticket, Err(error)),
            Effect::ListResellers(ticket, _) => Message::Resellers(*ticket, Err(error)),
            Effect::SaveProfile(ticket, _) => {
                Message::ProfileSaved(*ticket, Err(NotSaved::Failed(error.to_string())))
            }
            Effect::RemoveProfile(ticket, _) | Effect::DefaultProfile(ticket, _) => {
                Message::ProfilesChanged(*ticket, Err(error.to_string()))
            }
            other => panic!("{other:?} is no request"),
        };
        self.settle(effect, message);
    }

    /// Answers everything with this error.
    pub(crate) fn fail(&mut self, error: &ApiError) -> &mut Self {
        while let Some(effect) = self.pending.first().cloned() {
            self.fail_one(&effect, error.clone());
        }
        self
    }

    /// Answers one pending request with a message of the test's own.
    pub(crate) fn settle(&mut self, effect: &Effect, message: Message) {
        self.pending.retain(|pending| pending != effect);
        self.send(message);
    }

    /// Returns true if nothing moves: the app is only woken when the age of its rows is another one.
    pub(crate) fn is_still(&self) -> bool {
        let age = self.app.table.age(self.now).and_then(Age::lasts);
        self.app.next_wake() == age.map(|lasts| self.now.mono + lasts)
    }

    /// The customer id of the selected row.
    pub(crate) fn selected_id(&self) -> Option<&str> {
        self.app.table.customer().map(|row| row.customer_id.as_str())
    }

    /// The company names that are on the page.
    pub(crate) fn names(&self) -> Vec<String> {
        let Some(shown) = self.app.table.shown() else { return Vec::new() };
        let name = |index| shown.customer(index)?.company_name.clone();
        (0..shown.len()).map(|index| name(index).unwrap_or_default()).collect()
    }

    /// Returns the footer's notice.
    pub(crate) fn notice(&self) -> &str {
        self.app.notices.shown().map_or("", |notice| notice.text.as_str())
    }

    /// The query strings of the pages that the pending requests ask for first.
    pub(crate) fn queries(&self) -> Vec<String> {
        self.page_queries().iter().map(CustomerQuery::query_string).collect()
    }

    /// The same, read.
    pub(crate) fn page_queries(&self) -> Vec<CustomerQuery> {
        self.asked_by(&self.pending)
    }

    /// The queries that requests send first.
    fn asked_by<'e>(&self, effects: impl IntoIterator<Item = &'e Effect>) -> Vec<CustomerQuery> {
        let server = Server::new(&self.portfolio, self.now, false);
        // Nothing that the user should hear is taken for told.
        let options = RequestOptions::new(Urgency::background());
        for effect in effects {
            // Nothing is answered, so none of them ends unless all its pages are here.
            match effect {
                Effect::LoadRows(_, request, _) => {
                    let _ = self.rows.window(&server, request, &options).now_or_never();
                }
                Effect::LoadCounts(_, filter) => {
                    let _ = self.rows.counts(&server, filter, &options).now_or_never();
                }
                _ => {}
            }
        }
        server.asked.into_inner().unwrap()
    }
}

/// Returns true if a request is about the customers of the account on the screen.
fn is_of_account(effect: &Effect) -> bool {
    !matches!(
        effect,
        Effect::CheckProfile(..)
            | Effect::ListResellers(..)
            | Effect::SaveProfile(..)
            | Effect::RemoveProfile(..)
            | Effect::DefaultProfile(..)
    )
}

impl Configured {
    /// With a profile as it was saved.
    pub(crate) fn put(&mut self, draft: &Draft) {
        let former = draft.former.clone().unwrap_or_else(|| draft.name.clone());
        let view = self.profiles.iter().find(|listed| listed.name == former).and_then(|it| it.view.clone());
        self.profiles.retain(|listed| listed.name != former);
        self.names.retain(|name| *name != former);
        let listed =
            Listed { name: draft.name.clone(), profile: draft.profile.clone(), last_used: None, view };
        self.profiles.push(listed);
        self.names.push(draft.name.clone());
        self.profiles.sort_by(|a, b| a.name.cmp(&b.name));
        if draft.default {
            self.default = Some(draft.name.clone());
        }
    }
}

/// Two profiles, one for production and one for the sandbox.
pub(crate) fn two_profiles() -> Configured {
    let mut configured = Configured::default();
    for (name, environment, reseller) in [
        ("apac", config::Environment::Sandbox, "1000400001"),
        ("emea-prod", config::Environment::Production, RESELLER),
    ] {
        let (api, token) = environment.addresses().unwrap();
        configured.put(&Draft {
            former: None,
            name: name.into(),
            profile: Profile {
                environment,
                api_url: api.parse().unwrap(),
                token_url: token.parse().unwrap(),
                reseller_id: reseller.into(),
                client_id: "client-77".into(),
                sign_in: SignIn::ClientSecret(SecretSource::Keyring),
            },
            typed: None,
            default: name == "emea-prod",
        });
    }
    configured
}

fn resellers() -> Vec<ResellerRow> {
    let row = |id: &str, name: &str| ResellerRow {
        reseller_id: id.into(),
        distributor_id: None,
        company_name: Some(name.into()),
        status: Status::active(),
        problems: Vec::new(),
        raw: serde_json::Value::Null,
    };
    vec![
        row(RESELLER, "Lanternfold Distribution"),
        row("1000400001", "Pebblebrook Licensing"),
        row("1000400002", "月見野ソフトウェア株式会社"),
    ]
}

/// The ticket of a request.
pub(crate) fn ticket_of(effect: &Effect) -> Option<Ticket> {
    match effect {
        Effect::LoadRows(ticket, ..)
        | Effect::LoadCounts(ticket, _)
        | Effect::LoadRecord(ticket, _, _)
        | Effect::LoadSubscriptions(ticket, _, _)
        | Effect::LoadOrders(ticket, _)
        | Effect::LoadResellers(ticket)
        | Effect::FetchReseller(ticket)
        | Effect::CheckProfile(ticket, ..)
        | Effect::ListResellers(ticket, _)
        | Effect::SaveProfile(ticket, _)
        | Effect::RemoveProfile(ticket, _)
        | Effect::DefaultProfile(ticket, _) => Some(*ticket),
        _ => None,
    }
}

/// A key event as terminals send it for a key in the notation of `[keys]`.
pub(crate) fn key_event(key: &str) -> KeyEvent {
    let (modifiers, name) = match key.rsplit_once('-') {
        Some((modifier, name)) if !name.is_empty() => (modifier, name),
        _ => ("", key),
    };
    let code = match name {
        "down" => KeyCode::Down,
        "up" => KeyCode::Up,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pageup" => KeyCode::PageUp,
        "pagedown" => KeyCode::PageDown,
        "tab" if modifiers == "shift" => KeyCode::BackTab,
        "tab" => KeyCode::Tab,
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "space" => KeyCode::Char(' '),
        "backspace" => KeyCode::Backspace,
        one => KeyCode::Char(one.chars().next().unwrap()),
    };
    let modifiers = match modifiers {
        "ctrl" => KeyModifiers::CONTROL,
        "alt" => KeyModifiers::ALT,
        "shift" => KeyModifiers::SHIFT,
        _ => KeyModifiers::NONE,
    };
    KeyEvent::new(code, modifiers)
}

/// A value that arrived in 84 ms.
#[expect(clippy::unnecessary_wraps, reason = "messages carry outcomes")]
pub(crate) fn fetched<T>(value: T) -> Result<Box<Fetched<T>>, Box<ApiError>> {
    let exchange = exchange();
    let origin =
        Origin { at: DateTime::default(), elapsed: exchange.elapsed, exchange: Some(Arc::new(exchange)) };
    Ok(Box::new(Fetched { value, origin }))
}

/// An exchange with this address that took 84 ms.
fn exchange_of(url: &str) -> Exchange {
    Exchange { url: url.to_owned(), ..exchange() }
}

/// An exchange that took 84 ms.
pub(crate) fn exchange() -> Exchange {
    Exchange {
        method: "GET",
        url: "http://127.0.0.1:8080/v3/resellers/1000396138/customers?status=1000".to_owned(),
        request_headers: vec![
            ("x-request-id".to_owned(), "6f1c0b5e-0000-4000-8000-000000000001".to_owned()),
            ("authorization".to_owned(), crate::api::HIDDEN.to_owned()),
        ],
        status: Some(200),
        response_headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        elapsed: Duration::from_millis(84),
        body_bytes: 18_211,
        request_id: "6f1c0b5e-0000-4000-8000-000000000001".to_owned(),
        correlation_id: Some("6f1c0b5e-0000-4000-8000-000000000002".to_owned()),
        attempts: 1,
        ..Exchange::default()
    }
}

/// A broken connection.
pub(crate) fn offline(cause: &str) -> ApiError {
    ApiError { kind: ErrorKind::Offline, ..ApiError::internal(cause) }
}

/// A customer as the API client reads it.
pub(crate) fn customer(record: &Value) -> Customer {
    Customer::from_slice(record.to_string().as_bytes()).unwrap()
}

fn order_page(body: &Value) -> OrderPage {
    OrderPage::from_slice(body.to_string().as_bytes()).unwrap()
}

fn reseller() -> Reseller {
    let body = json!({"resellerId": RESELLER, "status": "1000", "companyProfile": {"companyName": "Lanternfold Distribution"}});
    Reseller::from_slice(body.to_string().as_bytes()).unwrap()
}

/// The orders that the detail holds.
pub(crate) fn orders_of(app: &App) -> Vec<Order> {
    app.detail.orders.value().map_or(Vec::new(), |orders| orders.page.items.clone())
}
