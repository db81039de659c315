# All services from one file, with the whole context copied: what repositories of many services have.
FROM --platform=$BUILDPLATFORM node:24-bookworm-slim AS manifests
WORKDIR /app
ENV npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
COPY package.json package-lock.json ./
COPY packages/common/package.json packages/common/
COPY packages/money/package.json packages/money/
COPY services/accounts/package.json services/accounts/
COPY services/catalog/package.json services/catalog/
COPY services/checkout/package.json services/checkout/
COPY services/gateway/package.json services/gateway/
COPY services/notifications/package.json services/notifications/

FROM manifests AS production
ARG SERVICE
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=ca,target=/run/secrets/ca.pem \
    if [ -e /run/secrets/ca.pem ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca.pem; fi; \
    npm ci --omit=dev --workspace=services/$SERVICE

FROM manifests AS build
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=ca,target=/run/secrets/ca.pem \
    if [ -e /run/secrets/ca.pem ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca.pem; fi; \
    npm ci
COPY . .
ARG SERVICE
RUN npm run build --workspace=packages/common --workspace=packages/money --workspace=services/$SERVICE

FROM gcr.io/distroless/nodejs24-debian12:nonroot
ARG SERVICE
WORKDIR /app/services/$SERVICE
ENV NODE_ENV=production
COPY --from=production /app/node_modules /app/node_modules
COPY --from=build /app/packages /app/packages
COPY --from=build /app/services/$SERVICE/package.json ./
COPY --from=build /app/services/$SERVICE/dist ./dist
EXPOSE 3000
USER 65532:65532
CMD ["dist/server.js"]
