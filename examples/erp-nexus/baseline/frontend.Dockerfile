# frontend as its owners want it. docker build -f baseline/frontend.Dockerfile modules/frontend
FROM node:24-trixie-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=ca,target=/run/secrets/ca.pem \
    if [ -e /run/secrets/ca.pem ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca.pem; fi; \
    npm ci
COPY . .
RUN npm run build

FROM node:24-trixie-slim AS production
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=ca,target=/run/secrets/ca.pem \
    if [ -e /run/secrets/ca.pem ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca.pem; fi; \
    npm ci --omit=dev

FROM node:24-trixie-slim
RUN --mount=type=secret,id=ca,target=/run/secrets/ca.pem \
    if [ -e /run/secrets/ca.pem ]; then \
        echo 'Acquire::https::CAInfo "/run/secrets/ca.pem";' >/etc/apt/apt.conf.d/ca; fi; \
    apt-get update && apt-get install -y --no-install-recommends dumb-init && \
    rm -rf /var/lib/apt/lists/* /etc/apt/apt.conf.d/ca
RUN groupadd --gid 1001 nexus && useradd --uid 1001 --gid nexus --create-home nexus
ENV NODE_ENV=production
WORKDIR /app
COPY --from=production --chown=nexus:nexus /app/node_modules node_modules
COPY --from=build --chown=nexus:nexus /app/dist dist
COPY --chown=nexus:nexus package.json ./
USER nexus
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:3000/health').then((a) => process.exit(+!a.ok), () => process.exit(1))"]
ENTRYPOINT ["dumb-init", "--"]
CMD ["node", "dist/server.js"]
