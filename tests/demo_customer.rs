//! The customers of the demo: resources, subscriptions, deployments and open acquisitions agree with each other.

mod demo_support;

use std::collections::{BTreeMap, BTreeSet};

use demo_support::{Api, hostile, options, sized, texts};
use serde_json::Value;
use vipmp::demo::DemoOptions;
use vipmp::model::{Customer, CustomerPage, CustomerQuery, Status, SubscriptionList};

const TODAY: &str = "2026-03-31";

/// Returns the rows of the customers with a status.
async fn rows(api: &Api, status: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    loop {
        let page = api.list(&format!("status={status}&limit=50&offset={}", rows.len())).await;
        let accounts = page["accounts"].as_array().cloned().unwrap_or_default();
        rows.extend(accounts.iter().cloned());
        if accounts.len() < 50 {
            return rows;
        }
    }
}

fn id(row: &Value) -> &str {
    row["customerId"].as_str().unwrap_or_default()
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_default()
}

#[tokio::test]
async fn the_portfolio_has_every_variety() {
    let api = Api::start(options()).await;
    let mut seen: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut note = |what, value: &Value| {
        if let Some(value) = value.as_str() {
            seen.entry(what).or_default().insert(value.to_owned());
        }
    };
    let (mut contacts, mut never, mut soon, mut late) = (BTreeSet::new(), 0, 0, 0);
    for row in rows(&api, "1000").await {
        let customer = api.ok(&format!("/v3/customers/{}", id(&row))).await;
        assert_eq!(id(&customer), id(&row));
        for field in ["externalReferenceId", "resellerId", "status", "creationDate"] {
            assert_eq!(customer.get(field), row.get(field), "{field}");
        }
        let profile = &customer["companyProfile"];
        assert_eq!(profile.get("companyName"), row["companyProfile"].get("companyName"));
        note("segment", &profile["marketSegment"]);
        note("country", &profile["address"]["country"]);
        for segment in profile["marketSubSegments"].as_array().into_iter().flatten() {
            note("sub-segment", segment);
        }
        contacts.insert(profile["contacts"].as_array().map(Vec::len));
        for email in texts(&profile["contacts"], "/email") {
            let domain = email.rsplit('@').next().unwrap_or_default();
            assert!(["example.com", "example.org", "example.net"].iter().any(|end| domain.ends_with(end)));
        }
        for discount in customer["discounts"].as_array().into_iter().flatten() {
            note("level", &discount["level"]);
            if ["12", "13", "14"].contains(&text(discount, "level")) {
                let commitment = text(&customer["benefits"][0]["commitment"], "status");
                assert!(["COMMITTED", "ACTIVE"].contains(&commitment), "{customer}");
                assert_ne!(profile["marketSegment"], "EDU");
            }
            if ["06", "07", "08", "09"].contains(&text(discount, "level")) {
                assert_eq!(text(&customer["benefits"][0], "status"), "ACTIVE", "{customer}");
            }
        }
        for benefit in customer["benefits"].as_array().into_iter().flatten() {
            note("benefit", &benefit["type"]);
            for part in ["commitment", "commitmentRequest", "recommitmentRequest"] {
                note(part, &benefit[part]["status"]);
            }
        }
        note("membership", &customer["linkedMembership"]["type"]);
        note("part", &customer["linkedMembership"]["linkedMembershipType"]);
        match customer["cotermDate"].as_str().filter(|date| !date.is_empty()) {
            None => never += 1,
            Some(date) if date <= TODAY => late += 1,
            Some(date) => soon += usize::from(date < "2026-05-01"),
        }
        assert!(!customer.to_string().contains("null"), "what is optional is left out: {customer}");
    }
    let all = |what: &str| seen[what].iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    assert_eq!(all("segment"), "COM EDU GOV");
    assert_eq!(all("sub-segment"), "FEDERAL HIGHER_ED K_12 LOCAL STATE");
    assert!(seen["country"].len() >= 30, "{}", all("country"));
    for level in ["01", "02", "03", "04", "06", "12", "13", "14", "T1", "T2", "T3", "T4", "T5", "TB", "TC"] {
        assert!(seen["level"].contains(level), "{level} of {}", all("level"));
    }
    assert_eq!(all("benefit"), "LARGE_GOVERNMENT_AGENCY THREE_YEAR_COMMIT");
    assert_eq!(all("commitment"), "ACTIVE COMMITTED EXPIRED INACTIVE NONCOMPLIANT");
    assert_eq!(all("commitmentRequest"), "ACCEPTED COMMITTED DECLINED REQUESTED");
    assert_eq!(all("recommitmentRequest"), "ACCEPTED REQUESTED");
    assert_eq!(all("membership"), "CONSORTIUM STANDARD");
    assert_eq!(all("part"), "MEMBER OWNER");
    assert_eq!(contacts.len(), 4, "one to four contacts");
    assert!(never > 20 && soon > 100 && late > 10, "{never} never ordered, {soon} soon, {late} late");
}

