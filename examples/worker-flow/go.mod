module example.com/workerflow

go 1.24

require (
	github.com/VictoriaMetrics/metrics v1.35.1
	github.com/robfig/cron/v3 v3.0.1
	go.etcd.io/bbolt v1.4.3
)

require (
	github.com/valyala/fastrand v1.1.0 // indirect
	github.com/valyala/histogram v1.2.0 // indirect
	golang.org/x/sys v0.29.0 // indirect
)
