//! No input makes the decoder panic, and whatever it accepts can be printed, adapted and encoded.
//!
//! A normal test, not a fuzzer: the same few ten thousand mutations of the oracle's graphs in every run, in two
//! seconds. `SLIPWAY_FUZZ_ROUNDS` runs more.

// Clippy does not treat helpers of tests as tests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "oracle/cases/mod.rs"]
mod cases;

use buildkit_llb::{Cap, Caps, Digest, Output, ParseError};
use buildkit_proto::pb;
use prost::Message as _;

/// A simple generator of random numbers (xorshift).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap()
    }

    fn mutate(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(4) {
            let place = self.below(bytes.len());
            match self.below(6) {
                0 if !bytes.is_empty() => bytes[place] ^= 1 << self.below(8),
                1 if !bytes.is_empty() => bytes[place] = u8::try_from(self.next() & 0xff).unwrap(),
                2 if !bytes.is_empty() => drop(bytes.remove(place)),
                3 => bytes.insert(place, [0, 1, 0x7f, 0x80, 0xff][self.below(5)]),
                4 => bytes.truncate(place),
                _ => {
                    let part = bytes[place..].iter().take(self.below(40)).copied().collect::<Vec<_>>();
                    let place = self.below(bytes.len());
                    bytes.splice(place..place, part);
                }
            }
        }
    }
}

fn graphs() -> Vec<Output> {
    cases::all().into_iter().map(|(_, output)| output).collect()
}

fn rounds() -> usize {
    std::env::var("SLIPWAY_FUZZ_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(60)
}

/// Everything that can be done with a decoded graph.
fn use_all(output: &Output) {
    let definition = output.marshal();
    let bytes = definition.encode();
    let again = Output::decode(&bytes).unwrap();
    assert_eq!(&again, output);
    assert!(again.marshal().encode() == bytes);
    let printed = [definition.to_json_lines(), definition.to_tree(), definition.to_dot(), definition.to_mermaid()];
    assert!(printed.iter().all(|text| output.is_scratch() || !text.is_empty()));
    let poor = Caps::having([Cap::FileBase, Cap::SourceImage, Cap::SourceLocal, Cap::ExecMetaBase]);
    for caps in [poor, Caps::all().without(Cap::ExecMetaSetsDefaultPath).without(Cap::MergeOp)] {
        if let Ok(adapted) = output.adapted_to(&caps) {
            Output::decode(&adapted.marshal().encode()).unwrap();
        }
    }
}

#[test]
fn random_bytes() {
    let mut random = Random(0x5eed);
    for _ in 0..rounds() * 300 {
        let bytes: Vec<u8> = (0..random.below(60)).map(|_| u8::try_from(random.next() & 0xff).unwrap()).collect();
        if let Ok(output) = Output::decode(&bytes) {
            use_all(&output);
        }
    }
}

#[test]
fn mutated_definitions() {
    let mut random = Random(0xfeed);
    let definitions: Vec<Vec<u8>> = graphs().iter().map(|output| output.marshal().encode()).collect();
    for _ in 0..rounds() {
        for definition in definitions.iter().filter(|bytes| bytes.len() < 4000) {
            let mut bytes = definition.clone();
            random.mutate(&mut bytes);
            if let Ok(output) = Output::decode(&bytes) {
                use_all(&output);
            }
        }
    }
}

/// Changes one op and renames it, so that the change is not rejected as a dangling edge.
#[test]
fn mutated_ops() {
    let mut random = Random(0xbeef);
    let mut accepted = 0;
    for _ in 0..rounds() {
        for output in graphs() {
            let mut definition = output.marshal().to_pb();
            if definition.def.len() < 2 || definition.def.len() > 12 {
                continue;
            }
            let head = definition.def.len() - 2;
            // Not its inputs, which come first: a changed digest in them is always rejected.
            let inputs = pb::Op::decode(&*definition.def[head]).unwrap().inputs.len();
            let mut tail = definition.def[head].split_off(inputs * 75);
            random.mutate(&mut tail);
            definition.def[head].append(&mut tail);
            let digest = Digest::of(&definition.def[head]).to_string();
            let metadata = definition.metadata.values().next().cloned().unwrap();
            definition.metadata.insert(digest.clone(), metadata);
            let terminal = pb::Op { inputs: vec![pb::Input { digest, index: 0 }], ..Default::default() };
            definition.def[head + 1] = terminal.encode_to_vec();
            if let Ok(output) = Output::from_pb(&definition) {
                use_all(&output);
                accepted += 1;
            }
        }
    }
    assert!(accepted > rounds() * 5, "only {accepted} mutations were accepted");
}

#[test]
fn errors_have_a_description() {
    let base = graphs().swap_remove(0);
    let good = base.marshal().to_pb();
    let error = |change: &dyn Fn(&mut pb::Definition)| {
        let mut definition = good.clone();
        change(&mut definition);
        Output::from_pb(&definition).unwrap_err()
    };
    let input = |digest: &str, index| pb::Input { digest: digest.into(), index };
    let op = |inputs| pb::Op { inputs, ..Default::default() }.encode_to_vec();
    assert!(matches!(error(&|d| d.def[0] = vec![0xff]), ParseError::Malformed { .. }));
    assert_eq!(error(&|d| d.def.truncate(1)), ParseError::NoTerminal);
    assert_eq!(error(&|d| d.def[1] = op(vec![])), ParseError::NoTerminal);
    assert!(matches!(error(&|d| drop(d.def.remove(0))), ParseError::MissingInput { .. }));
    assert!(matches!(error(&|d| d.def[1] = op(vec![input("x", 0)])), ParseError::MissingInput { .. }));
    assert_eq!(error(&|d| d.def[1] = op(vec![input("x", -1)])), ParseError::BadIndex { index: -1 });
    let digest = base.digest().unwrap().to_string();
    let location = pb::Location { source_index: 3, ranges: vec![] };
    let locations = pb::Locations { locations: vec![location] };
    let source = pb::Source { locations: [(digest, locations)].into(), infos: vec![] };
    assert_eq!(error(&|d| d.source = Some(source.clone())), ParseError::MissingFile { index: 3 });
    assert_eq!(Output::decode(&[]).unwrap(), Output::scratch());
}
