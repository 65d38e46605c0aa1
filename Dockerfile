# syntax=docker/dockerfile:1
# One image for all services, `npm run deploy` and `npm run ops` (infra/decisions/0040-one-image-without-a-shell.md):
#   docker build -t simon-unit4 .
#   docker run --read-only … simon-unit4 services/order-writer/main.ts
# With the stand-ins for Unit4, Simon and the sign-in service, for compose.yaml: `--target sandbox`.

FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM packages AS sandbox-packages
RUN npm ci --omit=optional --ignore-scripts
# Empty, for whoever runs the stand-ins to own.
WORKDIR /data

FROM gcr.io/distroless/nodejs24-debian12:nonroot AS program
WORKDIR /app
# Probes and people come from outside the container; a small heap: infra/decisions/0006-services-run-in-a-small-heap.md.
ENV NODE_ENV=production \
    HEALTH_HOST=0.0.0.0 \
    CONSOLE_HOST=0.0.0.0 \
    NODE_OPTIONS="--max-semi-space-size=4 --max-old-space-size=512" \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=131072
COPY package.json ./
COPY schemas schemas/
COPY services services/
COPY infra/deploy infra/deploy/
COPY infra/local infra/local/
COPY infra/ops infra/ops/
# By number, so that Kubernetes sees that it is not root.
USER 65532:65532
EXPOSE 9100 8092
ENTRYPOINT ["/nodejs/bin/node"]
CMD ["services/all.ts"]

FROM program AS sandbox
ENV MULTIVERS_HOST=0.0.0.0 \
    SIMON_HOST=0.0.0.0 \
    IDENTITY_HOST=0.0.0.0
COPY infra/sandbox infra/sandbox/
COPY --from=sandbox-packages --chown=65532:65532 /data /data/
COPY --from=sandbox-packages /app/node_modules node_modules/

FROM program AS production
COPY --from=packages /app/node_modules node_modules/
