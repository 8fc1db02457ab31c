# Build the wheel in one stage, run it in a slim second one.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements/build.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/build.txt
COPY . .
RUN python -m build --no-isolation --wheel --outdir /dist .

FROM python:3.13-slim
COPY requirements/runtime.txt /tmp/
RUN pip install --no-cache-dir --require-hashes -r /tmp/runtime.txt
COPY --from=build /dist /tmp/dist
RUN pip install --no-cache-dir --no-deps /tmp/dist/*.whl \
    && useradd --system --create-home hubcalc \
    && install -d -o hubcalc /data
USER hubcalc
# compiled for the machine that builds; another kind of machine compiles once more, when the server starts
RUN hubcalc warm
ENV HUBCALC_HOST=0.0.0.0 HUBCALC_DATABASE=/data/hubcalc.sqlite OPENBLAS_NUM_THREADS=1
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=15s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ.get(\"HUBCALC_PORT\", 8000)}/readyz')"]
CMD ["hubcalc", "serve"]
