// Integration asks running services, and fails if an answer is wrong: integration http://distroless:8080 …
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

var expected = map[string]string{
	"/health":       `"healthy"`,
	"/version":      `"version"`,
	"/celsius/100":  `"fahrenheit":212`,
	"/celsius/cold": "not a number",
}

func main() {
	client := http.Client{Timeout: 5 * time.Second}
	failed := false
	for _, service := range os.Args[1:] {
		for path, text := range expected {
			if err := check(&client, service+path, text); err != nil {
				failed = true
				fmt.Println("FAIL", service+path, err)
			}
		}
		fmt.Println("asked", service)
	}
	if failed || len(os.Args) == 1 {
		os.Exit(1)
	}
}

func check(client *http.Client, address, text string) error {
	answer, err := client.Get(address)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if !strings.Contains(string(body), text) {
		return fmt.Errorf("answers %s", body)
	}
	return nil
}
