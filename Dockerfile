# The service alone; its database runs elsewhere (docker-compose.yml runs both).

FROM node:22-bookworm-slim AS web
WORKDIR /build/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY schema.graphql /build/
COPY web ./
RUN npm run build

FROM rust:1.95-slim-bookworm AS build
WORKDIR /build
COPY . .
COPY --from=web /build/web/dist web/dist
# The caches outlive a build; what is to be kept must be copied out of them.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked --bin maillage && cp target/release/maillage /maillage

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin maillage
# The demo is inside the program; its licence asks that its sources be named.
COPY LICENSE demo/ATTRIBUTION.md /usr/share/doc/maillage/
COPY --from=build /maillage /usr/local/bin/maillage
USER maillage
ENV MAILLAGE_LISTEN=0.0.0.0:8080
EXPOSE 8080
ENTRYPOINT ["maillage"]
CMD ["serve"]
