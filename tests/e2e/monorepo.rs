//! Many services and files: the cost of a change depends on the change, not on the size of the repository. There are 20
//! services in 500 files; `SLIPWAY_MONOREPO=large` makes it 200 in 5,000.

use slipway_tests::{Bake, Monorepo, Project, alone, unique};

/// The number of services in one `bake`: all frontends start at once, and BuildKit gives each ten seconds to respond
/// (the time that `golang.org/x/net/http2` waits for the preface of a client). Two hundred containers on two cores may
/// need longer.
const AT_ONCE: usize = 20;

/// The maximum that an edit of some lines adds to what the client sends: the files, and their metadata.
const LITTLE: u64 = 4096;

fn of_service(step: &str, service: &str) -> bool {
    step.starts_with(&format!("[{service}]")) || step.starts_with(&format!("[{service} "))
}

/// All services, in as many bakes as necessary.
#[derive(Default)]
struct All {
    executed: Vec<String>,
    sent: u64,
}

fn bake_all(project: &Project, monorepo: Monorepo) -> All {
    let names = monorepo.names();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut all = All::default();
    for some in names.chunks(AT_ONCE) {
        let outcome = Bake::of(project, some).succeed();
        all.executed.extend(outcome.executed().into_iter().map(str::to_owned));
        all.sent += outcome.sent;
    }
    all
}

/// Each step that ran belongs to one of these services, and the program of each of them was compiled.
fn assert_executed(all: &All, services: &[String]) {
    let strange: Vec<_> =
        all.executed.iter().filter(|step| !services.iter().any(|name| of_service(step, name))).collect();
    assert!(strange.is_empty(), "these steps belong to unchanged services: {strange:?}");
    for name in services {
        let is_compiled = all.executed.iter().any(|step| of_service(step, name) && step.contains("go build"));
        assert!(is_compiled, "{name} is not compiled: {:?}", all.executed);
    }
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn of_many_services_only_the_changed_one_is_rebuilt() {
        let _alone = alone();
        let is_large = std::env::var("SLIPWAY_MONOREPO").is_ok_and(|size| size == "large");
        let monorepo = if is_large { Monorepo::LARGE } else { Monorepo::SMALL };
        let project = Project::empty();
        monorepo.write(project.path());
        // Unique, so that the engine's cache contains none of it.
        project.replace("go.mod", "go 1.24\n", &format!("go 1.24\n\n// {}\n", unique("monorepo")));
        project.replace("shared/core/core.go", "Sum names", &format!("{}: Sum names", unique("core")));
        let bake = || bake_all(&project, monorepo);

        let first = bake();
        assert_executed(&first, &monorepo.names());

        let again = bake();
        assert_eq!(again.executed, [] as [&str; 0], "a second bake runs no step");
        assert!(again.sent < first.sent, "files are not sent again: {} of {}", again.sent, first.sent);

        project.replace("services/s007/main.go", "s007 says", "s007 said");
        let edited = bake();
        assert_executed(&edited, &["s007".to_owned()]);
        assert!(edited.sent < again.sent + LITTLE, "only the changed file may be sent: {}", edited.sent - again.sent);

        project.replace(&Monorepo::shared_file(7), "\"shared ", "\"Shared ");
        let shared = bake();
        let users = monorepo.sharing_with(7);
        assert!((2..monorepo.names().len() / 2).contains(&users.len()), "{users:?}");
        assert_executed(&shared, &users);

        project.write("README.md", "# Another text\n");
        project.write("services/s001/README.md", "# Another text\n");
        project.write("services/s001/deploy/4.yaml", "name: other\n");
        project.write("services/s001/internal/store/store_test.go", "package store\n");
        let beside = bake();
        assert_eq!(beside.executed, [] as [&str; 0], "texts, deployments and tests are not part of a program");
        assert!(beside.sent < again.sent + LITTLE, "only changed files may be sent");
    }
}
