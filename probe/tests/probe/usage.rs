//! Wrong command lines.

use crate::run;

#[test]
fn a_wrong_command_line_is_explained() {
    for (words, why) in [
        (&[][..], "usage: probe http"),
        (&["http"], "usage: probe http"),
        (&["https", ":1/"], "usage: probe http"),
        (&["tcp", ":1/x"], "usage: probe http"),
        (&["grpc", "--status", "200", ":1"], "usage: probe http"),
        (&["http", ":1", ":2"], "there are two addresses"),
        (&["http", "8080"], "`8080` is not an address: write :PORT"),
        (&["tcp", ":0"], "`:0` is not an address: write :PORT"),
        (&["tcp", ":65536"], "`:65536` is not an address: write :PORT"),
        (&["http", ":1/a b"], "`:1/a b` is not an address: write :PORT"),
        (&["http", "--status", "ok", ":1"], "`ok` is not a value of `--status`"),
        (&["http", "--timeout", "0ms", ":1"], "`0ms` is not a value of `--timeout`"),
        (&["http", "--timeout", "5s", ":1"], "`5s` is not a value of `--timeout`"),
        (&["http", "--header", "a: b\r\nc: d", ":1"], "is not a value of `--header`"),
        (&["http", ":1", "--header"], "`--header` has no value"),
        (&["http", "--what", "x", ":1"], "there is no option `--what`"),
    ] {
        let (code, said) = run(words);
        assert_eq!(code, 64, "{words:?}: {said}");
        assert!(said.contains(why), "{words:?}: {said}");
    }
}
