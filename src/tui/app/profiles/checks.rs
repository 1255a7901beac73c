//! The test of a profile: the state and the result of each step.

use std::time::Duration;

use super::super::message::{Effect, Outbox, Ticket};
use crate::{
    account::{ProfileDraft, TestStep},
    api::ApiError,
};

/// One step of the test.
#[derive(Debug, Clone, Default)]
pub(crate) enum Check {
    /// Not taken yet.
    #[default]
    Open,
    /// Under way.
    Running(Ticket),
    /// It found this.
    Good(String),
    /// It failed.
    Bad(Box<ApiError>),
}

/// The steps of a test.
#[derive(Debug, Clone, Default)]
pub(crate) struct Checks {
    states: [Check; TestStep::ALL.len()],
    /// The time since when a step has been running.
    pub(crate) since: Option<Duration>,
}

impl Checks {
    pub(crate) fn state(&self, step: TestStep) -> &Check {
        // One place for each step, in their order.
        &self.states[step as usize]
    }

    /// Begins a step.
    pub(crate) fn begin(&mut self, step: TestStep, draft: &ProfileDraft, now: Duration, out: &mut Outbox) {
        let draft = Box::new(draft.clone());
        let ticket = out.ask(|ticket| Effect::CheckProfile(ticket, draft, step));
        self.states[step as usize] = Check::Running(ticket);
        self.since = Some(now);
    }

    /// Takes the result of a step; returns the step if it was awaited.
    pub(crate) fn settle(
        &mut self,
        ticket: Ticket,
        found: Result<String, Box<ApiError>>,
    ) -> Option<TestStep> {
        let step = TestStep::ALL
            .into_iter()
            .find(|step| matches!(self.state(*step), Check::Running(awaited) if *awaited == ticket))?;
        self.states[step as usize] = match found {
            Ok(found) => Check::Good(found),
            Err(error) => Check::Bad(error),
        };
        self.since = None;
        Some(step)
    }

    /// Forgets what this step and those after it found: what they were about has changed.
    pub(crate) fn forget_from(&mut self, first: TestStep, out: &mut Outbox) {
        for step in TestStep::ALL.into_iter().filter(|step| *step >= first) {
            if let Check::Running(ticket) = std::mem::take(&mut self.states[step as usize]) {
                out.abort(Some(ticket));
                self.since = None;
            }
        }
    }

    /// Returns true if a step is under way.
    pub(crate) fn is_running(&self) -> bool {
        self.states.iter().any(|state| matches!(state, Check::Running(_)))
    }

    pub(crate) fn is_good(&self, step: TestStep) -> bool {
        matches!(self.state(step), Check::Good(_))
    }

    pub(crate) fn is_open(&self, step: TestStep) -> bool {
        matches!(self.state(step), Check::Open)
    }

    /// Returns true if nothing was tried yet.
    pub(crate) fn is_untouched(&self) -> bool {
        TestStep::ALL.into_iter().all(|step| self.is_open(step))
    }

    /// Returns the error of the step that failed.
    pub(crate) fn error(&self) -> Option<&ApiError> {
        self.states.iter().find_map(|state| match state {
            Check::Bad(error) => Some(&**error),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_has_its_place() {
        for (place, step) in TestStep::ALL.into_iter().enumerate() {
            assert_eq!(step as usize, place);
        }
    }
}
