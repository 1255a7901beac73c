//! The characters that the terminal can show, according to the environment.

/// Returns whether the locale's text is UTF-8. `variable` returns the value of an environment variable.
///
/// The first of `LC_ALL`, `LC_CTYPE` and `LANG` that is not empty decides, as in POSIX: by the character set that it names
/// (`de_DE.ISO-8859-1`), or by being the locale that has none but ASCII (`C`, `POSIX`). If it names none, or no
/// variable is set (containers set none, macOS and Windows need none), UTF-8 is assumed, as all terminals of today have it.
pub fn is_utf8(variable: impl Fn(&str) -> Option<String>) -> bool {
    let first =
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
    let Some(locale) = first else { return true };
    // language_COUNTRY.charset@variant
    let named = locale.split('@').next().unwrap_or_default();
    match named.split_once('.') {
        Some((_, charset)) => {
            let charset = charset.replace(['-', '_'], "");
            charset.is_empty() || charset.eq_ignore_ascii_case("utf8")
        }
        None => !matches!(named, "C" | "POSIX"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf8(variables: &[(&str, &str)]) -> bool {
        is_utf8(|name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn a_locale_says_it_by_its_character_set() {
        for locale in
            ["C.UTF-8", "en_GB.UTF-8", "de_DE.utf8", "ja_JP.UTF-8@x", "UTF-8", "en_US", "de_DE@euro"]
        {
            assert!(utf8(&[("LANG", locale)]), "{locale}");
        }
        for locale in ["C", "POSIX", "en_GB.ISO-8859-1", "de_DE.ISO-8859-15@euro", "ja_JP.eucJP", "C.ASCII"] {
            assert!(!utf8(&[("LANG", locale)]), "{locale}");
        }
    }

    #[test]
    fn the_first_variable_that_is_not_empty_decides() {
        assert!(utf8(&[]));
        assert!(utf8(&[("LC_ALL", ""), ("LANG", "")]));
        assert!(!utf8(&[("LC_ALL", "C"), ("LANG", "en_GB.UTF-8")]));
        assert!(!utf8(&[("LC_ALL", ""), ("LC_CTYPE", "C"), ("LANG", "en_GB.UTF-8")]));
        assert!(utf8(&[("LC_CTYPE", "en_GB.UTF-8"), ("LANG", "C")]));
    }
}
