variable "SERVICES" { default = ["api", "search", "admin", "worker", "report"] }
group "default" { targets = ["service"] }
target "service" {
  name       = service
  matrix     = { service = SERVICES }
  context    = "."
  dockerfile = "baseline/monorepo.Dockerfile"
  args       = { SERVICE = service }
  secret     = ["id=ca"]
}
