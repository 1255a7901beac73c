//! The plan of faults: drawn so that a run can be replayed, also where requests run at the same time.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use super::{kinds::Kind, spec::Faults};
use crate::demo::rng::{Rng, Subject};

/// How many calls are counted by themselves: the newest ones. A run that asks for more different ones may meet other
/// faults when it is replayed.
const COUNTED_CALLS: usize = 10_000;

/// The faults that are in force.
#[derive(Debug)]
pub(super) struct Plan {
    faults: Faults,
    seed: u64,
    asked: Mutex<Asked>,
}

impl Plan {
    pub(super) fn new(faults: Faults, seed: u64) -> Self {
        Self { faults, seed, asked: Mutex::default() }
    }

    /// Returns the fault that the next request for this call, a path with its query, meets. It follows from the seed, the call and how often
    /// that call was asked before, and from nothing else.
    pub(super) fn fate(self: &Arc<Self>, call: &str) -> Fate {
        let call = hash(call);
        let times = self.asked.lock().unwrap_or_else(PoisonError::into_inner).count(call);
        let key = Rng::keyed(self.seed, call, Subject::Faults).next().wrapping_add(times);
        Fate { plan: Arc::clone(self), key }
    }
}

/// The faults that one request meets.
#[derive(Debug, Clone)]
pub(super) struct Fate {
    plan: Arc<Plan>,
    key: u64,
}

impl Fate {
    /// The fault of the answer as a whole.
    pub(super) fn whole(&self) -> Option<Kind> {
        self.plan.faults.whole(Rng::keyed(self.plan.seed, self.key, Subject::Faults).unit())
    }

    /// The chance from which a fault within the answer draws what exactly happens; none where it does not happen. Each kind
    /// has its own, so that the probability of one changes nothing about another.
    pub(super) fn within(&self, kind: Kind) -> Option<Rng> {
        let mut rng = self.details(kind);
        (rng.unit() < self.plan.faults.probability(kind)).then_some(rng)
    }

    /// The chance from which a fault that happens draws its details.
    pub(super) fn details(&self, kind: Kind) -> Rng {
        Rng::keyed(self.plan.seed ^ self.key, kind as u64, Subject::Faults)
    }
}

/// The number of times that calls were asked, by their hashes, so that long ones cost no more than short ones.
#[derive(Debug, Default)]
struct Asked {
    times: HashMap<u64, u64>,
    order: VecDeque<u64>,
}

impl Asked {
    /// Returns the number of times that this call was asked before.
    fn count(&mut self, call: u64) -> u64 {
        if let Some(times) = self.times.get_mut(&call) {
            *times += 1;
            return *times;
        }
        self.times.insert(call, 0);
        self.order.push_back(call);
        if self.order.len() > COUNTED_CALLS
            && let Some(oldest) = self.order.pop_front()
        {
            self.times.remove(&oldest);
        }
        0
    }
}

/// FNV-1a: the same number on every machine and in every run.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(spec: &str, seed: u64) -> Arc<Plan> {
        Arc::new(Plan::new(spec.parse().unwrap(), seed))
    }

    const MANY: &str = "429:0.2,500:0.2,reset:0.2,slow:0.2,badrow:0.5,drift:0.5";

    /// The draws for a request: as a whole, a bad row, drift, and a detail.
    type Drawn = (Option<Kind>, bool, bool, u64);

    fn drawn(fate: &Fate) -> Drawn {
        let within = |kind| fate.within(kind).is_some();
        (fate.whole(), within(Kind::BadRow), within(Kind::Drift), fate.details(Kind::TooMany).next())
    }

    /// Returns the faults that calls meet when they are asked in this order, sorted by call.
    fn run(plan: &Arc<Plan>, calls: &[String]) -> Vec<(String, Drawn)> {
        let mut met: Vec<_> = calls.iter().map(|call| (call.clone(), drawn(&plan.fate(call)))).collect();
        met.sort_by(|(a, _), (b, _)| a.cmp(b));
        met
    }

    #[test]
    fn a_run_is_replayed_whatever_the_order_of_its_calls() {
        let calls: Vec<String> = (0..300).map(|n| format!("/a?offset={}", n * 7 % 60)).collect();
        let mut other_order = calls.clone();
        other_order.sort();
        let first = run(&plan(MANY, 1), &calls);
        assert_eq!(first, run(&plan(MANY, 1), &other_order));
        assert_ne!(first, run(&plan(MANY, 2), &calls), "another seed");
        let same_call: Vec<_> = first.iter().filter(|(call, _)| call == "/a?offset=0").collect();
        assert!(same_call.iter().any(|met| met.1 != same_call[0].1), "a retry is a new draw: {same_call:?}");
    }

    #[test]
    fn faults_come_as_often_as_asked_for() {
        let plan = plan(MANY, 3);
        let fates: Vec<Fate> = (0..4000).map(|n| plan.fate(&format!("/{}", n % 1000))).collect();
        let share = |fits: &dyn Fn(&Fate) -> bool| fates.iter().filter(|fate| fits(fate)).count();
        for kind in [Kind::TooMany, Kind::Internal, Kind::Reset, Kind::Slow] {
            let met = share(&|fate| fate.whole() == Some(kind));
            assert!((650..950).contains(&met), "{kind:?}: {met}");
        }
        let met = share(&|fate| fate.within(Kind::BadRow).is_some());
        assert!((1800..2200).contains(&met), "{met}");
        assert_eq!(share(&|fate| fate.within(Kind::Twice).is_some()), 0);
    }

    #[test]
    fn one_kind_changes_nothing_about_another() {
        let (alone, together) = (plan("badrow:0.3", 5), plan("badrow:0.3,drift:1,500:0.9", 5));
        for n in 0..200 {
            let call = format!("/{n}");
            let met = |plan: &Arc<Plan>| plan.fate(&call).within(Kind::BadRow).map(|mut rng| rng.next());
            assert_eq!(met(&alone), met(&together));
        }
    }

    #[test]
    fn only_the_newest_calls_are_counted() {
        let mut asked = Asked::default();
        for call in 0..=COUNTED_CALLS as u64 {
            assert_eq!(asked.count(call), 0);
        }
        assert_eq!((asked.times.len(), asked.order.len()), (COUNTED_CALLS, COUNTED_CALLS));
        assert_eq!((asked.count(1), asked.count(1), asked.count(0)), (1, 2, 0));
    }
}
