// Scheduler adds jobs at set times.
package main

import (
	"context"
	"log/slog"
	"net/http"

	"example.com/workerflow/internal/jobs"
	"example.com/workerflow/internal/service"
	"github.com/robfig/cron/v3"
)

func main() {
	queue := jobs.Queue(service.Setting("QUEUE_URL", "http://127.0.0.1:8081"))
	times, err := cron.ParseStandard(service.Setting("SCHEDULE", "@every 30s"))
	if err != nil {
		service.Fail(err)
	}
	work := func(ctx context.Context) {
		plan := cron.New()
		plan.Schedule(times, cron.FuncJob(func() { add(ctx, queue) }))
		plan.Start()
		<-ctx.Done()
		<-plan.Stop().Done()
	}
	service.Service{Name: "scheduler", Routes: http.NewServeMux(), Ready: queue.Ready, Work: work}.Run()
}

func add(ctx context.Context, queue jobs.Queue) {
	job, err := queue.Add(ctx, "count", "a report that is due")
	if err != nil {
		slog.Warn("the queue fails", "error", err)
		return
	}
	slog.Info("added", "job", job.ID)
}
