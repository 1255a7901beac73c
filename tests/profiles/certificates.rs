//! Certificates that the environment names, in every way in which programs write them, and files that hold none.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    User,
    proxy::{run, user},
    relay::{Kind, Relay},
};

/// A server that is reached through a proxy, and a user who has its certificate.
struct Setting {
    user: User,
    relay: Relay,
    proxy: String,
}

impl Setting {
    fn new() -> Self {
        let relay = Relay::start(Kind::Http(None));
        let proxy = format!("http://{}", relay.address);
        Self { user: user(), relay, proxy }
    }

    fn pem(&self) -> String {
        let encoded = STANDARD.encode(&self.relay.certificate);
        format!("-----BEGIN CERTIFICATE-----\n{encoded}\n-----END CERTIFICATE-----\n")
    }

    /// Runs a command with these bytes in the file that the variable names; the variable's value.
    #[track_caller]
    fn with(&self, bytes: &[u8], args: &[&str]) -> (String, Option<i32>, String) {
        let path = self.user.folder().join("ca.pem");
        std::fs::write(&path, bytes).expect("a file");
        let path = path.to_str().expect("text").to_owned();
        let (told, code) = self.named(&path, args);
        (told, code, path)
    }

    #[track_caller]
    fn named(&self, value: &str, args: &[&str]) -> (String, Option<i32>) {
        run(&self.user, args, &[("HTTPS_PROXY", &self.proxy), ("SSL_CERT_FILE", value)])
    }
}

#[test]
fn every_way_to_write_a_certificate_is_read() {
    let setting = Setting::new();
    let pem = setting.pem();
    let units: Vec<u8> =
        "\u{feff}".encode_utf16().chain(pem.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for bytes in [
        pem.clone().into_bytes(),
        format!("\u{feff}{pem}").into_bytes(),
        pem.replace('\n', "\r\n").into_bytes(),
        format!("# of our company\nrubbish\n{pem}more").into_bytes(),
        setting.relay.certificate.clone(),
        units,
    ] {
        let (told, code, path) = setting.with(&bytes, &["doctor"]);
        let found = format!("ok       Certificates     SSL_CERT_FILE {path}, 1 certificate\n");
        assert!(told.contains(&found) && told.contains("certificate accepted"), "{told}");
        assert_eq!(code, Some(0), "{told}");
    }
    let cut = &pem[..pem.len() / 2];
    let (told, code, path) = setting.with(format!("{cut}\n{pem}").as_bytes(), &["doctor"]);
    assert!(told.contains("warning  Certificates     SSL_CERT_FILE"), "{told}");
    assert!(told.contains(&format!("SSL_CERT_FILE {path}: 1 certificate could not be read\n")), "{told}");
    assert_eq!(code, Some(0), "{told}");
}

#[test]
fn a_file_without_certificates_is_named_with_what_was_found_before_anything_is_sent() {
    let setting = Setting::new();
    let key = setting.pem().replace("CERTIFICATE", "EC PRIVATE KEY");
    for (bytes, found) in [
        (&b""[..], "is empty"),
        (b"\xef\xbb\xbf\r\n", "is empty"),
        (key.as_bytes(), "contains a private key but no certificate"),
        (&setting.relay.certificate[..100], "is DER but not a certificate"),
        (b"hello", "is neither PEM nor DER"),
    ] {
        for args in [&["list"][..], &["doctor"]] {
            let (told, code, path) = setting.with(bytes, args);
            let expected = format!("The environment variable SSL_CERT_FILE cannot be used: {path} {found}");
            assert!(told.contains(&expected), "{expected}: {told}");
            assert!(told.contains("or unset SSL_CERT_FILE to use those of the system."), "{told}");
            assert_eq!(code, Some(2), "{told}");
        }
    }
    let pipe = setting.user.folder().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("it runs").success());
    let folder = setting.user.folder().to_str().expect("text");
    for (value, found) in [
        (pipe.to_str().expect("text"), "is a pipe or a device, not a file"),
        (folder, "is a folder, not a file (use SSL_CERT_DIR for folders)"),
        ("~/ca.pem", "does not exist; only a shell expands ~"),
        ("", "it is set but empty"),
    ] {
        let (told, code) = setting.named(value, &["list"]);
        let expected = format!("SSL_CERT_FILE cannot be used: {value}");
        assert!(told.contains(&expected) && told.contains(found), "{told}");
        assert_eq!(code, Some(2), "{told}");
    }
    let (told, _) = setting.named("no-such.pem", &["list"]);
    let here = std::env::current_dir().expect("a folder");
    assert!(told.contains(&format!("{} does not exist.", here.join("no-such.pem").display())), "{told}");
    assert_eq!(setting.relay.asked(), Vec::<String>::new(), "nothing was sent");
}

#[test]
fn a_folder_of_certificates_is_used_and_one_without_is_named() {
    let setting = Setting::new();
    let folder = setting.user.folder().join("certificates");
    std::fs::create_dir(&folder).expect("a folder");
    let folder_text = folder.to_str().expect("text");
    let doctor =
        || run(&setting.user, &["doctor"], &[("HTTPS_PROXY", &setting.proxy), ("SSL_CERT_DIR", folder_text)]);
    let (told, code) = doctor();
    let expected = format!(
        "The environment variable SSL_CERT_DIR cannot be used: {folder_text} contains no certificate."
    );
    assert!(told.contains(&expected), "{told}");
    assert_eq!(code, Some(2), "{told}");
    std::fs::write(folder.join("company.crt"), &setting.relay.certificate).expect("a file");
    let (told, code) = doctor();
    assert!(
        told.contains(&format!("ok       Certificates     SSL_CERT_DIR {folder_text}, 1 certificate\n")),
        "{told}"
    );
    assert_eq!(code, Some(0), "{told}");
}
