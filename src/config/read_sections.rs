//! Reading the sections of the file, except for profiles.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use toml::de::{DeTable, DeValue};

use super::{
    Ascii, Config, NetworkSettings, Palette, PortfolioSettings, TimeZone,
    read::{ConfigReader, Value},
};

/// The table at the top of the file.
pub(super) const SECTIONS: &[&str] = &["default_profile", "ui", "network", "portfolio", "keys", "profiles"];
const UI: &[&str] = &["theme", "ascii", "time_zone", "mouse", "page_size"];
const PORTFOLIO: &[&str] = &["keep", "contacts", "requests_per_minute", "orders_days", "change_margin_days"];
const NETWORK: &[&str] = &["connect_seconds", "request_seconds", "concurrency"];

impl ConfigReader<'_> {
    /// Reads the table at the top of the file.
    pub(super) fn root(&mut self, table: &DeTable<'_>, broken: &BTreeSet<usize>, config: &mut Config) {
        for (name, value) in table {
            let key = self.place(None, name);
            match &**name.get_ref() {
                "default_profile" => {
                    let mut name = String::new();
                    if self.set(&mut name, &key, value, "a profile's name", text) {
                        config.default_profile = Some(name);
                    }
                }
                "profiles" => self.each(&key, value, broken, |reader, key, name, value| {
                    reader.names.push(name.to_owned());
                    if let Some(profile) = reader.profile(key, name, value, broken) {
                        config.profiles.insert(name.to_owned(), profile);
                    }
                }),
                "ui" => self.each(&key, value, broken, |reader, key, name, value| match name {
                    "theme" => {
                        reader.set(&mut config.ui.theme, key, value, "one of auto, dark, light, mono", theme);
                    }
                    "ascii" => {
                        reader.set(&mut config.ui.ascii, key, value, "\"auto\", true or false", ascii);
                    }
                    "time_zone" => {
                        let wanted = "local or a zone's name such as Europe/Berlin or UTC";
                        reader.set(&mut config.ui.time_zone, key, value, wanted, time_zone);
                    }
                    "mouse" => {
                        reader.set(&mut config.ui.mouse, key, value, "true or false", boolean);
                    }
                    "page_size" => {
                        reader.set(&mut config.ui.page_size, key, value, "a number from 1 to 50", page_size);
                    }
                    _ => reader.unknown(key, name, UI),
                }),
                "network" => self.each(&key, value, broken, |reader, key, name, value| {
                    reader.network(&mut config.network, key, name, value);
                }),
                "portfolio" => self.each(&key, value, broken, |reader, key, name, value| {
                    reader.portfolio(&mut config.portfolio, key, name, value);
                }),
                "keys" => self.each(&key, value, broken, |reader, key, name, value| {
                    let mut chords = Vec::new();
                    let wanted = "a key in quotes or a list of them, such as [\"j\", \"down\"]";
                    if reader.set(&mut chords, key, value, wanted, strings) {
                        config.keys.insert(name.to_owned(), chords);
                    }
                }),
                unknown => self.unknown(&key, unknown, SECTIONS),
            }
        }
    }

    fn network(&mut self, network: &mut NetworkSettings, key: &str, name: &str, value: &Value<'_>) {
        match name {
            "connect_seconds" => {
                let wanted = "a number of seconds from 1 to 120";
                self.set(&mut network.connect_seconds, key, value, wanted, |value| within(value, 1..=120));
            }
            "request_seconds" => {
                let wanted = "a number of seconds from 1 to 600";
                self.set(&mut network.request_seconds, key, value, wanted, |value| within(value, 1..=600));
            }
            "concurrency" => {
                self.set(&mut network.concurrency, key, value, "a number from 1 to 16", |value| {
                    within(value, 1..=16).and_then(|number| number.try_into().ok())
                });
            }
            _ => self.unknown(key, name, NETWORK),
        }
    }

    fn portfolio(&mut self, portfolio: &mut PortfolioSettings, key: &str, name: &str, value: &Value<'_>) {
        match name {
            "keep" => {
                let mut keep = false;
                if self.set(&mut keep, key, value, "true or false", boolean) {
                    portfolio.keep = Some(keep);
                }
            }
            "contacts" => {
                self.set(&mut portfolio.contacts, key, value, "true or false", boolean);
            }
            "requests_per_minute" => {
                let wanted = "a number from 1 to 60000";
                self.set(&mut portfolio.requests_per_minute, key, value, wanted, |value| {
                    within(value, 1..=60_000)
                });
            }
            "orders_days" => {
                let wanted = "a number of days from 0 to 3650";
                self.set(&mut portfolio.orders_days, key, value, wanted, |value| within(value, 0..=3650));
            }
            "change_margin_days" => {
                let wanted = "a number of days from 0 to 30";
                self.set(&mut portfolio.change_margin_days, key, value, wanted, |value| {
                    within(value, 0..=30).and_then(|number| number.try_into().ok())
                });
            }
            _ => self.unknown(key, name, PORTFOLIO),
        }
    }
}

