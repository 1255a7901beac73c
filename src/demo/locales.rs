//! The words for each country, read from `assets/demo/locales.txt`.

/// The words and formats of one country.
#[derive(Debug, Default)]
pub(super) struct Locale {
    pub(super) country: &'static str,
    pub(super) language: &'static str,
    pub(super) currency: &'static str,
    /// The share of customers in this country, relative to the other countries.
    weight: usize,
    pub(super) roots: Vec<&'static str>,
    pub(super) trades: Vec<&'static str>,
    pub(super) forms: Vec<&'static str>,
    /// Name templates by market segment.
    pub(super) com: Vec<&'static str>,
    pub(super) edu: Vec<&'static str>,
    pub(super) gov: Vec<&'static str>,
    /// Cities as `City/Region`.
    pub(super) cities: Vec<&'static str>,
    pub(super) streets: Vec<&'static str>,
    pub(super) postal: &'static str,
    pub(super) phone: &'static str,
    pub(super) given: Vec<&'static str>,
    pub(super) family: Vec<&'static str>,
}

/// All countries.
#[derive(Debug)]
pub(super) struct Locales {
    all: Vec<Locale>,
    /// The country of each ticket in the lottery.
    tickets: Vec<u8>,
}

impl Locales {
    /// Reads the words that are part of the program.
    pub(super) fn new() -> Self {
        Self::read(include_str!("../../assets/demo/locales.txt"))
    }

    fn read(text: &'static str) -> Self {
        let mut all: Vec<Locale> = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
            if let Some((country, rest)) = line.strip_prefix('[').and_then(|line| line.split_once(']')) {
                let mut words = rest.split_whitespace();
                all.push(Locale {
                    country,
                    language: words.next().unwrap_or_default(),
                    currency: words.next().unwrap_or_default(),
                    weight: words.next().and_then(|weight| weight.parse().ok()).unwrap_or_default(),
                    ..Locale::default()
                });
            } else if let (Some(locale), Some((key, value))) = (all.last_mut(), line.split_once(": ")) {
                locale.set(key, value);
            }
        }
        let tickets = (0_u8..)
            .zip(&all)
            .flat_map(|(place, locale)| std::iter::repeat_n(place, locale.weight))
            .collect();
        Self { all, tickets }
    }

    /// Draws a country by weight.
    pub(super) fn draw(&self, rng: &mut super::rng::Rng) -> u8 {
        self.tickets.get(rng.below(self.tickets.len())).copied().unwrap_or_default()
    }

    /// Returns a country by its index.
    pub(super) fn get(&self, place: u8) -> Option<&Locale> {
        self.all.get(usize::from(place)).or(self.all.first())
    }

    /// Returns the number of countries.
    pub(super) fn len(&self) -> u8 {
        u8::try_from(self.all.len()).unwrap_or(u8::MAX)
    }
}

impl Locale {
    fn set(&mut self, key: &str, value: &'static str) {
        let list = match key {
            "postal" => return self.postal = value,
            "phone" => return self.phone = value,
            "roots" => &mut self.roots,
            "trades" => &mut self.trades,
            "forms" => &mut self.forms,
            "com" => &mut self.com,
            "edu" => &mut self.edu,
            "gov" => &mut self.gov,
            "cities" => &mut self.cities,
            "streets" => &mut self.streets,
            "given" => &mut self.given,
            "family" => &mut self.family,
            _ => return,
        };
        *list = value.split(" | ").collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_all_words() {
        let locales = Locales::new();
        assert!(locales.len() > 30);
        for locale in &locales.all {
            let country = locale.country;
            assert_eq!(country.len(), 2, "{country}");
            assert!(locale.language.contains('-') && locale.currency.len() == 3, "{country}");
            assert!(
                locale.weight > 0 && !locale.postal.is_empty() && locale.phone.starts_with('+'),
                "{country}"
            );
            let lists = [
                &locale.roots,
                &locale.trades,
                &locale.forms,
                &locale.com,
                &locale.edu,
                &locale.gov,
                &locale.cities,
                &locale.streets,
                &locale.given,
                &locale.family,
            ];
            for list in lists {
                assert!(!list.is_empty() && list.iter().all(|word| !word.trim().is_empty()), "{country}");
            }
        }
    }
}
