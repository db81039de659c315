module example.com/chorus/websocket-gateway

go 1.24

require example.com/chorus/platform v0.0.0

require github.com/coder/websocket v1.8.13

replace example.com/chorus/platform => ../../platform
