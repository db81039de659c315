//! Help for images that name a preset in its short form, such as `python: ./api`, which has no place for an option.

use slipway_spec::Diagnostic;
use slipway_spec::model::{Build, ShortForm};
use slipway_spec::yaml::quoted;

/// What follows an option in the help of a finding, if it belongs to the build.
const PLACES: [&str; 4] = [" to the build", " in the build", ", to the build", ", in the build"];

/// The same finding, whose help shows an option in the form that has options: instead of `python: "3.13"`,
/// `python: { source: ./api, python: "3.13" }`.
pub(crate) fn in_short_form(build: &Build, found: Diagnostic) -> Diagnostic {
    let (Some(short), Some(help)) = (&build.short, &found.help) else { return found };
    let preset = build.preset.value.name();
    let first = match build.preset.value.short_form() {
        ShortForm::Main => "main",
        ShortForm::Source => "source",
    };
    let mut parts: Vec<String> = help.split('`').map(str::to_owned).collect();
    // Every other part is between backticks.
    for at in (1..parts.len()).step_by(2) {
        let (Some(snippet), Some(after)) = (parts.get(at), parts.get(at + 1)) else { break };
        let place = PLACES.iter().find(|place| after.starts_with(*place));
        // The release of a language has the name of its preset.
        let is_release = snippet.strip_prefix(preset).is_some_and(|rest| rest.starts_with(": \""));
        if !snippet.contains(": ") || place.is_none() && !is_release {
            continue;
        }
        let long = format!("{preset}: {{ {first}: {}, {snippet} }}", quoted(short));
        let rest = match place.and_then(|place| after.strip_prefix(*place)) {
            Some(rest) => format!(" instead{rest}"),
            None => after.clone(),
        };
        parts.splice(at..at + 2, [long, rest]);
    }
    found.with_help(parts.join("`"))
}
