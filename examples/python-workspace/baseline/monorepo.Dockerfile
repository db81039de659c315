# One file for all services, as monorepos have it: docker buildx bake -f baseline/docker-bake.hcl
FROM python:3.11-slim-bookworm AS build
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/app/.venv
RUN --mount=type=cache,target=/root/.cache/pip --mount=type=secret,id=ca,target=/run/secrets/ca.pem \
    if [ -e /run/secrets/ca.pem ]; then export PIP_CERT=/run/secrets/ca.pem; fi; \
    python3 -m venv /opt/uv && /opt/uv/bin/pip install uv==0.13.9
WORKDIR /src
COPY . .
ARG SERVICE
RUN --mount=type=cache,target=/root/.cache/uv --mount=type=secret,id=ca,target=/run/secrets/ca.pem \
    if [ -e /run/secrets/ca.pem ]; then export SSL_CERT_FILE=/run/secrets/ca.pem; fi; \
    /opt/uv/bin/uv sync --frozen --no-dev --no-editable --package $SERVICE
RUN cp -r services/$SERVICE/. /app/ && python3 -m compileall -q /app/*.py

FROM python:3.11-slim-bookworm
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH VIRTUAL_ENV=/app/.venv PYTHONPATH=/app
COPY --from=build /app /app
USER 65532:65532
