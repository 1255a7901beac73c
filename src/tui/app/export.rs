//! An export from the screen: what is asked for, how far it is, and how it ended.

use super::{
    App, Overlay,
    message::{Effect, ExportFailed, ExportOrder},
    overlays::{ExportForm, StopExport},
};
use crate::{text, tui::action::Action};

/// A running export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exporting {
    /// The file's name, clean.
    file: String,
    /// The progress, in words.
    progress: String,
    /// True once the user wants it to stop.
    stopping: bool,
}

impl Exporting {
    /// Returns the progress as the footer shows it.
    fn line(&self) -> String {
        let file = &self.file;
        if self.stopping {
            format!("Stopping the export to {file} …")
        } else if self.progress.is_empty() {
            format!("Exporting to {file} …")
        } else {
            format!("Exporting {} · {file}", self.progress)
        }
    }
}

impl App {
    /// Opens the form, or the question whether the running export is to stop.
    pub(super) fn open_export(&mut self) -> bool {
        let overlay = match &self.exporting {
            Some(_) => Overlay::Exporting(StopExport),
            None => Overlay::Export(Box::new(ExportForm::new(self))),
        };
        self.open(overlay)
    }

    /// Asks the world for an export.
    pub(super) fn request_export(&mut self, order: ExportOrder) {
        let file = text::clean(&order.file).into_owned();
        self.exporting = Some(Exporting { file, progress: String::new(), stopping: false });
        self.out.send(Effect::Export(Box::new(order)));
    }

    /// Asks the running export to stop.
    pub(super) fn stop_export(&mut self) {
        if let Some(exporting) = &mut self.exporting {
            exporting.stopping = true;
            self.out.send(Effect::StopExport);
        }
    }

    /// Returns the open form, if its export was requested.
    fn requesting_form(&mut self) -> Option<&mut ExportForm> {
        match self.dialog_below_help()? {
            Overlay::Export(form) if form.requested => Some(form),
            _ => None,
        }
    }

    /// Takes the progress of the export.
    pub(super) fn on_exporting(&mut self, words: String) -> bool {
        self.close_requesting_form();
        let Some(exporting) = &mut self.exporting else { return false };
        let changed = exporting.progress != words;
        exporting.progress = words;
        changed
    }

    /// Takes the end of the export.
    pub(super) fn on_exported(&mut self, outcome: Result<String, ExportFailed>) -> bool {
        let Some(exporting) = self.exporting.take() else { return false };
        let file = exporting.file;
        if matches!(self.overlay, Some(Overlay::Exporting(_))) {
            self.overlay = None;
        }
        let failed = match outcome {
            Ok(words) => {
                self.close_requesting_form();
                return self.note(words);
            }
            Err(failed) => failed,
        };
        match (failed, self.requesting_form()) {
            (ExportFailed::Ended(words), _) => {
                self.close_requesting_form();
                self.notices.warn(words);
                true
            }
            (failed, Some(form)) => {
                form.on_failed(failed, &file);
                true
            }
            // The user has closed the form meanwhile.
            (ExportFailed::Refused(words), None) => self.warn_now(words),
            (ExportFailed::Exists, None) => {
                self.warn_now(format!("{file} already exists. Nothing was exported."))
            }
            (ExportFailed::Left, None) => {
                self.warn_now(format!("There is an unfinished export to {file}. Nothing was exported."))
            }
        }
    }

    fn close_requesting_form(&mut self) {
        if self.requesting_form().is_some() {
            self.overlay = None;
        }
    }

    /// Returns the progress of the running export.
    pub(crate) fn export_line(&self) -> Option<String> {
        self.exporting.as_ref().map(Exporting::line)
    }

    /// Returns what is to be said of an export that the end of the program interrupts.
    pub(crate) fn unfinished_export(&self) -> Option<String> {
        let file = &self.exporting.as_ref()?.file;
        Some(format!(
            "the export to {file} is unfinished; {file}.partial holds the rows so far, and exporting to {file} again ({}) \
             resumes it",
            self.keys.label(Action::Export)
        ))
    }
}
