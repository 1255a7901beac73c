//! Finds out from the environment which characters the terminal can show.

/// Returns true if the locale's text is UTF-8. `variable` returns the value of an environment variable.
///
/// The first of `LC_ALL`, `LC_CTYPE` and `LANG` that is not empty decides, as in POSIX: by its character set
/// (`de_DE.ISO-8859-1`), or by being the locale with only ASCII (`C`, `POSIX`). If it names no character set, or no
/// variable is set (as in containers, and often on macOS and Windows), UTF-8 is assumed, which all modern terminals use.
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
    fn the_character_set_of_a_locale_decides() {
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
