# SPDX-License-Identifier: EUPL-1.2
# Vigie in a container. NOTE: this file was written without a machine that runs containers; it was never built. Please report
# what does not hold. For a service on a machine of its own, packaging/vigie.service is the way that was thought through.

FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libsqlite3-dev libpq-dev libargon2-dev zlib1g-dev libturbojpeg0-dev libpng-dev libwebp-dev pkg-config esbuild fonts-inter libjs-dygraphs python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN tools/setup-web && tools/build-web
RUN swift build -c release --product vigie --static-swift-stdlib \
    && mkdir -p /out/bin && cp .build/release/vigie /out/bin/ && strip /out/bin/vigie && cp -r Web/dist /out/assets

FROM debian:12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libsqlite3-0 libpq5 libargon2-1 zlib1g libturbojpeg0 libpng16-16 libwebp7 ca-certificates tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /var/lib/vigie --create-home --shell /usr/sbin/nologin vigie
COPY --from=build /out /opt/vigie
USER vigie
WORKDIR /var/lib/vigie
ENV VIGIE_DATA_FOLDER=/var/lib/vigie VIGIE_ASSETS_FOLDER=/opt/vigie/assets VIGIE_HTTP_BIND=0.0.0.0 VIGIE_MQTT_BIND=0.0.0.0
VOLUME /var/lib/vigie
EXPOSE 8080 1883
ENTRYPOINT ["/opt/vigie/bin/vigie"]
CMD ["serve"]
