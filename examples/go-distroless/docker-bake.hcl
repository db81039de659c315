# A release: VERSION=1.2.0 COMMIT=… DATE=… REGISTRY=ghcr.io/acme/ docker buildx bake --push
variable "VERSION" { default = "dev" }
variable "COMMIT" { default = "none" }
variable "DATE" { default = "unknown" }
variable "REGISTRY" { default = "go-distroless/" }

group "default" {
  targets = ["image"]
}

target "image" {
  name       = image
  matrix     = { image = ["distroless", "scratch", "upx", "debug"] }
  dockerfile = "slipway.yaml"
  target     = "${image}/release"
  args       = { VERSION = VERSION, COMMIT = COMMIT, DATE = DATE }
  platforms  = ["linux/arm64", "linux/amd64", "linux/arm/v7"]
  attest     = ["type=provenance,mode=max", "type=sbom"]
  # The date without what a tag cannot have: 2026-01-31T12:00:00Z is the tag 20260131-120000.
  tags = [
    for tag in [VERSION, COMMIT, replace(regex_replace(DATE, "[^0-9T]", ""), "T", "-")] :
    "${REGISTRY}${image}:${tag}" if tag != ""
  ]
}
