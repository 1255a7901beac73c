//! Parts that come from the local copy: shown at once with their age, until the current ones have arrived; what those have
//! changed is highlighted for a while.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};

use super::{Detail, DetailSubject, Tab};
use crate::{
    model::ToOrder,
    source::{Fetched, Origin, Window},
    tui::app::{
        lines::TextLine,
        message::{LoadResult, Now, Remote},
        records::HeldPart,
        table::oldest_beside,
    },
};

/// The time for which differences are highlighted.
const HIGHLIGHT: Duration = Duration::from_secs(5);

/// A part of the pane's customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Record,
    Subscriptions,
}

impl Part {
    /// Returns the part that a tab shows, if it is one that the copy holds.
    fn of(tab: Tab) -> Option<Self> {
        match tab {
            Tab::Overview | Tab::Contacts | Tab::Raw => Some(Self::Record),
            Tab::Products => Some(Self::Subscriptions),
            Tab::Orders | Tab::History => None,
        }
    }
}

/// What has to be known of the parts that come from the local copy.
#[derive(Debug, Default)]
pub(super) struct HeldState {
    record: Option<HeldPart>,
    subscriptions: Option<HeldPart>,
}

impl HeldState {
    fn part(&mut self, part: Part) -> &mut Option<HeldPart> {
        match part {
            Part::Record => &mut self.record,
            Part::Subscriptions => &mut self.subscriptions,
        }
    }
}

/// The lines that were on a tab before the current answer arrived.
#[derive(Debug)]
pub(super) struct Differences {
    tab: Tab,
    before: HashSet<String>,
    until: Duration,
}

/// Returns the origin of an answer.
pub(super) fn origin_of<T>(outcome: &LoadResult<Fetched<T>>) -> Option<Origin> {
    outcome.as_ref().ok().map(|answer| answer.origin.clone())
}

/// What is on the screen of a part that comes from the local copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CopyNote {
    pub(crate) held: HeldPart,
    /// True if the current part is on its way, or about to be asked for.
    pub(crate) is_loading: bool,
}

impl Detail {
    /// Takes what came with the rows of the table: parts of the copy, or the knowledge that older parts are too old beside
    /// rows of the API.
    pub(crate) fn take_parts(&mut self, window: &Window) {
        if window.coverage.is_none() {
            self.records.forget_held();
            // Cells that are older than the rows beside them would seem to have the age of the rows.
            if let Some(oldest) = oldest_beside(window.origin.at) {
                self.records.forget_before(oldest);
            }
            return;
        }
        self.note_reach(window.coverage.as_ref().is_some_and(|coverage| coverage.offline_since.is_some()));
        let mut facts = HashMap::new();
        for (index, parts) in window.parts.iter().enumerate() {
            if let Some(row) = window.customer(index) {
                // A link that several rows have is the record of one of them at most.
                let of_link = |other: usize| {
                    let other = window.customer(other);
                    other.is_some_and(|other| row.link.is_some() && other.link == row.link)
                };
                if (0..window.len()).filter(|other| of_link(*other)).count() < 2 {
                    self.records.keep_held(row, parts);
                }
                facts.insert(row.customer_id.clone(), parts.facts.clone());
            }
        }
        self.records.keep_facts(facts);
    }

    /// Takes what is shown for held once the API is out of reach, and asks for it again once it is back.
    fn note_reach(&mut self, is_offline: bool) {
        if std::mem::replace(&mut self.is_offline, is_offline) == is_offline {
            return;
        }
        if is_offline {
            self.records.hold_all();
            let key = self.subject.as_ref().and_then(DetailSubject::record_key);
            let id = self.subject.as_ref().and_then(DetailSubject::customer_id).map(str::to_owned);
            if self.held.record.is_none() && self.customer.value().is_some() {
                self.held.record = key.and_then(|key| self.records.customer(&key)?.1);
            }
            if self.held.subscriptions.is_none() && self.subscriptions.value().is_some() {
                self.held.subscriptions = id.and_then(|id| self.records.subscriptions(&id)?.1);
            }
            return;
        }
        if self.held.record.is_some() && !self.customer.is_loading() {
            self.customer.outdate();
        }
        if self.held.subscriptions.is_some() && !self.subscriptions.is_loading() {
            self.subscriptions.outdate();
        }
        self.rest_until = self.subject.is_some().then_some(Duration::ZERO);
    }

