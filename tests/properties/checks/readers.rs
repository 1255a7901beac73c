//! The bodies of answers, read as each thing that the API answers with, and as errors.

use serde_json::{Map, Value};
use url::Url;
use vipmp::{
    api::{ErrorBody, Root},
    model::{
        AcquisitionList, Customer, CustomerPage, CustomerQuery, Link, Links, NotificationPage, OrderPage,
        Problem, Reseller, ResellerPage, Row, Status, SubscriptionList, Timestamp,
    },
    text::clean,
};

/// Rows of a page that are kept.
const MAX_ROWS: usize = 1_000;

/// Problems that are told of one thing.
const MAX_PROBLEMS: usize = 200;

/// The words that the error of an answer may not repeat.
const SECRET: &str = "sec-ret/1";

/// Any bytes as each kind of answer.
pub fn readers(data: &[u8]) {
    let body = data.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(data);
    let Ok(sent) = serde_json::from_slice::<Value>(body) else { return damaged(data) };
    let sent = Some(sent);
    customer_page(data, sent.as_ref());
    customer(data, sent.as_ref());
    subscriptions(data, sent.as_ref());
    orders(data, sent.as_ref());
    notifications(data, sent.as_ref());
    acquisitions(data, sent.as_ref());
    resellers(data, sent.as_ref());
}

/// Checks text that is not JSON, strictly: whatever is read of it all the same says that it was damaged.
fn damaged(data: &[u8]) {
    // Another encoding is no damage, and a name of the library's own is one to serde alone.
    let is_other = matches!(data, [0, ..] | [_, 0, ..] | [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..])
        || data.windows(13).any(|bytes| bytes == b"$serde_json::");
    let tells = |problems: &[Problem]| {
        self::problems(problems);
        assert!(
            is_other || problems.iter().any(|problem| problem.is_damage),
            "damage was not told: {problems:?}"
        );
    };
    let query = CustomerQuery::new(Status::active(), 50).expect("50 rows may be asked for");
    match CustomerPage::from_slice(query, data) {
        Ok(page) => {
            assert!(page.rows.len() <= MAX_ROWS);
            let of_rows = page.rows.iter().filter_map(Row::customer).flat_map(|row| &row.problems);
            let all: Vec<Problem> = page.problems.iter().chain(of_rows).take(MAX_PROBLEMS).cloned().collect();
            // Of rows that are not kept nothing is told.
            if page.rows.len() < MAX_ROWS {
                tells(&all);
            }
            for row in &page.rows {
                assert_eq!(
                    &Row::read(1, row.clone().into_kept()).into_raw(),
                    row.raw(),
                    "a kept row is the same"
                );
            }
        }
        Err(why) => told(&why.to_string()),
    }
    let readers = [
        Customer::from_slice(data).map(|customer| customer.problems),
        SubscriptionList::from_slice(data).map(|list| list.problems),
        OrderPage::from_slice(data).map(|page| page.problems),
        NotificationPage::from_slice(data).map(|page| page.problems),
        AcquisitionList::from_slice(data).map(|list| list.problems),
        Reseller::from_slice(data).map(|reseller| reseller.problems),
    ];
    for problems in readers.into_iter().flatten() {
        // Of very many problems the first are told.
        if problems.len() < MAX_PROBLEMS {
            tells(&problems);
        }
    }
    if let Ok(page) = ResellerPage::from_slice(data) {
        for row in page.rows.iter().flatten() {
            problems(&row.problems);
        }
    }
}

/// The list that an answer has under one of these names.
fn list<'v>(sent: &'v Value, names: &[&str]) -> Option<&'v Vec<Value>> {
    names.iter().find_map(|name| sent.get(name)?.as_array())
}

fn objects(list: &[Value]) -> usize {
    list.iter().filter(|value| value.is_object()).count()
}

