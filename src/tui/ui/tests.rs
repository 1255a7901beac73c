//! Every screen as text that a user can read, at the four sizes that the design names.

mod ascii;
mod comparison;
mod notes;
mod renewal_strip;
mod search;
mod summary;

mod property;
mod views;

use std::time::Duration;

use ratatui::{Terminal, backend::TestBackend, buffer::Buffer, style::Modifier};
use serde_json::{Value, json};

use super::{Theme, draw};
use crate::model::Priority;
use crate::{
    account::AccountId,
    api::{ApiError, Wait, WaitReason},
    text,
    tui::app::{
        Configured, Effect, ExportFailed, Message, Setup,
        stage::{Portfolio, RESELLER, Stage, offline, rows, ticket_of, two_profiles},
    },
};

const SIZES: [(u16, u16); 4] = [(60, 20), (80, 24), (120, 30), (160, 45)];

fn buffer(stage: &Stage, theme: Theme) -> Buffer {
    let (width, height) = stage.app.screen.size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw(frame, &stage.app, &theme)).unwrap();
    terminal.backend().buffer().clone()
}

/// Returns the screen as lines of text without trailing blanks; a cell covered by a wide character is skipped.
fn screen(stage: &Stage) -> String {
    lines(&buffer(stage, Theme::coloured()))
}

fn lines(buffer: &Buffer) -> String {
    let mut screen = String::new();
    for y in buffer.area.top()..buffer.area.bottom() {
        let mut line = String::new();
        let mut x = 0;
        while x < buffer.area.width {
            let symbol = buffer[(x, y)].symbol().trim_start_matches([' ', '\u{8}']);
            let symbol = if symbol.is_empty() { " " } else { symbol };
            line.push_str(symbol);
            x += u16::try_from(text::width(symbol).max(1)).unwrap();
        }
        assert_eq!(text::width(&line), usize::from(buffer.area.width), "line {y} is out of step: {line:?}");
        assert!(!line.chars().any(char::is_control), "line {y} carries a control character: {line:?}");
        screen.push_str(line.trim_end());
        screen.push('\n');
    }
    screen
}

/// Takes a snapshot at each size of the stage that `make` sets.
fn at_each_size(name: &str, make: impl Fn(u16, u16) -> Stage) {
    for (width, height) in SIZES {
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), screen(&make(width, height)));
    }
}

/// Takes a snapshot of the screen after these keys, at 80x24 and 120x30.
fn after_keys(name: &str, keys: &str) {
    for (width, height) in [(80, 24), (120, 30)] {
        let mut stage = Stage::ready(width, height);
        for key in keys.split(' ') {
            stage.key(key);
            stage.answer();
        }
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), screen(&stage));
    }
}

#[test]
fn the_main_screen() {
    at_each_size("main", Stage::ready);
}

#[test]
fn a_wait_for_a_retry() {
    let wait = || {
        let because = "429 Too many requests: the server asks to wait 12 s.".to_owned();
        Some(Wait { reason: WaitReason::Retry { number: 1, of: 3, because }, time: Duration::from_secs(12) })
    };
    for (width, height) in [(80, 24), (120, 30)] {
        let mut stage = Stage::ready(width, height);
        stage.key("]");
        let ticket = ticket_of(&stage.pending[0]).unwrap();
        stage.send(Message::Waiting(ticket, wait()));
        stage.pass(2_500);
        insta::assert_snapshot!(format!("waiting_{width}x{height}"), screen(&stage));
    }
    let mut start = Stage::new(80, 24);
    let page =
        start.pending.iter().find(|effect| matches!(effect, Effect::LoadRows(_, _, Priority::Visible)));
    let ticket = page.and_then(ticket_of).unwrap();
    start.send(Message::Waiting(ticket, wait()));
    start.pass(2_500);
    insta::assert_snapshot!("waiting_at_the_start_80x24", screen(&start));
}

