//! A synthetic Go monorepo: many small services in one module, their shared code, and other files that such
//! repositories contain.
//!
//! It is deterministic. A service imports its own packages and two of the shared ones; programs are small, so that two
//! hundred of them can be compiled in a test. One dependency comes from the network, as in real projects.

use std::collections::BTreeMap;
use std::path::Path;

use crate::SYNTAX;

/// Shared packages in addition to `core`, which all of them import.
const SHARED: usize = 20;
/// Files of a service that are compiled into its program: `main.go` and two in each of its packages.
const PACKAGES: [&str; 3] = ["config", "handler", "store"];

const GO_MOD: &str = "module example.com/mono\n\ngo 1.24\n\nrequire github.com/cespare/xxhash/v2 v2.3.0\n";
const GO_SUM: &str = "\
github.com/cespare/xxhash/v2 v2.3.0 h1:UL815xU9SqsFlibzuggzjXhog7bL6oX9BbNZnL2UFvs=
github.com/cespare/xxhash/v2 v2.3.0/go.mod h1:VGX0DQ3Q6kWi7AoAeZDth3/j3BFtOZR5XLFGgcrjCOs=
";

/// Its size.
#[derive(Debug, Clone, Copy)]
pub struct Monorepo {
    /// Number of services.
    pub services: usize,
    /// Total number of files.
    pub files: usize,
}

impl Monorepo {
    /// Two hundred services and five thousand files.
    pub const LARGE: Self = Self { services: 200, files: 5000 };
    /// The same number of files per service, with few enough services for every run of the tests.
    pub const SMALL: Self = Self { services: 20, files: 500 };

    /// The names of its services, which are those of its images.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        (0..self.services).map(service).collect()
    }

    /// The services that use the shared package of a service's first choice, including itself.
    #[must_use]
    pub fn sharing_with(&self, of: usize) -> Vec<String> {
        let shared = choices(of)[0];
        (0..self.services).filter(|number| choices(*number).contains(&shared)).map(service).collect()
    }

    /// The file of the first shared package that a service imports.
    #[must_use]
    pub fn shared_file(of: usize) -> String {
        format!("shared/p{:02}/value.go", choices(of)[0])
    }

    /// Its files: path to text.
    ///
    /// # Panics
    /// `files` is too small for so many services.
    #[must_use]
    pub fn text(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        files.insert("go.mod".to_owned(), GO_MOD.to_owned());
        files.insert("go.sum".to_owned(), GO_SUM.to_owned());
        files.insert("README.md".to_owned(), "# A monorepo\n".to_owned());
        files.insert("slipway.yaml".to_owned(), self.spec());
        files.insert("Dockerfile".to_owned(), DOCKERFILE.to_owned());
        shared(&mut files);
        for number in 0..self.services {
            program(&mut files, number);
        }
        let rest = self.files.checked_sub(files.len()).expect("there are enough files for the code of all services");
        for number in 0..rest {
            let (path, text) = beside_code(number / self.services, &service(number % self.services));
            files.insert(path, text);
        }
        files
    }

    /// Writes it into a folder.
    ///
    /// # Panics
    /// There is no room for it.
    pub fn write(&self, folder: &Path) {
        for (path, text) in self.text() {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
            std::fs::write(path, text).expect("the file can be written");
        }
    }

    fn spec(&self) -> String {
        let images = self.names().into_iter().map(|name| format!("  {name}: {{ go: ./services/{name} }}\n"));
        format!("# syntax={SYNTAX}\nversion: 1\nimages:\n{}", images.collect::<String>())
    }
}

/// The handwritten equivalent: one Dockerfile with the service as an argument.
const DOCKERFILE: &str = "\
FROM --platform=$BUILDPLATFORM golang:1.24-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=secret,id=ca,target=/run/secrets/ca.pem \\
    if [ -e /run/secrets/ca.pem ]; then export SSL_CERT_FILE=/run/secrets/ca.pem; fi; \\
    go mod download && go mod verify
