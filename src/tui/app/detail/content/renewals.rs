//! Renewals in words: of one subscription, and of the customer's next renewal date.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{LineBuilder, Tone};
use crate::{
    model::{RenewalState, SeatCount, Subscription, SubscriptionList, Timestamp, format_date},
    text,
    tui::app::detail::{Detail, words},
};

/// Adds the next renewal date of the subscriptions, and what happens then. Nothing is added before they are here.
pub(super) fn next_renewal(page: &mut LineBuilder, detail: &Detail) {
    let Some(list) = detail.subscriptions.value() else { return };
    let doubt = if list.is_doubtful() { " · may be wrong: see Products" } else { "" };
    let late = list.items.iter().filter(|item| item.is_renewable_late()).count() as u64;
    if let Some(day) = list.next_renewal() {
        let state = RenewalState::of_date(day, detail.today, detail.change_margin);
        let distance = words::distance(day, detail.today);
        let words = state.words().filter(|_| !matches!(state, RenewalState::Today | RenewalState::Past));
        let parts = [Some(format_date(day)), distance, words.map(str::to_owned)];
        let line: Vec<String> = parts.into_iter().flatten().collect();
        page.toned_field("Next renewal", tone(state), &(line.join(" · ") + doubt));
        page.field("Then", &outcome(list, day));
        let mut of_day = list.items.iter().filter(|item| item.renewal_day() == Some(day));
        let until = of_day.find_map(|item| item.last_day_to_change(detail.change_margin));
        if let Some(until) = until.filter(|until| *until >= detail.today) {
            page.field("Change until", &format_date(until));
        }
        later(page, list, day);
    } else if late == 0 && !list.items.is_empty() {
        page.toned_field("Next renewal", Tone::Dim, &format!("nothing is left to renew{doubt}"));
    }
    if late > 0 {
        let words = text::pluralize(late, "subscription", "subscriptions");
        page.toned_field("Late renewal", Tone::Bad, &format!("possible for {words} that ended"));
    }
}

/// Adds the renewal dates behind the next one, and what happens on them.
fn later(page: &mut LineBuilder, list: &SubscriptionList, next: NaiveDate) {
    /// The most dates that are listed.
    const MOST: usize = 3;
    let open = list.items.iter().filter(|item| item.is_open()).filter_map(Subscription::renewal_day);
    let days: BTreeSet<NaiveDate> = open.filter(|day| *day > next).collect();
    for (place, day) in days.iter().take(MOST).enumerate() {
        let label = if place == 0 { "Later" } else { "" };
        page.field(label, &format!("{} · {}", format_date(*day), outcome(list, *day)));
    }
    if days.len() > MOST {
        let more = text::pluralize((days.len() - MOST) as u64, "more date", "more dates");
        page.field("", &format!("and {more}: see Products"));
    }
}

/// Returns what happens to the licences, and to the consumables, that renew on a day: `60 renew · 40 lapse`.
fn outcome(list: &SubscriptionList, day: NaiveDate) -> String {
    let of_day = || list.items.iter().filter(|item| item.is_active() && item.renewal_day() == Some(day));
    let kinds = [(true, "licence", "licences"), (false, "consumable", "consumables")];
    let of_kind = |(of_seats, one, many): (bool, &'static str, &'static str)| {
        let items = || of_day().filter(move |item| item.is_of_seats() == of_seats);
        // Wider than any one of them: a server may send numbers at the edge of theirs.
        let renewing: i128 =
            items().filter_map(Subscription::to_renew).map(|count| i128::from(count.seats)).sum();
        let about = items().filter_map(Subscription::to_renew).any(|count| count.is_approximate);
        let lapsing: i128 = items().map(|item| i128::from(item.lapsing())).sum();
        let undecided: i128 = items().map(|item| i128::from(item.undecided())).sum();
        let said = [
            (renewing, if about { "about " } else { "" }, ["renews", "renew"]),
            (lapsing, "", ["lapses", "lapse"]),
            (undecided, "", ["is undecided", "are undecided"]),
        ];
        let said = said.into_iter().filter(|(count, ..)| *count != 0);
        said.map(|(count, about, [verb, verbs])| {
            let (noun, verb) = if count == 1 { (one, verb) } else { (many, verbs) };
            format!("{about}{} {noun} {verb}", text::group_digits(count))
        })
        .collect::<Vec<_>>()
    };
    let words: Vec<String> = kinds.into_iter().flat_map(of_kind).collect();
    if words.is_empty() { "nothing renews".to_owned() } else { words.join(" · ") }
}

