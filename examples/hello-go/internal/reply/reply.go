// Package reply holds what the programs of this example share.
package reply

import (
	"fmt"

	"github.com/google/uuid"
)

// Version is set by the linker.
var Version = "unset"

// Greeting is what the service answers to a visitor.
func Greeting(word string) string {
	return fmt.Sprintf("%s from version %s, request %s\n", word, Version, uuid.NewString())
}
