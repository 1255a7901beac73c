//! Walks through lists, and the customers that are gone, present all the same, or have moved.

use super::*;

fn three() -> [Row; 3] {
    ["1", "2", "3"].map(|id| row(id, &format!("Company {id}"), "1000"))
}

fn gone(store: &PortfolioStore) -> Vec<String> {
    entries(store)
        .into_iter()
        .filter(|entry| entry.gone_at.is_some())
        .map(|entry| entry.customer_id)
        .collect()
}

#[test]
fn only_a_verified_walk_says_who_was_not_found() {
    let place = Place::new();
    let mut store = place.open();
    assert_eq!(walk(&mut store, &three()), Vec::<String>::new());
    let two = &three()[..2];
    assert_eq!(walk_of(&mut store, RESELLER, two, doubtful()), Vec::<String>::new());
    // Within the same second as the verified walk before.
    assert_eq!(store.unseen(RESELLER, noon()).unwrap(), Vec::<String>::new());
    let uncounted = ListStats { total: None, ..verified(2) };
    assert_eq!(walk_of(&mut store, RESELLER, two, uncounted), Vec::<String>::new());
    assert_eq!(store.unseen(RESELLER, noon()).unwrap(), Vec::<String>::new());
    assert_eq!(walk(&mut store, two), ["3"]);
    assert_eq!(gone(&store), Vec::<String>::new(), "it is asked for first");
    store.mark_gone("3", noon()).unwrap();
    assert_eq!((gone(&store), walk(&mut store, two)), (vec!["3".to_owned()], vec![]));
}

#[test]
fn while_a_walk_is_open_nobody_is_unseen() {
    let place = Place::new();
    place.fill(&["1", "2"]);
    let mut store = place.open();
    store.begin_walk(RESELLER, None, noon()).unwrap();
    assert_eq!(store.unseen(RESELLER, noon()).unwrap(), Vec::<String>::new());
}

#[test]
fn a_customer_that_comes_back_is_no_longer_gone() {
    let place = Place::new();
    let mut store = place.open();
    walk(&mut store, &three());
    assert!(store.mark_gone("3", noon()).unwrap());
    assert!(!store.mark_gone("3", noon()).unwrap(), "that is known");
    let mut back = three();
    back[2] = row("3", "Another name", "1000");
    walk(&mut store, &back);
    walk(&mut store, &back);
    assert_eq!(gone(&store), Vec::<String>::new());
    assert_eq!(changes(&store), ["3 gone: - > -", "3 returned: - > -", "3 name: Company 3 > Another name"]);
}

#[test]
fn a_customer_that_comes_back_in_no_list_is_found_after_a_week() {
    let place = Place::new();
    let mut store = place.open();
    walk(&mut store, &three());
    assert_eq!(walk(&mut store, &three()[..2]), ["3"]);
    store.mark_gone("3", noon()).unwrap();
    let unseen = |store: &PortfolioStore, now: &str| store.unseen(RESELLER, at(now)).unwrap();
    assert_eq!(unseen(&store, "2026-03-08T08:00:00Z"), Vec::<String>::new());
    assert_eq!(unseen(&store, "2026-03-08T08:00:01Z"), ["3"]);
    store.mark_gone("3", at("2026-03-08T12:00:01Z")).unwrap();
    assert_eq!(unseen(&store, "2026-03-09T12:00:00Z"), Vec::<String>::new(), "it was asked for");
    assert_eq!(entries(&store)[2].gone_at, Some(noon()), "and has been gone since then");
    store.mark_present("3", &record(&json!({"customerId": "3", "status": "1010"})), noon()).unwrap();
    assert_eq!(gone(&store), Vec::<String>::new());
    assert_eq!(store.completeness().unwrap().failed, 0);
    assert_eq!(changes(&store), ["3 gone: - > -", "3 returned: - > -", "3 status: 1000 > 1010"]);
}

#[test]
fn customers_join_only_after_a_first_verified_walk() {
    let place = Place::new();
    let mut store = place.open();
    walk_of(&mut store, RESELLER, &three()[..1], doubtful());
    walk(&mut store, &three()[..2]);
    assert_eq!(changes(&store), Vec::<String>::new(), "who was missed before has not joined");
    walk(&mut store, &three());
    walk(&mut store, &three());
    assert_eq!(changes(&store), ["3 joined: - > -"]);
}

#[test]
fn a_customer_without_a_list_is_present_with_the_facts_of_its_record() {
    let place = Place::new();
    let mut store = place.open();
    walk(&mut store, &three());
    assert_eq!(walk(&mut store, &three()[..2]), ["3"]);
    let full = json!({"customerId": "3", "status": "1010", "resellerId": RESELLER, "marketSegment": "COM",
        "companyProfile": {"companyName": "Company 3", "contacts": [{"email": "ada@example.org"}]},
        "links": {"self": {"uri": "/v3/customers/3"}}});
    store.mark_present("3", &record(&full), noon()).unwrap();
    assert_eq!(store.unseen(RESELLER, noon()).unwrap(), Vec::<String>::new());
    assert_eq!(walk(&mut store, &three()[..2]), ["3"], "it is asked for after each walk");
    assert_eq!(changes(&store), ["3 status: 1000 > 1010"]);
    let expected = json!({"customerId": "3", "status": "1010", "resellerId": RESELLER,
        "links": {"self": {"uri": "/v3/customers/3"}}, "companyProfile": {"companyName": "Company 3"}});
    let stored = store.customer("3").unwrap().unwrap();
    assert_eq!(stored.row.raw(), &expected);
    assert_eq!(entries(&store)[2].status.code(), "1010");
    walk(&mut store, &three());
    assert_eq!(changes(&store), ["3 status: 1000 > 1010", "3 status: 1010 > 1000"]);
}

