//! The examples of languages without a preset: an existing Dockerfile makes the files, and the spec the image.
//!
//! PHP and Ruby run, on Debian's versions where there are no public images. Debian has no .NET, so a stand-in for its SDK
//! records how it is called, and the image is only inspected.

use slipway_tests::{Build, Container, Loaded, Project, docker, run, unique};

#[test]
fn php_with_the_files_of_composer() {
    let project = Project::example("php-service");
    let image = Loaded::new("php");
    let _ = Build::of(&project).args(image.arguments()).succeed();
    let service = Container::run(&image.tag, 8080, &["--read-only"]);
    assert_eq!(service.get("/healthz"), (200, "ok".to_owned()));
    let name = unique("Ada");
    assert_eq!(service.get(&format!("/sign?name={name}")).1, "signed\n");
    assert_eq!(service.get("/").1, format!("{name}\n"), "the folder belongs to the user");
    let files = docker(["exec", service.name(), "ls", "/app"]);
    assert_eq!(
        files.split_whitespace().collect::<Vec<_>>(),
        ["composer.json", "composer.lock", "public", "src", "vendor"]
    );
    assert_eq!(image.inspect()["Config"]["User"], "65532:65532");
    assert_eq!(service.stop(), 0);
}

#[test]
fn ruby_with_the_gems_of_bundler() {
    let project = Project::example("ruby-service");
    let image = Loaded::new("ruby");
    let greeting = unique("Welcome");
    let _ =
        Build::of(&project).args(image.arguments()).args(["--build-arg", &format!("GREETING={greeting}")]).succeed();
    let service = Container::run(&image.tag, 8080, &["--read-only"]);
    assert_eq!(service.get("/Ada"), (200, format!("{greeting}, Ada!")));
    let health = docker(["exec", service.name(), "sh", "-c", "readlink /usr/local/bin/greeter; id -un; ls -ld $HOME"]);
    assert!(health.starts_with("/app/server.rb\ngreeter\n") && health.contains("greeter greeter"), "{health}");
    assert_eq!(service.stop(), 0);
}

/// Says how it was called, and publishes that.
const DOTNET: &str = "#!/bin/sh
echo \"$*\" >>/calls
[ \"$1\" = publish ] || exit 0
for folder; do :; done
mkdir -p \"$folder\" && ls >>/calls && cp /calls \"$folder/Orders.dll\"
";

#[test]
fn dotnet_as_far_as_a_stand_in_goes() {
    let sdk = Project::empty()
        .with("Dockerfile", "FROM busybox:1.37\nCOPY --chmod=0755 dotnet /bin/dotnet\n")
        .with("dotnet", DOTNET);
    let base = Loaded::pushed("dotnet");
    let _ = Build::dockerfile(&sdk, "Dockerfile").args(["--push", "--tag", &base.tag]).succeed();
    let stand_in = |name: &str| format!("mcr.microsoft.com/dotnet/{name}:8.0=docker-image://{}", base.tag);
    let project = Project::example("dotnet-service");
    let image = Loaded::new("dotnet");
    let _ = Build::of(&project)
        .args(image.arguments())
        .args(["--build-context", &stand_in("sdk"), "--build-context", &stand_in("aspnet")])
        .args(["--build-arg", "CONFIGURATION=Debug"])
        .succeed();
    let calls = run(["--entrypoint", "cat", &image.tag, "/app/Orders.dll"]);
    let expected = "restore\npublish --no-restore --configuration Debug --output /publish\nOrders.csproj\nProgram.cs\n";
    assert_eq!(calls, expected);
    let config = &image.inspect()["Config"];
    assert_eq!(config["Entrypoint"], serde_json::json!(["dotnet", "Orders.dll"]));
    assert_eq!((config["User"].as_str(), config["WorkingDir"].as_str()), (Some("1654:1654"), Some("/app")));
}
