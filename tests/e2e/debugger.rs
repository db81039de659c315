//! Debuggers of builds: `docker buildx dap build` speaks the protocol of editors.

use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use slipway_tests::{Project, Running, contexts, unique};

/// A session of a debugger.
struct Session {
    debugger: Running,
    sent: usize,
}

impl Session {
    fn start(command: &mut Command) -> Self {
        Self { debugger: Running::start(command.stdin(Stdio::piped())), sent: 0 }
    }

    fn ask(&mut self, command: &str, arguments: &Value) {
        self.sent += 1;
        let request = json!({ "seq": self.sent, "type": "request", "command": command, "arguments": arguments });
        let request = request.to_string();
        self.debugger.say(&format!("Content-Length: {}\r\n\r\n{request}", request.len()));
    }

    /// Waits for the first answer or event with a key of this value, such as the name of an event.
    fn wait_for(&mut self, key: &str, value: &str) -> Value {
        let find = |debugger: &Running| messages(&debugger.stdout()).into_iter().find(|message| message[key] == value);
        self.debugger.wait_until(Duration::from_secs(60), |debugger| find(debugger).is_some());
        let said = || format!("{}\n{}", self.debugger.stdout(), self.debugger.stderr());
        find(&self.debugger).unwrap_or_else(|| panic!("no {key} {value}: {}", said()))
    }
}

/// The messages in a stream, each after its length.
fn messages(stream: &str) -> Vec<Value> {
    let bodies = stream.split("Content-Length: ").filter_map(|part| part.split_once("\r\n\r\n"));
    bodies.filter_map(|(_, body)| serde_json::from_str(body).ok()).collect()
}

#[test]
fn a_debugger_stops_at_a_line_of_the_spec() {
    let project = Project::spec(&format!(
        "stages:\n  gen:\n    from: busybox:1.37\n    steps:\n      - run: echo one >/made; true {0}\n      \
         - run: echo two >>/made; true {0}\n",
        unique("mark")
    ));
    let spec = project.file("slipway.yaml").display().to_string();
    let mut command = Command::new("docker");
    command.env("BUILDX_EXPERIMENTAL", "1").args(["buildx", "dap", "build", "--output", "type=cacheonly"]);
    let mut session = Session::start(command.args(contexts()));
    session.ask("initialize", &json!({ "linesStartAt1": true, "columnsStartAt1": true }));
    session.wait_for("command", "initialize");
    let folder = project.path().display().to_string();
    session.ask("launch", &json!({ "dockerfile": spec, "contextPath": folder, "target": "stage:gen" }));
    session.wait_for("event", "initialized");
    session.ask("setBreakpoints", &json!({ "source": { "path": spec }, "breakpoints": [{ "line": 7 }] }));
    session.ask("configurationDone", &json!({}));
    let stopped = session.wait_for("event", "stopped");
    assert_eq!(stopped["body"]["reason"], "breakpoint", "{stopped}");
    session.ask("stackTrace", &json!({ "threadId": stopped["body"]["threadId"] }));
    let stack = session.wait_for("command", "stackTrace");
    let frame = &stack["body"]["stackFrames"][0];
    assert_eq!((&frame["line"], &frame["source"]["path"]), (&json!(7), &json!(spec)), "{stack}");
    assert!(frame["name"].as_str().unwrap().contains("RUN echo two"), "{stack}");
}
