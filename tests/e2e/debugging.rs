//! Images for debugging: the layers of the image that ships, a debugger that answers while the program runs, and a
//! shell.

use std::io::{Read, Write};

use slipway_tests::{Build, Container, Loaded, Project, docker};

/// Builds an image and its variant for debugging; the layers of both, and the running variant with the port of its
/// debugger.
fn debug(project: &Project, port: u16) -> (Vec<String>, Vec<String>, Loaded, Container) {
    let (ships, debug) = (Loaded::new("ships"), Loaded::new("debug"));
    let _ = Build::of(project).target("app").args(ships.arguments()).succeed();
    let _ = Build::of(project).target("app/debug").args(debug.arguments()).succeed();
    let layers = |image: &Loaded| {
        let image = image.inspect();
        let layers = image["RootFS"]["Layers"].as_array().unwrap();
        layers.iter().map(|layer| layer.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let container = Container::run(&debug.tag, port, &["--read-only"]);
    (layers(&ships), layers(&debug), debug, container)
}

/// What a server on port 8080 of a container says to a program of the shell that was added.
fn ask(container: &Container) -> String {
    let script =
        "for i in $(seq 100); do wget -qO- http://127.0.0.1:8080/ 2>/dev/null && exit; sleep 0.2; done; exit 1";
    docker(["exec", container.name(), "sh", "-c", script])
}

/// Sends a request to a debugger, and reads until its answer contains a text.
fn ask_debugger(container: &Container, request: &str, expected: &str) {
    let mut stream = container.connect();
    stream.write_all(request.as_bytes()).unwrap();
    let (mut answer, mut part) = (String::new(), [0; 1000]);
    while !answer.contains(expected) {
        match stream.read(&mut part) {
            Ok(length) if length > 0 => answer.push_str(&String::from_utf8_lossy(&part[..length])),
            ended => panic!("{ended:?} after {answer}\n{}", container.logs()),
        }
    }
}

#[test]
fn node_runs_with_its_inspector_on_the_layers_that_ship() {
    let project = Project::spec("images: { app: { node: ., variants: { debug: {} } } }\n")
        .with("package.json", r#"{"main":"main.js","engines":{"node":"24"}}"#)
        .with("main.js", "require('http').createServer((_, answer) => answer.end('served')).listen(8080);\n");
    let (ships, debug, _image, container) = debug(&project, 9229);
    assert_eq!((&debug[..ships.len()], debug.len()), (&ships[..], ships.len() + 1));
    ask_debugger(&container, "GET /json/version HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "\"Browser\": \"node.js/v24");
    assert_eq!(ask(&container), "served");
}

#[test]
fn python_runs_in_debugpy_on_the_layers_that_ship() {
    let spec = "images: { app: { python: { source: ., python: \"3.11\" }, runtime: slim, cmd: [python3, main.py], variants: { debug: { inspect: 5000 } } } }\n";
    let program = "from http.server import HTTPServer, SimpleHTTPRequestHandler\nHTTPServer((\"\", 8080), SimpleHTTPRequestHandler).serve_forever()\n";
    let project = Project::spec(spec).with("requirements.txt", "").with("main.py", program);
    let (ships, debug, _image, container) = debug(&project, 5000);
    assert_eq!((&debug[..ships.len()], debug.len()), (&ships[..], ships.len() + 1));
    // This connects, and goes away, until somebody listens: while the program starts, that does not end it.
    let body = r#"{"seq":1,"type":"request","command":"initialize","arguments":{"adapterID":"test"}}"#;
    ask_debugger(
        &container,
        &format!("Content-Length: {}\r\n\r\n{body}", body.len()),
        "\"supportsConditionalBreakpoints\"",
    );
    // The base has a shell, so none is added.
    let served = "
import time, urllib.request
for _ in range(100):
    try:
        print(urllib.request.urlopen('http://127.0.0.1:8080/').status)
        break
    except OSError:
        time.sleep(0.2)
";
    assert_eq!(docker(["exec", container.name(), "python3", "-c", served]).trim(), "200", "{}", container.logs());
}

#[test]
fn rust_runs_in_gdbserver_and_stops_on_request() {
    let program = "use std::io::{Read, Write};\nfn main() {\n    for stream in std::net::TcpListener::bind(\"0.0.0.0:8080\").unwrap().incoming() {\n        let mut stream = stream.unwrap();\n        let _ = stream.read(&mut [0; 1000]);\n        let _ = stream.write_all(b\"HTTP/1.0 200 OK\\r\\n\\r\\nserved\");\n    }\n}\n";
    let project = Project::spec("images: { app: { rust: ., variants: { debug: {} } } }\n")
        .with("Cargo.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n")
        .with("Cargo.lock", "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\n")
        .with("src/main.rs", program);
    let (ships, debug, _image, container) = debug(&project, 1234);
    let same = ships.iter().zip(&debug).filter(|(one, other)| one == other).count();
    assert_eq!((same, debug.len()), (ships.len() - 1, ships.len() + 2));
    assert_eq!(ask(&container), "served");
    let listens = "until netstat -ltn | grep -q :1234; do sleep 0.1; done";
    docker(["exec", container.name(), "sh", "-c", listens]);
    // The first question of gdb, which gdbserver answers only if the program is stopped.
    ask_debugger(&container, "+$qSupported:xmlRegisters=i386#c1", "PacketSize");
    docker(["restart", "--time", "0", container.name()]);
    assert_eq!(ask(&container), "served");
    assert_eq!(container.stop(), 0, "{}", container.logs());
}

#[test]
#[ignore = "compiles Delve, which takes minutes without a cache; run it with --ignored"]
fn go_runs_in_delve_with_a_shell_beside_it() {
    let project = Project::go("images: { app: { go: ., runtime: scratch, variants: { debug: {} } } }\n");
    let program = "package main\n\nimport (\n\t\"fmt\"\n\t\"net/http\"\n)\n\nfunc main() {\n\thttp.HandleFunc(\"/\", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, \"served\") })\n\thttp.ListenAndServe(\":8080\", nil)\n}\n";
    project.write("main.go", program);
    let (ships, debug, _image, container) = debug(&project, 2345);
    // The program is another one, and Delve and the shell follow.
    let same = ships.iter().zip(&debug).filter(|(one, other)| one == other).count();
    assert_eq!((same, debug.len()), (ships.len() - 1, ships.len() + 2));
    ask_debugger(&container, "{\"method\":\"RPCServer.GetVersion\",\"params\":[{}],\"id\":1}\n", "DelveVersion");
    assert_eq!(ask(&container), "served");
}
