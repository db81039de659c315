# All services, side by side: docker buildx bake -f baseline/docker-bake.hcl
variable "TARGET" { default = "production" }

group "default" {
  targets = ["service"]
}

target "service" {
  name       = service
  matrix     = { service = ["gateway", "worker", "scheduler", "queue"] }
  dockerfile = "baseline/Dockerfile"
  target     = TARGET
  args       = { SERVICE = service }
}
