//! The static site example: the steps that run after each change, and the served pages.

use slipway_tests::{
    Build, Container, Folder, Loaded, OciArchive, OciFile, Outcome, Project, alone, temporary_file, unique,
};

/// The steps that a change of a shipped file runs: its copies, and the assembly of layers.
const SHIPPED: &[&str] = &["[site files] COPY ./public", "[site] COPY ./public /srv/www", "[site] assemble"];

/// The names of steps that were executed, without the empty home directory, which any build may create again.
fn sorted(outcome: &Outcome) -> Vec<&str> {
    let mut names = outcome.executed();
    names.retain(|name| !name.ends_with("] MKDIR /home/nonroot"));
    names.sort_unstable();
    names
}

#[test]
fn the_site_is_served_and_can_be_exported() {
    let project = Project::example("static-site");
    let image = Loaded::new("site");
    let _ = Build::of(&project).args(image.arguments()).succeed();
    let container = Container::run(&image.tag, 8080, &["--read-only"]);
    let (status, page) = container.get("/");
    assert!(status == 200 && page.contains("<h1>A static site</h1>"), "{status} {page}");
    assert!(container.get("/notes/opening.html").1.contains("9 to 5"));
    assert_eq!(container.get("/next.draft.html").0, 404);
    assert_eq!(image.inspect()["Config"]["User"], "65532:65532");

    let files = ["index.html", "notes/opening.html", "style.css"];
    let (alone, _) = Folder::of(Build::of(&project).target("build:site"));
    assert_eq!(alone.files(), files);
    let (image, _) = Folder::of(Build::of(&project).target("files"));
    assert_eq!(image.files(), files.map(|file| format!("srv/www/{file}")));
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn a_change_runs_only_dependent_steps() {
        let _alone = alone();
        let project = Project::example("static-site");
        project.replace("public/index.html", "A static site</h1>", &format!("{}</h1>", unique("site")));
        project.write("notes/opening.txt", &unique("note"));
        let archive = temporary_file();
        let output = OciArchive::at(archive.path());
        let layers = || {
            let image = OciArchive::read(archive.path()).images().remove(0);
            let mut ids = image.config["rootfs"]["diff_ids"].as_array().unwrap().clone();
            // The user's home directory is in another layer.
            let has_site = |layer: &Vec<_>| layer.iter().any(|file: &OciFile| file.path.starts_with("srv/www/"));
            let site = image.layers.iter().position(has_site).unwrap();
            let names: Vec<_> = image.layers[site].iter().map(|file| file.path.clone()).collect();
            (ids.remove(site), ids, names)
        };
        let build = || Build::of(&project).args(&output);
        let first = build().succeed();
        assert!(!first.is_cached("[pages 2/2] RUN"), "{:?}", first.executed());
        let (site, others, names) = layers();
        assert!(names.contains(&"srv/www/notes/opening.html".to_owned()), "{names:?}");
        assert!(!names.iter().any(|name| name.contains("draft") || name.contains("README")), "{names:?}");

        assert_eq!(sorted(&build().succeed()), [] as [&str; 0]);
        for unrelated in ["README.md", "public/next.draft.html"] {
            project.write(unrelated, &unique("unrelated"));
            assert_eq!(sorted(&build().succeed()), [] as [&str; 0], "{unrelated}");
        }
        assert_eq!(layers().0, site);

        project.replace("public/index.html", "Opening hours", "When we are there");
        let page = build().succeed();
        assert_eq!(sorted(&page), SHIPPED);
        let (new_site, new_others, _) = layers();
        assert_eq!(new_others, others, "the runtime's layers stay");
        assert_ne!(new_site, site);

        project.write("notes/opening.txt", &unique("note"));
        let note = build().succeed();
        let stage = ["[pages 1/2] COPY /notes /notes", "[pages 2/2] RUN mkdir /out"];
        assert_eq!(sorted(&note), [stage.as_slice(), SHIPPED].concat());
    }
}
