//! The report of the tests of an image, in the format of JUnit, which systems for continuous integration read.
//!
//! A build with a failed test has no result, so the report is only that of tests that have passed. It does not depend on
//! when and where they ran.

/// The report of the tests of an image that have passed.
pub(super) fn report<'a>(image: &str, tests: impl Iterator<Item = &'a str>) -> String {
    let image = attribute(image);
    let cases: Vec<_> =
        tests.map(|name| format!("    <testcase classname=\"{image}\" name=\"{}\"/>\n", attribute(name))).collect();
    let count = cases.len();
    let results = "errors=\"0\" skipped=\"0\"";
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{count}\" failures=\"0\" {results}>\n  \
         <testsuite name=\"{image}\" tests=\"{count}\" failures=\"0\" {results}>\n{}  </testsuite>\n</testsuites>\n",
        cases.concat()
    )
}

/// A text as the value of an attribute. XML 1.0 has no form for most control characters.
fn attribute(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => written.push('\u{fffd}'),
            sign if sign.is_control() => written.push('\u{fffd}'),
            sign => written.push(sign),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped() {
        let report = report("api", ["a \"b\" <&>\u{1}", "c"].into_iter());
        let case = |name: &str| format!("    <testcase classname=\"api\" name=\"{name}\"/>\n");
        let cases = case("a &quot;b&quot; &lt;&amp;&gt;\u{fffd}") + &case("c");
        assert!(report.contains(&cases), "{report}");
        assert!(report.contains("<testsuite name=\"api\" tests=\"2\" failures=\"0\""), "{report}");
    }
}