#[test]
fn a_customer_that_has_moved_to_another_reseller_is_not_gone() {
    const OTHER: &str = "1000000002";
    let place = Place::new();
    let mut store = place.open();
    walk(&mut store, &three());
    assert_eq!(walk(&mut store, &three()[..2]), ["3"]);
    let full = record(&json!({"customerId": "3", "resellerId": OTHER, "status": "1000",
        "companyProfile": {"companyName": "Company 3"}}));
    store.mark_present("3", &full, noon()).unwrap();
    let moved = format!("3 reseller: {RESELLER} > {OTHER}");
    assert_eq!(changes(&store), [moved.as_str()]);
    assert_eq!(store.unseen(RESELLER, noon()).unwrap(), Vec::<String>::new());
    // The list of the other reseller, which had never been read, then has it.
    assert_eq!(walk_of(&mut store, OTHER, &three()[2..], verified(1)), Vec::<String>::new());
    assert_eq!(walk(&mut store, &three()[..2]), Vec::<String>::new());
    assert_eq!((changes(&store), gone(&store)), (vec![moved], vec![]));
    assert_eq!(walk_of(&mut store, OTHER, &[], verified(0)), ["3"]);
}

#[test]
fn a_walk_that_was_not_ended_begins_again() {
    let place = Place::new();
    let mut store = place.open();
    walk_of(&mut store, RESELLER, &three(), verified(3));
    store.begin_walk(RESELLER, Some("North"), noon()).unwrap();
    store.add_rows(RESELLER, &three()[..1], noon()).unwrap();
    drop(store);
    let mut store = place.open();
    store.begin_walk(RESELLER, None, noon()).unwrap();
    store.add_rows(RESELLER, &three()[1..], noon()).unwrap();
    let unseen = store.end_walk(RESELLER, verified(2), 0, noon()).unwrap();
    assert_eq!(unseen, ["1"], "what the earlier run has seen may be gone by now");
    let named = count(&store, "SELECT COUNT(*) FROM reseller WHERE name = 'North'");
    assert_eq!(named, 1, "an unknown name changes nothing");
}

#[test]
fn rows_without_an_id_make_nobody_missing() {
    let place = Place::new();
    let mut store = place.open();
    walk(&mut store, &three());
    store.begin_walk(RESELLER, None, noon()).unwrap();
    let rows = [three()[0].clone(), Row::read(0, json!({"companyProfile": {}}))];
    store.add_rows(RESELLER, &rows, noon()).unwrap();
    let unseen = store.end_walk(RESELLER, verified(2), 1, noon()).unwrap();
    assert_eq!(unseen, Vec::<String>::new(), "who is in the row without an ID is unknown");
    let doubts = store.completeness().unwrap().doubts;
    assert_eq!(doubts, [(RESELLER.to_owned(), "1 row has no readable customer ID".to_owned())]);
}

#[test]
fn whoever_no_list_shows_is_unchecked_until_somebody_has_asked() {
    let place = Place::new();
    let mut store = place.open();
    walk(&mut store, &three());
    assert_eq!(walk(&mut store, &three()[..1]), ["2", "3"]);
    // A kill at this point.
    assert_eq!(store.completeness().unwrap().unchecked, 2);
    store.mark_gone("2", noon()).unwrap();
    store.mark_failed("3", "a timeout", noon()).unwrap();
    assert_eq!(store.completeness().unwrap().unchecked, 1);
    store.mark_present("3", &record(&json!({"customerId": "3", "status": "1010"})), noon()).unwrap();
    assert_eq!(store.completeness().unwrap().unchecked, 0);
}

#[test]
fn a_reseller_that_never_was_there_is_forgotten_and_another_stays_in_doubt() {
    let place = Place::new();
    let mut store = place.open();
    walk(&mut store, &three());
    store.begin_walk("9", None, noon()).unwrap();
    store.fail_walk("9", "it could not be read: no such reseller", true).unwrap();
    assert_eq!(store.completeness().unwrap().resellers, (1, 1));
    for is_unknown in [false, true] {
        store.begin_walk(RESELLER, None, noon()).unwrap();
        store.fail_walk(RESELLER, "it could not be read: no such reseller", is_unknown).unwrap();
        let found = store.completeness().unwrap();
        let doubt = "it could not be read: no such reseller".to_owned();
        assert_eq!((found.resellers, found.doubts), ((1, 1), vec![(RESELLER.to_owned(), doubt)]));
    }
    store.begin_walk("8", None, noon()).unwrap();
    store.fail_walk("8", "it could not be read: out of order", false).unwrap();
    assert_eq!(store.completeness().unwrap().resellers, (2, 1), "it may be there");
    walk(&mut store, &three());
    assert_eq!(store.completeness().unwrap().doubts.len(), 1, "the next walk settles the doubt");
}

#[test]
fn the_extent_names_the_resellers_whose_lists_are_doubtful() {
    let place = Place::new();
    let mut store = place.open();
    walk(&mut store, &three());
    walk_of(&mut store, "1000000002", &[], doubtful());
    store.begin_walk("1000000003", None, noon()).unwrap();
    let found = store.completeness().unwrap();
    assert_eq!(found.resellers, (3, 2));
    let doubt = "the list kept changing while it was read, so rows may be missing";
    assert_eq!(found.doubts, [("1000000002".to_owned(), doubt.to_owned())]);
    assert_eq!(found.listed_at, Some(noon()));
}