fn text(value: &DeValue<'_>) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn theme(value: &DeValue<'_>) -> Option<Palette> {
    // The name of the default before it looked at the background.
    let name = value.as_str().map(|name| if name == "terminal" { "auto" } else { name })?;
    Palette::ALL.into_iter().find(|theme| theme.name() == name)
}

fn ascii(value: &DeValue<'_>) -> Option<Ascii> {
    match (value.as_str(), value.as_bool()) {
        (Some("auto"), _) => Some(Ascii::Auto),
        (_, Some(true)) => Some(Ascii::Yes),
        (_, Some(false)) => Some(Ascii::No),
        _ => None,
    }
}

fn time_zone(value: &DeValue<'_>) -> Option<TimeZone> {
    value.as_str().and_then(TimeZone::parse)
}

fn boolean(value: &DeValue<'_>) -> Option<bool> {
    value.as_bool()
}

fn page_size(value: &DeValue<'_>) -> Option<u8> {
    within(value, 1..=50)?.try_into().ok()
}

fn within(value: &DeValue<'_>, bounds: RangeInclusive<u16>) -> Option<u16> {
    let number = value.as_integer()?;
    u16::from_str_radix(number.as_str(), number.radix()).ok().filter(|number| bounds.contains(number))
}

pub(super) fn strings(value: &DeValue<'_>) -> Option<Vec<String>> {
    match value {
        DeValue::String(text) => Some(vec![text.to_string()]),
        DeValue::Array(items) => {
            items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Ui, read::tests::problems};
    use super::*;

    #[test]
    fn everything_can_be_set() {
        let (config, problems) = problems(
            "ui = { mouse = false, page_size = 0x19, theme = 'light', ascii = true, time_zone = 'utc' }\n\
             network = { connect_seconds = 9, request_seconds = 600, concurrency = 8 }\n[keys]\nquit = 'q'\nnext-row = ['j', 'down']\nhelp = []\n",
        );
        assert_eq!(problems, Vec::<String>::new());
        let zone = TimeZone::parse("UTC").unwrap();
        assert_eq!(
            config.ui,
            Ui { mouse: false, page_size: 25, theme: Palette::Light, ascii: Ascii::Yes, time_zone: zone }
        );
        assert_eq!(
            config.network,
            NetworkSettings { connect_seconds: 9, request_seconds: 600, concurrency: 8 }
        );
        assert_eq!(config.keys["quit"], ["q"]);
        assert_eq!(config.keys["next-row"], ["j", "down"]);
        assert_eq!(config.keys["help"], Vec::<String>::new());
    }

    #[test]
    fn the_symbols_can_be_left_to_the_locale() {
        assert_eq!(problems("ui.ascii = 'auto'\n"), (Config::default(), Vec::new()));
        assert_eq!(problems("ui.ascii = false\n").0.ui.ascii, Ascii::No);
        let (config, problems) = problems("ui.ascii = 'yes'\n");
        assert_eq!(config, Config::default());
        let told = "config.toml:1:12: ui.ascii: must be \"auto\", true or false, not the text \"yes\"";
        assert_eq!(problems, [told]);
    }

    #[test]
    fn limits_of_the_network_have_bounds() {
        let (config, problems) = problems(
            "[network]\nconnect_seconds = 0\nrequest_seconds = 601\nconcurrency = 17\nretries = 9\n",
        );
        assert_eq!(config.network, NetworkSettings::default());
        assert_eq!(
            problems,
            [
                "config.toml:2:19: network.connect_seconds: must be a number of seconds from 1 to 120, not 0",
                "config.toml:3:19: network.request_seconds: must be a number of seconds from 1 to 600, not 601",
                "config.toml:4:15: network.concurrency: must be a number from 1 to 16, not 17",
                "config.toml:5:1: network.retries: unknown key; the keys are: connect_seconds, request_seconds, \
                 concurrency",
            ]
        );
    }

    #[test]
    fn a_section_that_is_no_table_is_told() {
        let (config, problems) = problems("ui = true\nkeys = ['j']\n");
        assert_eq!(config, Config::default());
        assert_eq!(
            problems,
            [
                "config.toml:1:6: ui: must be a table ([ui]), not true",
                "config.toml:2:8: keys: must be a table ([keys]), not a list",
            ]
        );
    }
}