#[test]
fn the_first_moments() {
    at_each_size("start", Stage::new);
    at_each_size("loading", |width, height| {
        let mut stage = Stage::new(width, height);
        stage.pass(1_250);
        stage
    });
}

#[test]
fn another_page_on_its_way_over_the_old_one() {
    at_each_size("replacing", |width, height| {
        let mut stage = Stage::ready(width, height);
        stage.key("3");
        stage.pass(2_500);
        stage
    });
}

#[test]
fn an_empty_list_says_why_and_what_to_press() {
    at_each_size("empty", |width, height| {
        let mut stage = Stage::ready(width, height);
        stage.keys("2 /").typed("nobody").keys("tab");
        stage.typed("-30d").key("enter");
        stage.answer();
        stage
    });
}

#[test]
fn a_failed_start_says_what_happened_and_what_to_do() {
    at_each_size("failed", |width, height| {
        let mut stage = Stage::new(width, height);
        stage.fail(&ApiError::internal("the demo API could not start: no free port"));
        stage.pass(10_000);
        stage
    });
}

#[test]
fn a_failed_page_leaves_the_old_one_with_an_error() {
    at_each_size("failed_page", |width, height| {
        let mut stage = Stage::ready(width, height);
        stage.key("3");
        stage.fail(&offline("the connection was reset"));
        stage
    });
}

fn named(name: &str) -> Value {
    let mut row = rows("1000", 1).remove(0);
    row["companyProfile"]["companyName"] = json!(name);
    row
}

fn hostile() -> Portfolio {
    let names = [
        "株式会社みどり出版・東京第二営業所・企画制作部・資料室",
        "e\u{301}\u{302}\u{303}tude combining marks",
        "👩‍👩‍👧‍👦 family, 🇩🇪 flag, 👍🏽 skin tone",
        "\u{1b}[31mred\u{1b}[0m and \u{1b}]0;title\u{7}",
        "\u{202e}txt.exe reversed \u{2066}isolated",
        "zero\u{200b}width\u{feff}joiners\u{ad}",
        "line\nbreak\ttab\rreturn",
        "دار النخلة للنشر والتوزيع",
        "=HYPERLINK(\"http://example.com\")",
        "",
        "ﷺ﷽ wide ligatures",
        "\u{9b}31m C1 controls \u{85}",
        "ทะเลสีครามและเพื่อนๆจำกัด",
        "ⒶⒷ ambiguous ①② ½ …—“”",
        "क्षत्रिय प्रकाशन गृह",
    ];
    let mut list: Vec<Value> = names.into_iter().map(named).collect();
    list.push(named(&"very long ".repeat(2_000)));
    for (index, row) in list.iter_mut().enumerate() {
        row["customerId"] = json!(format!("10065007{index:02}"));
    }
    list[9]["companyProfile"] = json!(null);
    list.insert(10, json!({"status": "1000", "companyProfile": {"companyName": "no id"}}));
    list.insert(11, json!("just text"));
    list[12]["status"] = json!("1014");
    list[13]["status"] = json!("9\u{1b}[7m99");
    list[13]["creationDate"] = json!("2024-07-17T03:47:35");
    list[14]["creationDate"] = json!("yyyy-MM-dd");
    list[14]["customerId"] = json!("id\u{1b}]52;c;aGk=\u{7}");
    Portfolio { lists: [list, vec![], vec![], vec![]], ..Portfolio::default() }
}

#[test]
fn wide_and_hostile_names_stay_in_their_columns() {
    at_each_size("hostile", |width, height| Stage::ready_with(width, height, hostile()));
}

/// A terminal that collects the bytes written to it.
#[derive(Clone, Default)]
struct Wire(std::rc::Rc<std::cell::RefCell<Vec<u8>>>);

