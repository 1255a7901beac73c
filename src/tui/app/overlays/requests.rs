//! The recent requests: URL, headers, status, time.

use super::{Dialog, DialogView, Then, ViewLine, scroll};
use crate::{
    api::Exchange,
    text,
    tui::{
        action::{Action, DialogKind},
        app::{App, Tone, footer::Wanted, layout::large_box},
        keys::Chord,
    },
};

/// Columns of a label.
const LABEL: usize = 16;

/// The recent requests, one at a time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Requests {
    /// The request, counted back from the last one.
    pub(crate) index: usize,
    pub(crate) top: usize,
}

impl Requests {
    /// Follows a new request: an older one that the user reads stays on screen.
    pub(crate) fn on_exchange(&mut self, count: usize) {
        if self.index > 0 {
            self.index = (self.index + 1).min(count.saturating_sub(1));
        }
    }
}

impl Dialog for Requests {
    fn kind(&self) -> DialogKind {
        DialogKind::Requests
    }

    fn view(&self, app: &App) -> DialogView {
        let mut view = DialogView::new(large_box(app.areas().screen), "Request");
        let Some(exchange) = app.session.exchanges.get(self.index) else {
            view.body.push(ViewLine::of(Tone::Dim, "No request has been answered yet."));
            return view;
        };
        view.right = format!("{} of the last {}", self.index + 1, app.session.exchanges.len());
        let lines = exchange_lines(exchange, view.width()).into_iter();
        view.body =
            lines.map(|(label, value)| ViewLine::of(Tone::Dim, label).put(Tone::Plain, value)).collect();
        view.top = self.top;
        view
    }

    fn hints(&self, _: &App) -> Vec<Wanted> {
        vec![
            (&[Action::EarlierRequest], Action::EarlierRequest, "earlier"),
            (&[Action::LaterRequest], Action::LaterRequest, "later"),
            (&[Action::PreviousRow, Action::NextRow], Action::NextRow, "scroll"),
            (&[Action::CopyRequest], Action::CopyRequest, "copy as curl"),
            (&[Action::Back], Action::Back, "close"),
        ]
    }

    fn act(&mut self, action: Action, _: Option<Chord>, app: &mut App) -> Then {
        match action {
            Action::EarlierRequest => {
                let last = app.session.exchanges.len().saturating_sub(1);
                (self.index, self.top) = ((self.index + 1).min(last), 0);
            }
            Action::LaterRequest => (self.index, self.top) = (self.index.saturating_sub(1), 0),
            Action::CopyRequest => {
                match app.session.exchanges.get(self.index).map(Exchange::as_curl) {
                    Some(curl) => app.copy_text(curl, "curl command".to_owned()),
                    None => app.warn_now("No request was sent yet."),
                };
            }
            Action::Back | Action::Quit | Action::Inspector | Action::Enter => return Then::Close,
            _ if scroll(&mut self.top, action) => {}
            _ => return Then::Ignored,
        }
        Then::Stay
    }

    fn takes(&self, action: Action) -> bool {
        action == Action::Inspector
    }

    fn top(&mut self) -> Option<&mut usize> {
        Some(&mut self.top)
    }
}

/// Returns a request's lines in `width` columns: a label and a value each.
fn exchange_lines(exchange: &Exchange, width: usize) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    let mut field = |label: &str, value: &str| {
        let pieces = text::wrap(&text::clean(value), width.saturating_sub(LABEL).max(8));
        for (index, piece) in pieces.into_iter().enumerate() {
            lines.push((text::pad_end(if index == 0 { label } else { "" }, LABEL), piece));
        }
    };
    field("Request", &format!("{} {}", exchange.method, exchange.url));
    let status = exchange.status.map_or("none".to_owned(), |status| status.to_string());
    let time = exchange.elapsed.as_millis();
    field("Response", &format!("{status} · {time} ms · {} bytes", exchange.body_bytes));
    if let Some(error) = &exchange.error {
        field("Error", error);
    }
    field("Request ID", &exchange.request_id);
    if let Some(id) = &exchange.server_request_id {
        field("Server's ID", id);
    }
    if let Some(id) = &exchange.correlation_id {
        field("Correlation ID", id);
    }
    if exchange.attempts > 1 {
        field("Attempts", &exchange.attempts.to_string());
    }
    for (title, headers) in
        [("Request headers", &exchange.request_headers), ("Response headers", &exchange.response_headers)]
    {
        field("", "");
        field(title, "");
        for (name, value) in headers {
            field("", &format!("{name}: {value}"));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_has_no_line() {
        let exchange = Exchange {
            method: "GET",
            url: "http://127.0.0.1/".into(),
            request_id: "r-1".into(),
            ..Exchange::default()
        };
        let text: Vec<String> =
            exchange_lines(&exchange, 60).into_iter().map(|(label, value)| label + &value).collect();
        assert!(text[1].contains("none"));
        assert!(!text.iter().any(|line| line.starts_with("Correlation") || line.starts_with("Server")));
        let long = Exchange { url: format!("http://127.0.0.1/{}", "x".repeat(200)), ..exchange };
        assert!(
            exchange_lines(&long, 60)
                .iter()
                .all(|(label, value)| text::width(label) + text::width(value) <= 60)
        );
    }
}
