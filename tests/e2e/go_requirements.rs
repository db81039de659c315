//! Go programs of a module with more requirements than each of them needs: they are compiled with their own alone.

use slipway_tests::{Build, Folder, Project, unique};

const MANIFEST: &str = include_str!("go_requirements/go.mod.txt");

/// A program that needs a module whose path has capitals, one in a folder, what that one needs, and a module whose path
/// is within that of another; and a program that needs only that other.
pub(crate) fn project() -> Project {
    Project::spec("images:\n  a: { go: ./cmd/a }\n  b: { go: ./cmd/b }\n")
        .with("go.mod", &format!("{MANIFEST}\n// {}\n", unique("modules")))
        .with("go.sum", include_str!("go_requirements/go.sum.txt"))
        .with("lib/go.mod", "module example.com/lib\n\ngo 1.24\n\nrequire github.com/google/uuid v1.6.0\n")
        .with("lib/lib.go", "package lib\n\nimport \"github.com/google/uuid\"\n\nfunc New() string { return uuid.NewString() }\n")
        .with("cmd/a/main.go", include_str!("go_requirements/a.go.txt"))
        .with("cmd/b/main.go", include_str!("go_requirements/b.go.txt"))
        .with(
            "bench.json",
            r#"{ "service": "a", "edit": { "file": "cmd/a/main.go", "find": "answer = 42", "replace_prefix": "answer = 4" } }"#,
        )
}

#[test]
fn a_module_from_before_manifests_were_complete_is_compiled() {
    let sums: String = include_str!("go_requirements/go.sum.txt")
        .lines()
        .filter(|line| line.contains("/toml "))
        .map(|line| format!("{line}\n"))
        .collect();
    let project = Project::spec("images: { old: { go: { main: ., image: \"golang:1.24-bookworm\" } } }\n")
        .with(
            "go.mod",
            &format!(
                "module example.com/old\n\ngo 1.16\n\nrequire github.com/BurntSushi/toml v1.5.0\n\n// {}\n",
                unique("old")
            ),
        )
        .with("go.sum", &sums)
        .with(
            "main.go",
            "package main\n\nimport \"github.com/BurntSushi/toml\"\n\nfunc main() { _, _ = toml.Decode(\"\", nil) }\n",
        );
    let (files, _) = Folder::of(Build::of(&project).target("old"));
    assert!(files.files().iter().any(|file| file == "old"), "{:?}", files.files());
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;
    use slipway_tests::{Bake, alone};

    /// The programs that were compiled.
    fn compiled(project: &Project) -> Vec<String> {
        let outcome = Bake::of(project, &["a", "b"]).args(["--set", "*.platform=linux/amd64"]).succeed();
        assert!(outcome.steps("go mod download").iter().any(|step| step.ran), "{:?}", outcome.vertices);
        let built = outcome.executed().into_iter().filter_map(|name| name.split_once("] go build ./cmd/"));
        let mut names: Vec<_> = built.map(|(_, name)| name.to_owned()).collect();
        names.sort_unstable();
        names
    }

    fn older_toml(project: &Project, manifest: &str, sums: &str) {
        project.replace(manifest, "toml v1.5.0", "toml v1.4.0");
        project.replace(
            sums,
            "toml v1.5.0 h1:W5quZX/G/csjUnuI8SUYlsHs9M38FC7znL0lIO+DvMg=",
            "toml v1.4.0 h1:kuoIxZQy2WRRk1pttg9asf+WVv6tWQuBNVmK8+nqPr0=",
        );
        project.replace(sums, "toml v1.5.0/go.mod", "toml v1.4.0/go.mod");
    }

    #[test]
    fn a_requirement_concerns_the_programs_that_need_it() {
        let _alone = alone();
        let project = project();
        assert_eq!(compiled(&project), ["a", "b"]);
        older_toml(&project, "go.mod", "go.sum");
        assert_eq!(compiled(&project), ["a"]);
    }

    #[test]
    fn so_it_does_in_a_workspace() {
        let _alone = alone();
        let sums = |of: &str| -> String {
            let lines = include_str!("go_requirements/go.sum.txt").lines().filter(|line| line.contains(of));
            lines.map(|line| format!("{line}\n")).collect()
        };
        let module = |name: &str, requirement: &str| {
            format!("module example.com/{name}\n\ngo 1.24\n\nrequire {requirement}\n\n// {}\n", unique("modules"))
        };
        let project = Project::spec("images:\n  a: { go: ./a/cmd/a }\n  b: { go: ./b/cmd/b }\n")
            .with("go.work", "go 1.24\n\nuse (\n\t./a\n\t./b\n\t./lib\n)\n")
            .with("a/go.mod", &module("a", "github.com/BurntSushi/toml v1.5.0"))
            .with("a/go.sum", &sums("/toml "))
            .with("a/cmd/a/main.go", "package main\n\nimport (\n\t\"example.com/lib\"\n\t\"github.com/BurntSushi/toml\"\n)\n\nfunc main() { _, _ = toml.Decode(lib.New(), nil) }\n")
            .with("b/go.mod", &module("b", "github.com/google/uuid v1.6.0"))
            .with("b/go.sum", &sums("/uuid "))
            .with("b/cmd/b/main.go", "package main\n\nimport \"example.com/lib\"\n\nfunc main() { println(lib.New()) }\n")
            .with("lib/go.mod", &module("lib", "github.com/google/uuid v1.6.0"))
            .with("lib/go.sum", &sums("/uuid "))
            .with("lib/lib.go", "package lib\n\nimport \"github.com/google/uuid\"\n\nfunc New() string { return uuid.NewString() }\n");
        assert_eq!(compiled(&project), ["a", "b"]);
        older_toml(&project, "a/go.mod", "a/go.sum");
        assert_eq!(compiled(&project), ["a"]);
    }
}