#[tokio::test]
async fn subscriptions_agree_with_their_customer() {
    let api = Api::start(options()).await;
    let mut statuses = BTreeSet::new();
    let mut deployed = 0;
    for status in ["1000", "1002", "1004", "1026"] {
        for row in rows(&api, status).await.iter().take(400) {
            let path = format!("/v3/customers/{}", id(row));
            let customer = api.ok(&path).await;
            let list = api.ok(&format!("{path}/subscriptions")).await;
            let items = list["items"].as_array().cloned().unwrap_or_default();
            assert_eq!(list["totalCount"], items.len());
            let coterm = customer["cotermDate"].as_str().filter(|date| !date.is_empty());
            assert_eq!(
                coterm.is_none(),
                items.is_empty(),
                "a customer that has ordered has a term and subscriptions"
            );
            assert!(status != "1002" || items.is_empty(), "pending customers have not ordered");
            let deployments = api.ok(&format!("{path}/deployments?limit=100")).await;
            let places = texts(&deployments["items"], "/deploymentId");
            for item in &items {
                statuses.insert(text(item, "status").to_owned());
                let (used, owned) = (item["usedQuantity"].as_i64(), item["currentQuantity"].as_i64());
                assert!(used <= owned && (owned >= Some(1) || item["status"] == "1009"));
                if let Some(place) = item["deploymentId"].as_str() {
                    assert!(places.contains(&place), "{place} of {places:?}");
                    deployed += 1;
                }
            }
            assert_eq!(customer["globalSalesEnabled"], !places.is_empty());
            if let Some(item) = items.first() {
                let own = api.ok(&format!("{path}/subscriptions/{}", text(item, "subscriptionId"))).await;
                assert_eq!(own, *item);
            }
            let open = api.ok(&format!("{path}/open-acquisitions")).await;
            let licences = open["unpaidLicenses"].as_array().into_iter().flatten();
            let quantity: i64 = licences.filter_map(|own| own["quantity"].as_i64()).sum();
            assert_eq!(open["licenseCount"].as_i64(), Some(quantity));
        }
    }
    assert_eq!(statuses.iter().map(String::as_str).collect::<Vec<_>>(), ["1000", "1002", "1004", "1009"]);
    assert!(deployed > 0);
    let refused = api.refused("/v3/customers/1006500792/subscriptions/unknown").await;
    assert_eq!(refused, (404, "3115".to_owned()));
}

#[tokio::test]
async fn deployments_come_in_pages() {
    let api = Api::start(options()).await;
    let mut longest: (usize, String) = (0, String::new());
    for row in rows(&api, "1000").await {
        let path = format!("/v3/customers/{}/deployments", id(&row));
        let total = api.ok(&path).await["totalCount"].as_u64().and_then(|total| usize::try_from(total).ok());
        longest = longest.max((total.unwrap_or_default(), path));
    }
    let (total, path) = longest;
    assert!(total > 25, "{total}");
    let first = api.ok(&path).await;
    assert_eq!((&first["count"], &first["limit"]), (&25.into(), &25.into()));
    let second = api.ok(text(&first["links"]["next"], "uri")).await;
    assert_eq!(second["count"], total - 25);
    assert!(second["links"].get("next").is_none());
    let active = api.ok(&format!("{path}?status=1000&limit=100")).await;
    assert!(texts(&active["items"], "/status").iter().all(|status| *status == "1000"));
    assert!(active["totalCount"].as_u64() < first["totalCount"].as_u64());
    assert!(!texts(&first["items"], "/companyProfile/address/country").is_empty());
    assert_eq!(api.refused(&format!("{path}?offset=1000")).await, (400, "1133".to_owned()));
}

