group "default" {
  targets = ["service"]
}

target "service" {
  name       = service
  matrix     = { service = ["catalog", "orders", "payments", "shipping", "notifications"] }
  context    = "."
  dockerfile = "baseline/monorepo.Dockerfile"
  args       = { SERVICE = service }
}
