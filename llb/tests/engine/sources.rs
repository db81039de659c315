//! Sources.

use buildkit_llb::{
    Digest,
    prelude::*,
    source::{Blob, Differ, GitMtime, GitSignature, MetadataTransfer, RecordType, SignedTag},
};

use super::{Case, World, case, failing, serve};

pub(crate) fn all(world: &World) -> Vec<Case> {
    let mut all = locals();
    all.extend(downloads(world));
    if let Some(repository) = &world.git {
        all.extend(repositories(repository));
        all.extend(signatures(repository));
    }
    let ls = |image: &Output| {
        let exec = Exec::shell("ls / > /out/l").root(image).env("SALT", &world.salt);
        exec.run_keeping([KeptMount::new("/out", &Output::scratch())]).1
    };
    let image = || Image::new(&world.base_reference);
    let [plain] = ls(&image().into_output());
    let [pulled] =
        ls(&image().resolve_mode(ResolveMode::Pull).layer_limit(1).record_type(RecordType::Internal).into_output());
    let layout = OciLayout::new("layout", &world.layout).store("layout").platform(Platform::LINUX_AMD64).into_output();
    let wrong = image().checksum(Digest::of(b"").to_string()).into_output();
    all.extend([
        case("image", &plain, |b| assert!(b.text("/l").contains("bin"))),
        case("image_pulled", &pulled, |b| assert!(b.text("/l").contains("bin"))),
    ]);
    if std::env::var("SLIPWAY_STORE").is_ok_and(|store| store == "graphdriver") {
        println!("not on this engine: it lists checksums of images but ignores them, and OCI layouts but knows none");
        return all;
    }
    let blob =
        Blob::in_oci_layout("layout", &world.layout).from_store("", "layout").filename("m").mode(0o640).owner(7, 8);
    all.push(case("image_blob", &blob.into_output(), |built| {
        assert!(built.text("/m").contains("manifest.v1+json"));
        assert_eq!(built.mode("/m"), "file 0640 7:8");
    }));
    all.push(failing("image_wrong_checksum", &wrong, "e3b0c44298fc"));
    all.push(case("oci_layout", &layout, |b| assert_eq!(b.text("/in-layout"), serve::CONTENT)));
    all
}

fn locals() -> Vec<Case> {
    let local = |hint: &str| Local::new("context").shared_key_hint(format!("llb-engine-{hint}"));
    vec![
        case("local_include", &local("i").include_patterns(["**/*.txt"]).into_output(), |b| {
            assert_eq!(b.paths(), ["/a.txt", "/dir", "/dir/c.txt", "/dir/deep", "/dir/deep/d.txt"]);
        }),
        case("local_exclude", &local("e").exclude_patterns(["**", "!b.md"]).into_output(), |b| {
            assert_eq!(b.paths(), ["/b.md"]);
        }),
        case("local_follow", &local("f").follow_paths(["dir/c.txt", "none"]).into_output(), |b| {
            assert_eq!(b.paths(), ["/dir", "/dir/c.txt"]);
        }),
        case("local_differ", &local("d").require_differ(Differ::None).into_output(), |b| assert!(b.has("/a.txt"))),
        case(
            "local_metadata",
            &local("m").metadata_transfer(MetadataTransfer::AllBut(vec!["a.txt".into()])).into_output(),
            |b| {
                assert!(b.has("/a.txt"));
            },
        ),
    ]
}

fn downloads(world: &World) -> Vec<Case> {
    let http = || Http::new(format!("{}/{}/file.txt", world.url, world.salt));
    let sum = Digest::of(serve::CONTENT.as_bytes()).to_string();
    let wrong = Digest::of(b"").to_string();
    let echo = Http::new(format!("{}/{}/headers", world.url, world.salt)).filename("h").auth_header_secret("token");
    let echo = echo.accept("text/x").user_agent("llb");
    let all = http().checksum(sum).filename("named").mode(0o640).owner(7, 8);
    vec![
        case("http", &http().into_output(), |b| assert_eq!(b.text("/file.txt"), serve::CONTENT)),
        case("http_all", &all.into_output(), |b| {
            assert_eq!((b.text("/named"), b.mode("/named").as_str()), (serve::CONTENT, "file 0640 7:8"));
        }),
        failing("http_wrong_checksum", &http().checksum(wrong).into_output(), "digest mismatch"),
        case("http_headers", &echo.into_output(), |b| {
            assert_eq!(b.text("/h"), "authorization: s3cret\naccept: text/x\nuser-agent: llb");
        }),
    ]
}

fn repositories(repository: &serve::Repository) -> Vec<Case> {
    let serve::Repository { url, commit, .. } = repository;
    let git = || Git::new(url).reference("main");
    let other = "0".repeat(40);
    let moduled = || Git::new(url).reference("moduled");
    // The branch is not on the remote: only the commit is requested.
    let by_commit = Git::new(url).reference("no-such-branch").checksum(commit).fetch_by_commit();
    vec![
        case("git", &git().into_output(), |b| assert_eq!((b.text("/f"), b.has("/.git")), ("in git", false))),
        case("git_commit", &Git::new(url).reference(commit).into_output(), |b| assert!(b.has("/f"))),
        case("git_subdir", &git().subdir("sub").into_output(), |b| assert_eq!(b.paths(), ["/g"])),
        case("git_keep_git_dir", &git().keep_git_dir().into_output(), |b| assert!(b.has("/.git/HEAD"))),
        case("git_checksum", &git().checksum(commit).skip_submodules().into_output(), |b| assert!(b.has("/f"))),
        failing("git_wrong_checksum", &git().checksum(other).into_output(), "0000000"),
        case("git_submodules", &moduled().into_output(), |b| assert_eq!(b.text("/module/f"), "in git")),
        case("git_skip_submodules", &moduled().skip_submodules().into_output(), |b| {
            assert!(b.has("/f") && !b.has("/module/f"));
        }),
        case("git_mtime_checkout", &git().mtime(GitMtime::Checkout).subdir("sub").into_output(), |b| {
            assert_ne!(b.file("/g")["modTime"], serve::COMMIT_TIME * 1_000_000_000);
        }),
        case("git_mtime_commit", &git().mtime(GitMtime::Commit).into_output(), |b| {
            assert_eq!(b.file("/f")["modTime"], serve::COMMIT_TIME * 1_000_000_000);
        }),
        case("git_fetch_by_commit", &by_commit.into_output(), |b| assert_eq!(b.text("/f"), "in git")),
        case("git_checkout_bundle", &git().checksum(commit).checkout_bundle().into_output(), |b| {
            assert!(b.paths().iter().any(|path| b.text(path).contains("git bundle")), "{:?}", b.paths());
        }),
    ]
}

/// Commits signed with an SSH key.
fn signatures(repository: &serve::Repository) -> Vec<Case> {
    let Some(key) = &repository.key else {
        println!("not here: signed commits, since there is no ssh-keygen");
        return Vec::new();
    };
    let by = |reference: &str, key: &str| {
        let signature = GitSignature { public_key: key.into(), reject_expired: false, tag: SignedTag::Ignored };
        Git::new(&repository.url).reference(reference).verify_signature(signature).into_output()
    };
    vec![
        case("git_signed", &by("signed", key), |b| assert_eq!(b.text("/f"), "in git")),
        failing("git_not_signed", &by("main", key), "not signed"),
        failing("git_signed_by_another", &by("signed", ANOTHER), "does not match"),
    ]
}

/// A key that no signature uses.
const ANOTHER: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
