module example.com/chorus/workflow-engine

go 1.24

require (
	example.com/chorus/platform v0.0.0
	github.com/google/uuid v1.6.0
	go.etcd.io/bbolt v1.4.3
)

require golang.org/x/sys v0.29.0 // indirect

replace example.com/chorus/platform => ../../platform
