//! The budget of an image: its size, its compressed size and the number of its files.
//!
//! All files of the finished image count, those of its base included, each once: a file that a layer replaces or
//! deletes does not count. A file with several names counts as one, a symbolic link counts as a file without contents,
//! and folders do not count.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::failed::Failed;
use super::packages::Packages;
use super::rooted::{Found, Rooted};

/// How many folders and packages a message names.
const NAMED: usize = 5;

/// What an image contains.
#[derive(Default)]
struct Measured {
    files: u64,
    size: u64,
}

/// Where it is.
#[derive(Default)]
struct Places {
    /// Bytes by folder, with everything below it.
    folders: BTreeMap<PathBuf, u64>,
    /// Bytes and files by package.
    packages: BTreeMap<String, u64>,
    /// Files by folder, with everything below it.
    counts: BTreeMap<PathBuf, u64>,
}

/// Measures an image.
pub(super) fn examine(limits: (Option<u64>, Option<u64>, Option<u64>), image: &Rooted) -> Result<String, Failed> {
    let (size, packed, files) = limits;
    let trouble = |error: io::Error| Failed::Trouble(format!("the image cannot be measured: {error}"));
    let mut archive = packed.map(|_| GzEncoder::new(Counter::default(), Compression::default()));
    let measured = measure(image, archive.as_mut()).map_err(trouble)?;
    let is_packed = match archive {
        Some(archive) => archive.finish().map_err(trouble)?.0,
        None => 0,
    };
    let mut words = Vec::new();
    let over = |is: u64, limit: Option<u64>| limit.filter(|limit| is > *limit);
    if let Some(limit) = over(measured.size, size) {
        words.push(format!("its files have {}, over the limit of {}", bytes(measured.size), bytes(limit)));
    }
    if let Some(limit) = over(is_packed, packed) {
        words.push(format!("it has {} compressed, over the limit of {}", bytes(is_packed), bytes(limit)));
    }
    if let Some(limit) = over(measured.files, files) {
        words.push(format!("it has {} files, over the limit of {limit}", measured.files));
    }
    if words.is_empty() {
        let packed = if packed.is_some() { format!(", {} compressed", bytes(is_packed)) } else { String::new() };
        return Ok(format!("{} in {} files{packed}", bytes(measured.size), measured.files));
    }
    let places = places(image).map_err(trouble)?;
    let mut text = format!("the image is too large: {}.\n", words.join("; "));
    let only_files = over(measured.size, size).is_none() && over(is_packed, packed).is_none();
    match only_files {
        true => list(&mut text, "The folders with the most files", &largest(&places.counts), &|n| n.to_string()),
        false => list(&mut text, "The largest folders", &largest(&places.folders), &bytes),
    }
    let mut packages: Vec<_> = places.packages.into_iter().map(|(name, bytes)| (bytes, name)).collect();
    packages.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    packages.truncate(NAMED);
    list(&mut text, "The largest packages", &packages, &bytes);
    Err(Failed::Wrong(text))
}

fn list(text: &mut String, title: &str, entries: &[(u64, String)], shown: &dyn Fn(u64) -> String) {
    if entries.is_empty() {
        return;
    }
    text.push_str(&format!("{title}:\n"));
    for (amount, name) in entries {
        text.push_str(&format!("  {:>9}  {name}\n", shown(*amount)));
    }
}

/// Counts, and fills an archive.
fn measure(image: &Rooted, mut archive: Option<&mut GzEncoder<Counter>>) -> io::Result<Measured> {
    let mut measured = Measured::default();
    walk(image, &mut |path, found, length| {
        if let Some(length) = length {
            measured.files += 1;
            measured.size += length;
        }
        archive.as_mut().map_or(Ok(()), |archive| add(archive, path, &found.place, &found.metadata))
    })?;
    Ok(measured)
}

/// Only a message needs this, and it costs more than the numbers.
fn places(image: &Rooted) -> io::Result<Places> {
    let mut places = Places::default();
    let owners = Packages::of(image);
    walk(image, &mut |path, _, length| {
        let Some(length) = length else { return Ok(()) };
        for above in path.ancestors().skip(1) {
            *places.folders.entry(above.to_owned()).or_default() += length;
            *places.counts.entry(above.to_owned()).or_default() += 1;
        }
        if let Some(package) = owners.package(&path.to_string_lossy()) {
            *places.packages.entry(package).or_default() += length;
        }
        Ok(())
    })?;
    Ok(places)
}

/// What sees a path, what is there, and its bytes, if it is a file that has not been seen by another name.
type Visit<'a> = &'a mut dyn FnMut(&Path, &Found, Option<u64>) -> io::Result<()>;

/// Looks at every file and folder. A stack instead of recursion: folders may be as deep as an image wants.
fn walk(image: &Rooted, visit: Visit<'_>) -> io::Result<()> {
    let mut linked = HashSet::new();
    let mut open = vec![(PathBuf::from("/"), image.root().clone())];
    while let Some((above, folder)) = open.pop() {
        for (name, found) in folder.entries()? {
            let path = above.join(name);
            let file = &found.metadata;
            let is_again = !file.is_dir() && file.nlink() > 1 && !linked.insert((file.dev(), file.ino()));
            let length = if file.is_file() { file.len() } else { 0 };
            visit(&path, &found, Some(length).filter(|_| !file.is_dir() && !is_again))?;
            if let Some(folder) = found.folder {
                open.push((path, folder));
            }
        }
    }
    Ok(())
}

