//! The list of profiles: which one is chosen, its test, and whether it is to be removed.

use super::{
    super::{
        AccountKind, App, Overlay,
        footer::Wanted,
        lines::Tone,
        message::Ticket,
        overlays::{Dialog, DialogView, Piece, Then, ViewLine, move_cursor},
    },
    Checks, ProfileForm, form_box, step_line,
};
use crate::{
    account::{ProfileDraft, TestStep},
    config::DEMO,
    text::{self, wrap},
    tui::{
        action::{Action, DialogKind},
        app::message::Effect,
        keys::Chord,
    },
};

/// The list of profiles.
#[derive(Debug, Clone, Default)]
pub(crate) struct Menu {
    /// The name of the profile that the cursor is on: its line may change under the cursor.
    pub(crate) name: String,
    /// The line of that profile, or the line that it had before it was removed.
    pub(crate) selected: usize,
    /// True while the user is asked whether the selected profile is to be removed.
    pub(crate) removing: bool,
    /// The test of a profile, by its name.
    pub(crate) test: Option<(String, Checks)>,
    /// The change of the configuration under way.
    pub(crate) changing: Option<Ticket>,
    /// The reason why something could not be changed.
    pub(crate) error: Option<String>,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProfileEntry {
    pub(crate) name: String,
    pub(crate) environment: AccountKind,
    pub(crate) reseller_id: String,
    pub(crate) sign_in: String,
    pub(crate) last_used: String,
    /// True if its customers are on screen.
    pub(crate) current: bool,
    /// True if the program starts with it.
    pub(crate) default: bool,
}

/// The lines of the list: the profiles by name, then the demo, which is always there.
pub(crate) fn entries(app: &App) -> Vec<ProfileEntry> {
    let current = app.session.target.name();
    let today = app.now.wall.date_naive();
    let mut entries: Vec<ProfileEntry> = app
        .session
        .configuration
        .profiles
        .iter()
        .map(|listed| {
            let profile = &listed.profile;
            let used = listed.last_used.map(|at| at.with_timezone(app.now.wall.offset()).date_naive());
            ProfileEntry {
                name: listed.name.clone(),
                environment: profile.environment.into(),
                reseller_id: profile.reseller_id.clone(),
                sign_in: text::clean(&format!(
                    "{} · {}",
                    profile.sign_in.noun(),
                    profile.sign_in.source().told()
                ))
                .into_owned(),
                last_used: match used {
                    _ if current == Some(listed.name.as_str()) => "in use".to_owned(),
                    None => "never".to_owned(),
                    Some(day) if day == today => "today".to_owned(),
                    Some(day) => crate::model::format_date(day),
                },
                current: current == Some(listed.name.as_str()),
                default: app.session.configuration.default.as_ref() == Some(&listed.name),
            }
        })
        .collect();
    entries.push(ProfileEntry {
        name: DEMO.to_owned(),
        environment: AccountKind::Demo,
        reseller_id: app.session.demo_reseller.clone(),
        sign_in: "fictional customers".to_owned(),
        last_used: String::new(),
        current: current.is_none(),
        default: app.session.configuration.default.as_deref() == Some(DEMO),
    });
    entries
}

impl Menu {
    pub(super) fn at(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// Finds the line of the profile that the cursor is on, after the list has changed. If the profile has gone, the
    /// cursor stays where it was, and no answer to a question about the profile counts any more.
    pub(super) fn follow(&mut self, entries: &[ProfileEntry]) {
        if let Some(line) = entries.iter().position(|entry| entry.name == self.name) {
            self.selected = line;
        } else {
            // The demo is always there.
            self.selected = self.selected.min(entries.len().saturating_sub(1));
            self.name = entries.get(self.selected).map(|entry| entry.name.clone()).unwrap_or_default();
            self.removing = false;
        }
    }

    /// Returns the line that the cursor is on.
    fn entry(&self, app: &App) -> Option<ProfileEntry> {
        entries(app).into_iter().find(|entry| entry.name == self.name)
    }

    /// Switches to the selected profile.
    fn choose(&mut self, app: &mut App) -> Then {
        let Some(entry) = self.entry(app) else { return Then::Stay };
        if entry.current {
            app.note(format!("{} is on screen.", entry.name));
            return Then::Close;
        }
        match app.session.target_of(&entry.name) {
            Some(target) => {
                self.stop_test(app);
                app.switch_to(target);
                Then::Close
            }
            None => Then::Stay,
        }
    }

    fn edit(&mut self, app: &mut App) -> Then {
        let Some(entry) = self.entry(app) else { return Then::Stay };
        let listed = app.session.configuration.profiles.iter().find(|listed| listed.name == entry.name);
        let Some(listed) = listed else {
            app.warn_now("The demo cannot be edited.");
            return Then::Stay;
        };
        let form = ProfileForm::of(&listed.name, &listed.profile);
        self.stop_test(app);
        Then::Open(Overlay::ProfileForm(Box::new(form)))
    }

    /// Tests the selected profile: token, ping, first page.
    fn test(&mut self, app: &mut App) -> Then {
        let Some(entry) = self.entry(app) else { return Then::Stay };
        let Some(draft) = draft_of(app, &entry.name) else {
            app.warn_now("The demo needs no test.");
            return Then::Stay;
        };
        self.stop_test(app);
        let mut checks = Checks::default();
        checks.begin(TestStep::ALL[0], &draft, app.now.mono, &mut app.out);
        self.test = Some((entry.name, checks));
        Then::Stay
    }

    /// Gives up the test that is under way.
    fn stop_test(&mut self, app: &mut App) {
        if let Some((_, checks)) = &mut self.test {
            checks.forget_from(TestStep::ALL[0], &mut app.out);
        }
    }

    /// Asks whether the selected profile is to be removed; once the user is sure, removes it.
    fn remove(&mut self, sure: bool, app: &mut App) -> Then {
        let Some(entry) = self.entry(app) else { return Then::Stay };
        if entry.environment == AccountKind::Demo {
            app.warn_now("The demo cannot be removed.");
            return Then::Stay;
        }
        self.removing = !sure;
        self.error = None;
        if sure {
            self.changing = Some(app.out.ask(|ticket| Effect::RemoveProfile(ticket, entry.name.clone())));
        }
        Then::Stay
    }

    /// Makes the selected profile the default.
    fn make_default(&mut self, app: &mut App) -> Then {
        let Some(entry) = self.entry(app) else { return Then::Stay };
        self.changing = Some(app.out.ask(|ticket| Effect::DefaultProfile(ticket, entry.name)));
        self.error = None;
        Then::Stay
    }

    /// Returns the lines below the profiles: the test, a question, an error.
    fn below(&self, app: &App, width: usize) -> Vec<ViewLine> {
        let mut lines = Vec::new();
        let say = |lines: &mut Vec<ViewLine>, words: &str, tone: Tone| {
            lines.extend(wrap(&text::clean(words), width).into_iter().map(|line| ViewLine::of(tone, line)));
        };
        if app.session.configuration.profiles.is_empty() && !self.removing {
            let add = app.keys.label(Action::AddProfile);
            say(&mut lines, "", Tone::Plain);
            say(&mut lines, &format!("No profiles yet: [{add}] adds one, step by step."), Tone::Plain);
        }
        if let Some((name, checks)) = &self.test {
            say(&mut lines, "", Tone::Plain);
            say(&mut lines, &format!("Test of {name}"), Tone::Strong);
            lines.extend(TestStep::ALL.map(|step| step_line(app, checks, step)));
            if let Some(error) = checks.error() {
                // The keys that help are those of the main screen: here, one tests again or edits.
                let told = error.user_message();
                say(&mut lines, &told.summary, Tone::Bad);
                say(&mut lines, &told.hint, Tone::Plain);
            }
        }
        if self.removing {
            say(&mut lines, "", Tone::Plain);
            let mut profiles = app.session.configuration.profiles.iter();
            let listed = profiles.find(|listed| listed.name == self.name);
            let keeps_copy = listed.is_some_and(|listed| listed.keeps_copy == Some(true));
            let what = if keeps_copy {
                "its secret, its token, its local copy and your notes"
            } else {
                "its secret and its token"
            };
            say(&mut lines, &format!("Remove {} with {what}?", self.name), Tone::Warn);
        }
        if let Some(error) = &self.error {
            say(&mut lines, "", Tone::Plain);
            say(&mut lines, error, Tone::Bad);
        }
        lines
    }
}

impl Dialog for Menu {
    fn kind(&self) -> DialogKind {
        if self.removing { DialogKind::Question } else { DialogKind::Profiles }
    }

