//! The parsing of certificate files: PEM or DER, as different programs write them.

use std::borrow::Cow;

use rustls::pki_types::{CertificateDer, pem::PemObject as _};

use super::is_root;

/// The certificates found in a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct CertificateBundle {
    pub(super) certificates: Vec<CertificateDer<'static>>,
    /// The number of unreadable certificates.
    pub(super) broken: usize,
    /// A description of a file without a certificate: `contains a private key but no certificate`.
    pub(super) problem: &'static str,
}

const BEGIN: &str = "-----BEGIN ";

/// Finds the certificates in a file: PEM, with any text around it, or one or more in DER.
pub(super) fn find_certificates(bytes: &[u8]) -> CertificateBundle {
    let text = decode_text(bytes);
    if text.trim().is_empty() {
        return CertificateBundle { problem: "is empty", ..CertificateBundle::default() };
    }
    if text.contains(BEGIN) { from_pem(&text) } else { from_der(bytes, &text) }
}

/// Decodes text, which some editors write as UTF-16 or with a byte order mark.
fn decode_text(bytes: &[u8]) -> Cow<'_, str> {
    let utf_16 = |rest: &[u8], read: fn([u8; 2]) -> u16| {
        let units = rest.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
        Cow::Owned(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        _ => String::from_utf8_lossy(bytes),
    }
}

fn from_pem(text: &str) -> CertificateBundle {
    let mut found = CertificateBundle::default();
    let mut others = Vec::new();
    // Section by section, so that a broken one does not affect those after it.
    for section in text.split(BEGIN).skip(1) {
        let label = section.split("-----").next().unwrap_or_default();
        if !matches!(label, "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE") {
            others.push(label);
            continue;
        }
        let section = section.replace(label, "CERTIFICATE");
        let lines: Vec<&str> = section.lines().map(str::trim).collect();
        let section = format!("{BEGIN}{}\n", lines.join("\n"));
        let read = CertificateDer::from_pem_slice(section.as_bytes()).ok();
        // OpenSSL may add trust settings after the certificate.
        let certificate = read.and_then(|der| Some(CertificateDer::from(first_element(&der)?.to_vec())));
        match certificate.filter(is_root) {
            Some(certificate) => found.certificates.push(certificate),
            None => found.broken += 1,
        }
    }
    let has = |word: &str| others.iter().any(|label| label.contains(word));
    found.problem = if found.broken > 0 {
        "contains only unreadable certificates: they are damaged or truncated"
    } else if has("PKCS7") || has("CMS") {
        PKCS_7
    } else if has("PRIVATE KEY") {
        "contains a private key but no certificate"
    } else if has("REQUEST") {
        "contains a certificate request, not a certificate"
    } else if has("PUBLIC KEY") {
        "contains a public key but no certificate"
    } else {
        "contains no certificate"
    };
    found
}

const PKCS_7: &str = "is a PKCS#7 bundle: convert it with `openssl pkcs7 -print_certs`";

fn from_der(bytes: &[u8], text: &str) -> CertificateBundle {
    let mut found = CertificateBundle::default();
    let mut rest = bytes;
    while let Some(element) = first_element(rest) {
        let certificate = CertificateDer::from(element.to_vec());
        if !is_root(&certificate) {
            break;
        }
        found.certificates.push(certificate);
        rest = &rest[element.len()..];
    }
    if !found.certificates.is_empty() {
        found.broken = usize::from(!rest.trim_ascii().is_empty());
        return found;
    }
    let start = &bytes[..bytes.len().min(64)];
    let has = |pattern: &[u8]| start.windows(pattern.len()).any(|window| window == pattern);
    found.problem = if bytes[0] != 0x30 {
        let page = text
            .trim_start()
            .get(..5)
            .is_some_and(|start| start.eq_ignore_ascii_case("<html") || start.eq_ignore_ascii_case("<!doc"));
        if page { "is a web page, not a certificate" } else { "is neither PEM nor DER" }
    } else if has(&[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02]) {
        "is a PKCS#7 bundle: convert it with `openssl pkcs7 -inform DER -print_certs`"
    } else if has(&[0x02, 0x01, 0x03, 0x30]) {
        "is a PKCS#12 store: convert it with `openssl pkcs12 -nokeys`"
    } else {
        "is DER but not a certificate: it is damaged, truncated or a key"
    };
    found
}

/// Returns the first DER element with its header, if it is a complete sequence.
fn first_element(bytes: &[u8]) -> Option<&[u8]> {
    let (&[tag, length], rest) = bytes.split_first_chunk::<2>()?;
    if tag != 0x30 {
        return None;
    }
    let (header, length) = match length {
        0..=0x7f => (2, usize::from(length)),
        0x81..=0x84 => {
            let digits = rest.get(..usize::from(length - 0x80))?;
            (2 + digits.len(), digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)))
        }
        _ => return None,
    };
    bytes.get(..header.checked_add(length)?)
}

