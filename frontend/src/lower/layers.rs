//! Files laid over others: layers of final images, and files written into the root of a stage.

use buildkit_llb::file::{Owner, Timestamp, Wildcards};
use buildkit_llb::{Cap, Copy, FileOp, Merge, Mkdir, Mkfile, Output};
use slipway_plan::{Layer, LayerCopy, LayerItem, Step, StepId};

use super::lowering::{Lowered, Lowering, Results, annotate};

/// Joins a base and layers. If the engine can merge, each layer is independent, so a new base leaves it valid.
/// Otherwise it is copied onto the layers below: once, and as a separate layer, because the fallback of `buildkit-llb`
/// would copy a second time.
pub(super) fn assemble(
    base: StepId,
    layers: &[Layer],
    gates: &[Output],
    results: &Results,
    step: &Step,
    cx: &Lowering<'_>,
) -> Lowered {
    let (below, base) = (results.parts(base), &results.of(base));
    // The top layer depends on the gates: it copies a file from them that they do not have.
    let layer = |below: &Output, (index, part): (usize, &Layer)| {
        let files = layer(below, part, base, results, step, cx);
        let gates = if index + 1 == layers.len() { gates } else { &[] };
        let wait = |files: FileOp, gate: &Output| {
            files.copy(Copy::new(gate, NOTHING, "/").wildcards(Wildcards::MayMatchNothing))
        };
        gates.iter().fold(files, wait).into_output()
    };
    let are_apart = || layers.len() > 1 && are_independent(layers);
    if cx.caps.supports(Cap::MergeOp) && (!base.is_scratch() || are_apart()) {
        let layers: Vec<_> = layers.iter().enumerate().map(|part| layer(&Output::scratch(), part)).collect();
        let base = Some(base.clone()).filter(|base| !base.is_scratch());
        let merge = Merge::new(base.into_iter().chain(layers.iter().cloned()));
        let whole = annotate(merge, &step.name, step.span, &step.owner, cx).into_output();
        let below = below.into_iter().filter(|part| !part.is_scratch());
        return Lowered { whole, parts: below.chain(layers).collect() };
    }
    layers.iter().enumerate().fold(base.clone(), |below, part| layer(&below, part)).into()
}

/// Whether no layer has something in a folder to which one below it gives bits or an owner, such as `/tmp`: it would
/// take them away. The plan writes such files into a base that has the folder.
fn are_independent(layers: &[Layer]) -> bool {
    let mut special: Vec<&str> = Vec::new();
    for layer in layers {
        let is_inside = |path: &str, folder: &&str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let paths = || layer.items.iter().map(LayerItem::path);
        if paths().any(|path| special.iter().any(|folder| is_inside(path, folder))) {
            return false;
        }
        special.extend(layer.items.iter().filter_map(|item| match item {
            LayerItem::Folder { path, mode, owner } => {
                let is_special = *mode != 0o755 || owner.as_ref().is_some_and(|owner| owner != "0:0");
                is_special.then_some(path.as_str())
            }
            _ => None,
        }));
    }
    true
}

/// Files on top of others; names of users are looked up in a file system.
pub(super) fn layer(
    below: &Output,
    part: &Layer,
    names: &Output,
    results: &Results,
    step: &Step,
    cx: &Lowering<'_>,
) -> FileOp {
    let files = part.items.iter().fold(FileOp::on(below), |files, item| match item {
        LayerItem::Folder { path, mode, owner: None } => {
            shared_above(files, path).mkdir(Mkdir::new(path).parents().mode(*mode).owner(root()))
        }
        LayerItem::Folder { path, mode, owner } => {
            let owner = owner_of(owner.as_deref(), names);
            owned_folder(files, path, *mode, &owner, below.is_scratch())
        }
        LayerItem::Copy(item) => files.copy(layer_copy(item, names, results)),
        LayerItem::Link { path, target } => above(files, path).copy(link(path, target)),
        LayerItem::Text { path, content, mode, owner } => {
            // The folders above it belong to root, whoever owns the file.
            let files = above(files, path);
            files.mkfile(Mkfile::new(path, content.as_bytes()).mode(*mode).owner(owner_of(owner.as_deref(), names)))
        }
    });
    annotate(files, &part.name, part.span, &step.owner, cx)
}