fn customer_page(data: &[u8], sent: Option<&Value>) {
    let query = CustomerQuery::new(Status::active(), 50).expect("50 rows may be asked for").at(100);
    let page = match CustomerPage::from_slice(query, data) {
        Ok(page) => page,
        Err(why) => {
            told(&why.to_string());
            let name = if sent.is_some_and(|sent| sent.get("accounts").is_some()) {
                "accounts"
            } else {
                "customers"
            };
            assert!(sent.and_then(|sent| list(sent, &[name])).is_none(), "a page was refused: {why}");
            return;
        }
    };
    let rows = sent.and_then(|sent| list(sent, &["accounts", "customers"])).expect("what was read was sent");
    assert_eq!(page.rows.len(), rows.len().min(MAX_ROWS), "a row was lost");
    for (index, (row, raw)) in page.rows.iter().zip(rows).enumerate() {
        assert_eq!(row.raw(), raw, "row {} is not as sent", index + 1);
        match row {
            Row::Customer(customer) => {
                let id = text(raw.as_object(), "customerId").expect("a customer has an id");
                assert_eq!(customer.customer_id, id);
                follow(customer.link.as_ref());
                dates(&[customer.creation_date.as_ref()]);
                problems(&customer.problems);
            }
            Row::Unreadable { position, reason, .. } => {
                assert_eq!(*position, index + 1);
                told(reason);
                let id = text(raw.as_object(), "customerId");
                assert!(id.is_none_or(|id| id.trim().is_empty()), "row {position} is a customer");
            }
        }
    }
    let customers = page.rows.iter().filter(|row| row.customer().is_some()).count();
    assert_eq!(customers + page.unreadable().count(), page.rows.len());
    assert!(page.rows.is_empty() || page.known_total() >= 100 + page.rows.len() as u64);
    assert_eq!(
        page.problems.iter().any(|problem| problem.found.ends_with("are kept")),
        rows.len() > MAX_ROWS
    );
    problems(&page.problems);
}

fn customer(data: &[u8], sent: Option<&Value>) {
    let Ok(customer) = Customer::from_slice(data) else {
        let id = text(sent.and_then(Value::as_object), "customerId");
        return assert!(id.is_none_or(|id| id.trim().is_empty()), "an object with an ID is a customer");
    };
    assert_eq!(Some(&customer.raw), sent);
    let map = customer.raw.as_object();
    assert_eq!(customer.customer_id, text(map, "customerId"));
    let profile = customer.raw.get("companyProfile").and_then(Value::as_object);
    assert_eq!(customer.company_name, text(profile, "companyName"));
    let sent_contacts = profile.and_then(|profile| profile.get("contacts")?.as_array());
    assert_eq!(customer.contacts.len(), sent_contacts.map_or(0, |all| objects(all)));
    dates(&[customer.creation_date.as_ref(), customer.coterm_date.as_ref()]);
    for benefit in &customer.benefits {
        let all = [&benefit.commitment, &benefit.commitment_request, &benefit.recommitment_request];
        for commitment in all.into_iter().flatten() {
            dates(&[commitment.start_date.as_ref(), commitment.end_date.as_ref()]);
        }
    }
    links(&customer.links);
    problems(&customer.problems);
}

fn subscriptions(data: &[u8], sent: Option<&Value>) {
    let items = sent.and_then(|sent| list(sent, &["items"]));
    let Ok(subscriptions) = SubscriptionList::from_slice(data) else {
        return assert!(items.is_none(), "a list of subscriptions was refused");
    };
    assert_eq!(Some(&subscriptions.raw), sent);
    assert_eq!(Some(subscriptions.items.len()), items.map(|items| objects(items)));
    for item in &subscriptions.items {
        dates(&[item.creation_date.as_ref(), item.renewal_date.as_ref()]);
    }
    problems(&subscriptions.problems);
}

fn orders(data: &[u8], sent: Option<&Value>) {
    let items = sent.and_then(|sent| list(sent, &["items"]));
    let Ok(page) = OrderPage::from_slice(data) else {
        return assert!(items.is_none(), "a page of orders was refused");
    };
    assert_eq!(Some(&page.raw), sent);
    assert_eq!(Some(page.items.len()), items.map(|items| objects(items)));
    let lines = items.into_iter().flatten().filter_map(|item| item.get("lineItems")?.as_array());
    let lines: usize = lines.map(|lines| objects(lines)).sum();
    assert_eq!(
        page.items.iter().map(|order| order.line_items.len()).sum::<usize>(),
        lines,
        "a line was lost"
    );
    links(&page.links);
    problems(&page.problems);
}

fn notifications(data: &[u8], sent: Option<&Value>) {
    let items = sent.and_then(|sent| list(sent, &["items"]));
    let Ok(page) = NotificationPage::from_slice(data) else {
        return assert!(items.is_none(), "a page of notifications was refused");
    };
    assert_eq!(Some(page.items.len()), items.map(|items| objects(items)));
    assert_eq!(Some(page.count), items.map(|items| items.len() as u64));
    assert!(page.nameless() <= page.count);
    page.items.iter().for_each(|item| follow(item.link.as_ref()));
    problems(&page.problems);
}

