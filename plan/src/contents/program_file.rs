//! What the first bytes of a program tell: the system and the processor that it is for, and its loader.
//!
//! Sources of the formats: <https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html>,
//! <https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h>,
//! <https://learn.microsoft.com/en-us/windows/win32/debug/pe-format>.

/// A program, as its first bytes describe it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ProgramFile {
    /// For Linux.
    Linux {
        /// The processor, in the notation of platforms.
        arch: &'static str,
        /// The program that loads its libraries; `None` if it is static.
        loader: Option<String>,
    },
    /// For another system, by its name.
    Foreign(&'static str),
}

/// The bytes that are enough: loaders are named close to the start.
const START: usize = 4096;

impl ProgramFile {
    /// Reads the start of a file; `None` if it is not a known kind of program.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.get(..bytes.len().min(START))?;
        if matches!(bytes.get(..4)?, [0xcf | 0xce, 0xfa, 0xed, 0xfe]) {
            return Some(Self::Foreign("macOS"));
        }
        if bytes.starts_with(b"MZ") {
            // The offset of the second header is in the first one, which DOS programs also have.
            let header = usize::try_from(Numbers { bytes, big: false }.at(0x3c, 4)?).ok()?;
            return (bytes.get(header..header.checked_add(4)?)? == b"PE\0\0").then_some(Self::Foreign("Windows"));
        }
        let is_wide = match bytes.strip_prefix(b"\x7fELF")?.first()? {
            1 => false,
            2 => true,
            _ => return None,
        };
        let big = match bytes.get(5)? {
            1 => false,
            2 => true,
            _ => return None,
        };
        let numbers = Numbers { bytes, big };
        const PROGRAM: u64 = 2;
        const SHARED: u64 = 3;
        if !matches!(numbers.at(16, 2)?, PROGRAM | SHARED) {
            return None;
        }
        let arch = match (numbers.at(18, 2)?, is_wide, big) {
            (3, false, false) => "386",
            (62, true, false) => "amd64",
            (40, false, false) => "arm",
            (183, true, false) => "arm64",
            (243, true, false) => "riscv64",
            (21, true, false) => "ppc64le",
            (22, true, true) => "s390x",
            (258, true, false) => "loong64",
            _ => return None,
        };
        Some(Self::Linux { arch, loader: loader(&numbers, is_wide) })
    }
}

/// The loader that a segment of the program names.
fn loader(numbers: &Numbers<'_>, is_wide: bool) -> Option<String> {
    const LOADER: u64 = 3;
    let size = |number: u64| usize::try_from(number).ok();
    let (table, entry, count) = match is_wide {
        true => (size(numbers.at(32, 8)?)?, size(numbers.at(54, 2)?)?, size(numbers.at(56, 2)?)?),
        false => (size(numbers.at(28, 4)?)?, size(numbers.at(42, 2)?)?, size(numbers.at(44, 2)?)?),
    };
    for number in 0..count {
        let place = table.checked_add(entry.checked_mul(number)?)?;
        if numbers.at(place, 4)? != LOADER {
            continue;
        }
        let (offset, length) = match is_wide {
            true => (numbers.at(place.checked_add(8)?, 8)?, numbers.at(place.checked_add(32)?, 8)?),
            false => (numbers.at(place.checked_add(4)?, 4)?, numbers.at(place.checked_add(16)?, 4)?),
        };
        let offset = size(offset)?;
        let text = numbers.bytes.get(offset..offset.checked_add(size(length)?)?)?;
        return std::str::from_utf8(text.strip_suffix(b"\0").unwrap_or(text)).ok().map(str::to_owned);
    }
    None
}

/// Numbers in bytes, in one order of bytes.
struct Numbers<'b> {
    bytes: &'b [u8],
    big: bool,
}

impl Numbers<'_> {
    fn at(&self, place: usize, length: usize) -> Option<u64> {
        let bytes = self.bytes.get(place..place.checked_add(length)?)?.iter();
        let add = |number: u64, byte: &u8| (number << 8) | u64::from(*byte);
        Some(if self.big { bytes.fold(0, add) } else { bytes.rev().fold(0, add) })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)] // Everything here is test code.

    use super::*;

    /// An ELF file of 64 bits with one segment, which names a loader.
    fn elf(machine: u16, loader: &str) -> Vec<u8> {
        let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
        bytes.resize(64 + 56, 0);
        bytes[16] = 3;
        bytes[18..20].copy_from_slice(&machine.to_le_bytes());
        bytes[32] = 64;
        bytes[54] = 56;
        bytes[56] = 1;
        bytes[64] = 3;
        bytes[64 + 8] = 120;
        bytes[64 + 32] = u8::try_from(loader.len() + 1).unwrap();
        bytes.extend(loader.bytes().chain([0]));
        bytes
    }

    #[test]
    fn processor_and_loader_are_read() {
        let loader = "/lib/ld-musl-aarch64.so.1";
        let expected = ProgramFile::Linux { arch: "arm64", loader: Some(loader.to_owned()) };
        assert_eq!(ProgramFile::read(&elf(183, loader)), Some(expected));
        let mut fixed = elf(62, "x");
        fixed[64] = 1;
        assert_eq!(ProgramFile::read(&fixed), Some(ProgramFile::Linux { arch: "amd64", loader: None }));
        assert_eq!(ProgramFile::read(&elf(1, "x")), None, "an unknown processor");
    }

    #[test]
    fn programs_of_other_systems_are_known() {
        assert_eq!(ProgramFile::read(b"\xcf\xfa\xed\xfe\x0c\0\0\x01"), Some(ProgramFile::Foreign("macOS")));
        let mut windows = b"MZ".to_vec();
        windows.resize(0x84, 0);
        windows[0x3c] = 0x80;
        assert_eq!(ProgramFile::read(&windows), None, "a program for DOS");
        windows[0x80..].copy_from_slice(b"PE\0\0");
        assert_eq!(ProgramFile::read(&windows), Some(ProgramFile::Foreign("Windows")));
    }

    #[test]
    fn this_program_is_known_and_no_part_of_it_is_a_problem() {
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert!(matches!(ProgramFile::read(&own), Some(ProgramFile::Linux { .. })));
        let whole = elf(62, "/lib64/ld-linux-x86-64.so.2");
        for end in 0..whole.len() {
            let _ = ProgramFile::read(&whole[..end]);
            let mut strange = whole.clone();
            strange[end] = 0xff;
            let _ = ProgramFile::read(&strange);
        }
        for text in ["", "#!/bin/sh\n", "text", "\u{7f}ELF"] {
            assert_eq!(ProgramFile::read(text.as_bytes()), None, "{text}");
        }
    }
}
