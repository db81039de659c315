package service

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestSetting(t *testing.T) {
	t.Setenv("PORT", "9000")
	if got := Setting("PORT", "8081"); got != "9000" {
		t.Fatalf("the port is %s", got)
	}
	if got := Setting("NO_SUCH_VARIABLE", "8081"); got != "8081" {
		t.Fatalf("the default is %s", got)
	}
}

func TestJSON(t *testing.T) {
	answer := httptest.NewRecorder()
	JSON(answer, http.StatusCreated, map[string]int{"n": 1})
	if answer.Code != http.StatusCreated || answer.Body.String() != "{\"n\":1}\n" {
		t.Fatalf("%d %s", answer.Code, answer.Body)
	}
}