    /// Shows the record and the subscriptions that are known. Those of the copy are out of date, and requested again.
    pub(super) fn recall_parts(&mut self) {
        let key = self.subject.as_ref().and_then(DetailSubject::record_key);
        let id = self.subject.as_ref().and_then(DetailSubject::customer_id);
        let subscriptions = id.and_then(|id| self.records.subscriptions(id));
        let record = key.and_then(|key| self.records.customer(&key));
        (self.customer, self.held.record) = recalled(record);
        (self.subscriptions, self.held.subscriptions) = recalled(subscriptions);
    }

    /// Notes where an answer comes from that is about to be shown in place of what is there.
    pub(super) fn note_arrival(&mut self, part: Part, origin: Option<&Origin>, now: Now) {
        // What is there stays if nothing has arrived.
        let Some(origin) = origin else { return };
        let arrived = HeldPart::of(origin);
        let before = std::mem::replace(self.held.part(part), arrived);
        let replaces_copy = before.is_some() && arrived.is_none();
        if replaces_copy && Part::of(self.tab) == Some(part) && self.width > 0 {
            let lines = super::content::lines(self, usize::from(self.width));
            let before = lines.iter().map(text_of).collect();
            self.differences = Some(Differences { tab: self.tab, before, until: now.mono + HIGHLIGHT });
        }
    }

    /// Marks the lines that the current answer has changed.
    pub(super) fn mark_differences(&mut self) {
        let Some(differences) = self.differences.as_ref().filter(|found| found.tab == self.tab) else {
            return;
        };
        for line in &mut self.lines {
            line.is_new = !line.spans.is_empty() && !differences.before.contains(&text_of(line));
        }
    }

    /// Ends the highlighting of differences once its time is over.
    pub(crate) fn expire_differences(&mut self, now: Now) {
        if self.differences.take_if(|differences| now.mono >= differences.until).is_some() {
            self.render();
        }
    }

    /// Returns the time at which the highlighting of differences ends.
    pub(crate) fn differences_until(&self) -> Option<Duration> {
        let is_visible = self.lines.iter().any(|line| line.is_new);
        self.differences.as_ref().filter(|_| is_visible).map(|differences| differences.until)
    }

    /// Returns what has to be said if the tab shows a part of the local copy.
    pub(crate) fn copy_note(&self) -> Option<CopyNote> {
        let (held, is_loading) = match Part::of(self.tab)? {
            Part::Record => (self.held.record, is_on_its_way(&self.customer)),
            Part::Subscriptions => (self.held.subscriptions, is_on_its_way(&self.subscriptions)),
        };
        held.map(|held| CopyNote { held, is_loading })
    }

    /// Returns the time at which the customer was found to be gone, if the local copy says so.
    pub(super) fn gone_at(&self) -> Option<DateTime<Utc>> {
        let id = self.subject.as_ref().and_then(DetailSubject::customer_id)?;
        self.records.facts_of(id)?.gone_at
    }

    /// Returns the licences that nobody has ordered yet and their products, if the local copy knows of any.
    pub(super) fn to_order(&self) -> Option<(ToOrder, Option<&str>)> {
        let id = self.subject.as_ref().and_then(DetailSubject::customer_id)?;
        let facts = self.records.facts_of(id)?;
        let to_order = facts.to_order.filter(|to_order| to_order.licences > 0)?;
        Some((to_order, facts.to_order_products.as_deref()))
    }

    /// Returns true if the record comes from a copy that keeps no contacts.
    pub(super) fn lacks_contacts(&self) -> bool {
        self.held.record.is_some_and(|held| !held.keeps_contacts)
    }
}

/// Returns a part that is known: one of the copy is out of date.
pub(crate) fn recalled<T>(known: Option<(Arc<T>, Option<HeldPart>)>) -> (Remote<Arc<T>>, Option<HeldPart>) {
    match known {
        Some((value, None)) => (Remote::Ready(value), None),
        Some((value, held)) => (Remote::Stale(value), held),
        None => (Remote::Idle, None),
    }
}

fn is_on_its_way<T>(part: &Remote<T>) -> bool {
    part.is_wanted() || part.is_loading()
}

fn text_of(line: &TextLine) -> String {
    line.spans.iter().map(|(_, text)| text.as_str()).collect()
}
