//! Redaction: whatever a secret is encoded as, no decoding of what is shown holds it.

use std::fmt::Write as _;

use base64::{
    Engine as _,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use proptest::{collection::vec, prelude::*};
use vipmp::redact::{HIDDEN, Redactor};

use crate::cases;

/// One way to write a text.
#[derive(Debug, Clone)]
enum Layer {
    Percent { which: Vec<bool>, upper: bool },
    Form,
    Json { which: Vec<bool>, upper: bool },
    Html { which: Vec<bool>, style: u8 },
    Base64 { url_safe: bool, padded: bool, before: usize },
    Hex { upper: bool, before: usize },
    Case { upper: bool },
}

fn layer() -> impl Strategy<Value = Layer> {
    let which = || vec(any::<bool>(), 1..20);
    prop_oneof![
        (which(), any::<bool>()).prop_map(|(which, upper)| Layer::Percent { which, upper }),
        Just(Layer::Form),
        (which(), any::<bool>()).prop_map(|(which, upper)| Layer::Json { which, upper }),
        (which(), 0_u8..4).prop_map(|(which, style)| Layer::Html { which, style }),
        (any::<bool>(), any::<bool>(), 0_usize..3).prop_map(|(url_safe, padded, before)| Layer::Base64 {
            url_safe,
            padded,
            before
        }),
        (any::<bool>(), 0_usize..3).prop_map(|(upper, before)| Layer::Hex { upper, before }),
    ]
}

fn engine(url_safe: bool, padded: bool) -> GeneralPurpose {
    let config = GeneralPurposeConfig::new()
        .with_encode_padding(padded)
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(if url_safe { &URL_SAFE } else { &STANDARD }, config)
}

fn hex(byte: impl std::fmt::LowerHex + std::fmt::UpperHex, width: usize, upper: bool) -> String {
    if upper { format!("{byte:0width$X}") } else { format!("{byte:0width$x}") }
}

/// Escapes each character that has to be, and those that were chosen.
fn escape(text: &str, which: &[bool], must: &[char], escaped: impl Fn(char) -> String) -> String {
    let chosen = which.iter().cycle();
    let one =
        |(c, chosen): (char, &bool)| if *chosen || must.contains(&c) { escaped(c) } else { c.to_string() };
    text.chars().zip(chosen).map(one).collect()
}

fn encode(text: &str, layer: &Layer) -> String {
    match layer {
        Layer::Percent { which, upper } => escape(text, which, &['%'], |c| {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().fold(String::new(), |mut all, byte| {
                let _ = write!(all, "%{}", hex(byte, 2, *upper));
                all
            })
        }),
        Layer::Form => url::form_urlencoded::byte_serialize(text.as_bytes()).collect(),
        Layer::Json { which, upper } => escape(text, which, &['"', '\\'], |c| {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().fold(String::new(), |mut all, unit| {
                let _ = write!(all, "\\u{}", hex(*unit, 4, *upper));
                all
            })
        }),
        Layer::Html { which, style } => escape(text, which, &['&', '<', '>'], |c| match (style, c) {
            (0, '&') => "&amp;".to_owned(),
            (0, '"') => "&quot;".to_owned(),
            (0, '/') => "&sol;".to_owned(),
            (0 | 1, _) => format!("&#{};", u32::from(c)),
            (2, _) => format!("&#x{};", hex(u32::from(c), 2, false)),
            (_, _) => format!("&#X{};", hex(u32::from(c), 6, true)),
        }),
        Layer::Base64 { url_safe, padded, before } => {
            engine(*url_safe, *padded).encode([&b"id:"[..*before], text.as_bytes()].concat())
        }
        Layer::Hex { upper, before } => {
            let bytes = [&b"id:"[..*before], text.as_bytes()].concat();
            bytes.iter().map(|byte| hex(*byte, 2, *upper)).collect()
        }
        Layer::Case { upper: true } => text.to_uppercase(),
        Layer::Case { upper: false } => text.to_lowercase(),
    }
}

/// The runs of a text that are made of these characters.
fn runs(text: &str, fits: impl Fn(char) -> bool + Copy) -> impl Iterator<Item = &str> {
    text.split(move |c: char| !fits(c)).filter(|run| !run.is_empty())
}

/// All that a text may be decoded to in one step, by other means than the program's own.
fn decodings(text: &str) -> Vec<String> {
    let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut all = vec![
        lossy(&percent_encoding::percent_decode_str(text).collect::<Vec<_>>()),
        lossy(&percent_encoding::percent_decode_str(&text.replace('+', " ")).collect::<Vec<_>>()),
        unescape_json(text),
        unescape_html(text),
    ];
    for url_safe in [false, true] {
        let fits = |c: char| c.is_ascii_alphanumeric() || if url_safe { "-_" } else { "+/" }.contains(c);
        for run in runs(text, fits) {
            for start in 0..4.min(run.len()) {
                let run = &run[start..];
                let run = if run.len() % 4 == 1 { &run[..run.len() - 1] } else { run };
                all.extend(engine(url_safe, false).decode(run).ok().map(|bytes| lossy(&bytes)));
            }
        }
    }
    for run in runs(text, |c| c.is_ascii_hexdigit()) {
        for start in 0..2.min(run.len()) {
            let bytes: Vec<u8> = run.as_bytes()[start..]
                .chunks_exact(2)
                .filter_map(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok())
                .collect();
            all.push(lossy(&bytes));
        }
    }
    all
}

fn unescape_json(text: &str) -> String {
    // Quotes that were not escaped are text here.
    let text = text.replace("\\\"", "\"").replace('"', "\\\"");
    serde_json::from_str(&format!("\"{text}\"")).unwrap_or(text)
}

fn unescape_html(text: &str) -> String {
    let named = |name: &str| {
        let number = name.strip_prefix('#')?;
        let number = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        char::from_u32(number)
    };
    let mut parts = text.split('&');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let read = part.split_once(';').and_then(|(name, rest)| {
            let c = match name {
                "amp" => '&',
                "quot" => '"',
                "sol" => '/',
                _ => named(name)?,
            };
            Some((c, rest))
        });
        match read {
            Some((c, rest)) => out.extend([c.to_string().as_str(), rest]),
            None => out.extend(["&", part]),
        }
    }
    out
}

