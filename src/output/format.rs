//! The formats that rows can be written in, by name and by the end of a file's name.

use std::{fmt, path::Path, str::FromStr};

use crate::text;

/// The format of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Aligned columns for a user.
    Table,
    /// One JSON array of what the server sent.
    Json,
    /// The rows as the server sent them, one JSON value a line.
    Jsonl,
    /// Comma-separated values (RFC 4180) in UTF-8.
    Csv,
    /// An Excel workbook.
    Xlsx,
}

/// The reason why a name is no format's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Not a name of a format.
    #[error("there is no format {word:?}{}", suggestion(*near))]
    Unknown {
        /// The thing asked for.
        word: String,
        /// The format that was probably meant.
        near: Option<Format>,
    },
    /// A file's name does not say which format it is to have.
    #[error("the file name has no extension. Use .xlsx, .csv, .json or .jsonl")]
    NoEnding,
    /// A file's name ends in something else.
    #[error(".{ending} is not a supported format. Use .xlsx, .csv, .json or .jsonl")]
    UnknownEnding {
        /// The end of its name, clean.
        ending: String,
    },
}

fn suggestion(near: Option<Format>) -> String {
    match near {
        Some(near) => format!(", did you mean {near}?"),
        None => format!(": the formats are {}", Format::ALL.map(Format::name).join(", ")),
    }
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Table, Self::Json, Self::Jsonl, Self::Csv, Self::Xlsx];

    /// Its name, which is also what a file's name ends in.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The format that a file's name asks for. A table is for the eye and has no ending.
    ///
    /// # Errors
    /// Where the name has no ending, or another one.
    pub fn of_file(path: &Path) -> Result<Self, FormatError> {
        let ending = path.extension().ok_or(FormatError::NoEnding)?.to_string_lossy();
        let format = Self::named(&ending).filter(|format| *format != Self::Table);
        format.ok_or_else(|| FormatError::UnknownEnding {
            ending: text::truncate(&text::clean(&ending), 40).into_owned(),
        })
    }

    fn named(name: &str) -> Option<Self> {
        let is_named = |format: &Self| {
            format.name().eq_ignore_ascii_case(name)
                // The other name of the same thing.
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
    fn each_format_has_its_name() {
        for format in Format::ALL {
            assert_eq!(format.to_string().parse(), Ok(format));
        }
        assert_eq!(" CSV ".parse(), Ok(Format::Csv));
        assert_eq!("ndjson".parse(), Ok(Format::Jsonl));
    }

    #[test]
    fn a_misspelled_format_is_told_with_the_one_that_was_meant() {
        let told = |word: &str| word.parse::<Format>().unwrap_err().to_string();
        assert_eq!(told("jsno"), "there is no format \"jsno\", did you mean json?");
        assert_eq!(
            told("yaml"),
            "there is no format \"yaml\": the formats are table, json, jsonl, csv, xlsx"
        );
        assert!(told(&"\x1b".repeat(9_000)).len() < 400);
    }

    #[test]
    fn the_end_of_a_files_name_chooses_the_format() {
        let of = |name: &str| Format::of_file(Path::new(name));
        assert_eq!(of("customers.csv"), Ok(Format::Csv));
        assert_eq!(of("out/All Customers.2026.XLSX"), Ok(Format::Xlsx));
        assert_eq!((of("a.json"), of("a.jsonl")), (Ok(Format::Json), Ok(Format::Jsonl)));
        assert_eq!(of("customers"), Err(FormatError::NoEnding));
        assert_eq!(of(".csv"), Err(FormatError::NoEnding));
        let told = of("customers.xls").unwrap_err().to_string();
        assert_eq!(told, ".xls is not a supported format. Use .xlsx, .csv, .json or .jsonl");
        assert!(of("customers.table").is_err());
    }
}
