//! An API with a small portfolio that never changes: `portfolio.json`, with everything that makes rows hard to write.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::{
    scripted::Scripted,
    served::{self, RESELLER},
    stage::Stage,
};

/// The text of the portfolio.
pub(crate) const PORTFOLIO: &str = include_str!("portfolio.json");

/// The environment variable with the access token of the profile.
pub(crate) const TOKEN: (&str, &str) = ("GOLDEN_TOKEN", "token-of-nobody");

/// Starts the API, and returns a stage whose profile `golden` uses it.
pub(crate) fn start() -> (Scripted, Stage) {
    let portfolio: Value = serde_json::from_str(PORTFOLIO).unwrap();
    let api = Scripted::answering(move |target| answer(&portfolio, target));
    let source = format!("access_token = {{ env = \"{}\" }}", TOKEN.0);
    let text = served::profile("golden", &api.url("/"), &api.url("/ims/token/v3"), &source);
    let stage = Stage::new().with(TOKEN.0, TOKEN.1);
    stage.write(stage.config(), &text);
    (api, stage)
}

fn answer(portfolio: &Value, target: &str) -> (u16, String) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let query: HashMap<&str, &str> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let customers = portfolio["customers"].as_array().unwrap();
    let missing = |code: &str| (404, json!({"code": code, "message": "It does not exist"}).to_string());
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match segments[..] {
        ["partnerservice", "ping"] => (200, "pong".to_owned()),
        ["v3", "resellers"] => (200, page("accounts", portfolio["resellers"].as_array().unwrap(), &query)),
        ["v3", "resellers", RESELLER] => (200, portfolio["resellers"][0].to_string()),
        ["v3", "resellers", RESELLER, "customers"] => {
            let wanted = query.get("status").copied().unwrap_or("1000");
            let rows: Vec<Value> = customers.iter().map(|customer| customer["row"].clone()).collect();
            let rows: Vec<Value> = rows.into_iter().filter(|row| row["status"] == wanted).collect();
            (200, page("accounts", &rows, &query))
        }
        ["v3", "customers", "refused"] => {
            (401, json!({"code": "4116", "message": "Token invalid"}).to_string())
        }
        ["v3", "customers", "broken"] => (200, "<html>".to_owned()),
        // Never responds: the test interrupts the command.
        ["v3", "customers", "waits"] => loop {
            std::thread::park();
        },
        ["v3", "customers", id, ref part @ ..] => {
            let customer = customers.iter().find(|customer| customer["record"]["customerId"] == id);
            match (customer, part) {
                (Some(customer), []) => (200, customer["record"].to_string()),
                (Some(customer), ["subscriptions"]) => {
                    let items = customer["subscriptions"].as_array().unwrap();
                    (200, json!({"totalCount": items.len(), "items": items}).to_string())
                }
                (Some(customer), ["orders"]) => {
                    (200, page("items", customer["orders"].as_array().unwrap(), &query))
                }
                _ => missing("1116"),
            }
        }
        _ => missing("1115"),
    }
}

/// Returns the requested page.
fn page(name: &str, rows: &[Value], query: &HashMap<&str, &str>) -> String {
    let number = |key: &str| query.get(key).and_then(|text| text.parse::<usize>().ok()).unwrap_or_default();
    let part: Vec<&Value> = rows.iter().skip(number("offset")).take(number("limit")).collect();
    json!({
        "totalCount": rows.len(), "count": part.len(), "offset": number("offset"), "limit": number("limit"),
        name: part, "links": {},
    })
    .to_string()
}
