// Ping asks a service once whether it is well, and says so with its exit status.
package main

import (
	"fmt"
	"net/http"
	"os"
	"time"

	"example.com/hello/internal/reply"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: ping URL")
		os.Exit(2)
	}
	client := http.Client{Timeout: 2 * time.Second}
	response, err := client.Get(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer response.Body.Close()
	fmt.Printf("ping %s: %s\n", reply.Version, response.Status)
	if response.StatusCode != http.StatusOK {
		os.Exit(1)
	}
}
