package main

import (
	"strconv"
	"strings"

	"example.com/workerflow/internal/jobs"
)

// do does a job, and returns its result.
func do(job jobs.Job) string {
	switch job.Kind {
	case "count":
		return strconv.Itoa(len(strings.Fields(job.Text))) + " words"
	case "shout":
		return strings.ToUpper(job.Text)
	default:
		return "no worker knows " + job.Kind
	}
}
