"""How huggingface_hub lays out its cache: a repository of a few small files, fetched from a hub of our own."""

import hashlib
import json
import os
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

os.environ["HF_HUB_DISABLE_XET"] = "1"

import huggingface_hub
from huggingface_hub import snapshot_download

from text import write_compact_json

REPOSITORY, COMMIT = "tiny/model", "0123456789abcdef0123456789abcdef01234567"
FILES = {
    "config.json": b'{"architectures": ["BlipForConditionalGeneration"]}',
    "README.md": b"# A card",
    "tokenizer.json": b"{}",
    "vocab.txt": b"{}",
    "model.safetensors": bytes(range(256)) * 8,
}
PARTS = ["blobs", "refs", "snapshots"]
# Files of the hub's large storage are named by SHA-256, others as git names blobs.
LARGE_FROM = 1000


def etag(content: bytes) -> str:
    if len(content) >= LARGE_FROM:
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def in_tree(name: str, content: bytes) -> dict[str, object]:
    return {"type": "file", "path": name, "size": len(content), "oid": etag(content)}


class Hub(BaseHTTPRequestHandler):
    """Answers what huggingface_hub asks for a snapshot."""

    def do_HEAD(self) -> None:
        self.answer(self.content(), with_body=False)

    def do_GET(self) -> None:
        if self.path.startswith(f"/api/models/{REPOSITORY}/tree/"):
            self.answer(json.dumps([in_tree(name, content) for name, content in FILES.items()]).encode(), with_body=True)
        elif self.path.startswith(f"/api/models/{REPOSITORY}"):
            siblings = [{"rfilename": name} for name in FILES]
            listing = {"id": REPOSITORY, "sha": COMMIT, "siblings": siblings}
            self.answer(json.dumps(listing).encode(), with_body=True)
        else:
            self.answer(self.content(), with_body=True)

    def content(self) -> bytes:
        return FILES[self.path.rsplit("/", 1)[1]]

    def answer(self, content: bytes, with_body: bool) -> None:
        self.send_response(200)
        headers = {"Content-Length": len(content), "ETag": f'"{etag(content)}"', "X-Repo-Commit": COMMIT}
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.end_headers()
        if with_body:
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


def entry(root: Path, path: Path) -> dict[str, str]:
    place = path.relative_to(root).as_posix()
    if path.is_symlink():
        return {"path": place, "link": os.readlink(path)}
    return {"path": place, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def write_hub_cache(folder: Path) -> None:
    """Links and files of a snapshot; locks, and listings in trees/, it keeps for itself and does without."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as cache:
        endpoint = f"http://127.0.0.1:{server.server_port}"
        snapshot_download(REPOSITORY, cache_dir=cache, endpoint=endpoint)
        paths = sorted(path for part in PARTS for path in Path(cache).glob(f"models--*/{part}/**/*") if not path.is_dir())
        entries = [entry(Path(cache), path) for path in paths]
    server.shutdown()
    files = {name: content.hex() for name, content in FILES.items()}
    head = {"huggingfaceHub": huggingface_hub.__version__, "commit": COMMIT, "files": files}
    write_compact_json(folder / "hub-cache.json", head, "entries", entries)


if __name__ == "__main__":
    write_hub_cache(Path(__file__).parents[2] / "test/golden")