/// Checks that the secret is in a text in no letter case, nor in what it may be decoded to.
fn assert_without(text: &str, secret: &str, depth: usize) {
    assert!(!text.to_lowercase().contains(&secret.to_lowercase()), "{secret:?} is in {text:?}");
    if depth > 0 {
        for decoded in decodings(text).into_iter().filter(|decoded| decoded != text) {
            assert_without(&decoded, secret, depth - 1);
        }
    }
}

fn check(secret: &str, layers: &[Layer], around: &(String, String)) {
    let encoded = layers.iter().fold(secret.to_owned(), |text, layer| encode(&text, layer));
    let text = format!("{} {encoded} {}", around.0, around.1);
    let shown = Redactor::new([&secret.into()]).sanitize(&text, usize::MAX);
    assert!(shown.contains(HIDDEN), "{secret:?} as {encoded:?} is shown as {shown:?}");
    assert_without(&shown, secret, 2);
}

fn secret(length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let c = prop_oneof![8 => proptest::char::range('!', '~'), 1 => Just(' '), 1 => Just('é')];
    vec(c, length).prop_map(|chars| {
        let text: String = chars.into_iter().collect();
        // No blank at the ends: secrets are read without them.
        format!("k{}z", text.trim())
    })
}

fn around() -> impl Strategy<Value = (String, String)> {
    let side = || prop_oneof!["[ -~]{0,30}", Just("{\"error\": \"".to_owned()), Just("?token=".to_owned())];
    (side(), side())
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn no_decoding_of_what_is_shown_holds_a_secret(
        secret in secret(6..60),
        upper in proptest::option::of(any::<bool>()),
        layers in vec(layer(), 0..3),
        around in around(),
    ) {
        let case = upper.map(|upper| Layer::Case { upper });
        let layers: Vec<Layer> = case.into_iter().chain(layers).collect();
        check(&secret, &layers, &around);
    }

    // Shorter ones are masked only as whole words.
    #[test]
    fn a_short_secret_is_not_shown_either(
        secret in secret(2..6).prop_filter("four bytes", |secret| secret.len() >= 4),
        layers in vec(layer(), 0..3),
    ) {
        check(&secret, &layers, &(String::new(), String::new()));
    }

    #[test]
    fn any_text_is_redacted_without_a_fault(text in any::<String>(), secret in any::<String>()) {
        let shown = Redactor::new([&secret.as_str().into()]).sanitize(&text, 200);
        assert!(shown.chars().count() <= 201);
        if text.contains(&secret) && secret.trim().len() > 3 {
            assert!(!shown.contains(&secret), "{secret:?} is in {shown:?}");
        }
    }
}