/// The folder of a path, which belongs to root.
fn above(files: FileOp, path: &str) -> FileOp {
    match path.rsplit_once('/') {
        Some((folder, _)) if !folder.is_empty() => files.mkdir(Mkdir::new(folder).parents().mode(0o755).owner(root())),
        _ => files,
    }
}

/// A symbolic link. Engines have an operation for it since BuildKit 0.19, but it refuses a path that exists. Unpacking an
/// archive, as `ADD` does, replaces it, and all engines do it in the same way.
fn link(path: &str, target: &str) -> Copy {
    const ARCHIVE: &str = "/links.tar";
    let archive = archive_of_link(path, target).unwrap_or_default(); // Nothing can fail in memory.
    let alone = FileOp::on(&Output::scratch()).mkfile(Mkfile::new(ARCHIVE, archive).mode(0o644));
    Copy::new(alone, ARCHIVE, "/").unpack()
}

fn archive_of_link(path: &str, target: &str) -> std::io::Result<Vec<u8>> {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_mode(0o777);
    header.set_size(0);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    let mut archive = tar::Builder::new(Vec::new());
    archive.append_link(&mut header, path.trim_start_matches('/'), target)?;
    archive.into_inner()
}

/// A folder with an owner, in folders that belong to root. If it may already exist, creating it would not change it;
/// copying one over it does. Only a copy can have other bits than permissions, such as the sticky bit.
fn owned_folder(files: FileOp, path: &str, mode: u32, owner: &Owner, is_new: bool) -> FileOp {
    let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
    let files = match above {
        "" => files,
        above => shared_above(files, path).mkdir(Mkdir::new(above).parents().mode(0o755).owner(root())),
    };
    if is_new && mode & 0o7000 == 0 {
        return files.mkdir(Mkdir::new(path).parents().mode(mode).owner(owner.clone()));
    }
    let alone = FileOp::on(&Output::scratch()).mkdir(Mkdir::new(format!("/{name}")).mode(mode));
    let above = if above.is_empty() { "/" } else { above };
    files.copy(Copy::new(alone, "/", above).contents_only().mode(mode).owner(owner.clone()))
}

/// World-writable folders keep these bits when something is written into them.
fn shared_above(files: FileOp, path: &str) -> FileOp {
    let shared = ["/tmp", "/var/tmp"].into_iter().filter(|shared| path.starts_with(&format!("{shared}/")));
    shared.fold(files, |files, shared| files.mkdir(Mkdir::new(shared).parents().mode(0o777).owner(root())))
}

/// A pattern that matches no file.
const NOTHING: &str = "/.nothing-*-but-a-gate";

fn layer_copy(item: &LayerCopy, names: &Output, results: &Results) -> Copy {
    let copy = Copy::new(results.of(item.from), &item.source, &item.target)
        .follow_symlinks()
        .contents_only()
        .create_dest_path()
        .include(item.include.iter().cloned())
        .exclude(item.exclude.iter().cloned())
        .owner(owner_of(item.owner.as_deref(), names));
    let copy = if item.epoch { copy.timestamp(Timestamp::from_unix_seconds(0)) } else { copy };
    match item.mode {
        Some(mode) => copy.mode(mode),
        None => copy,
    }
}

fn owner_of(owner: Option<&str>, names: &Output) -> Owner {
    owner.map_or_else(root, |owner| Owner::parse(owner).within(names))
}

/// Files of an image belong to root, whoever runs it: a program cannot change itself.
fn root() -> Owner {
    Owner::ids(0, 0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_archive_has_one_link_whatever_its_length() {
        for target in ["/opt/app/bin/app".to_owned(), "../x".to_owned(), "/long".repeat(100)] {
            let archive = super::archive_of_link("/usr/bin/app", &target).unwrap();
            let mut archive = tar::Archive::new(archive.as_slice());
            let links: Vec<_> = archive.entries().unwrap().map(Result::unwrap).collect();
            let [link] = links.as_slice() else { panic!("{} entries", links.len()) };
            assert_eq!(link.header().entry_type(), tar::EntryType::Symlink);
            assert_eq!(link.path().unwrap().to_str(), Some("usr/bin/app"));
            assert_eq!(link.link_name().unwrap().unwrap().to_str(), Some(target.as_str()));
            assert_eq!((link.header().uid().unwrap(), link.header().mtime().unwrap()), (0, 0));
        }
    }
}
