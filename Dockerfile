# Two images: `docker build --target cpu .` and `docker build --target cuda .`; docs/containers.md.
FROM debian:trixie-slim AS python
ENV LANG=C.UTF-8 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 libportaudio2 ca-certificates \
    && rm -rf /var/lib/apt/lists/*

FROM python AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3-venv \
    && rm -rf /var/lib/apt/lists/*
RUN python3 -m venv /opt/resonance
# The version is git's, which does not travel: --build-arg VERSION=1.2.3
ARG VERSION=0.0
ENV SETUPTOOLS_SCM_PRETEND_VERSION=$VERSION
WORKDIR /source
COPY pyproject.toml hatch_build.py README.md LICENSE NOTICE ./
COPY recipes recipes
COPY docs docs
COPY web web
COPY src src
# Brings its own Node.js, builds the studio's pages and fetches the face models.
RUN /opt/resonance/bin/pip install --no-cache-dir .
# An image without pages or face models is none.
RUN cd / && /opt/resonance/bin/python -c "from latent_resonance.studio.pages import static_folder; assert (static_folder() / 'index.html').is_file()" \
    && /opt/resonance/bin/resonance doctor
COPY container/health.py /opt/resonance/health.py

# The wheels of PyTorch that PyPI has for Linux carry CUDA's libraries; the driver is the host's.
FROM build AS build-cuda
RUN /opt/resonance/bin/pip install --no-cache-dir ".[data,torch,train]"

FROM python AS player
# All that is written goes to /data, so that the rest can be read-only.
ENV PATH=/opt/resonance/bin:$PATH \
    HOME=/data XDG_DATA_HOME=/data/share XDG_CONFIG_HOME=/data/config XDG_CACHE_HOME=/data/cache
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin resonance \
    && install -d -o resonance -g resonance -m 0700 /data
VOLUME /data
WORKDIR /data
EXPOSE 8765
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["python", "/opt/resonance/health.py"]
ENTRYPOINT ["resonance"]
CMD ["studio", "--host", "0.0.0.0", "--port", "8765", "--allow-remote", "--no-browser"]

FROM player AS cuda
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
COPY --from=build-cuda /opt/resonance /opt/resonance

# Last, so that it is what a build without --target makes.
FROM player AS cpu
COPY --from=build /opt/resonance /opt/resonance
