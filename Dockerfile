# The image of `dpg-triage serve`. Build: `docker build --tag dpg-triage .` (BuildKit, the default since Docker 23).
# What reaches this build is listed in .dockerignore.

# The compiler that CI uses. The slim image brings gcc, which is all that the C parts (aws-lc, SQLite) need.
ARG RUST=1.95

FROM rust:${RUST}-slim-bookworm AS build
WORKDIR /src
COPY . .
# Dependencies are kept between builds. The program itself is always compiled anew: a cached one could be that of
# another branch, whose files are older.
RUN --mount=type=cache,id=dpg-triage-registry,target=/usr/local/cargo/registry \
    --mount=type=cache,id=dpg-triage-target,target=/src/target \
    touch src/lib.rs src/main.rs \
    && cargo build --locked --profile dist --bin dpg-triage \
    && cp target/dist/dpg-triage /dpg-triage

FROM debian:bookworm-slim
# Certificates for api.github.com, and a folder that the user of this image may write to.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && install --directory --owner=10001 --group=10001 /data
COPY LICENSE-APACHE LICENSE-MIT /usr/share/doc/dpg-triage/
COPY --from=build /dpg-triage /usr/local/bin/dpg-triage

# The inbox. It has to outlive the container, or what was acknowledged and not yet done is lost with it.
WORKDIR /data
VOLUME /data
ENV HOST=0.0.0.0 \
    PORT=3000 \
    DATABASE_URL=sqlite:///data/dpg-triage.db
EXPOSE 3000
# A number, so that Kubernetes can tell that it is not root.
USER 10001:10001

# No HEALTHCHECK: there is no HTTP client in here, and one would only be there for it. Whoever runs the image asks
# /healthz (the process answers) and /readyz (the database answers, too) from outside.
ENTRYPOINT ["dpg-triage"]
CMD ["serve"]
