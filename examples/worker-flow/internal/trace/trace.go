// Package trace sends spans to OTEL_EXPORTER_OTLP_ENDPOINT, as OTLP in JSON. Without it, nothing is recorded.
package trace

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

type key struct{}

type parent struct{ trace, span string }

// Span is a part of a trace.
type Span struct {
	ids           parent
	above         string
	service, name string
	began         time.Time
}

var sending sync.WaitGroup

// Start begins a span below that of the context.
func Start(ctx context.Context, service, name string) (context.Context, *Span) {
	above, _ := ctx.Value(key{}).(parent)
	ids := parent{above.trace, random(8)}
	if ids.trace == "" {
		ids.trace = random(16)
	}
	span := &Span{ids: ids, above: above.span, service: service, name: name, began: time.Now()}
	return context.WithValue(ctx, key{}, ids), span
}

// FromHeader continues the trace of a request.
func FromHeader(ctx context.Context, header http.Header) context.Context {
	parts := strings.Split(header.Get("Traceparent"), "-")
	if len(parts) != 4 {
		return ctx
	}
	return context.WithValue(ctx, key{}, parent{parts[1], parts[2]})
}

// Header is what a request to another service says of the trace.
func Header(ctx context.Context) string {
	ids, known := ctx.Value(key{}).(parent)
	if !known {
		return ""
	}
	return fmt.Sprintf("00-%s-%s-01", ids.trace, ids.span)
}

// End sends the span, in the background.
func (s *Span) End() {
	endpoint := os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT")
	if endpoint == "" {
		return
	}
	ended := time.Now()
	sending.Add(1)
	go func() {
		defer sending.Done()
		if err := s.send(endpoint, ended); err != nil {
			slog.Debug("a span is lost", "error", err)
		}
	}()
}

// Flush waits for spans that are being sent.
func Flush(ctx context.Context) {
	sent := make(chan struct{})
	go func() { sending.Wait(); close(sent) }()
	select {
	case <-sent:
	case <-ctx.Done():
	}
}

func (s *Span) send(endpoint string, ended time.Time) error {
	type m = map[string]any
	span := m{
		"traceId": s.ids.trace, "spanId": s.ids.span, "parentSpanId": s.above, "name": s.name, "kind": 2,
		"startTimeUnixNano": fmt.Sprint(s.began.UnixNano()), "endTimeUnixNano": fmt.Sprint(ended.UnixNano()),
	}
	resource := m{"attributes": []m{{"key": "service.name", "value": m{"stringValue": s.service}}}}
	body, err := json.Marshal(m{"resourceSpans": []m{{"resource": resource, "scopeSpans": []m{{"spans": []m{span}}}}}})
	if err != nil {
		return err
	}
	client := http.Client{Timeout: 2 * time.Second}
	answer, err := client.Post(endpoint+"/v1/traces", "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

func random(bytes int) string {
	text := make([]byte, bytes)
	_, _ = rand.Read(text)
	return hex.EncodeToString(text)
}
