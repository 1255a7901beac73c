//! Draws the faults of each request, in a way that can be replayed even if requests run at the same time.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use super::{kinds::FaultKind, spec::Faults};
use crate::demo::rng::{Rng, Subject};

/// The number of calls that are counted separately: the newest. A run with more different calls may meet other faults
/// when it is replayed.
const COUNTED_CALLS: usize = 10_000;

/// The active faults, and the state from which they are drawn.
#[derive(Debug)]
pub(super) struct FaultPlan {
    faults: Faults,
    seed: u64,
    counts: Mutex<CallCounts>,
}

impl FaultPlan {
    pub(super) fn new(faults: Faults, seed: u64) -> Self {
        Self { faults, seed, counts: Mutex::default() }
    }

    /// Draws the faults of the next request for this call, a path with its query. They depend only on the seed, the
    /// call and the number of earlier requests for it.
    pub(super) fn fate(self: &Arc<Self>, call: &str) -> Fate {
        let call = hash(call);
        let times = self.counts.lock().unwrap_or_else(PoisonError::into_inner).count(call);
        let key = Rng::keyed(self.seed, call, Subject::Faults).next().wrapping_add(times);
        Fate { plan: Arc::clone(self), key }
    }
}

/// The faults of one request.
#[derive(Debug, Clone)]
pub(super) struct Fate {
    plan: Arc<FaultPlan>,
    key: u64,
}

impl Fate {
    /// Returns the fault of the response as a whole, if there is one.
    pub(super) fn whole(&self) -> Option<FaultKind> {
        self.plan.faults.whole(Rng::keyed(self.plan.seed, self.key, Subject::Faults).unit())
    }

    /// Returns the stream from which a fault within the response draws its details, or `None` if the fault does not
    /// happen. Each kind has its own stream, so that the probability of one does not affect another.
    pub(super) fn within(&self, kind: FaultKind) -> Option<Rng> {
        let mut rng = self.details(kind);
        (rng.unit() < self.plan.faults.probability(kind)).then_some(rng)
    }

    /// Returns the stream from which a fault that happens draws its details.
    pub(super) fn details(&self, kind: FaultKind) -> Rng {
        Rng::keyed(self.plan.seed ^ self.key, kind as u64, Subject::Faults)
    }
}

/// The numbers of earlier requests by the hash of their call, so that long calls cost no more than short ones.
#[derive(Debug, Default)]
struct CallCounts {
    times: HashMap<u64, u64>,
    order: VecDeque<u64>,
}

impl CallCounts {
    /// Returns the number of earlier requests for this call, and counts this one.
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

/// Hashes with FNV-1a, which gives the same number on every machine and in every run.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(spec: &str, seed: u64) -> Arc<FaultPlan> {
        Arc::new(FaultPlan::new(spec.parse().unwrap(), seed))
    }

    const MANY: &str = "429:0.2,500:0.2,reset:0.2,slow:0.2,badrow:0.5,drift:0.5";

    /// The draws for a request: the fault as a whole, a bad row, drift, and a detail.
    type Drawn = (Option<FaultKind>, bool, bool, u64);

    fn drawn(fate: &Fate) -> Drawn {
        let within = |kind| fate.within(kind).is_some();
        (
            fate.whole(),
            within(FaultKind::BadRow),
            within(FaultKind::Drift),
            fate.details(FaultKind::TooMany).next(),
        )
    }

    /// Returns the faults of calls that are made in this order, sorted by call.
    fn run(plan: &Arc<FaultPlan>, calls: &[String]) -> Vec<(String, Drawn)> {
        let mut drawn_by_call: Vec<_> =
            calls.iter().map(|call| (call.clone(), drawn(&plan.fate(call)))).collect();
        drawn_by_call.sort_by(|(a, _), (b, _)| a.cmp(b));
        drawn_by_call
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
        assert!(
            same_call.iter().any(|other| other.1 != same_call[0].1),
            "a retry is a new draw: {same_call:?}"
        );
    }

    #[test]
    fn faults_come_as_often_as_asked_for() {
        let plan = plan(MANY, 3);
        let fates: Vec<Fate> = (0..4000).map(|n| plan.fate(&format!("/{}", n % 1000))).collect();
        let share = |fits: &dyn Fn(&Fate) -> bool| fates.iter().filter(|fate| fits(fate)).count();
        for kind in [FaultKind::TooMany, FaultKind::Internal, FaultKind::Reset, FaultKind::Slow] {
            let count = share(&|fate| fate.whole() == Some(kind));
            assert!((650..950).contains(&count), "{kind:?}: {count}");
        }
        let count = share(&|fate| fate.within(FaultKind::BadRow).is_some());
        assert!((1800..2200).contains(&count), "{count}");
        assert_eq!(share(&|fate| fate.within(FaultKind::Twice).is_some()), 0);
    }

    #[test]
    fn one_kind_changes_nothing_about_another() {
        let (alone, together) = (plan("badrow:0.3", 5), plan("badrow:0.3,drift:1,500:0.9", 5));
        for n in 0..200 {
            let call = format!("/{n}");
            let draw =
                |plan: &Arc<FaultPlan>| plan.fate(&call).within(FaultKind::BadRow).map(|mut rng| rng.next());
            assert_eq!(draw(&alone), draw(&together));
        }
    }

    #[test]
    fn only_the_newest_calls_are_counted() {
        let mut asked = CallCounts::default();
        for call in 0..=COUNTED_CALLS as u64 {
            assert_eq!(asked.count(call), 0);
        }
        assert_eq!((asked.times.len(), asked.order.len()), (COUNTED_CALLS, COUNTED_CALLS));
        assert_eq!((asked.count(1), asked.count(1), asked.count(0)), (1, 2, 0));
    }
}