/// Encodes bytes as PEM with this label.
#[cfg(test)]
pub(super) fn as_pem(label: &str, der: &[u8]) -> String {
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    let encoded = BASE64_STANDARD.encode(der);
    let lines: Vec<&str> =
        encoded.as_bytes().chunks(64).filter_map(|line| str::from_utf8(line).ok()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Made {
        pem: String,
        der: Vec<u8>,
        key: String,
    }

    fn made() -> Made {
        let made = rcgen::generate_simple_self_signed(vec!["example.com".to_owned()]).unwrap();
        let key = as_pem("PRIVATE KEY", &made.signing_key.serialize_der());
        let der = made.cert.der().to_vec();
        Made { pem: as_pem("CERTIFICATE", &der), der, key }
    }

    #[track_caller]
    fn check(bytes: impl AsRef<[u8]>, certificates: usize, broken: usize) {
        let found = super::find_certificates(bytes.as_ref());
        assert_eq!((found.certificates.len(), found.broken), (certificates, broken), "{}", found.problem);
    }

    #[test]
    fn pem_is_read_whatever_is_around_it() {
        let (one, two) = (made(), made());
        check(&one.pem, 1, 0);
        check(format!("\u{feff}{}", one.pem), 1, 0);
        check(one.pem.replace('\n', "\r\n"), 1, 0);
        check(one.pem.replace("\r\n", "\n").replace('\n', "\r"), 1, 0);
        check(format!("# ours\n{}Subject: CN = x\n\n{}", one.pem, two.pem), 2, 0);
        check(format!("{}{}", one.key, one.pem), 1, 0);
        let indented: String = one.pem.lines().flat_map(|line| ["  ", line, " \n"]).collect();
        check(indented, 1, 0);
        check(one.pem.trim_end(), 1, 0);
        check(one.pem.replace("CERTIFICATE", "X509 CERTIFICATE"), 1, 0);
        check([b"\xe4\xf6\xfc\n", one.pem.as_bytes()].concat(), 1, 0);
        let units: Vec<u16> = "\u{feff}".encode_utf16().chain(one.pem.encode_utf16()).collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        check(little, 1, 0);
        check(big, 1, 0);
    }

    #[test]
    fn a_broken_certificate_does_not_affect_others() {
        let (one, two) = (made(), made());
        let cut = &one.pem[..one.pem.len() / 2];
        check(format!("{cut}\n{}", two.pem), 1, 1);
        check(format!("{}{cut}", two.pem), 1, 1);
        let spoilt = one.pem.replacen("MII", "!!!", 1);
        check(format!("{spoilt}{}", two.pem), 1, 1);
        let found = super::find_certificates(spoilt.as_bytes());
        assert_eq!(found.problem, "contains only unreadable certificates: they are damaged or truncated");
    }

    #[test]
    fn one_or_more_certificates_in_der_are_read() {
        let (one, two) = (made(), made());
        check(&one.der, 1, 0);
        check([&one.der[..], &two.der[..]].concat(), 2, 0);
        check([&one.der[..], b"\n"].concat(), 1, 0);
        check([&one.der[..], b"rubbish"].concat(), 1, 1);
        check(&one.der[..one.der.len() - 1], 0, 0);
    }

    #[test]
    fn the_trust_settings_that_openssl_adds_are_left_out() {
        let one = made();
        let with_trust = [&one.der[..], &[0x30, 0x02, 0x05, 0x00]].concat();
        let pem = as_pem("TRUSTED CERTIFICATE", &with_trust);
        assert_eq!(super::find_certificates(pem.as_bytes()).certificates, [CertificateDer::from(one.der)]);
    }

    #[test]
    fn files_without_a_certificate_are_described() {
        let one = made();
        let labelled = |label: &str| one.key.replace("PRIVATE KEY", label);
        for (bytes, expected) in [
            (b" \r\n".to_vec(), "is empty"),
            (b"\xef\xbb\xbf\n".to_vec(), "is empty"),
            (one.key.clone().into_bytes(), "contains a private key but no certificate"),
            (labelled("PUBLIC KEY").into_bytes(), "contains a public key but no certificate"),
            (
                labelled("CERTIFICATE REQUEST").into_bytes(),
                "contains a certificate request, not a certificate",
            ),
            (labelled("PKCS7").into_bytes(), PKCS_7),
            (labelled("X509 CRL").into_bytes(), "contains no certificate"),
            (b"hello".to_vec(), "is neither PEM nor DER"),
            (b"\n<!DOCTYPE html><p>".to_vec(), "is a web page, not a certificate"),
            (
                vec![0x30, 0x03, 0x02, 0x01, 0x01],
                "is DER but not a certificate: it is damaged, truncated or a key",
            ),
            (
                vec![0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
                "is DER but not a certificate: it is damaged, truncated or a key",
            ),
        ] {
            let found = super::find_certificates(&bytes);
            assert_eq!((found.certificates.len(), found.problem), (0, expected));
        }
    }
}
