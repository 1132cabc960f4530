FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /venv
# The dependencies first: they change less often than the source.
COPY pyproject.toml constraints.txt README.md LICENSE ./
RUN mkdir bot knowledge && touch bot/__init__.py \
    && /venv/bin/pip install --no-cache-dir -c constraints.txt .
COPY knowledge knowledge
COPY bot bot
RUN /venv/bin/pip install --no-cache-dir --no-deps --force-reinstall .

FROM python:3.11-slim
RUN useradd --system --create-home --home-dir /data --uid 10001 bot
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 XDG_DATA_HOME=/data BOT_LISTEN=127.0.0.1:8080
USER bot
WORKDIR /data
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s CMD ["nickelbot", "health"]
STOPSIGNAL SIGTERM
CMD ["nickelbot", "run"]
