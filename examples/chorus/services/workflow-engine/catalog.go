package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:generate sh -c "jq --slurp --compact-output 'map({(.name): .steps}) | add' workflows/*.json > catalog.json"

//go:embed catalog.json
var catalogJSON []byte

// readCatalog returns the steps of every workflow.
func readCatalog() (map[string][]string, error) {
	catalog := map[string][]string{}
	if err := json.Unmarshal(catalogJSON, &catalog); err != nil {
		return nil, fmt.Errorf("the catalog: %w", err)
	}
	return catalog, nil
}
