"""Serves django-prometheus over Django's caches, by the protocol of serveExporter.mjs: Debian's packages, on its Python."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["django_prometheus"],
    CACHES={
        "default": {
            "BACKEND": "django_prometheus.cache.backends.redis.RedisCache",
            "LOCATION": f"redis://127.0.0.1:{sys.argv[1]}/0",
        }
    },
)
django.setup()

from django.core.cache import cache  # noqa: E402: needs the settings
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest  # noqa: E402

last_id = 0


def look_up(family, hits, misses):
    global last_id
    seen = {"hits": 0, "misses": 0}
    for count in range(misses + hits):
        if count < misses:
            last_id += 1
        key = f"{family}:{last_id}"
        found = cache.get(key)
        seen["misses" if found is None else "hits"] += 1
        if found is None:
            cache.set(key, "value")
    return seen


class Handler(BaseHTTPRequestHandler):
    def answer(self, content_type, body):
        self.send_response(200)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(CONTENT_TYPE_LATEST, generate_latest())

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.answer("application/json", json.dumps(look_up(**asked)).encode())

    def log_message(self, *_args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
