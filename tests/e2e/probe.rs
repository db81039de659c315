//! The probe in images without a shell: health checks by HTTP, TCP and gRPC, and the first process of a container.

use slipway_tests::{Build, Container, Loaded, Project, docker};

use crate::health::becomes;

/// A server that is healthy until SIGUSR1. It leaves an orphan behind, and ends with a code of its own.
const PROGRAM: &str = r#"package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) > 1 {
		if os.Args[1] == "parent" {
			exec.Command("/proc/self/exe", "orphan").Start()
		} else {
			time.Sleep(100 * time.Millisecond)
		}
		return
	}
	exec.Command("/proc/self/exe", "parent").Run()
	listener, _ := net.Listen("tcp", ":5432")
	var sick atomic.Bool
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1, syscall.SIGTERM)
	go func() {
		for received := range signals {
			if received == syscall.SIGTERM {
				os.Exit(7)
			}
			sick.Store(true)
			listener.Close()
		}
	}()
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		if sick.Load() || r.Header.Get("X-Probe") != "slipway" {
			w.WriteHeader(500)
			return
		}
		w.WriteHeader(204)
	})
	http.HandleFunc("/grpc.health.v1.Health/Check", func(w http.ResponseWriter, r *http.Request) {
		request, _ := io.ReadAll(r.Body)
		status := byte(1)
		if sick.Load() || !strings.HasSuffix(string(request), "\x0a\x04shop") {
			status = 2
		}
		w.Header().Set("Content-Type", "application/grpc")
		w.Header().Set("Trailer", "Grpc-Status")
		w.Write([]byte{0, 0, 0, 0, 2, 8, status})
		w.Header().Set("Grpc-Status", "0")
	})
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		processes, _ := filepath.Glob("/proc/[0-9]*/stat")
		zombies := 0
		for _, process := range processes {
			text, _ := os.ReadFile(process)
			if strings.Contains(string(text), ") Z ") {
				zombies++
			}
		}
		fmt.Fprintf(w, "process %d, user %d, %d zombies", os.Getpid(), os.Getuid(), zombies)
	})
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	server := http.Server{Addr: ":8080", Protocols: protocols}
	server.ListenAndServe()
}
"#;

const SPEC: &str = r#"
defaults: { init: true }
images:
  http:
    go: .
    runtime: scratch
    healthcheck:
      http: { port: 8080, path: /healthz, headers: { X-Probe: slipway }, status: 204 }
      interval: 1s
      timeout: 5s
      retries: 1
  tcp: { go: ., healthcheck: { tcp: ":5432", interval: 1s, retries: 1 } }
  grpc:
    go: .
    runtime: node:24-bookworm-slim
    entrypoint: [/app]
    healthcheck: { grpc: { port: 8080, service: shop }, interval: 1s, retries: 1 }
"#;

#[test]
fn images_without_a_shell_become_healthy_and_unhealthy() {
    let project = Project::go(SPEC);
    project.write("main.go", PROGRAM);
    let mut layers = Vec::new();
    for target in ["http", "tcp", "grpc"] {
        let image = Loaded::new(target);
        let _ = Build::of(&project).target(target).args(image.arguments()).succeed();
        layers.push(image.inspect()["RootFS"]["Layers"].as_array().unwrap().clone());
        let container = Container::run(&image.tag, 8080, &["--read-only", "--user", "4711"]);
        becomes(&container, "healthy");
        let (_, said) = container.get("/");
        assert!(said.ends_with("user 4711, 0 zombies") && !said.starts_with("process 1,"), "{target}: {said}");
        docker(["kill", "--signal", "USR1", container.name()]);
        becomes(&container, "unhealthy");
        assert_eq!(container.stop(), 7, "{target}: SIGTERM reaches the program, and its exit code comes back");
    }
    let [http, tcp, grpc] = &layers[..] else { panic!("three images") };
    let shared = |other: &[serde_json::Value]| http.iter().filter(|layer| other.contains(layer)).count();
    assert!(shared(tcp) >= 1 && shared(grpc) >= 1, "the layer with the probe is the same: {layers:?}");
}