impl std::io::Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Returns the screen of a terminal after these frames, painted over each other.
fn painted(frames: &[&Stage]) -> String {
    let (width, height) = frames[0].app.screen.size;
    let area = ratatui::layout::Rect::new(0, 0, width, height);
    let options = ratatui::TerminalOptions { viewport: ratatui::Viewport::Fixed(area) };
    let wire = Wire::default();
    let backend = ratatui::backend::CrosstermBackend::new(wire.clone());
    let mut terminal = Terminal::with_options(backend, options).unwrap();
    for stage in frames {
        terminal.draw(|frame| draw(frame, &stage.app, &Theme::coloured())).unwrap();
    }
    let size = |cells: u16| std::num::NonZeroU16::new(cells).unwrap();
    let mut parser = vt100::Parser::new(size(height), size(width), 0);
    parser.process(&wire.0.borrow());
    // A cell that was blanked and one that was never written look the same at the end of a line.
    let lines: Vec<String> =
        parser.screen().rows(0, width).map(|line| line.trim_end_matches(' ').to_owned()).collect();
    lines.join("\n")
}

#[test]
fn nothing_of_a_name_stays_behind_when_another_takes_its_row() {
    let mut names = hostile();
    // The terminal of this test drops the mark of unreadable characters.
    names.lists[0].retain(|row| !row.to_string().contains(['\u{202e}', '\u{200b}']));
    names.lists[0].insert(0, named("கடற்காற்று பல்கலைக்கழகம்"));
    names.lists[0].insert(1, named("தாமரைக்குளம்"));
    let wide = Stage::ready_with(120, 30, names);
    let empty = Portfolio { lists: [vec![], vec![], vec![], vec![]], ..Portfolio::default() };
    for after in [Stage::ready(120, 30), Stage::ready_with(120, 30, empty)] {
        assert_eq!(painted(&[&wide, &after]), painted(&[&after]));
        assert_eq!(painted(&[&after, &wide]), painted(&[&wide]));
    }
}

#[test]
fn an_unreadable_row_is_a_row() {
    for (width, height) in [(80, 24), (120, 30)] {
        let mut stage = Stage::ready_with(width, height, hostile());
        stage.keys("down down down down down down down down down down enter");
        insta::assert_snapshot!(format!("unreadable_{width}x{height}"), screen(&stage));
    }
}

#[test]
fn all_statuses_marks_and_columns() {
    at_each_size("all", |width, height| {
        let mut stage = Stage::ready(width, height);
        stage.keys("0").answer();
        stage.keys("space space down space");
        stage.answer();
        stage
    });
}

#[test]
fn the_tabs_of_the_detail() {
    after_keys("contacts", "enter right");
    after_keys("products", "enter right right");
    after_keys("orders", "enter right right right");
    after_keys("raw", "enter left");
    after_keys("raw_search", "enter left / c o d e enter");
    after_keys("detail_zoomed", "enter z");
}

#[test]
fn a_link_that_leads_elsewhere() {
    for (width, height) in [(80, 24), (120, 30)] {
        let mut portfolio = Portfolio::default();
        portfolio.lists[0][0]["links"]["self"]["uri"] = json!("/v3/customers/1006500792");
        let mut stage = Stage::ready_with(width, height, portfolio);
        stage.key("enter");
        stage.answer();
        insta::assert_snapshot!(format!("wrong_link_{width}x{height}"), screen(&stage));
    }
}

#[test]
fn the_dialogs_over_the_screen() {
    after_keys("help", "?");
    after_keys("help_narrowed", "? p a g e");
    after_keys("palette", ":");
    after_keys("palette_narrowed", ": s t a");
    after_keys("go_to", "# n o space i d enter");
    after_keys("copy_menu", "Y down");
    after_keys("export", "e down right");
    after_keys("columns", "c down down space");
    after_keys("inspector", "i");
}

