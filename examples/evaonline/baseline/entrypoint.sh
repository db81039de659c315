#!/bin/sh
# Starts the service that SERVICE names.
set -eu
case "$SERVICE" in
api)
    exec python3 -m uvicorn evaonline.api:app --host 0.0.0.0 --port 8000
    ;;
celery-worker)
    exec python3 -m celery --quiet -A evaonline.tasks worker --concurrency 2
    ;;
celery-beat)
    exec python3 -m celery --quiet -A evaonline.tasks beat --pidfile=
    ;;
flower)
    exec python3 -m celery --quiet -A evaonline.tasks flower
    ;;
*)
    echo "unknown service: $SERVICE" >&2
    exit 64
    ;;
esac
