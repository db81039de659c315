package trace

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestASpanContinuesATrace(t *testing.T) {
	sent := make(chan string, 1)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent <- r.URL.Path + " " + string(body)
	}))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	const id = "0af7651916cd43dd8448eb211c80319c"
	header := http.Header{"Traceparent": {"00-" + id + "-b7ad6b7169203331-01"}}
	ctx, span := Start(FromHeader(context.Background(), header), "gateway", "GET /")
	if got := Header(ctx); !strings.HasPrefix(got, "00-"+id+"-") || strings.Contains(got, "b7ad") {
		t.Fatal(got)
	}
	span.End()
	Flush(context.Background())
	got := <-sent
	for _, part := range []string{"/v1/traces", `"parentSpanId":"b7ad6b7169203331"`, `"stringValue":"gateway"`} {
		if !strings.Contains(got, part) {
			t.Fatal(got)
		}
	}
}