#[test]
fn an_export_under_way() {
    let running = |width, height| {
        let mut stage = Stage::ready(width, height);
        stage.keys("e enter");
        let progress = "450 of 1,204 rows · 10 pages · 412/s · 2 s left";
        stage.send(Message::Exporting(progress.to_owned()));
        stage
    };
    at_each_size("export_running", running);
    at_each_size("export_stop", |width, height| {
        let mut stage = running(width, height);
        stage.key("e");
        stage
    });
    at_each_size("export_left", |width, height| {
        let mut stage = Stage::ready(width, height);
        stage.keys("e enter");
        stage.send(Message::Exported(Err(ExportFailed::Left)));
        stage
    });
}

#[test]
fn the_filter_panel() {
    after_keys("filter", "f down down");
    after_keys("filter_name", "/ a c m e");
    after_keys("filter_refused", "/ tab 2 0 2 6 - 0 3 - 0 1 tab 2 0 2 6 - 0 2 enter");
    after_keys("filter_relative", "/ tab - 3 0 d enter f");
}

#[test]
fn a_screen_that_is_too_small_says_so() {
    for (width, height) in [(59, 20), (60, 9), (20, 5), (5, 1), (1, 1)] {
        insta::assert_snapshot!(format!("small_{width}x{height}"), screen(&Stage::ready(width, height)));
    }
    let mut stage = Stage::ready(120, 30);
    stage.key(":");
    stage.send(Message::Resize(59, 20));
    insta::assert_snapshot!("small_in_a_dialog", screen(&stage));
}

#[test]
fn a_window_that_is_too_small_takes_no_key_but_those_that_leave() {
    for open in ["", "?", ":", "#", "n", "/", "T"] {
        let mut stage = Stage::ready(120, 30);
        if !open.is_empty() {
            stage.key(open);
        }
        let before = screen(&stage);
        stage.send(Message::Resize(59, 30));
        stage.keys("j enter g p x r 2 esc tab ctrl-u down d y space");
        stage.send(Message::Paste("acme".to_owned()));
        stage.send(Message::Resize(120, 30));
        assert_eq!(screen(&stage), before, "with {open} open");
        stage.send(Message::Resize(120, 9));
        stage.key("q");
        assert_eq!(stage.asked == [Effect::Quit], open.is_empty(), "with {open} open");
        stage.keys("ctrl-z ctrl-c");
        assert!(stage.asked.ends_with(&[Effect::Suspend, Effect::Quit]), "with {open} open");
    }
}

#[test]
fn every_size_can_be_drawn_with_everything_open() {
    for open in ["", "enter", "?", ":", "#", "Y", "c", "i", "f", "/", "z"] {
        for (width, height) in [(1, 1), (2, 3), (20, 5), (59, 19), (60, 10), (90, 16), (119, 21), (500, 200)]
        {
            let mut stage = Stage::ready_with(width, height, hostile());
            if !open.is_empty() {
                stage.key(open);
                stage.answer();
            }
            assert!(!screen(&stage).trim().is_empty(), "{width}x{height} {open:?}");
        }
    }
}

/// The window may change between the layout and the frame: the frame is drawn again at once, and must not panic.
#[test]
fn a_frame_can_be_drawn_after_the_window_was_resized() {
    let windows = [(1, 1), (14, 55), (20, 5), (33, 12), (59, 19), (79, 23), (119, 60), (200, 9)];
    let draw_all = |stage: &Stage, open: &str| {
        for (width, height) in windows {
            let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
            let drawn = terminal.draw(|frame| draw(frame, &stage.app, &Theme::coloured()));
            assert!(drawn.is_ok(), "{open} at {width}x{height}");
        }
    };
    for (width, height) in SIZES {
        for open in [
            "",
            "enter",
            "z",
            "?",
            ":",
            "#",
            "Y",
            "c",
            "i",
            "f",
            "/",
            "p",
            "p t",
            "p a",
            "p e",
            "space space =",
            "%",
        ] {
            let mut stage = with_profiles(width, height);
            if !open.is_empty() {
                stage.keys(open);
            }
            if open == "%" {
                // The profile has no copy yet.
                stage.key("s");
                stage.answer();
            }
            draw_all(&stage, open);
        }
        let mut stage = with_profiles(width, height);
        stage.send(Message::NoKeyring);
        draw_all(&stage, "the question where tokens are kept");
    }
}

