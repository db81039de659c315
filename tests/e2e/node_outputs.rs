//! Scripts of Node.js builds with arguments, network and secrets, and what they write beside the package.

use slipway_tests::{Build, Loaded, Project, alone, run, serve, temporary_file, unique};

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn scripts_write_beside_the_package() {
        let _alone = alone();
        let quote = unique("quote");
        let project = Project::spec(
        &r#"secrets: { token: { env: TOKEN } }
builds:
  web:
    preset: node
    source: ./web
    node: "24"
    scripts:
      - { script: fetch, args: ["%URL%"], network: default, secrets: [token] }
      - { script: build, args: [--outDir, ../server/dist, "a $b"], env: { API: /x y } }
    output: [../server/dist]
images:
  web:
    build: web
    files: { /copy: "web:/server/dist" }
    healthcheck: none
"#
        .replace("%URL%", &serve(&quote)),
    )
    .with(
        "web/package.json",
        r#"{"name":"web","scripts":{"fetch":"node fetch.js","build":"node build.js","start":"node ../server/dist/main.js"}}"#,
    )
    .with(
        "web/fetch.js",
        "fetch(process.argv[2]).then((got) => got.text()).then((text) => require('fs').writeFileSync('quote.txt', text + (process.env.TOKEN ? '' : 'no token')));\n",
    )
    .with(
        "web/build.js",
        "const fs = require('fs');\nconst [, , , folder, word] = process.argv;\nconst facts = [fs.readFileSync('quote.txt', 'utf8'), word, process.env.API, process.env.TOKEN ?? null];\nfs.mkdirSync(folder, { recursive: true });\nfs.writeFileSync(folder + '/main.js', 'console.log(JSON.stringify([process.cwd(), __filename, require(\"fs\").readdirSync(\".\"), require(\"fs\").readdirSync(\"/copy\"), ...' + JSON.stringify(facts) + ']))');\n",
    );
        let file = temporary_file();
        std::fs::write(file.path(), unique("secret")).unwrap();
        let image = Loaded::new("node-outputs");
        let given = format!("id=token,src={}", file.path().display());
        let build = Build::of(&project).target("web").args(["--network", "host", "--allow", "network.host"]);
        let built = build.args(["--secret", &given]).args(image.arguments()).succeed();
        assert_eq!(built.steps("[web build]").len(), 2);
        let said: serde_json::Value = serde_json::from_str(run([&image.tag]).trim()).unwrap();
        let expected = serde_json::json!([
            "/app/web",
            "/app/server/dist/main.js",
            ["package.json"],
            ["main.js"],
            quote,
            "a $b",
            "/x y",
            null
        ]);
        assert_eq!(said, expected);
    }
}
