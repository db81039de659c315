// Package money counts in cents.
package money

import "golang.org/x/text/language"
import "golang.org/x/text/message"

// Currency is what amounts are in.
const Currency = "EUR"

// Amount is a number of cents.
type Amount int64

func (a Amount) String() string {
	return message.NewPrinter(language.English).Sprintf("%s %.2f", Currency, float64(a)/100)
}
