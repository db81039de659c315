//! Applications of frameworks that presets recognize by their output: Spring Boot jars, which are split, Quarkus
//! layouts, and a Vite web application, which another program serves.

use slipway_tests::{Build, Container, Loaded, OciArchive, Project, temporary_file, unique};

const APPLICATION: &str = "src/main/java/com/acme/Application.java";

fn spring(greeting: &str) -> Project {
    Project::spec(
        "builds:\n  api: { preset: java, checks: { test: { run: mvn -B -o test, gate: true } } }\nimages:\n  api: { build: api, expose: [8080], healthcheck: none }\n",
    )
    // A new text, so that an engine that has run this test before runs the dependency step again.
    .with("pom.xml", &format!("{}<!-- {greeting} -->\n", include_str!("frameworks/spring-pom.xml")))
    .with(
        APPLICATION,
        &format!(
            "package com.acme;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
public class Application {{
    @GetMapping(\"/greeting\")
    public String greeting() {{
        return \"{greeting}\";
    }}

    public static void main(String[] args) {{
        SpringApplication.run(Application.class, args);
    }}
}}
"
        ),
    )
    .with(
        "src/test/java/com/acme/ApplicationTest.java",
        &format!(
            "package com.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ApplicationTest {{
    @Test
    void greets() {{
        assertEquals(\"{greeting}\", new Application().greeting());
    }}
}}
"
        ),
    )
}

#[test]
fn spring_boot_is_tested_split_into_layers_and_responds() {
    let greeting = unique("greeting");
    let project = spring(&greeting);
    let image = Loaded::new("spring");
    // The project's enforcer plugin needs its sources, which the dependency step lacks: dependencies of later plugins
    // are downloaded anyway.
    let outcome = Build::of(&project).args(image.arguments()).succeed();
    assert!(outcome.logs.contains("what follows goes on: maven-enforcer-plugin:enforce"), "{}", outcome.logs);
    let container = Container::run(&image.tag, 8080, &["--read-only", "--tmpfs", "/tmp"]);
    assert_eq!(container.get("/greeting"), (200, greeting.clone()));
    drop(container);

    project.replace(APPLICATION, &greeting, "something else");
    let outcome = Build::of(&project).args(image.arguments()).fail();
    assert!(outcome.logs.contains("ApplicationTest.greets"), "{}", outcome.logs);
    assert!(!outcome.is_cached("[api check] test"));

    project.replace(APPLICATION, "something else", &greeting);
    let archive = temporary_file();
    let _ = Build::of(&project).args(OciArchive::at(archive.path())).succeed();
    let built = OciArchive::read(archive.path()).images().remove(0);
    let layer = |path: &str| built.layers.iter().position(|layer| layer.iter().any(|file| file.path.starts_with(path)));
    let (libraries, program) = (layer("app/lib/spring-core-"), layer("app/app.jar"));
    assert!(libraries.is_some() && program > libraries, "{libraries:?}, then {program:?}");
    assert_eq!(layer("app/lib/junit"), None, "dependencies of tests are excluded");
}

#[test]
fn quarkus_keeps_its_layout_with_libraries_in_a_separate_layer() {
    let greeting = unique("greeting");
    let project = Project::spec("images:\n  api: { java: ., expose: [8080], healthcheck: none }\n")
        .with("pom.xml", include_str!("frameworks/quarkus-pom.xml"))
        .with(
            "src/main/java/com/acme/Greeting.java",
            &format!(
                "package com.acme;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

@Path(\"/greeting\")
public class Greeting {{
    @GET
    public String greeting() {{
        return \"{greeting}\";
    }}
}}
"
            ),
        );
    let image = Loaded::new("quarkus");
    let outcome = Build::of(&project).args(image.arguments()).succeed();
    assert!(outcome.logs.contains("quarkus-app: laid out as it is"), "{}", outcome.logs);
    let container = Container::run(&image.tag, 8080, &["--read-only", "--tmpfs", "/tmp"]);
    assert_eq!(container.get("/greeting"), (200, greeting));
}

#[test]
fn a_vite_build_is_served_without_node() {
    let text = unique("text");
    let project = Project::spec(
        "builds:\n  ui: { preset: node, node: \"24\", scripts: [build] }\nimages:\n  ui:\n    static: \"ui:/dist\"\n    runtime: busybox:1.37\n    entrypoint: [httpd, -f, -p, \"8080\", -h, /srv/www]\n    expose: [8080]\n    healthcheck: none\n",
    )
    .with(
        "package.json",
        r#"{ "name": "site", "private": true, "packageManager": "pnpm@10.34.9", "type": "module", "version": "1.0.0",
  "scripts": { "build": "vite build" },
  "dependencies": { "react": "^19.0.0", "react-dom": "^19.0.0" },
  "devDependencies": { "vite": "^7.0.0", "@vitejs/plugin-react": "^5.0.0" } }"#,
    )
    .with("pnpm-lock.yaml", include_str!("frameworks/vite-pnpm-lock.yaml"))
    .with(
        "vite.config.js",
        "import react from \"@vitejs/plugin-react\";\nexport default { plugins: [react()], build: { rollupOptions: { output: { entryFileNames: \"main.js\" } } } };\n",
    )
    .with("index.html", "<!doctype html><div id=\"root\"></div><script type=\"module\" src=\"/src/main.jsx\"></script>\n")
    .with(
        "src/main.jsx",
        &format!("import {{ createRoot }} from \"react-dom/client\";\ncreateRoot(document.getElementById(\"root\")).render(<h1>{text}</h1>);\n"),
    );
    let image = Loaded::new("vite");
    let _ = Build::of(&project).args(image.arguments()).succeed();
    let container = Container::run(&image.tag, 8080, &["--read-only"]);
    assert!(container.get("/").1.contains("src=\"/main.js\""));
    let (status, script) = container.get("/main.js");
    assert!(status == 200 && script.contains(&text), "{status}");
}
