// Package server answers requests.
package server

import (
	"encoding/json"
	"net/http"
	"strconv"

	"golang.org/x/time/rate"
)

// Build says what was built.
type Build struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Date    string `json:"date"`
}

const (
	perSecond = 1000
	atOnce    = 200
)

// New returns the handler of all requests.
func New(build Build) http.Handler {
	router := http.NewServeMux()
	router.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "healthy"})
	})
	router.HandleFunc("GET /version", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, build) })
	router.Handle("GET /celsius/{degrees}", limit(rate.NewLimiter(perSecond, atOnce), convert))
	return router
}

func convert(w http.ResponseWriter, r *http.Request) {
	celsius, err := strconv.ParseFloat(r.PathValue("degrees"), 64)
	if err != nil {
		answer(w, http.StatusBadRequest, map[string]string{"error": "not a number of degrees"})
		return
	}
	answer(w, http.StatusOK, map[string]float64{"celsius": celsius, "fahrenheit": Fahrenheit(celsius)})
}

// Fahrenheit converts degrees Celsius.
func Fahrenheit(celsius float64) float64 { return celsius*9/5 + 32 }

func limit(limiter *rate.Limiter, next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !limiter.Allow() {
			answer(w, http.StatusTooManyRequests, map[string]string{"error": "too many requests"})
			return
		}
		next(w, r)
	})
}

func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}
