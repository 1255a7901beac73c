//! The statuses of subscriptions, in the words of platforms.

/// The words for each status code, in lower case and between bars.
const WORDS: [(&str, &str); 4] = [
    ("1000", "active | aktiv | actif | activo | activa | 有効 | アクティブ"),
    ("1002", "pending | ausstehend | en attente | pendiente | 保留"),
    (
        "1004",
        "inactive | expired | cancelled | canceled | inaktiv | abgelaufen | gekündigt | inactif | expiré | \
         inactivo | inactiva | caducado | 無効 | 期限切れ",
    ),
    ("1009", "scheduled | geplant | planifié | programado"),
];

/// Returns the status code of a word or a code; `None` if it is not known.
pub(super) fn status_code(text: &str) -> Option<&str> {
    let text = text.trim();
    if text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text);
    }
    let word = text.to_lowercase();
    let has_word = |(_, words): &&(&str, &str)| words.split(" | ").any(|known| known == word);
    WORDS.iter().find(has_word).map(|(code, _)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_codes_are_known() {
        for (text, code) in [
            ("active", "1000"),
            ("Active", "1000"),
            (" 1000 ", "1000"),
            ("Expiré", "1004"),
            ("GEKÜNDIGT", "1004"),
            ("有効", "1000"),
            ("Scheduled", "1009"),
            ("1026", "1026"),
        ] {
            assert_eq!(status_code(text), Some(code), "{text}");
        }
        for text in ["", "odd", "10000", "yes"] {
            assert_eq!(status_code(text), None, "{text}");
        }
    }
}