    fn view(&self, app: &App) -> DialogView {
        let entries = entries(app);
        let height = u16::try_from(entries.len()).unwrap_or(u16::MAX).saturating_add(10);
        let full = form_box(app.areas().screen);
        let area = ratatui::layout::Rect { height: full.height.min(height), ..full };
        let mut view = DialogView::new(area, "Profiles");
        let width = view.width();
        let line = |(index, entry): (usize, &ProfileEntry)| entry.view(width).select(index == self.selected);
        view.body = entries.iter().enumerate().map(line).collect();
        view.foot = self.below(app, width);
        if self.removing {
            view = view.answer_with(app, self.hints(app));
        }
        // What is below the profiles follows the last of them.
        let room = view.rows().height.into();
        if view.body.len() < room {
            view.body.append(&mut view.foot);
        }
        view.keep_visible(self.selected)
    }

    fn hints(&self, _: &App) -> Vec<Wanted> {
        if self.removing {
            return vec![
                (&[Action::Accept], Action::Accept, "remove"),
                (&[Action::Decline], Action::Decline, "keep (or any other key)"),
            ];
        }
        vec![
            (&[Action::Enter], Action::Enter, "switch"),
            (&[Action::AddProfile], Action::AddProfile, "add"),
            (&[Action::EditProfile], Action::EditProfile, "edit"),
            (&[Action::TestProfile], Action::TestProfile, "test"),
            (&[Action::RemoveProfile], Action::RemoveProfile, "remove"),
            (&[Action::DefaultProfile], Action::DefaultProfile, "set as default"),
            (&[Action::Back], Action::Back, "close"),
        ]
    }