fn acquisitions(data: &[u8], sent: Option<&Value>) {
    let items = sent.and_then(|sent| list(sent, &["unpaidLicenses"]));
    let Ok(read) = AcquisitionList::from_slice(data) else {
        return assert!(items.is_none(), "a list of licences was refused");
    };
    assert_eq!(read.items.len(), items.map_or(0, |items| objects(items)));
    assert_eq!(read.items.len() + read.unreadable, items.map_or(0, Vec::len));
    for item in &read.items {
        dates(&[item.creation_date.as_ref(), item.expiry_date.as_ref()]);
    }
    assert!(read.licences().is_some() || read.doubt().is_some(), "an unknown number is a doubt");
    read.doubt().iter().for_each(|doubt| told(doubt));
    problems(&read.problems);
}

fn resellers(data: &[u8], sent: Option<&Value>) {
    match Reseller::from_slice(data) {
        Ok(reseller) => {
            assert_eq!(Some(&reseller.raw), sent);
            assert_eq!(reseller.reseller_id, text(reseller.raw.as_object(), "resellerId"));
        }
        Err(_) => assert!(sent.is_none_or(|sent| !sent.is_object()), "an object is a reseller"),
    }
    let sent = sent.and_then(|sent| list(sent, &["accounts", "resellers"]));
    match ResellerPage::from_slice(data) {
        Ok(page) => {
            let sent = sent.expect("what was read was sent");
            assert_eq!(page.rows.len(), sent.len());
            let ids: Vec<String> =
                sent.iter().filter_map(|row| text(row.as_object(), "resellerId")).collect();
            assert_eq!(page.rows.into_iter().flatten().map(|row| row.reseller_id).collect::<Vec<_>>(), ids);
        }
        Err(_) => assert_eq!(sent, None, "a list of resellers was refused"),
    }
}

/// A text as the readers take it: numbers are taken as they are written.
fn text(map: Option<&Map<String, Value>>, field: &str) -> Option<String> {
    match map?.get(field)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn dates(dates: &[Option<&Timestamp>]) {
    for date in dates.iter().flatten() {
        assert!(date.at().is_some() || date.day() == date.text(), "what cannot be read is shown as sent");
        let _ = date.day_and_time();
    }
}

fn links(links: &Links) {
    for link in [&links.own, &links.next, &links.prev] {
        follow(link.as_ref());
    }
}

/// Checks that a link in an answer leads nowhere but under the root.
fn follow(link: Option<&Link>) {
    let Some(link) = link else { return };
    let root = Url::parse("https://api.example.com/gw").ok().and_then(|url| Root::new(url).ok());
    let root = root.expect("this is a good root");
    if let Ok(url) = root.resolve(link) {
        assert!(url.as_str().starts_with("https://api.example.com/gw/"), "{link:?} leads to {url}");
    }
}

fn problems(problems: &[Problem]) {
    assert!(problems.len() <= MAX_PROBLEMS + 1, "{} problems", problems.len());
    for problem in problems {
        told(&problem.to_string());
    }
}

/// Words of ours about what was sent: short, and nothing of it acts.
fn told(words: &str) {
    assert!(super::is_clean(words), "{words:?}");
    assert!(words.len() <= 300, "{words}");
}

/// Any bytes as the body of an error.
pub fn errors(data: &[u8]) {
    let body = ErrorBody::from_slice(data, &[SECRET.into()]);
    assert!(body.details.len() <= 20);
    let texts = body.code.iter().map(|code| (code, 64)).chain(body.message.iter().map(|text| (text, 514)));
    for (text, most) in texts.chain(body.details.iter().map(|detail| (detail, 300))) {
        assert!(!text.trim().is_empty(), "nothing is told as nothing");
        assert!(super::is_clean(text), "{text:?}");
        assert_eq!(clean(text), text.as_str(), "what is clean stays as it is");
        assert!(!text.contains(SECRET), "{text} holds a secret");
        assert!(text.chars().count() <= most + 1, "{} characters", text.chars().count());
    }
    shows_what_is_short(data, &body);
}

/// A short message comes whole, and the cut of a longer one is shown.
fn shows_what_is_short(data: &[u8], body: &ErrorBody) {
    let Ok(Value::String(text)) = serde_json::from_slice(data) else { return };
    let text = text.trim();
    // The secret is taken out in its other forms too.
    if text.contains("sec") {
        return;
    }
    let shown = body.message.as_deref().unwrap_or_default();
    let whole = clean(text);
    if whole.chars().count() <= 500 {
        assert_eq!(shown, whole);
    } else {
        assert!(shown.ends_with('…'), "{shown:?} does not show that it is cut");
    }
}
