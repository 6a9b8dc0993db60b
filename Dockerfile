# labcolor without a network: weights inside, no privileges, nothing written but results.
#
#   docker build -t labcolor .
#   docker run --rm --network none --read-only -v "$PWD:/photos" labcolor scans/ -o colour/
#
#   docker build --target page -t labcolor-page .
#   docker run --rm --read-only --tmpfs /tmp -p 127.0.0.1:8313:8313 -e LABCOLOR_KEY=… labcolor-page

ARG BASE=debian:bookworm-slim

# Debian's Python of this release, so that what is built here runs in the stages below.
FROM ${BASE} AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3-venv=3.11.* \
    && rm -rf /var/lib/apt/lists/*
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY packaging/requirements.txt packaging/requirements-page.txt /src/packaging/
RUN python3 -m venv /opt/labcolor \
    && /opt/labcolor/bin/pip install -r /src/packaging/requirements.txt
COPY . /src
RUN /opt/labcolor/bin/pip install --no-deps /src

FROM build AS build-page
RUN /opt/labcolor/bin/pip install -r /src/packaging/requirements-page.txt \
    && /opt/labcolor/bin/pip uninstall -y pip setuptools \
    && find /opt/labcolor -type d -name tests -prune -exec rm -r {} +

FROM build AS build-labcolor
RUN /opt/labcolor/bin/pip uninstall -y pip setuptools \
    && find /opt/labcolor -type d -name tests -prune -exec rm -r {} +

FROM ${BASE} AS base
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3=3.11.* \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home --shell /usr/sbin/nologin labcolor
ENV PATH=/opt/labcolor/bin:$PATH PYTHONDONTWRITEBYTECODE=1 LABCOLOR_OFFLINE=1
USER 10001
WORKDIR /photos
ENTRYPOINT ["labcolor"]

FROM base AS page
COPY --from=build-page /opt/labcolor /opt/labcolor
EXPOSE 8313
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
    CMD ["python3", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8313/healthz', timeout=2)"]
CMD ["serve", "--host", "0.0.0.0", "--no-browser"]

FROM base AS labcolor
COPY --from=build-labcolor /opt/labcolor /opt/labcolor
CMD ["--help"]