    fn act(&mut self, action: Action, _: Option<Chord>, app: &mut App) -> Then {
        if self.removing {
            if action == Action::Accept {
                return self.remove(true, app);
            }
            return self.other_key(app);
        }
        match action {
            Action::Enter => self.choose(app),
            Action::AddProfile => {
                self.stop_test(app);
                Then::Open(Overlay::ProfileForm(Box::new(ProfileForm::new())))
            }
            Action::EditProfile => self.edit(app),
            Action::TestProfile => self.test(app),
            Action::RemoveProfile => self.remove(false, app),
            Action::DefaultProfile => self.make_default(app),
            Action::EditConfig => {
                app.perform(Action::EditConfig);
                Then::Stay
            }
            Action::Back | Action::Quit | Action::Profiles => {
                self.stop_test(app);
                Then::Close
            }
            _ => {
                let entries = entries(app);
                if !move_cursor(&mut self.selected, entries.len(), action) {
                    return Then::Ignored;
                }
                self.name = entries.get(self.selected).map(|entry| entry.name.clone()).unwrap_or_default();
                self.error = None;
                Then::Stay
            }
        }
    }

    fn takes(&self, action: Action) -> bool {
        matches!(action, Action::EditConfig | Action::Profiles)
    }

    /// Any key but yes keeps the profile.
    fn other_key(&mut self, _: &mut App) -> Then {
        if !std::mem::take(&mut self.removing) {
            return Then::Ignored;
        }
        self.error = None;
        Then::Stay
    }

    /// Puts the cursor on a line; a second click there chooses it.
    fn click(&mut self, line: usize, app: &mut App) -> Then {
        let Some(entry) = entries(app).into_iter().nth(line) else { return Then::Stay };
        if self.name == entry.name && !self.removing {
            return self.choose(app);
        }
        (self.selected, self.name, self.removing) = (line, entry.name, false);
        Then::Stay
    }

    fn click_outside(&mut self, app: &mut App) -> Then {
        self.stop_test(app);
        Then::Close
    }
}

impl ProfileEntry {
    fn view(&self, width: usize) -> ViewLine {
        // A narrow list leaves out how one signs in.
        let (name, sign_in) = if width >= 80 { (22, 30) } else { (16, 0) };
        let mut line = ViewLine::default()
            .cell(Tone::Good, if self.current { "●" } else { " " }, 2)
            .cell(Tone::Strong, &text::clean(&self.name), name)
            .put(Tone::Plain, " ");
        line.pieces.push(Piece::Badge(self.environment, text::pad_end(self.environment.badge(), 12)));
        let mut line = line.cell(Tone::Plain, &text::clean(&self.reseller_id), 11).put(Tone::Plain, " ");
        if sign_in > 0 {
            line = line.cell(Tone::Dim, &self.sign_in, sign_in).put(Tone::Plain, " ");
        }
        let room = width.saturating_sub(line.width());
        let (words, tone) =
            if self.default { ("default", Tone::Accent) } else { (self.last_used.as_str(), Tone::Dim) };
        line.right(tone, text::truncate(words, room))
    }
}

/// Returns a saved profile as it is.
pub(super) fn draft_of(app: &App, name: &str) -> Option<ProfileDraft> {
    let listed = app.session.configuration.profiles.iter().find(|listed| listed.name == name)?;
    Some(ProfileDraft {
        former: Some(listed.name.clone()),
        name: listed.name.clone(),
        profile: listed.profile.clone(),
        typed: None,
        default: false,
    })
}
