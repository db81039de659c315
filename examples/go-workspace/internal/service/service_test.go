package service

import "testing"

func TestPort(t *testing.T) {
	t.Setenv("PORT", "9000")
	if got := port(); got != "9000" {
		t.Fatalf("the port is %s", got)
	}
}
