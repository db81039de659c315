// Command graphs builds every case with BuildKit's own client and prints the results as JSON: for each case, the ops in
// the form of "buildctl debug dump-llb", and the source map. The Rust library builds the same cases and must get the
// same digests. Standard output is the committed file testdata/expected.json.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"runtime/debug"
	"slices"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"
	"google.golang.org/protobuf/proto"
)

type entry struct {
	Op         *pb.Op
	Digest     digest.Digest
	OpMetadata *pb.OpMetadata
}

type result struct {
	Ops    []entry    `json:"ops"`
	Source *pb.Source `json:"source,omitempty"`
}

type document struct {
	BuildKit string            `json:"buildkit"`
	Caps     []string          `json:"caps"`
	Cases    map[string]result `json:"cases"`
}

// cases contains the cases of the other files.
var cases = map[string]func() llb.State{}

func add(name string, build func() llb.State) {
	if _, ok := cases[name]; ok {
		panic("two cases are called " + name)
	}
	cases[name] = build
}

func main() {
	doc := document{Cases: map[string]result{}}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			if dep.Path == "github.com/moby/buildkit" {
				doc.BuildKit = dep.Version
			}
		}
	}
	for _, listed := range pb.Caps.All() {
		doc.Caps = append(doc.Caps, listed.ID)
	}
	slices.Sort(doc.Caps)
	for name, build := range cases {
		res, err := marshal(build())
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
			os.Exit(1)
		}
		doc.Cases[name] = res
	}
	if err := write(doc); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// write prints one case per line, so a changed case is a changed line.
func write(doc document) error {
	out := bufio.NewWriter(os.Stdout)
	caps, err := json.Marshal(doc.Caps)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "{\n\"buildkit\": %q,\n\"caps\": %s,\n\"cases\": {\n", doc.BuildKit, caps)
	names := slices.Sorted(maps.Keys(doc.Cases))
	for i, name := range names {
		res, err := json.Marshal(doc.Cases[name])
		if err != nil {
			return err
		}
		end := ","
		if i == len(names)-1 {
			end = ""
		}
		fmt.Fprintf(out, "%q: %s%s\n", name, res, end)
	}
	fmt.Fprint(out, "}\n}\n")
	return out.Flush()
}

func marshal(st llb.State) (result, error) {
	// What a client would take from its machine is fixed, so that the output is the same everywhere.
	def, err := st.Marshal(context.Background(), llb.LinuxAmd64, llb.LocalUniqueID("fixed-unique-id"))
	if err != nil {
		return result{}, err
	}
	var res result
	for _, dt := range def.Def {
		var op pb.Op
		if err := proto.Unmarshal(dt, &op); err != nil {
			return result{}, err
		}
		// The daemon names ops by this encoding; if the client does not use it for a case, its output cannot be compared.
		canonical, err := proto.MarshalOptions{Deterministic: true}.Marshal(&op)
		if err != nil {
			return result{}, err
		}
		if !bytes.Equal(canonical, dt) {
			return result{}, fmt.Errorf("the client's bytes are not canonical: %x, %x", dt, canonical)
		}
		dgst := digest.FromBytes(dt)
		res.Ops = append(res.Ops, entry{Op: &op, Digest: dgst, OpMetadata: def.Metadata[dgst].ToPB()})
	}
	if def.Source != nil {
		// The client writes an entry for every op, including those without a location.
		src := &pb.Source{Infos: def.Source.Infos, Locations: map[string]*pb.Locations{}}
		for dgst, locs := range def.Source.Locations {
			if len(locs.Locations) > 0 {
				src.Locations[dgst] = locs
			}
		}
		if len(src.Infos) > 0 {
			res.Source = src
		}
	}
	return res, nil
}