fn tone(state: RenewalState) -> Tone {
    match state {
        RenewalState::NotDue | RenewalState::Renewed => Tone::Plain,
        RenewalState::Early => Tone::Warn,
        RenewalState::Locked | RenewalState::Today | RenewalState::Late | RenewalState::Past => Tone::Bad,
    }
}

/// Returns when a subscription renews and to what quantity: `Auto-renews 27 Jun 2027 · 872`. After an early renewal it also
/// says how many seats were renewed, and after the end whether the server still allows a late renewal.
pub(super) fn of_subscription(item: &Subscription, today: NaiveDate, margin: u8) -> String {
    let date = item.renewal_date.as_ref().map_or("—".to_owned(), Timestamp::day);
    let mut parts = vec![match item.auto_renewal.enabled {
        _ if !item.is_active() => format!("Renewal date {date}"),
        Some(true) => format!("Auto-renews {date}"),
        Some(false) if item.seats_left() == 0 => format!("Renewal date {date} · auto-renewal off"),
        Some(false) => format!("Ends {date} · auto-renewal off"),
        None => format!("Renewal date {date} · auto-renewal unknown"),
    }];
    if let Some(SeatCount { seats, is_approximate }) = item.to_renew() {
        parts.push(format!("{}{}", if is_approximate { "about " } else { "" }, text::group_digits(seats)));
    }
    match item.renewal_change() {
        Some(more @ 1..) => parts.push(format!("{} more than now", text::group_digits(more))),
        Some(fewer @ ..=-1) => {
            parts.push(format!("{} fewer than now", text::group_digits(fewer.unsigned_abs())));
        }
        _ => {}
    }
    if item.lapsing() > 0 {
        parts.push(format!("{} lapse", text::group_digits(item.lapsing())));
    }
    if let Some(renewed) = item.renewed_quantity.filter(|renewed| *renewed > 0) {
        parts.push(format!("{} renewed early", text::group_digits(renewed)));
    }
    let state = item.renewal_state(today, margin).filter(|state| *state != RenewalState::Renewed);
    parts.extend(state.and_then(RenewalState::words).map(str::to_owned));
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::tui::app::lines::TextLine;

    fn list(items: &[Value]) -> SubscriptionList {
        SubscriptionList::from_slice(json!({ "items": items }).to_string().as_bytes()).unwrap()
    }

    /// A subscription: current, renewed, renewal quantity, automatic renewal.
    fn item(current: i64, renewed: i64, wanted: i64, on: Option<bool>) -> Value {
        json!({"subscriptionId": "s", "offerId": "65304479CA01A12", "currentQuantity": current, "renewedQuantity": renewed,
            "renewalDate": "2026-11-30", "status": "1000", "autoRenewal": {"enabled": on, "renewalQuantity": wanted}})
    }

    fn with(mut item: Value, name: &str, value: impl Into<Value>) -> Value {
        item[name] = value.into();
        item
    }

    #[test]
    fn a_subscription_says_when_it_renews_and_what_becomes_of_its_seats() {
        let inactive = with(item(40, 0, 40, Some(false)), "status", "1004");
        let late = with(inactive.clone(), "allowedActions", json!(["MANUAL_RENEWAL"]));
        for (item, today, words) in [
            (item(10, 0, 10, Some(true)), "2026-10-01", "Auto-renews 30 Nov 2026 · 10"),
            (
                item(10, 0, 10, Some(true)),
                "2026-11-01",
                "Auto-renews 30 Nov 2026 · 10 · early renewal possible",
            ),
            (item(40, 0, 50, Some(true)), "2026-10-01", "Auto-renews 30 Nov 2026 · 50 · 10 more than now"),
            (
                item(40, 0, 30, Some(true)),
                "2026-11-28",
                "Auto-renews 30 Nov 2026 · 30 · 10 fewer than now · auto-renewal can no longer be changed",
            ),
            (
                item(100, 40, 100, Some(true)),
                "2026-11-30",
                "Auto-renews 30 Nov 2026 · about 60 · 40 renewed early · due today",
            ),
            (
                item(100, 100, 100, Some(true)),
                "2026-11-20",
                "Auto-renews 30 Nov 2026 · 0 · 100 renewed early",
            ),
            (item(40, 0, 40, Some(false)), "2026-10-01", "Ends 30 Nov 2026 · auto-renewal off · 40 lapse"),
            (
                item(40, 40, 40, Some(false)),
                "2026-10-01",
                "Renewal date 30 Nov 2026 · auto-renewal off · 40 renewed early",
            ),
            (
                item(40, 0, 40, None),
                "2026-12-01",
                "Renewal date 30 Nov 2026 · auto-renewal unknown · renewal date passed",
            ),
            (inactive, "2026-12-05", "Renewal date 30 Nov 2026"),
            (late, "2026-12-05", "Renewal date 30 Nov 2026 · late renewal possible"),
        ] {
            let list = list(&[item]);
            assert_eq!(of_subscription(&list.items[0], today.parse().unwrap(), 3), words);
        }
    }

    #[test]
    fn later_renewals_are_listed_behind_the_next_one() {
        let on = |day: &str| with(item(7, 0, 7, Some(true)), "renewalDate", day);
        let lines = |days: &[&str]| {
            let items: Vec<Value> = days.iter().map(|day| on(day)).collect();
            let mut page = LineBuilder::new(60);
            later(&mut page, &list(&items), "2026-11-27".parse().unwrap());
            let line = |line: &TextLine| line.spans.iter().map(|(_, text)| text.as_str()).collect::<String>();
            page.lines.iter().map(|shown| line(shown).trim().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(lines(&["2026-11-27"]), Vec::<String>::new());
        let found = lines(&["2026-11-27", "2027-03-08", "2026-11-30", "2026-11-30"]);
        assert_eq!(found, ["Later        30 Nov 2026 · 14 licences renew", "8 Mar 2027 · 7 licences renew"]);
        let many: Vec<String> = (1..=6).map(|month| format!("2027-0{month}-01")).collect();
        let found = lines(&many.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!((found.len(), found[3].as_str()), (4, "and 3 more dates: see Products"));
    }

    #[test]
    fn what_happens_on_a_day_is_told_by_kind() {
        let consumables = with(item(5_000, 0, 5_000, Some(true)), "offerId", "65304481CAT1A12");
        let other_day = with(item(7, 0, 7, Some(true)), "renewalDate", "2027-03-01");
        let scheduled = with(item(0, 0, 9, Some(true)), "status", "1009");
        let day = "2026-11-30".parse().unwrap();
        for (items, words) in [
            (vec![item(10, 0, 10, Some(true)), other_day], "10 licences renew"),
            (
                vec![item(10, 0, 10, Some(true)), item(1, 0, 1, Some(false)), consumables],
                "10 licences renew · 1 licence lapses · 5,000 consumables renew",
            ),
            (
                vec![item(100, 40, 100, Some(true)), item(3, 0, 3, None)],
                "about 60 licences renew · 3 licences are undecided",
            ),
            (vec![item(10, 0, 0, Some(true)), scheduled], "nothing renews"),
            (vec![item(i64::MAX, 0, i64::MAX, Some(true)); 2], "18,446,744,073,709,551,614 licences renew"),
        ] {
            assert_eq!(outcome(&list(&items), day), words);
        }
        assert_eq!(list(&[item(100, 100, 100, Some(true))]).next_renewal(), None);
    }
}
