# The four images: docker buildx bake -f baseline/docker-bake.hcl
group "default" {
  targets = ["image"]
}

target "image" {
  name       = image
  matrix     = { image = ["distroless", "scratch", "upx", "debug"] }
  dockerfile = "baseline/Dockerfile"
  target     = image == "scratch" ? "serverless" : image
  platforms  = ["linux/arm64", "linux/amd64", "linux/arm/v7"]
}