#[tokio::test]
async fn hostile_accounts_are_marked() {
    let api = Api::start(hostile()).await;
    assert_eq!(api.demo.fault_counts(), [("hostile", 14)].into());
    let mut tags = BTreeSet::new();
    let mut all = Vec::new();
    for status in ["1000", "1002", "1004", "1026"] {
        all.extend(rows(&api, status).await);
    }
    let mut names = BTreeSet::new();
    for row in &all {
        names.extend(row["companyProfile"]["companyName"].as_str().map(str::to_owned));
        let customer = api.ok(&format!("/v3/customers/{}", id(row))).await;
        let marked = customer["tags"][0].as_str().map(str::to_owned);
        let date = row["creationDate"].as_str().unwrap_or_default();
        assert!(date.ends_with('Z') || marked.is_some(), "{row}");
        tags.extend(marked);
    }
    assert_eq!(tags.len(), 13, "{tags:?}");
    assert!(all.iter().any(|row| row.get("externalReferenceId").is_none()));
    assert!(
        names.iter().any(|name| name.contains('\u{1b}'))
            && names.iter().any(|name| name.contains('\u{202e}'))
    );
    assert!(
        names.iter().any(|name| name.starts_with('=')) && names.iter().any(|name| name.chars().count() > 900)
    );
}

/// `references/validations`: 4 to 80 letters and digits of any script, and a few other characters. Vowel signs and tone marks
/// are parts of the letters of some scripts. Rows lack nothing, and their dates have a zone.
#[tokio::test]
async fn by_default_everything_has_its_documented_form() {
    let api = Api::start(options()).await;
    let mut names = BTreeSet::new();
    let is_mark =
        |c: char| matches!(c, '\u{900}'..='\u{97F}' | '\u{B80}'..='\u{BFF}' | '\u{E00}'..='\u{E7F}');
    let is_allowed =
        |c: char| c.is_alphanumeric() || " _,.&'()\"/-＆・（）\u{3000}".contains(c) || is_mark(c);
    for status in ["1000", "1002", "1004", "1026"] {
        for row in rows(&api, status).await {
            let name = text(&row["companyProfile"], "companyName").to_owned();
            assert!((4..=80).contains(&name.chars().count()) && name.chars().all(is_allowed), "{name}");
            assert!(text(&row, "creationDate").ends_with('Z'), "{row}");
            let customer = api.ok(&format!("/v3/customers/{}", id(&row))).await;
            assert!(customer.get("tags").is_none(), "{customer}");
            names.insert(name);
        }
    }
    let scripts =
        ['α'..='ω', 'а'..='я', '一'..='鿿', 'ぁ'..='ヿ', '가'..='힣', 'ا'..='ي', 'א'..='ת', 'ก'..='ฮ'];
    for script in scripts {
        assert!(names.iter().any(|name| name.chars().any(|c| script.contains(&c))), "{script:?}");
    }
    assert!(names.len() > 1100, "{} different names", names.len());
}

#[tokio::test]
async fn any_day_will_do() {
    for today in ["2020-01-01", "2024-02-29", "2025-08-27", "2025-08-28", "2028-02-29", "2050-12-31"] {
        let api = Api::start(DemoOptions { today: today.parse().ok(), ..sized(80) }).await;
        let newest = api.list("limit=50").await;
        for id in texts(&newest["accounts"], "/customerId") {
            let path = format!("/v3/customers/{id}");
            for below in ["", "/subscriptions", "/orders", "/deployments", "/open-acquisitions"] {
                api.ok(&format!("{path}{below}")).await;
            }
        }
        let dates = texts(&newest["accounts"], "/creationDate");
        assert!(dates.iter().any(|date| date.starts_with(today)), "some joined on {today}");
    }
}

#[tokio::test]
async fn the_client_side_readers_find_nothing_wrong() {
    let api = Api::start(options()).await;
    let page = api.list("limit=50").await.to_string();
    let query = CustomerQuery::new(Status::active(), 50).unwrap();
    let page = CustomerPage::from_slice(query, page.as_bytes()).unwrap();
    assert_eq!(page.rows.len(), 50);
    for row in page.rows.iter().filter_map(|row| row.customer()) {
        assert_eq!(row.problems, []);
        let path = format!("/v3/customers/{}", row.customer_id);
        let customer = Customer::from_slice(api.ok(&path).await.to_string().as_bytes()).unwrap();
        assert_eq!(customer.problems, []);
        let list = api.ok(&format!("{path}/subscriptions")).await.to_string();
        let list = SubscriptionList::from_slice(list.as_bytes()).unwrap();
        assert_eq!(list.problems, []);
    }
}
