package main

import (
	"testing"

	"example.com/workerflow/internal/jobs"
)

func TestKinds(t *testing.T) {
	for kind, want := range map[string]string{"count": "2 words", "shout": "ONE TWO", "sing": "no worker knows sing"} {
		if got := do(jobs.Job{Kind: kind, Text: "one two"}); got != want {
			t.Errorf("%s: %s", kind, got)
		}
	}
}
