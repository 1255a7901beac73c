//! The minimum cost of a table in a terminal: the floor that start-up, key latency and bytes are measured against.
//!
//! It is deliberately as plain as ratatui's own documentation: blocking reads, no runtime, no network, and rows that are
//! ready before the first frame. `j` and `k` move, `q` quits.

use std::io;

use ratatui::crossterm::event::{self, Event, KeyCode, KeyEventKind};
use ratatui::layout::Constraint;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::{Block, Row, Table, TableState};
use ratatui::{DefaultTerminal, Frame};

fn main() -> io::Result<()> {
    let mut terminal = ratatui::init();
    let result = run(&mut terminal);
    ratatui::restore();
    result
}

fn run(terminal: &mut DefaultTerminal) -> io::Result<()> {
    let rows: Vec<[String; 4]> = (1..=50)
        .map(|n| {
            [format!("Row {n}"), format!("{}", 1_006_500_000 + n), "Active".into(), "27 Aug 2025".into()]
        })
        .collect();
    let mut state = TableState::new().with_selected(Some(0));
    loop {
        terminal.draw(|frame| draw(frame, &rows, &mut state))?;
        if let Event::Key(key) = event::read()?
            && key.kind == KeyEventKind::Press
        {
            match key.code {
                KeyCode::Char('j') | KeyCode::Down => state.select_next(),
                KeyCode::Char('k') | KeyCode::Up => state.select_previous(),
                KeyCode::Char('q') => return Ok(()),
                _ => {}
            }
        }
    }
}

fn draw(frame: &mut Frame, rows: &[[String; 4]], state: &mut TableState) {
    let widths =
        [Constraint::Fill(1), Constraint::Length(12), Constraint::Length(10), Constraint::Length(12)];
    let table = Table::new(rows.iter().map(|row| Row::new(row.iter().map(String::as_str))), widths)
        .header(Row::new(["Company", "Customer ID", "Status", "Created"]))
        .block(Block::bordered().title("Customers"))
        .row_highlight_style(Style::new().add_modifier(Modifier::REVERSED));
    frame.render_stateful_widget(table, frame.area(), state);
}
