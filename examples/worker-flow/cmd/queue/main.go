// Queue keeps jobs in a file until they are done.
package main

import (
	"path/filepath"

	"example.com/workerflow/internal/service"
)

func main() {
	store, err := open(filepath.Join(service.Setting("DATA_DIR", "/data"), "jobs.db"))
	if err != nil {
		service.Fail(err)
	}
	service.Service{Name: "queue", Routes: routes(store), Ready: store.ready, Close: store.db.Close}.Run()
}