/// Adds an entry as an archive has it: a block of 512 bytes, and its contents in whole blocks.
fn add(archive: &mut GzEncoder<Counter>, path: &Path, place: &Path, found: &std::fs::Metadata) -> io::Result<()> {
    const BLOCK: usize = 512;
    let mut header = path.as_os_str().as_bytes().to_vec();
    header.extend(format!(" {:o} {}:{} {}", found.mode(), found.uid(), found.gid(), found.len()).bytes());
    header.resize(header.len().next_multiple_of(BLOCK), 0);
    archive.write_all(&header)?;
    if found.is_file() {
        let length = io::copy(&mut File::open(place)?.take(found.len()), archive)?;
        let rest = usize::try_from(length).unwrap_or_default() % BLOCK;
        if rest > 0 {
            archive.write_all(vec![0; BLOCK - rest].as_slice())?;
        }
    }
    Ok(())
}

/// The folders that say most: those that are not mostly one of their subfolders, the largest first.
fn largest(folders: &BTreeMap<PathBuf, u64>) -> Vec<(u64, String)> {
    let total = folders.get(Path::new("/")).copied().unwrap_or_default();
    // The amount in the largest subfolder of each.
    let mut below: BTreeMap<&Path, u64> = BTreeMap::new();
    for (folder, amount) in folders {
        if let Some(above) = folder.parent() {
            let most = below.entry(above).or_default();
            *most = (*most).max(*amount);
        }
    }
    let says_much = |folder: &Path, amount: u64| {
        let most = below.get(folder).copied().unwrap_or_default();
        amount > total / 50 && most.saturating_mul(10) < amount.saturating_mul(8)
    };
    let mut found: Vec<_> = folders
        .iter()
        .filter(|(folder, amount)| folder.parent().is_some() && says_much(folder, **amount))
        .map(|(folder, amount)| (*amount, folder.to_string_lossy().into_owned()))
        .collect();
    found.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    found.truncate(NAMED);
    found
}

/// A number of bytes in decimal units, as Docker shows them.
fn bytes(amount: u64) -> String {
    let (unit, name) = match amount {
        0..1_000 => return format!("{amount} B"),
        1_000..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    let hundredths = amount / (unit / 100).max(1);
    format!("{}.{:02} {name}", hundredths / 100, hundredths % 100)
}

/// Counts bytes.
#[derive(Default)]
struct Counter(u64);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use super::*;

    fn image() -> tempfile::TempDir {
        let folder = tempfile::TempDir::new().unwrap();
        let write = |path: &str, length: usize| {
            let place = folder.path().join(path);
            std::fs::create_dir_all(place.parent().unwrap()).unwrap();
            std::fs::write(place, vec![b'x'; length]).unwrap();
        };
        write("app/node_modules/left-pad/index.js", 700_000);
        write("app/node_modules/@a/b/index.js", 200_000);
        write("app/server.js", 1000);
        write("etc/passwd", 99);
        std::fs::hard_link(folder.path().join("app/server.js"), folder.path().join("app/again.js")).unwrap();
        std::os::unix::fs::symlink("/etc", folder.path().join("app/link")).unwrap();
        folder
    }

    fn said(limits: (Option<u64>, Option<u64>, Option<u64>)) -> String {
        let image = image();
        match examine(limits, &Rooted::of([image.path().to_owned()])) {
            Ok(words) => words,
            Err(Failed::Wrong(words) | Failed::Trouble(words)) => words,
        }
    }

    #[test]
    fn every_file_counts_once() {
        assert_eq!(said((Some(901_099), None, Some(5))), "901.09 kB in 5 files");
        let compressed = said((None, Some(10_000), None));
        assert!(compressed.starts_with("901.09 kB in 5 files, "), "{compressed}");
    }

    #[test]
    fn a_message_names_what_is_large() {
        let size = said((Some(900_000), Some(100), None));
        assert!(size.contains(" compressed, over the limit of 100 B.\n"), "{size}");
        assert!(
            size.starts_with("the image is too large: its files have 901.09 kB, over the limit of 900.00 kB; it has ")
        );
        let folders = "The largest folders:\n  900.00 kB  /app/node_modules\n  700.00 kB  /app/node_modules/left-pad\n  \
                       200.00 kB  /app/node_modules/@a/b\n";
        let packages = "The largest packages:\n  700.00 kB  left-pad\n  200.00 kB  @a/b\n";
        assert!(size.ends_with(&format!("{folders}{packages}")), "{size}");
        let files = said((None, None, Some(4)));
        assert!(files.starts_with("the image is too large: it has 5 files, over the limit of 4.\nThe folders with"));
    }

    #[test]
    fn sizes_are_written_as_docker_writes_them() {
        let shown = [999, 1000, 25_000_000, 1_234_567_890].map(bytes);
        assert_eq!(shown, ["999 B", "1.00 kB", "25.00 MB", "1.23 GB"]);
    }
}
