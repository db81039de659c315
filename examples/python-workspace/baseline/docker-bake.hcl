# The five services, side by side: docker buildx bake -f baseline/docker-bake.hcl
group "default" {
  targets = ["service"]
}

target "service" {
  name       = service
  matrix     = { service = ["api", "search", "admin", "worker", "report"] }
  dockerfile = "baseline/monorepo.Dockerfile"
  args       = { SERVICE = service }
}
