//! The output of a build: an image in the engine's store, or an archive in OCI layout.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::Value;

use crate::running::discard;
use crate::{docker, unique};

/// The name of an image in the engine's store; the image is removed when it goes out of scope.
pub struct Loaded {
    /// The name to build for and to run.
    pub tag: String,
}

impl Loaded {
    /// A name for an image that will be loaded.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { tag: format!("{}:test", unique(name)) }
    }

    /// A name for an image that is pushed to the registry of the tests. Some builders also keep it in the engine.
    #[must_use]
    pub fn pushed(name: &str) -> Self {
        Self { tag: format!("{}/slipway-test:{}", crate::variable("SLIPWAY_REGISTRY"), unique(name)) }
    }

    /// The arguments that make a build load it. (With zstd it would take a third of the time to compress its layers, but
    /// archives of the same layers would have them like that, too.)
    #[must_use]
    pub fn arguments(&self) -> [&str; 3] {
        ["--load", "--tag", &self.tag]
    }

    /// The engine's data about it.
    ///
    /// # Panics
    /// There is no such image.
    #[must_use]
    pub fn inspect(&self) -> Value {
        let text = docker(["image", "inspect", &self.tag]);
        let mut list: Vec<Value> = serde_json::from_str(&text).expect("docker prints JSON");
        list.remove(0)
    }
}

impl Drop for Loaded {
    fn drop(&mut self) {
        // It may not have been built.
        discard(&["image", "rm", "--force", &self.tag]);
    }
}

/// An archive in OCI layout, read completely.
pub struct OciArchive {
    files: BTreeMap<String, Vec<u8>>,
}

/// One image of an archive.
pub struct OciImage {
    /// `os/architecture`.
    pub platform: String,
    /// Its config.
    pub config: Value,
    /// The annotations of its manifest.
    pub annotations: Value,
    /// The names, modes and owners of its files, and their contents, top layer last.
    pub layers: Vec<Vec<OciFile>>,
}

/// A file of a layer.
pub struct OciFile {
    /// Its path, without a leading `/`.
    pub path: String,
    /// Permission bits.
    pub mode: u32,
    /// Owner and group.
    pub owner: (u64, u64),
    /// Its contents.
    pub contents: Vec<u8>,
}

impl OciArchive {
    /// The arguments that make a build write one. New layers are not compressed: that would take longer than most
    /// builds.
    #[must_use]
    pub fn at(path: &Path) -> [String; 2] {
        ["--output".to_owned(), format!("type=oci,compression=uncompressed,dest={}", path.display())]
    }

    /// Reads an archive.
    ///
    /// # Panics
    /// It is not an archive.
    #[must_use]
    pub fn read(path: &Path) -> Self {
        let mut archive = tar::Archive::new(File::open(path).expect("the archive is there"));
        let mut files = BTreeMap::new();
        for entry in archive.entries().expect("the archive is a tar file") {
            let mut entry = entry.expect("the archive is whole");
            let name = entry.path().expect("names are text").to_string_lossy().into_owned();
            let mut contents = Vec::new();
            entry.read_to_end(&mut contents).expect("the archive is whole");
            files.insert(name, contents);
        }
        Self { files }
    }

    /// All of its bytes, decompressed, for a search.
    #[must_use]
    pub fn contains(&self, needle: &[u8]) -> bool {
        self.files.values().any(|file| contains_unpacked(file, needle))
    }

    /// Its images, in the order of the index.
    ///
    /// # Panics
    /// It is not an image, or an index of something else.
    #[must_use]
    pub fn images(&self) -> Vec<OciImage> {
        let index = self.json("index.json");
        let mut images = Vec::new();
        self.collect(&index, &mut images);
        images
    }

    fn collect(&self, index: &Value, images: &mut Vec<OciImage>) {
        for manifest in index["manifests"].as_array().expect("an index has manifests") {
            let blob = self.blob(manifest);
            let blob: Value = serde_json::from_slice(&blob).expect("a manifest is JSON");
            if blob.get("manifests").is_some() {
                self.collect(&blob, images);
                continue;
            }
            let config: Value = serde_json::from_slice(&self.blob(&blob["config"])).expect("a config is JSON");
            let platform = format!("{}/{}", config["os"].as_str().unwrap(), config["architecture"].as_str().unwrap());
            let layers = blob["layers"].as_array().expect("an image has layers");
            images.push(OciImage {
                platform,
                config,
                annotations: blob["annotations"].clone(),
                layers: layers.iter().map(|layer| files(&self.blob(layer))).collect(),
            });
        }
    }

    /// The descriptor of its only image or index, and the document that it describes.
    ///
    /// # Panics
    /// There is none.
    #[must_use]
    pub fn root(&self) -> (Value, Value) {
        let descriptor = self.json("index.json")["manifests"][0].clone();
        let document = serde_json::from_slice(&self.blob(&descriptor)).expect("an index is JSON");
        (descriptor, document)
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&self.files[name]).expect("the file is JSON")
    }

    fn blob(&self, descriptor: &Value) -> Vec<u8> {
        let digest = descriptor["digest"].as_str().expect("descriptors have digests");
        self.files[&format!("blobs/{}", digest.replace(':', "/"))].clone()
    }
}

fn files(layer: &[u8]) -> Vec<OciFile> {
    let unpacked = if layer.starts_with(&[0x1f, 0x8b]) { gunzip(layer) } else { layer.to_vec() };
    let mut archive = tar::Archive::new(unpacked.as_slice());
    let entries = archive.entries().expect("a layer is a tar file");
    entries
        .map(|entry| {
            let mut entry = entry.expect("the layer is whole");
            let mut contents = Vec::new();
            entry.read_to_end(&mut contents).expect("the layer is whole");
            let header = entry.header();
            OciFile {
                path: entry.path().expect("names are text").to_string_lossy().into_owned(),
                mode: header.mode().expect("files have modes"),
                owner: (header.uid().expect("files have owners"), header.gid().expect("files have groups")),
                contents,
            }
        })
        .collect()
}

/// Whether a blob contains some bytes after decompression.
#[must_use]
pub fn contains_unpacked(blob: &[u8], needle: &[u8]) -> bool {
    let holds = |bytes: &[u8]| memchr::memmem::find(bytes, needle).is_some();
    if blob.starts_with(&[0x1f, 0x8b]) { holds(&gunzip(blob)) } else { holds(blob) }
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut unpacked).expect("the layer is gzip");
    unpacked
}
