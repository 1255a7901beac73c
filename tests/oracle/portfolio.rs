//! A portfolio that changes while it is read, and remembers its history.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};

/// The statuses of members: mostly the first two.
pub(crate) const STATUSES: [&str; 3] = ["1000", "1002", "1004"];

/// The history of a customer or reseller since it was first seen.
#[derive(Debug, Default)]
struct Life {
    names: BTreeSet<String>,
    /// True if it was ever in the result.
    was_in: bool,
    /// True if it was ever out of the result.
    was_out: bool,
}

#[derive(Debug, Clone)]
struct Member {
    id: String,
    name: String,
    status: &'static str,
    created: u64,
}

/// The changes of the portfolio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Insert,
    Delete,
    Rename,
    /// A member moves from one status to another.
    Move,
    /// Members with the same date come in another order.
    Shuffle,
}

/// The fault in a result that claims to be complete.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Missing(String),
    Twice(String),
    Invented(String),
    /// A member has a name that it never had.
    Misnamed(String),
}

/// The members of a list, in the order of the server.
#[derive(Debug)]
pub(crate) struct Portfolio {
    members: Vec<Member>,
    /// The statuses whose members are in the result.
    listed: &'static [&'static str],
    lives: HashMap<String, Life>,
    rng: fastrand::Rng,
    next: u64,
}

impl Portfolio {
    /// Creates a portfolio for a result of these statuses.
    pub(crate) fn new(seed: u64, size: usize, listed: &'static [&'static str]) -> Self {
        let rng = fastrand::Rng::with_seed(seed);
        let mut portfolio = Self { members: Vec::new(), listed, lives: HashMap::new(), rng, next: 0 };
        for _ in 0..size {
            portfolio.insert();
        }
        // A member that exists at the start has been in the result from the beginning.
        portfolio.lives.clear();
        for place in 0..portfolio.members.len() {
            portfolio.record(place);
        }
        portfolio
    }

    fn insert(&mut self) {
        self.next += 1;
        let member = Member {
            id: format!("{}", 1_000_000_000 + self.next),
            name: self.word(),
            status: self.rng.choice(&STATUSES[..2]).unwrap(),
            // Several members have the same date.
            created: self.next / 3,
        };
        // The newest member is the first of the list.
        self.members.insert(0, member);
        self.record(0).was_out = true;
    }

    /// Adds the present state of a member to its history.
    fn record(&mut self, place: usize) -> &mut Life {
        let member = &self.members[place];
        let life = self.lives.entry(member.id.clone()).or_default();
        life.names.insert(member.name.clone());
        let is_in = self.listed.contains(&member.status);
        life.was_in |= is_in;
        life.was_out |= !is_in;
        life
    }

    fn word(&mut self) -> String {
        (0..5).map(|_| self.rng.lowercase()).collect()
    }

    /// Makes a change, or none if there are no members left.
    pub(crate) fn change(&mut self, change: Change) {
        let Some(place) = (!self.members.is_empty()).then(|| self.rng.usize(..self.members.len())) else {
            return;
        };
        match change {
            Change::Insert => self.insert(),
            Change::Delete => {
                let gone = self.members.remove(place);
                self.lives.entry(gone.id).or_default().was_out = true;
            }
            Change::Rename => {
                self.members[place].name = self.word();
                self.record(place);
            }
            Change::Move => {
                // Mostly between the listed statuses, where customers get lost.
                let member = &mut self.members[place];
                member.status = match (self.rng.u8(..5), member.status) {
                    (0, _) => STATUSES[2],
                    (_, "1000") => STATUSES[1],
                    _ => STATUSES[0],
                };
                self.record(place);
            }
            Change::Shuffle => {
                // Only within a date, so that the order remains one that the query asks for.
                self.rng.shuffle(&mut self.members);
                self.members.sort_by_key(|member| std::cmp::Reverse(member.created));
            }
        }
    }

    /// Returns the page that the query asks for.
    pub(crate) fn page(&self, query: &BTreeMap<String, String>, kind: &str) -> Value {
        let number = |name: &str, usual: usize| query.get(name).map_or(usual, |text| text.parse().unwrap());
        let (offset, limit) = (number("offset", 0), number("limit", 20).min(50));
        let status = query.get("status").map_or("1000", String::as_str);
        let mut matching: Vec<&Member> =
            self.members.iter().filter(|member| kind == "resellerId" || member.status == status).collect();
        if query.get("sort-by").is_some_and(|by| by == "companyName") {
            matching.sort_by_key(|member| &member.name);
        }
        if query.get("order-by").is_some_and(|order| order == "asc") && kind == "customerId" {
            matching.reverse();
        }
        let rows: Vec<Value> = matching
            .iter()
            .skip(offset)
            .take(limit)
            .map(|member| {
                json!({kind: member.id, "status": member.status, "companyProfile": {"companyName": member.name}})
            })
            .collect();
        json!({"totalCount": matching.len(), "count": rows.len(), "offset": offset, "limit": limit, "accounts": rows})
    }

    /// Judges a result: members that were in it all the time must be there, once, and members that never were must not.
    pub(crate) fn judge(&self, rows: &[(String, String)]) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut came = BTreeSet::new();
        for (id, name) in rows {
            if !came.insert(id) {
                faults.push(Fault::Twice(id.clone()));
            }
            match self.lives.get(id) {
                Some(life) if life.was_in && life.names.contains(name) => {}
                Some(life) if life.was_in => faults.push(Fault::Misnamed(id.clone())),
                _ => faults.push(Fault::Invented(id.clone())),
            }
        }
        let throughout = self.lives.iter().filter(|(_, life)| life.was_in && !life.was_out);
        faults.extend(
            throughout.filter(|(id, _)| !came.contains(id)).map(|(id, _)| Fault::Missing(id.clone())),
        );
        faults
    }
}