#[test]
fn without_colours_the_selection_and_the_statuses_can_still_be_told_apart() {
    let buffer = buffer(&Stage::ready(120, 30), Theme::monochrome());
    let cells = || buffer.content.iter();
    assert!(cells().all(|cell| matches!(cell.fg, ratatui::style::Color::Reset)));
    assert!(cells().any(|cell| cell.modifier.contains(Modifier::REVERSED)));
    assert!(cells().any(|cell| cell.symbol() == "●"));
}

#[test]
fn no_colour_is_set_where_no_meaning_asks_for_one() {
    let buffer = buffer(&Stage::ready(120, 30), Theme::coloured());
    assert!(buffer.content.iter().all(|cell| matches!(cell.bg, ratatui::style::Color::Reset)));
    let name = buffer.content.iter().find(|cell| cell.symbol() == "B").unwrap();
    assert_eq!(name.fg, ratatui::style::Color::Reset);
}

/// Returns a stage with two profiles, the one for production on the screen.
fn with_profiles(width: u16, height: u16) -> Stage {
    Stage::of_profile("emea-prod", two_profiles(), width, height).settled()
}

#[test]
fn the_profiles_and_a_test_of_one() {
    at_each_size("profiles", |width, height| {
        let mut stage = with_profiles(width, height);
        stage.keys("p t");
        stage.answer();
        stage
    });
}

#[test]
fn a_test_that_fails_in_the_list() {
    at_each_size("profiles_failed", |width, height| {
        let mut stage = with_profiles(width, height);
        stage.keys("p t");
        stage.fail(&offline("the connection was reset"));
        stage
    });
}

#[test]
fn the_form_while_its_steps_are_tested() {
    at_each_size("profile_form", |width, height| {
        let mut stage = with_profiles(width, height);
        stage.keys("p a").typed("north").keys("enter left enter").typed("https://gw.example.com/adobe");
        stage.keys("enter").typed("https://gw.example.com/token").keys("enter").typed("client-9");
        stage.keys("enter enter enter").typed("s3cr3t").key("enter");
        stage.answer().key("down");
        stage
    });
}

#[test]
fn a_refused_secret_in_the_form() {
    at_each_size("profile_refused", |width, height| {
        let mut stage = with_profiles(width, height);
        stage.keys("p e").typed("wrong").key("enter");
        stage.fail(&offline("the connection was reset"));
        stage.key("up");
        stage
    });
}

#[test]
fn a_configuration_with_mistakes() {
    at_each_size("problems", |width, height| {
        let problems = vec![
            "config.toml:3:1: ui.page_szie: unknown key, did you mean page_size?".to_owned(),
            "config.toml:7:11: profiles.emea: reseller_id and client_secret are missing".to_owned(),
        ];
        let mut stage = Stage::started(Setup {
            target: AccountId::Demo,
            demo_reseller: RESELLER.to_owned(),
            invocation: crate::tui::app::Invocation::default(),
            configured: Configured { problems, ..Configured::default() },
            size: (width, height),
            stands_in: true,
            mouse: true,
            folder: "/home/mara".into(),
            notice: None,
        });
        stage.answer();
        stage
    });
}

#[test]
fn the_question_where_tokens_are_kept() {
    at_each_size("keep_tokens", |width, height| {
        let mut stage = with_profiles(width, height);
        stage.send(Message::NoKeyring);
        stage
    });
}

#[test]
fn a_typed_secret_is_on_no_screen() {
    for (width, height) in SIZES {
        let mut stage = with_profiles(width, height);
        stage.keys("p e").typed("s3cr3t-x");
        assert!(screen(&stage).contains("••••••••") && !screen(&stage).contains("s3c"));
    }
}
