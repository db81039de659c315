//! How programs of each language look: main packages, packages with a script, modules with a plugin.

use slipway_project::paths::{in_folder, is_within};
use slipway_project::toml_file;
use slipway_spec::Span;

use crate::program::{Language, Program, artifact, called, nearest, package, script, ships, without_version};
use crate::survey::{Survey, folder};

/// Every program, by language and folder.
pub(crate) fn programs(survey: &Survey) -> Vec<Program> {
    let mut found = Vec::new();
    go(survey, &mut found);
    java(survey, &mut found);
    node(survey, &mut found);
    python(survey, &mut found);
    rust(survey, &mut found);
    found
}

fn go(survey: &Survey, found: &mut Vec<Program>) {
    for path in survey.files.iter().filter(|path| path.ends_with(".go")) {
        let text = survey.text(path);
        let is_main =
            text.lines().any(|line| line.split("//").next().is_some_and(|code| code.trim() == "package main"));
        let folder = folder(path);
        if !is_main || text.contains("//go:build ignore") || found.iter().any(|known| known.folder == folder) {
            continue;
        }
        let Some(root) = nearest(survey, folder, "go.mod") else { continue };
        let module = survey.text(&in_folder(root, "go.mod")).lines().find_map(|line| line.strip_prefix("module "));
        let module = module.map(|path| without_version(path.trim().trim_matches('"')));
        let own = if folder == root { called("", module) } else { called(folder, None) };
        // `cmd/main.go` is the program of its module.
        let own = if own == "cmd" || own == "src" { called(root, module) } else { own };
        found.push(Program {
            language: Language::Go,
            name: own,
            folder: folder.to_owned(),
            root: root.to_owned(),
            bin: None,
            ships: ships(folder),
        });
    }
}

fn java(survey: &Survey, found: &mut Vec<Program>) {
    let files = ["pom.xml", "build.gradle", "build.gradle.kts"];
    for (folder, path) in survey.named(&files) {
        let text = survey.text(path);
        let has_sources = survey.exists(&in_folder(folder, "src/main"));
        let is_alone = !survey
            .named(&files)
            .any(|(other, _)| other != folder && (is_within(folder, other) || is_within(other, folder)));
        let marks = [
            "spring-boot-maven-plugin",
            "quarkus-maven-plugin",
            "mainClass",
            "org.springframework.boot'",
            "org.springframework.boot\"",
            "io.quarkus",
            "id 'application'",
            "id(\"application\")",
            "plugin: 'application'",
            "plugin: \"application\"",
            "'spring-boot'",
        ];
        // The plugin may be that of the parent, so the name of a class counts, too.
        let sources = in_folder(folder, "src/main");
        let names = ["Application.java", "Application.kt", "Main.java", "Main.kt", "App.java"];
        let has_main = survey.below(&sources).any(|path| names.iter().any(|name| path.ends_with(name)));
        let starts = marks.iter().any(|mark| text.contains(mark)) || has_main || is_alone;
        if !has_sources || found.iter().any(|known| known.language == Language::Java && known.folder == folder) {
            continue;
        }
        let own = artifact(text);
        found.push(Program {
            language: Language::Java,
            name: called(folder, own),
            folder: folder.to_owned(),
            root: folder.to_owned(),
            bin: None,
            ships: starts && ships(folder),
        });
    }
}

/// Programs that serve files to the browsers of developers.
const DEVELOPMENT_SERVERS: &[&str] = &[
    "react-scripts",
    "vite",
    "ng ",
    "vue-cli-service",
    "webpack",
    "parcel",
    "expo",
    "nodemon",
    "turbo",
    "concurrently",
    "lerna",
    "gulp",
    "docusaurus",
    "ts-node-dev",
    "tsx watch",
    "node --watch",
    "ng serve",
    "tauri",
    "electron",
    "rspack",
    "rsbuild",
    "nx ",
    "astro dev",
    "storybook",
    "react-native",
];

