# The five services, side by side: docker buildx bake -f baseline/docker-bake.hcl
group "default" {
  targets = ["service"]
}

target "service" {
  name       = service
  matrix     = { service = ["gateway", "catalog", "checkout", "accounts", "notifications"] }
  dockerfile = "baseline/monorepo.Dockerfile"
  args       = { SERVICE = service }
}
