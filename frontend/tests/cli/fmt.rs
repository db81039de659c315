//! `slipway fmt`.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::{SHOP, Shop};

const MESSY: &str = "# syntax=ghcr.io/acme/slipway:1\r\nimages:\r\n    api:   {go: ./cmd/api}   # takes orders\r\n";
const TIDY: &str = "# syntax=ghcr.io/acme/slipway:1\nimages:\n  api: { go: ./cmd/api } # takes orders\n";

#[test]
fn a_messy_file_is_formatted_once() {
    let shop = Shop::new(MESSY);
    assert_eq!(shop.run(&["fmt"]).whole(), "exit status 0\n--- stdout\nslipway.yaml: formatted\n");
    assert_eq!(shop.text("slipway.yaml"), TIDY);
    assert_eq!(shop.run(&["fmt"]).whole(), "exit status 0\n");
    assert_eq!(fs::read_dir(shop.path()).unwrap().count(), 3, "something is left over");
}

#[test]
fn check_shows_what_would_change_and_changes_nothing() {
    let shop = Shop::new(MESSY);
    shop.write("tidy.yaml", TIDY);
    insta::assert_snapshot!(shop.run(&["fmt", "--check", "tidy.yaml", "slipway.yaml"]).whole());
    assert_eq!(shop.text("slipway.yaml"), MESSY);
    assert_eq!(shop.run(&["fmt", "--check", "tidy.yaml"]).whole(), "exit status 0\n");
    let color = shop.run(&["fmt", "--check", "--color", "always"]);
    assert!(color.stdout.contains("\u{1b}[32m+  api: { go: ./cmd/api } # takes orders\u{1b}[0m\n"), "{}", color.stdout);
    for (text, words) in [("\u{feff}".to_owned() + TIDY, "byte order mark"), (TIDY.replace('\n', "\r\n"), "CRLF")] {
        shop.write("ends.yaml", &text);
        let said = shop.run(&["fmt", "--check", "ends.yaml"]);
        assert!(said.code == 1 && said.stdout.contains(words), "{}", said.whole());
        assert_eq!(shop.run(&["fmt", "ends.yaml"]).code, 0);
        assert_eq!(shop.text("ends.yaml"), TIDY);
    }
}

#[test]
fn standard_input_goes_to_standard_output() {
    let shop = Shop::new(SHOP);
    let said = shop.run_with_stdin(&["fmt", "-"], MESSY.as_bytes());
    assert_eq!(said.whole(), format!("exit status 0\n--- stdout\n{TIDY}"));
    assert_eq!(shop.run_with_stdin(&["fmt", "-"], TIDY.as_bytes()).stdout, TIDY);
    let wrong = shop.run_with_stdin(&["fmt", "-"], b"a: [\n");
    assert!(wrong.code == 1 && wrong.stdout.is_empty() && wrong.stderr.starts_with("<stdin>:"), "{}", wrong.whole());
}

#[test]
fn what_is_no_yaml_stays_as_it_is() {
    let shop = Shop::new("images: [\n");
    insta::assert_snapshot!(shop.run(&["fmt"]).whole());
    assert_eq!(shop.text("slipway.yaml"), "images: [\n");
    shop.write("binary.yaml", b"\xff\xfe\0");
    assert_eq!(shop.run(&["fmt", "binary.yaml"]).code, 1);
}

#[test]
fn what_would_lose_something_stays_as_it_is() {
    let text = "x-a: |\n  b\n     \n  c\nimages: { api: { go: ./cmd/api } }\n";
    let shop = Shop::new(text);
    insta::assert_snapshot!(shop.run(&["fmt"]).whole());
    assert_eq!(shop.run(&["fmt", "--check"]).code, 1);
    assert_eq!(shop.text("slipway.yaml"), text);
}

#[test]
fn one_bad_file_does_not_keep_the_others_from_being_formatted() {
    let shop = Shop::new("images: [\n");
    shop.write("messy.yaml", MESSY);
    let said = shop.run(&["fmt", "slipway.yaml", "missing.yaml", "cmd", "messy.yaml"]);
    assert_eq!((said.code, said.stdout.as_str()), (2, "messy.yaml: formatted\n"));
    assert!(said.stderr.contains("there is no file `missing.yaml`") && said.stderr.contains("`cmd` is a folder"));
}

#[test]
fn modes_and_links_are_kept_and_read_only_files_are_left_alone() {
    let shop = Shop::new(MESSY);
    let path = shop.path().join("slipway.yaml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("slipway.yaml", shop.path().join("link.yaml")).unwrap();
    assert_eq!(shop.run(&["fmt", "link.yaml"]).code, 0);
    assert!(shop.path().join("link.yaml").is_symlink());
    assert_eq!(shop.text("slipway.yaml"), TIDY);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    fs::write(&path, MESSY).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    let said = shop.run(&["fmt"]);
    assert_eq!(said.whole(), "exit status 2\n--- stderr\nerror: `slipway.yaml` cannot be written: it is read-only\n");
    assert_eq!(shop.text("slipway.yaml"), MESSY);
}
