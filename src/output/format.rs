//! The formats of rows, by name and by file extension.

use std::{fmt, path::Path, str::FromStr};

use crate::text;

/// The format of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Aligned columns for reading.
    Table,
    /// One JSON array of what the server sent.
    Json,
    /// The rows as the server sent them, one JSON value per line.
    Jsonl,
    /// Comma-separated values (RFC 4180) in UTF-8.
    Csv,
    /// An Excel workbook.
    Xlsx,
}

/// An error in the name of a format or file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// An unknown format.
    #[error("unknown format {word:?}{}", suggestion(*near))]
    Unknown {
        /// The given name.
        word: String,
        /// The format with the most similar name.
        near: Option<Format>,
    },
    /// A file name without an extension.
    #[error("the file name has no extension. Use .xlsx, .csv, .json or .jsonl")]
    NoExtension,
    /// A file name with an unsupported extension.
    #[error(".{extension} is not a supported format. Use .xlsx, .csv, .json or .jsonl")]
    UnknownExtension {
        /// The extension, without control characters.
        extension: String,
    },
}

fn suggestion(near: Option<Format>) -> String {
    match near {
        Some(near) => format!(", did you mean {near}?"),
        None => format!(": the formats are {}", Format::ALL.map(Format::name).join(", ")),
    }
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 5] = [Self::Table, Self::Json, Self::Jsonl, Self::Csv, Self::Xlsx];

    /// Returns the name, which is also the file extension.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// Returns the format for a file's extension. Tables have none: they are for reading.
    ///
    /// # Errors
    /// If the name has no extension, or an unsupported one.
    pub fn of_file(path: &Path) -> Result<Self, FormatError> {
        let extension = path.extension().ok_or(FormatError::NoExtension)?.to_string_lossy();
        let format = Self::named(&extension).filter(|format| *format != Self::Table);
        format.ok_or_else(|| FormatError::UnknownExtension {
            extension: text::truncate(&text::clean(&extension), 40).into_owned(),
        })
    }

    fn named(name: &str) -> Option<Self> {
        let is_named = |format: &Self| {
            format.name().eq_ignore_ascii_case(name)
                // The other common name for JSON Lines.
                || (*format == Self::Jsonl && name.eq_ignore_ascii_case("ndjson"))
        };
        Self::ALL.into_iter().find(is_named)
    }
}

impl FromStr for Format {
    type Err = FormatError;

    fn from_str(word: &str) -> Result<Self, FormatError> {
        Self::named(word.trim()).ok_or_else(|| FormatError::Unknown {
            word: text::truncate(word, 40).into_owned(),
            near: text::did_you_mean(word, Self::ALL.map(Self::name)).and_then(Self::named),
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parsed() {
        for format in Format::ALL {
            assert_eq!(format.to_string().parse(), Ok(format));
        }
        assert_eq!(" CSV ".parse(), Ok(Format::Csv));
        assert_eq!("ndjson".parse(), Ok(Format::Jsonl));
    }

    #[test]
    fn a_misspelt_format_has_a_suggestion() {
        let message = |word: &str| word.parse::<Format>().unwrap_err().to_string();
        assert_eq!(message("jsno"), "unknown format \"jsno\", did you mean json?");
        assert_eq!(message("yaml"), "unknown format \"yaml\": the formats are table, json, jsonl, csv, xlsx");
        assert!(message(&"\x1b".repeat(9_000)).len() < 400);
    }

    #[test]
    fn the_extension_sets_the_format() {
        let of = |name: &str| Format::of_file(Path::new(name));
        assert_eq!(of("customers.csv"), Ok(Format::Csv));
        assert_eq!(of("out/All Customers.2026.XLSX"), Ok(Format::Xlsx));
        assert_eq!((of("a.json"), of("a.jsonl")), (Ok(Format::Json), Ok(Format::Jsonl)));
        assert_eq!(of("customers"), Err(FormatError::NoExtension));
        assert_eq!(of(".csv"), Err(FormatError::NoExtension));
        let message = of("customers.xls").unwrap_err().to_string();
        assert_eq!(message, ".xls is not a supported format. Use .xlsx, .csv, .json or .jsonl");
        assert!(of("customers.table").is_err());
    }
}