COPY . .
ARG TARGETOS TARGETARCH SERVICE
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \\
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -buildvcs=false \\
    -tags netgo,osusergo -ldflags \"-s -w\" -o /out/app ./services/$SERVICE

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/app /app
USER 65532:65532
ENTRYPOINT [\"/app\"]
";

fn service(number: usize) -> String {
    format!("s{number:03}")
}

/// The two shared packages that a service imports.
fn choices(number: usize) -> [usize; 2] {
    [number % SHARED, (number * 7 + 3) % SHARED]
}

fn shared(files: &mut BTreeMap<String, String>) {
    let core = "package core\n\nimport \"github.com/cespare/xxhash/v2\"\n\n// Sum names a text by a number.\nfunc Sum(text string) uint64 { return xxhash.Sum64String(text) }\n";
    files.insert("shared/core/core.go".to_owned(), core.to_owned());
    for number in 0..SHARED {
        let package = format!("p{number:02}");
        let value = format!(
            "package {package}\n\nimport \"example.com/mono/shared/core\"\n\n// Value is what {package} adds.\nfunc Value() uint64 {{ return core.Sum(\"shared {package}\") }}\n"
        );
        files.insert(format!("shared/{package}/value.go"), value);
        let test = format!(
            "package {package}\n\nimport \"testing\"\n\nfunc TestValue(t *testing.T) {{\n\tif Value() == 0 {{\n\t\tt.Fail()\n\t}}\n}}\n"
        );
        files.insert(format!("shared/{package}/value_test.go"), test);
    }
}

/// The code of one service.
fn program(files: &mut BTreeMap<String, String>, number: usize) {
    let name = service(number);
    let folder = format!("services/{name}");
    let [first, second] = choices(number).map(|choice| format!("p{choice:02}"));
    // The two may be one package.
    let second_import =
        if first == second { String::new() } else { format!("\t\"example.com/mono/shared/{second}\"\n") };
    let own: String =
        PACKAGES.iter().map(|package| format!("\t\"example.com/mono/{folder}/internal/{package}\"\n")).collect();
    let main = format!(
        "package main\n\nimport (\n{own}\t\"example.com/mono/shared/{first}\"\n{second_import})\n\nfunc main() {{\n\tprintln(\"{name} says\", config.Value()+handler.Value()+store.Value(), {first}.Value()+{second}.Value())\n}}\n"
    );
    files.insert(format!("{folder}/main.go"), main);
    for package in PACKAGES {
        let value = format!(
            "package {package}\n\n// Value is the {package} of {name}.\nfunc Value() int {{ return value(\"{package} of {name}\") }}\n"
        );
        files.insert(format!("{folder}/internal/{package}/{package}.go"), value);
        let detail = format!(
            "package {package}\n\nfunc value(text string) int {{\n\tsum := {number}\n\tfor _, letter := range text {{\n\t\tsum += int(letter)\n\t}}\n\treturn sum\n}}\n"
        );
        files.insert(format!("{folder}/internal/{package}/detail.go"), detail);
    }
}

/// A file that is not part of a program: tests, test data, deployment manifests, texts.
fn beside_code(number: usize, name: &str) -> (String, String) {
    let folder = format!("services/{name}");
    match number {
        0 => (format!("{folder}/README.md"), format!("# {name}\n")),
        1..=3 => {
            let package = PACKAGES[number - 1];
            let test = format!(
                "package {package}\n\nimport \"testing\"\n\nfunc TestValue(t *testing.T) {{\n\tif Value() == 0 {{\n\t\tt.Fail()\n\t}}\n}}\n"
            );
            (format!("{folder}/internal/{package}/{package}_test.go"), test)
        }
        4..=7 => (format!("{folder}/deploy/{number}.yaml"), format!("name: {name}\nreplicas: {number}\n")),
        _ => (format!("{folder}/testdata/{number}.json"), format!("{{\"service\": \"{name}\", \"case\": {number}}}\n")),
    }
}