/// Whether a script starts something that only developers need.
pub(crate) fn is_for_development(script: &str) -> bool {
    DEVELOPMENT_SERVERS.iter().any(|server| script.contains(server))
}

fn node(survey: &Survey, found: &mut Vec<Program>) {
    for (folder, _) in survey.named(&["package.json"]) {
        let package = package(survey, folder);
        let start = script(&package, "start");
        let serves = start.is_some_and(|start| !is_for_development(start));
        let own = package.get("name").and_then(serde_json::Value::as_str);
        found.push(Program {
            language: Language::Node,
            name: called(folder, own),
            folder: folder.to_owned(),
            root: folder.to_owned(),
            bin: None,
            ships: serves && ships(folder),
        });
    }
}

fn python(survey: &Survey, found: &mut Vec<Program>) {
    let named = survey.named(&["pyproject.toml", "requirements.txt", "manage.py"]).map(|(folder, _)| folder);
    // Requirements files often have a folder of their own.
    let apart = survey.files.iter().filter(|path| path.ends_with(".txt")).map(|path| folder(path));
    let apart =
        apart.filter_map(|folder| folder.strip_suffix("requirements")).map(|folder| folder.trim_end_matches('/'));
    for folder in named.chain(apart) {
        if found.iter().any(|known| known.language == Language::Python && known.folder == folder) {
            continue;
        }
        let project = toml_file::parse(survey.text(&in_folder(folder, "pyproject.toml")).as_bytes(), "", Span::START);
        let project = project.unwrap_or_default();
        let own = [["project", "name"].as_slice(), &["tool", "poetry", "name"]];
        let own = own.iter().find_map(|path| toml_file::at(&project, path)?.as_str());
        let has_scripts = toml_file::at(&project, &["project", "scripts"]).is_some();
        let has = |file: &str| survey.has(&in_folder(folder, file));
        let files = [
            "manage.py",
            "app.py",
            "main.py",
            "server.py",
            "wsgi.py",
            "asgi.py",
            "Procfile",
            "app/main.py",
            "src/main.py",
        ];
        found.push(Program {
            language: Language::Python,
            name: called(folder, own),
            folder: folder.to_owned(),
            root: folder.to_owned(),
            bin: None,
            ships: ships(folder) && (has_scripts || files.iter().any(|file| has(file))),
        });
    }
}

fn rust(survey: &Survey, found: &mut Vec<Program>) {
    for (folder, path) in survey.named(&["Cargo.toml"]) {
        let manifest = toml_file::parse(survey.text(path).as_bytes(), "", Span::START).unwrap_or_default();
        let Some(own) = toml_file::at(&manifest, &["package", "name"]).and_then(toml::Value::as_str) else { continue };
        let listed = manifest.get("bin").and_then(toml::Value::as_array).into_iter().flatten();
        let mut bins: Vec<String> = listed.filter_map(|bin| bin.get("name")?.as_str()).map(str::to_owned).collect();
        let is_listed = !bins.is_empty();
        if survey.has(&in_folder(folder, "src/main.rs")) && !is_listed {
            bins.push(own.to_owned());
        }
        let more = in_folder(folder, "src/bin");
        for file in survey.below(&more) {
            let inside = file.get(more.len() + 1..).unwrap_or_default();
            let bin = inside.strip_suffix("/main.rs").or_else(|| inside.strip_suffix(".rs"));
            bins.extend(bin.filter(|bin| !bin.contains('/')).map(str::to_owned));
        }
        bins.sort();
        bins.dedup();
        let several = bins.len() > 1;
        for bin in bins {
            let is_ours = ships(folder) && ships(&bin);
            found.push(Program {
                language: Language::Rust,
                name: bin.clone(),
                folder: folder.to_owned(),
                root: folder.to_owned(),
                bin: several.then_some(bin),
                ships: is_ours,
            });
        }
    }
}
