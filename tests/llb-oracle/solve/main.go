// Command solve builds definitions on an engine and prints the results. The Rust tests use it because BuildKit's client
// provides the session (files, secrets, SSH agents, OCI layouts) that a build requires.
//
//	solve DIRECTORY
//
// It builds every *.pb in DIRECTORY, sorted by name, on the buildkitd at BUILDKIT_HOST or, if that is not set, on the
// engine at DOCKER_HOST (unix://…), and prints one JSON object: the engine's capabilities and, by name, the files of
// the result or the error. The session contains DIRECTORY/context as local source "context", the secret "token" with
// the value "s3cret", the SSH agent "default" with a new key, and DIRECTORY/oci, if it exists, as OCI layout "layout".
package main

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/containerd/containerd/v2/plugins/content/local"
	"github.com/moby/buildkit/client"
	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/session"
	"github.com/moby/buildkit/session/secrets/secretsprovider"
	"github.com/moby/buildkit/session/sshforward/sshprovider"
	"github.com/moby/buildkit/solver/pb"
	"github.com/moby/buildkit/util/apicaps"
	"github.com/tonistiigi/fsutil"
	"google.golang.org/protobuf/proto"
)

// limit applies to one build. A build that hangs fails, and the others continue.
const limit = 2 * time.Minute

type file struct {
	Mode    string `json:"mode"`
	UID     uint32 `json:"uid"`
	GID     uint32 `json:"gid"`
	Size    int64  `json:"size"`
	ModTime int64  `json:"modTime"`
	Link    string `json:"link,omitempty"`
	Content string `json:"content,omitempty"`
}

type outcome struct {
	Files map[string]file `json:"files,omitempty"`
	Error string          `json:"error,omitempty"`
}

type document struct {
	Caps    []string           `json:"caps"`
	Results map[string]outcome `json:"results"`
}

func main() {
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir string) error {
	bk, err := connect(ctx)
	if err != nil {
		return err
	}
	opt, err := options(dir)
	if err != nil {
		return err
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.pb"))
	if err != nil {
		return err
	}
	doc := document{Results: map[string]outcome{}}
	for _, name := range names {
		dt, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		def := &pb.Definition{}
		if err := proto.Unmarshal(dt, def); err != nil {
			return err
		}
		var out outcome
		limited, cancel := context.WithTimeout(ctx, limit)
		_, err = bk.Build(limited, opt, "", func(ctx context.Context, c gateway.Client) (*gateway.Result, error) {
			if doc.Caps == nil {
				caps := c.BuildOpts().LLBCaps
				for _, listed := range pb.Caps.All() {
					if caps.Supports(apicaps.CapID(listed.ID)) == nil {
						doc.Caps = append(doc.Caps, listed.ID)
					}
				}
			}
			res, err := c.Solve(ctx, gateway.SolveRequest{Definition: def, Evaluate: true})
			if err != nil {
				return nil, err
			}
			ref, err := res.SingleRef()
			if err != nil {
				return nil, err
			}
			out.Files = map[string]file{}
			if ref == nil {
				return gateway.NewResult(), nil
			}
			return gateway.NewResult(), list(ctx, ref, "/", out.Files)
		}, nil)
		if limited.Err() != nil {
			err = fmt.Errorf("it did not end within %s: %w", limit, err)
		}
		cancel()
		if err != nil {
			out = outcome{Error: err.Error()}
		}
		doc.Results[strings.TrimSuffix(filepath.Base(name), ".pb")] = out
	}
	return json.NewEncoder(os.Stdout).Encode(doc)
}

// list reads what tests compare: the whole tree without the files of the base image.
func list(ctx context.Context, ref gateway.Reference, dir string, into map[string]file) error {
	entries, err := ref.ReadDir(ctx, gateway.ReadDirRequest{Path: dir})
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := path.Join(dir, e.Path)
		mode := os.FileMode(e.Mode)
		f := file{Mode: modeText(mode), UID: e.Uid, GID: e.Gid, Size: e.Size, ModTime: e.ModTime, Link: e.Linkname}
		if mode.IsRegular() && e.Size < 4096 {
			dt, err := ref.ReadFile(ctx, gateway.ReadRequest{Filename: name})
			if err != nil {
				return err
			}
			f.Content = string(dt)
		}
		into[name] = f
		if mode.IsDir() && !skipped(name) {
			if err := list(ctx, ref, name, into); err != nil {
				return err
			}
		}
	}
	return nil
}

