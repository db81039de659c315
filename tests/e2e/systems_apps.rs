//! Systems of applications: built with the spec of the example, brought up with its Compose file, called, changed,
//! built again, and stopped.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use slipway_tests::{Compose, Outcome, Project, alone, unique};

use crate::systems::{build, expect_healthy, expect_stopped, records};

/// A successful answer, as JSON.
fn json(compose: &Compose, service: &str, port: u16, method: &str, path: &str, body: &Value) -> Value {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let (status, said) = compose.send(service, port, method, path, &body);
    assert!(status < 300, "{method} {path}: {status} {said}\n{}", compose.logs());
    serde_json::from_str(&said).unwrap_or_else(|error| panic!("{path}: {error}: {said}"))
}

fn get(compose: &Compose, service: &str, port: u16, path: &str) -> Value {
    json(compose, service, port, "GET", path, &Value::Null)
}

/// Everything that the services log has a level and a message.
fn expect_json_logs(compose: &Compose, services: &[&str]) {
    for service in services {
        let records = records(compose, service);
        assert!(!records.is_empty(), "{service} logs nothing");
        for record in records {
            assert!(record["level"].is_string() && record["message"].is_string(), "{service}: {record}");
        }
    }
}

/// All services end on SIGTERM.
fn stop(compose: &Compose, services: &[&str]) {
    compose.run(&["stop", "--timeout", "10"]);
    for service in services {
        expect_stopped(compose, service);
    }
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
        let project = Project::example("evaonline");
        let mut system = Compose::of(&project, &["compose.yaml"])
            .with("API_PORT", "0")
            .with("FLOWER_PORT", "0")
            .with_image("redis", "redis:7")
            .with_image("postgres", "postgres:17");
        project.write("secrets/postgres_password", &unique("password"));
        project.replace("evaonline.env", "SUMMARY_INTERVAL=30", "SUMMARY_INTERVAL=2");
        let _ = build(&project, &mut system, &services);
        let layers = services.map(|service| system.image(service).inspect()["RootFS"]["Layers"].clone());
        assert!(layers[0].as_array().unwrap().len() > 2 && layers.iter().all(|one| one == &layers[0]), "{layers:#?}");

        system.up(&[]);
        for service in &services {
            expect_healthy(&system, service, "1000:1000");
        }
        assert_eq!(get(&system, "api", 8000, "/health"), json!({ "status": "ok" }));
        let deep = get(&system, "api", 8000, "/health/deep");
        assert_eq!(deep, json!({ "postgres": "ok", "redis": "ok" }));
        assert_eq!(system.ask("flower", 5555, "GET", "/healthcheck").0, 200);

        // From the API through the queue and a worker into the database; beat makes the worker count it.
        let weather = json!({
            "date": "2025-07-06", "t_min": 12.3, "t_max": 21.5, "humidity": 70.55, "wind": 2.078, "radiation": 22.07,
        });
        let body = json!({ "place": { "latitude": 50.8, "elevation": 100 }, "weather": [weather] });
        let asked = json(&system, "api", 8000, "POST", "/calculations", &body);
        let path = format!("/calculations/{}", asked["id"].as_str().unwrap());
        let done = eventually("the calculation", || {
            Some(get(&system, "api", 8000, &path)).filter(|found| found["status"] != "pending")
        });
        assert_eq!(
            (&done["status"], &done["days"][0]["eto"]),
            (&json!("done"), &json!(3.88)),
            "{done}\n{}",
            system.logs()
        );
        eventually("the summary", || {
            let (status, said) = system.ask("api", 8000, "GET", "/summary");
            (status == 200 && serde_json::from_str::<Value>(&said).unwrap()["calculations"] == 1).then_some(())
        });
        expect_json_logs(&system, &services);

        let title = unique("EVAonline");
        project.replace("evaonline/api.py", "title=\"EVAonline\"", &format!("title=\"{title}\""));
        let again = build(&project, &mut system, &services);
        assert_eq!(commands(&again), ["[app build] bytecode"]);
        system.up(&[]);
        let described = get(&system, "api", 8000, "/openapi.json");
        assert_eq!(described["info"]["title"], title);
        assert_eq!(get(&system, "api", 8000, &path), done, "the database kept it");
        stop(&system, &services);
    }

    #[test]
    #[ignore = "installs Prisma for four modules and runs seven containers; make test-systems runs it"]
    fn erp_nexus_is_six_modules_one_of_which_needs_a_folder_beside_it() {
        let _alone = alone();
        let modules = ["user-management", "crm", "services", "agendamento"];
        let services = [&["api-gateway", "frontend"], &modules[..]].concat();
        let project = Project::example("erp-nexus");
        let mut system = Compose::of(&project, &["compose.yaml"])
            .with("GATEWAY_PORT", "0")
            .with("FRONTEND_PORT", "0")
            .with_image("postgres", "postgres:17");
        project.write("secrets/database_password", &unique("password"));
        let _ = build(&project, &mut system, &services);
        for service in &services {
            let config = system.image(service).inspect()["Config"].clone();
            let check = &config["Healthcheck"];
            assert_eq!(check["Test"][1], "/.slipway/probe", "{service}: {check}");
            let times =
                ["Interval", "Timeout", "StartPeriod"].map(|name| check[name].as_u64().unwrap() / 1_000_000_000);
            assert_eq!((times, check["Retries"].as_u64()), ([30, 5, 10], Some(3)), "{service}");
            assert_eq!(config["Entrypoint"][1], "init", "{service}");
            assert!(config["Env"].as_array().unwrap().contains(&json!("NODE_ENV=production")), "{service}: {config}");
        }

        system.up(&[]);
        for service in &services {
            expect_healthy(&system, service, "1001:1001");
        }
        let deep = get(&system, "api-gateway", 3000, "/health/deep");
        assert_eq!(deep, json!({ "users": "ok", "customers": "ok", "services": "ok", "appointments": "ok" }));
        let post = |path: &str, body: Value| json(&system, "api-gateway", 3000, "POST", path, &body);
        assert_eq!(post("/api/users", json!({ "email": "ada@example.com", "name": "Ada" }))["id"], 1);
        assert_eq!(post("/api/services", json!({ "name": "Repair", "minutes": 30 }))["minutes"], 30);
        // From the web application through the gateway and the module into the database, and back.
        let (status, page) = system.ask("frontend", 3000, "GET", "/");
        assert!(status == 200 && page.contains("/assets/index-"), "{status}: {page}");
        let customer = json!({ "name": "Ada", "phone": "555 0100" });
        let added = json(&system, "frontend", 3000, "POST", "/api/customers", &customer);
        let path = format!("/api/customers/{}", added["id"]);
        assert_eq!(get(&system, "api-gateway", 3000, &path)["phone"], "555 0100");
        let visit = |day: &str| json!({ "customerId": added["id"], "serviceId": 1, "start": format!("{day}T09:00:00Z"), "minutes": 30 });
        assert_eq!(post("/api/appointments", visit("2026-03-02"))["end"], "2026-03-02T09:30:00.000Z");
        let again = |system: &Compose, day: &str| {
            system.send("api-gateway", 3000, "POST", "/api/appointments", &visit(day).to_string())
        };
        assert_eq!(again(&system, "2026-03-02").0, 409);
        assert_eq!(
            again(&system, "2026-03-01"),
            (422, "{\"error\":\"closed at this time\"}".to_owned()),
            "a rule of shared/"
        );
        expect_json_logs(&system, &services);

        let opens = format!("export const OPENS = 10; // {}", unique("edit"));
        project.replace("modules/shared/src/calendar.ts", "export const OPENS = 8;", &opens);
        let changed = build(&project, &mut system, &services);
        // It imports nothing new, so dependencies are not traced again.
        assert_eq!(commands(&changed), ["[agendamento build] npm run build", "[agendamento imports] nft"]);
        system.up(&[]);
        assert_eq!(again(&system, "2026-03-03").0, 422);
        stop(&system, &services);
    }
}
