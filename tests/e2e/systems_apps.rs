//! Systems of applications: built with the spec of the example, brought up with its Compose file, called, changed,
//! built again, and stopped.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use slipway_tests::{Bake, Loaded, Outcome, Project, alone, contexts, docker, output, unique};

/// A copy of an example, its images, and its containers, which are removed when it goes out of scope.
struct System {
    project: Project,
    name: String,
    images: Vec<(&'static str, Loaded)>,
}

impl System {
    /// The services that the spec builds. Compose takes the other images from the engine's stand-ins, if there are any.
    fn new(example: &str, services: &[&'static str], others: &[(&str, &str)]) -> Self {
        let project = Project::example(example);
        let images: Vec<_> = services.iter().map(|service| (*service, Loaded::new(service))).collect();
        let built = images.iter().map(|(service, image)| ((*service).to_owned(), json!({ "image": image.tag })));
        let pulled = others.iter().map(|(service, image)| ((*service).to_owned(), json!({ "image": stand_in(image) })));
        let services: serde_json::Map<String, Value> = built.chain(pulled).collect();
        project.write("compose.override.yaml", &json!({ "services": services }).to_string());
        Self { project, name: unique(example), images }
    }

    /// Builds and loads all images at once.
    fn build(&self) -> Outcome {
        let targets: Vec<_> = self.images.iter().map(|(service, _)| *service).collect();
        let sets = self.images.iter().flat_map(|(service, image)| {
            [
                "--set".to_owned(),
                format!("{service}.output=type=docker"),
                "--set".to_owned(),
                format!("{service}.tags={}", image.tag),
            ]
        });
        Bake::of(&self.project, &targets).args(sets).succeed()
    }

    /// Runs `docker compose`; it must succeed.
    fn compose(&self, arguments: &[&str]) -> String {
        let done = output(self.command().args(arguments));
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(
            done.status.success(),
            "docker compose {arguments:?}: {said}{}\n{}",
            String::from_utf8_lossy(&done.stderr),
            self.logs()
        );
        said
    }

    fn command(&self) -> Command {
        let mut command = Command::new("docker");
        command.args(["compose", "--project-name", &self.name, "--progress", "quiet"]).current_dir(self.project.path());
        // Any free ports.
        command.envs(["API_PORT", "FLOWER_PORT", "GATEWAY_PORT", "FRONTEND_PORT"].map(|name| (name, "0")));
        command
    }

    fn logs(&self) -> String {
        let said = output(self.command().args(["logs", "--no-color", "--tail", "40"]));
        String::from_utf8_lossy(&said.stdout).into_owned()
    }

    /// Starts all services and waits until they are healthy.
    fn up(&self) {
        let _ = self.compose(&["up", "--detach", "--no-build", "--wait", "--wait-timeout", "150"]);
    }

    /// The container of a service.
    fn container(&self, service: &str) -> Value {
        let id = self.compose(&["ps", "--all", "--quiet", service]);
        let mut list: Vec<Value> = serde_json::from_str(&docker(["inspect", id.trim()])).unwrap();
        list.remove(0)
    }

    /// Every service of the spec is healthy, and its container is as its owner wants it.
    fn expect_healthy(&self, user: &str) {
        for (service, _) in &self.images {
            let container = self.container(service);
            assert_eq!(container["State"]["Health"]["Status"], "healthy", "{service}");
            assert_eq!(container["Config"]["User"], user, "{service}");
            assert_eq!(container["HostConfig"]["ReadonlyRootfs"], true, "{service}");
            assert_eq!(container["HostConfig"]["LogConfig"]["Config"]["max-size"], "10m", "{service}");
            assert!(container["HostConfig"]["Memory"].as_u64().unwrap() > 0, "{service}");
        }
    }

    /// Sends a request to a service; returns the status and the body.
    fn call(&self, service: &str, port: u16, method: &str, path: &str, body: &str) -> (u16, String) {
        let address = self.compose(&["port", service, &port.to_string()]);
        let mut stream = TcpStream::connect(address.trim()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.0\r\nHost: {service}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{service}{path}: {answer}"));
        (head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap(), body.to_owned())
    }

    /// A successful answer, as JSON.
    fn json(&self, service: &str, port: u16, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (status, said) = self.call(service, port, method, path, &body);
        assert!(status < 300, "{method} {path}: {status} {said}\n{}", self.logs());
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{path}: {error}: {said}"))
    }

    /// Everything that a service logs is JSON, one object in a line.
    fn expect_json_logs(&self) {
        for (service, _) in &self.images {
            let logs = self.compose(&["logs", "--no-log-prefix", service]);
            assert!(!logs.is_empty(), "{service} logs nothing");
            for line in logs.lines() {
                let record: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{service}: {line}"));
                assert!(record["level"].is_string() && record["message"].is_string(), "{service}: {line}");
            }
        }
    }

    /// All services of the spec end on SIGTERM, by themselves.
    fn stop(&self) {
        let _ = self.compose(&["stop", "--timeout", "10"]);
        for (service, _) in &self.images {
            assert_eq!(self.container(service)["State"]["ExitCode"], 0, "{service}: {}", self.logs());
        }
    }
}

impl Drop for System {
    fn drop(&mut self) {
        let _ = output(self.command().args(["down", "--volumes", "--remove-orphans", "--timeout", "2"]));
    }
}

/// The image that takes the place of a public one on this engine, or the public one.
fn stand_in(image: &str) -> String {
    let prefix = format!("{image}=docker-image://");
    contexts().iter().find_map(|word| word.strip_prefix(&prefix).map(str::to_owned)).unwrap_or_else(|| image.to_owned())
}

/// The steps that ran a command; others put layers together, and the budget counts the files of the image.
fn commands(outcome: &Outcome) -> Vec<&str> {
    let mut ran = outcome.executed();
    ran.retain(|name| !name.contains("] COPY") && !name.ends_with("] assemble") && !name.ends_with(" budget]"));
    ran.sort_unstable();
    ran
}

/// Repeats until there is a value.
fn eventually<T>(what: &str, mut attempt: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(value) = attempt() {
            return value;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "{what}: not within thirty seconds");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    #[ignore = "installs pandas and runs six containers; make test-systems runs it"]
    fn evaonline_is_four_services_of_one_set_of_layers() {
        let _alone = alone();
        let services = ["api", "celery-worker", "celery-beat", "flower"];
        let system = System::new("evaonline", &services, &[("redis", "redis:7"), ("postgres", "postgres:17")]);
        system.project.write("secrets/postgres_password", &unique("password"));
        system.project.replace("evaonline.env", "SUMMARY_INTERVAL=30", "SUMMARY_INTERVAL=2");
        let _ = system.build();
        let layers: Vec<_> =
            system.images.iter().map(|(_, image)| image.inspect()["RootFS"]["Layers"].clone()).collect();
        assert!(layers[0].as_array().unwrap().len() > 2 && layers.iter().all(|one| one == &layers[0]), "{layers:#?}");

        system.up();
        system.expect_healthy("1000:1000");
        assert_eq!(system.json("api", 8000, "GET", "/health", &Value::Null), json!({ "status": "ok" }));
        let deep = system.json("api", 8000, "GET", "/health/deep", &Value::Null);
        assert_eq!(deep, json!({ "postgres": "ok", "redis": "ok" }));
        assert_eq!(system.call("flower", 5555, "GET", "/healthcheck", "").0, 200);

        // From the API through the queue and a worker into the database; beat makes the worker count it.
        let weather = json!({
            "date": "2025-07-06", "t_min": 12.3, "t_max": 21.5, "humidity": 70.55, "wind": 2.078, "radiation": 22.07,
        });
        let body = json!({ "place": { "latitude": 50.8, "elevation": 100 }, "weather": [weather] });
        let asked = system.json("api", 8000, "POST", "/calculations", &body);
        let path = format!("/calculations/{}", asked["id"].as_str().unwrap());
        let done = eventually("the calculation", || {
            Some(system.json("api", 8000, "GET", &path, &Value::Null)).filter(|found| found["status"] != "pending")
        });
        assert_eq!(
            (&done["status"], &done["days"][0]["eto"]),
            (&json!("done"), &json!(3.88)),
            "{done}\n{}",
            system.logs()
        );
        eventually("the summary", || {
            let (status, said) = system.call("api", 8000, "GET", "/summary", "");
            (status == 200 && serde_json::from_str::<Value>(&said).unwrap()["calculations"] == 1).then_some(())
        });
        system.expect_json_logs();

        let title = unique("EVAonline");
        system.project.replace("evaonline/api.py", "title=\"EVAonline\"", &format!("title=\"{title}\""));
        let again = system.build();
        assert_eq!(commands(&again), ["[app build] bytecode"]);
        system.up();
        let described = system.json("api", 8000, "GET", "/openapi.json", &Value::Null);
        assert_eq!(described["info"]["title"], title);
        assert_eq!(system.json("api", 8000, "GET", &path, &Value::Null), done, "the database kept it");
        system.stop();
    }

    #[test]
    #[ignore = "installs Prisma for four modules and runs seven containers; make test-systems runs it"]
    fn erp_nexus_is_six_modules_one_of_which_needs_a_folder_beside_it() {
        let _alone = alone();
        let modules = ["user-management", "crm", "services", "agendamento"];
        let services = [&["api-gateway", "frontend"], &modules[..]].concat();
        let system = System::new("erp-nexus", &services, &[("postgres", "postgres:17")]);
        system.project.write("secrets/database_password", &unique("password"));
        let _ = system.build();
        for (service, image) in &system.images {
            let config = image.inspect()["Config"].clone();
            let check = &config["Healthcheck"];
            assert_eq!(check["Test"][1], "/.slipway/probe", "{service}: {check}");
            let times =
                ["Interval", "Timeout", "StartPeriod"].map(|name| check[name].as_u64().unwrap() / 1_000_000_000);
            assert_eq!((times, check["Retries"].as_u64()), ([30, 5, 10], Some(3)), "{service}");
            assert_eq!(config["Entrypoint"][1], "init", "{service}");
            assert!(config["Env"].as_array().unwrap().contains(&json!("NODE_ENV=production")), "{service}: {config}");
        }

        system.up();
        system.expect_healthy("1001:1001");
        let deep = system.json("api-gateway", 3000, "GET", "/health/deep", &Value::Null);
        assert_eq!(deep, json!({ "users": "ok", "customers": "ok", "services": "ok", "appointments": "ok" }));
        let post = |path: &str, body: Value| system.json("api-gateway", 3000, "POST", path, &body);
        assert_eq!(post("/api/users", json!({ "email": "ada@example.com", "name": "Ada" }))["id"], 1);
        assert_eq!(post("/api/services", json!({ "name": "Repair", "minutes": 30 }))["minutes"], 30);
        // From the web application through the gateway and the module into the database, and back.
        let (status, page) = system.call("frontend", 3000, "GET", "/", "");
        assert!(status == 200 && page.contains("/assets/index-"), "{status}: {page}");
        let customer = json!({ "name": "Ada", "phone": "555 0100" });
        let added = system.json("frontend", 3000, "POST", "/api/customers", &customer);
        let path = format!("/api/customers/{}", added["id"]);
        assert_eq!(system.json("api-gateway", 3000, "GET", &path, &Value::Null)["phone"], "555 0100");
        let visit = |day: &str| json!({ "customerId": added["id"], "serviceId": 1, "start": format!("{day}T09:00:00Z"), "minutes": 30 });
        assert_eq!(post("/api/appointments", visit("2026-03-02"))["end"], "2026-03-02T09:30:00.000Z");
        let again = |day: &str| system.call("api-gateway", 3000, "POST", "/api/appointments", &visit(day).to_string());
        assert_eq!(again("2026-03-02").0, 409);
        assert_eq!(again("2026-03-01"), (422, "{\"error\":\"closed at this time\"}".to_owned()), "a rule of shared/");
        system.expect_json_logs();

        let opens = format!("export const OPENS = 10; // {}", unique("edit"));
        system.project.replace("modules/shared/src/calendar.ts", "export const OPENS = 8;", &opens);
        let changed = system.build();
        assert_eq!(commands(&changed), ["[agendamento build] npm run build", "[agendamento traced dependencies] nft"]);
        system.up();
        assert_eq!(again("2026-03-03").0, 422);
        system.stop();
    }
}