func skipped(name string) bool {
	for _, big := range []string{"/bin", "/sbin", "/usr", "/lib", "/lib64", "/proc", "/sys", "/dev", "/var"} {
		if name == big {
			return true
		}
	}
	return false
}

func modeText(mode os.FileMode) string {
	kind := "file"
	switch {
	case mode.IsDir():
		kind = "dir"
	case mode&os.ModeSymlink != 0:
		kind = "link"
	case !mode.IsRegular():
		kind = "other"
	}
	return fmt.Sprintf("%s %#o", kind, mode.Perm())
}

func options(dir string) (client.SolveOpt, error) {
	opt := client.SolveOpt{
		LocalMounts:         map[string]fsutil.FS{},
		OCIStores:           map[string]content.Store{},
		AllowedEntitlements: []string{"network.host"},
	}
	fs, err := fsutil.NewFS(filepath.Join(dir, "context"))
	if err != nil {
		return opt, err
	}
	opt.LocalMounts["context"] = fs
	if _, err := os.Stat(filepath.Join(dir, "oci")); err == nil {
		store, err := local.NewStore(filepath.Join(dir, "oci"))
		if err != nil {
			return opt, err
		}
		opt.OCIStores["layout"] = store
	}
	key, err := writeKey(dir)
	if err != nil {
		return opt, err
	}
	agent, err := sshprovider.NewSSHAgentProvider([]sshprovider.AgentConfig{{ID: "default", Paths: []string{key}}})
	if err != nil {
		return opt, err
	}
	secrets := secretsprovider.FromMap(map[string][]byte{"token": []byte("s3cret")})
	opt.Session = []session.Attachable{secrets, agent}
	return opt, nil
}

func writeKey(dir string) (string, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", err
	}
	dt, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "key.pem")
	return name, os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: dt}), 0o600)
}

// connect connects to a buildkitd or the BuildKit in a Docker Engine, whose gRPC and session use upgraded HTTP
// requests.
func connect(ctx context.Context) (*client.Client, error) {
	if address := os.Getenv("BUILDKIT_HOST"); address != "" {
		return client.New(ctx, address)
	}
	host := os.Getenv("DOCKER_HOST")
	socket, ok := strings.CutPrefix(host, "unix://")
	if !ok {
		return nil, fmt.Errorf("DOCKER_HOST must be unix://…, but is %q", host)
	}
	return client.New(ctx, "",
		client.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
			return upgrade(ctx, socket, "/grpc", "h2c", nil)
		}),
		client.WithSessionDialer(func(ctx context.Context, proto string, meta map[string][]string) (net.Conn, error) {
			return upgrade(ctx, socket, "/session", proto, meta)
		}),
	)
}

type bufferedConn struct {
	net.Conn
	r *bufio.Reader
}

func (c bufferedConn) Read(p []byte) (int, error) { return c.r.Read(p) }

func upgrade(ctx context.Context, socket, url, proto string, header http.Header) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://docker"+url, nil)
	if err != nil {
		return nil, err
	}
	for key, values := range header {
		req.Header[http.CanonicalHeaderKey(key)] = values
	}
	req.Header.Set("Connection", "Upgrade")
	req.Header.Set("Upgrade", proto)
	if err := req.Write(conn); err != nil {
		return nil, err
	}
	r := bufio.NewReader(conn)
	resp, err := http.ReadResponse(r, req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusSwitchingProtocols {
		return nil, fmt.Errorf("%s: %s", url, resp.Status)
	}
	return bufferedConn{conn, r}, nil
}
