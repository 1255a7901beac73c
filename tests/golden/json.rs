//! A JSON parser independent of the program: numbers stay text, and fields keep their order.

use std::fmt;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Json {
    /// `null`, `true`, `false` or a number, as written.
    Word(String),
    /// A string, with escapes resolved.
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Parses a text that is a single value.
    pub(crate) fn read(text: &str) -> Self {
        let mut reader = Reader { rest: text };
        let value = reader.value();
        assert_eq!(reader.rest.trim(), "", "behind the value");
        value
    }

    /// Returns the value of a field.
    pub(crate) fn get(&self, name: &str) -> &Self {
        let Self::Object(fields) = self else { panic!("no object: {self}") };
        let field = fields.iter().find(|(field, _)| field == name);
        field.map_or_else(|| panic!("no {name} in {self}"), |(_, value)| value)
    }

    /// Returns the values of a list.
    pub(crate) fn items(&self) -> &[Self] {
        let Self::List(items) = self else { panic!("no list: {self}") };
        items
    }

    /// Returns the string.
    pub(crate) fn text(&self) -> &str {
        let Self::Text(text) = self else { panic!("no text: {self}") };
        text
    }
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    /// Skips `mark` after blanks. Returns true if it was there.
    fn takes(&mut self, mark: char) -> bool {
        self.rest = self.rest.trim_start_matches([' ', '\n', '\r', '\t']);
        let rest = self.rest.strip_prefix(mark);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn value(&mut self) -> Json {
        if self.takes('{') {
            return Json::Object(self.list('}', |reader| {
                assert!(reader.takes('"'), "a name: {}", reader.rest);
                let name = reader.text();
                assert!(reader.takes(':'), "a colon: {}", reader.rest);
                (name, reader.value())
            }));
        }
        if self.takes('[') {
            return Json::List(self.list(']', Self::value));
        }
        if self.takes('"') {
            return Json::Text(self.text());
        }
        let end = self.rest.find([',', ']', '}', ' ', '\n', '\r', '\t']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        assert!(!word.is_empty(), "a value: {}", self.rest);
        self.rest = rest;
        Json::Word(word.to_owned())
    }

    fn list<T>(&mut self, end: char, item: impl Fn(&mut Self) -> T) -> Vec<T> {
        let mut all = Vec::new();
        while !self.takes(end) {
            assert!(all.is_empty() || self.takes(','), "a comma: {}", self.rest);
            all.push(item(self));
        }
        all
    }

    /// Parses a string after its opening quote.
    fn text(&mut self) -> String {
        let mut units = Vec::new();
        loop {
            let mut chars = self.rest.chars();
            let c = chars.next().expect("the end of a text");
            self.rest = chars.as_str();
            match c {
                '"' => return String::from_utf16(&units).expect("whole pairs"),
                '\\' => {
                    let escaped = self.rest.chars().next().expect("what is escaped");
                    self.rest = &self.rest[1..];
                    let unit = match escaped {
                        'u' => {
                            let (digits, rest) = self.rest.split_at(4);
                            self.rest = rest;
                            u16::from_str_radix(digits, 16).expect("four digits")
                        }
                        'b' => 8,
                        't' => 9,
                        'n' => 10,
                        'f' => 12,
                        'r' => 13,
                        other => u16::try_from(u32::from(other)).expect("a sign of its own"),
                    };
                    units.push(unit);
                }
                other => units.extend_from_slice(other.encode_utf16(&mut [0; 2])),
            }
        }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", items.join(","))
            }
            Self::Object(fields) => {
                let fields: Vec<String> =
                    fields.iter().map(|(name, value)| format!("{name:?}:{value}")).collect();
                write!(f, "{{{}}}", fields.join(","))
            }
        }
    }
}

#[test]
fn it_parses_json() {
    let json = Json::read(
        " {\"a\" : [1.50, -0, 1E+2, null , true],\r\n\t\"b\\n\\u00e9\\ud83d\\ude00\\\"\": {}, \"c\":[]} ",
    );
    assert_eq!(json.to_string(), "{\"a\":[1.50,-0,1E+2,null,true],\"b\\né😀\\\"\":{},\"c\":[]}");
}
