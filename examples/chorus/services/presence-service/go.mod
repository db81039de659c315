module example.com/chorus/presence-service

go 1.24

require example.com/chorus/platform v0.0.0

require github.com/hashicorp/golang-lru/v2 v2.0.7

replace example.com/chorus/platform => ../../platform
