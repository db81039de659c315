# syntax=docker/dockerfile:1
# All services from one file, with the whole context copied: what repositories of many services have.
FROM --platform=$BUILDPLATFORM rust:1-bookworm AS build
WORKDIR /src
COPY . .
ARG SERVICE
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked --mount=type=cache,target=/src/target,sharing=locked \
    --mount=type=secret,id=ca,target=/run/secrets/ca.pem \
    if [ -e /run/secrets/ca.pem ]; then export CARGO_HTTP_CAINFO=/run/secrets/ca.pem; fi; \
    cargo build --release --locked --bin $SERVICE && cp target/release/$SERVICE /usr/local/bin/service

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /usr/local/bin/service /service
EXPOSE 8080
USER 65532:65532
ENTRYPOINT ["/service"]
