# The services, side by side: docker buildx bake -f baseline/docker-bake.hcl
group "default" {
  targets = ["websocket-gateway", "presence-service", "workflow-engine"]
}

target "recipe" {
  dockerfile = "baseline/Dockerfile"
  target     = "production"
}

target "websocket-gateway" {
  inherits = ["recipe"]
  args     = { SERVICE = "websocket-gateway" }
}

target "presence-service" {
  inherits = ["recipe"]
  args     = { SERVICE = "presence-service" }
}

target "workflow-engine" {
  inherits = ["recipe"]
  args     = { SERVICE = "workflow-engine", EXTRA_PACKAGES = "jq" }
}
