//! The specs of the language's description can be read; for any damage to them, the result is a spec or findings with
//! locations in the file.

#![allow(clippy::unwrap_used)] // Everything here is test code.

use std::fs;
use std::path::{Path, PathBuf};

use slipway_spec::{Loader, Parsed};

/// The number of damaged versions of each text.
const ROUNDS: usize = 600;

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn texts() -> Vec<(String, String)> {
    let mut paths: Vec<_> = fs::read_dir(folder("tests/specs")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.extend(fs::read_dir(folder("../examples")).unwrap().map(|entry| entry.unwrap().path().join("slipway.yaml")));
    paths.retain(|path| path.is_file());
    paths.sort();
    paths.into_iter().map(|path| (path.display().to_string(), fs::read_to_string(&path).unwrap())).collect()
}

fn load(bytes: Vec<u8>) -> Parsed {
    let mut loader = Loader::new("slipway.yaml", bytes);
    while let Some(request) = loader.next_request() {
        loader.supply(&request, Ok(None));
    }
    loader.finish()
}

#[test]
fn the_four_specs_can_be_read() {
    let texts = texts();
    assert!(texts.len() > 4, "only {} specs found", texts.len());
    for (name, text) in texts {
        let parsed = load(text.into_bytes());
        let said: Vec<_> = parsed.spec.err().into_iter().flatten().map(|found| found.render(&parsed.sources)).collect();
        assert!(said.is_empty(), "{name}:\n{}", said.join("\n"));
    }
}

/// The same random numbers in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap()
    }

    fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        let place = self.below(items.len());
        items.get(place).unwrap()
    }
}

/// What is inserted into texts: YAML's special characters, and words in unusual places.
const INSERTED: &[&str] = &[
    ":",
    ": ",
    "\n",
    "- ",
    "  ",
    "\t",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "#",
    "&a ",
    "*a",
    "<<: ",
    "!",
    "|",
    ">",
    "%",
    "@",
    "`",
    "${",
    "}",
    "$",
    "~",
    "null",
    "true",
    "-1",
    "1e9",
    "\u{feff}",
    "\u{a0}",
    "é",
    "🚢",
    "../",
    "/",
    "\\",
    "x-",
    "include: [./a]",
    "---\n",
    "...\n",
    "\r\n",
    "\r",
    "extends: api",
    "images:",
    "defaults:",
];

fn damage(text: &str, numbers: &mut Numbers) -> Vec<u8> {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    for _ in 0..=numbers.below(3) {
        let (from, to) = (numbers.below(lines.len()), numbers.below(lines.len()));
        match numbers.below(7) {
            0 => {
                lines.remove(from);
            }
            1 => {
                let line = lines.get(from).unwrap().clone();
                lines.insert(to, line);
            }
            2 => lines.swap(from, to),
            kind => {
                let line = lines.get_mut(from).unwrap();
                let places: Vec<_> = line.char_indices().map(|(place, _)| place).chain([line.len()]).collect();
                let place = *places.get(numbers.below(places.len())).unwrap();
                match kind {
                    3 => line.truncate(place),
                    4 if place < line.len() => {
                        line.remove(place);
                    }
                    _ => line.insert_str(place, numbers.pick(INSERTED)),
                }
            }
        }
        if lines.is_empty() {
            lines.push(String::new());
        }
    }
    let mut bytes = lines.concat().into_bytes();
    // Occasionally, bytes that are not text.
    if numbers.below(10) == 0 && !bytes.is_empty() {
        let place = numbers.below(bytes.len());
        *bytes.get_mut(place).unwrap() = u8::try_from(numbers.below(256)).unwrap();
    }
    bytes
}

/// The problem with the findings in a text.
fn objection(parsed: &Parsed) -> Option<String> {
    let Err(said) = &parsed.spec else {
        return None;
    };
    if said.is_empty() {
        return Some("nothing is said".to_owned());
    }
    for found in said {
        for label in std::iter::once(&found.primary).chain(&found.secondary) {
            let span = label.span;
            let Some(file) = parsed.sources.get(span.file) else {
                return Some(format!("no such file: {found:?}"));
            };
            // Old systems end lines with a single carriage return.
            let lines = file.text().replace("\r\n", "\n").replace('\r', "\n");
            let last = u32::try_from(lines.split('\n').count()).unwrap();
            let width = |line: u32| lines.split('\n').nth(line as usize - 1).map_or(0, |line| line.chars().count());
            let is_inside = |at: slipway_spec::Position| {
                (1..=last).contains(&at.line) && (at.column as usize) <= width(at.line) + 1 || at.line == last + 1
            };
            // Text that is not UTF-8 is not kept.
            let is_empty = file.text().is_empty();
            let fits = is_empty || is_inside(span.start) && is_inside(span.end);
            if span.start > span.end || !fits {
                return Some(format!("out of the file: {found:?}"));
            }
        }
        if found.help.is_none() || found.message.is_empty() || found.message.ends_with('.') {
            return Some(format!("without help: {found:?}"));
        }
    }
    let mut causes: Vec<_> = said.iter().map(|found| (found.primary.span, &found.message)).collect();
    causes.dedup();
    (causes.len() < said.len()).then(|| format!("said twice: {said:?}"))
}

#[test]
fn damaged_specs_have_valid_findings() {
    let mut numbers = Numbers(0x5117_3a4b_9c2d_e6f1);
    let mut refused = 0;
    for (name, text) in texts() {
        for round in 0..ROUNDS {
            let bytes = damage(&text, &mut numbers);
            let parsed = load(bytes.clone());
            refused += usize::from(parsed.spec.is_err());
            if let Some(objection) = objection(&parsed) {
                panic!("{name}, round {round}: {objection}\n{}", String::from_utf8_lossy(&bytes));
            }
        }
    }
    assert!(refused > 1_000, "only {refused} texts were refused");
}
