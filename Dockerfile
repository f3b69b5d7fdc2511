# syntax=docker/dockerfile:1
FROM golang:1.26.8-bookworm AS build
WORKDIR /src
# The root module alone: go.work also names dev/, which the image does not need.
ENV GOWORK=off CGO_ENABLED=0
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    go build -trimpath -ldflags="-s -w" -o /fasthold .

# Debian rather than an image without a shell: the health checks ask with bash.
FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 65532 fasthold \
 && useradd --uid 65532 --gid 65532 --no-create-home --shell /usr/sbin/nologin fasthold
COPY --from=build /fasthold /usr/local/bin/fasthold
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/fasthold"]
CMD ["--help"]
