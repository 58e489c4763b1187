"""Answers of Gemini with the heads under which they came: all recorded ones, and the cassettes of this project."""

import json
import os
import pathlib

import gemini_reading as gemini

CASSETTES = pathlib.Path(__file__).resolve().parent / "cassettes" / "gemini"
RECORDED = pathlib.Path(os.environ.get("PATCHBAY_FIXTURES") or "PATCHBAY_FIXTURES-is-not-set") / "gemini"


class Exchange:
    """An answer, how it was asked for, and under which head it came."""

    def __init__(self, name, replies, operation="image", params=()):
        self.name, self.replies, self.operation, self.params = name, replies, operation, list(params)
        self.asked_for_stream = "stream=1" in self.params

    def documents(self):
        status, headers, body = self.replies[-1]
        kind = next((value.lower() for key, _, value in (header.partition("=") for header in headers)
                     if key.lower() == "content-type"), "")
        is_json = kind.startswith("application/json") or (not kind and not self.asked_for_stream)
        is_stream = kind.startswith("text/event-stream") or (self.asked_for_stream and not is_json)
        try:
            return gemini.documents(body, is_stream and status == 200)
        except gemini.Unreadable:
            return None


def cassettes():
    return [cassette(path) for path in sorted(CASSETTES.glob("*.cassette"))]


def cassette(path):
    """The format is told in cassette.hpp."""
    head, *texts = ("\n" + path.read_bytes().decode("latin-1")).split("\n=== ")
    lines = [line.split(": ", 1) for line in head.strip().split("\n") if line]
    replies = []
    for text in texts:
        first, body = text.split("\n", 1)
        status, headers = first.split(" ", 1)
        replies.append([int(status), headers.split("|"), body.encode("latin-1")])
    replies[-1][2] = replies[-1][2].removesuffix(b"\n")
    operation = next(value for key, value in lines if key == "operation")
    return Exchange(path.name, replies, operation, [value for key, value in lines if key == "param"])


def recorded(path):
    """A file of an answer, with what stands beside it about its head."""
    body, params, headers = path.read_bytes(), [], []
    if path.name.endswith(".chunks.txt"):  # an event's data in each line
        body = b"".join(b"data: " + line + b"\r\n\r\n" for line in body.splitlines() if line)
    if not path.name.endswith(".json"):
        params = ["stream=1"]
    meta = pathlib.Path(str(path).split(".response.")[0] + ".meta.json")
    if meta.exists():
        told = json.loads(meta.read_text())
        kinds = [value for key, value in told.get("response_headers", {}).items() if key.lower() == "content-type"]
        headers = [f"content-type={kind}" for kind in kinds[:1]]
        return Exchange(path.name, [(told["status"], headers, body)], params=params)
    exchange = Exchange(path.name, [(200, headers, body)], params=params)
    docs = exchange.documents() or []
    # Without a head, an error alone tells the status that it came with.
    error = gemini.Reading(docs).error if len(docs) == 1 else None
    return Exchange(path.name, [(error["code"] if error else 200, headers, body)], params=params)


def recordings():
    lists = sorted(RECORDED.glob("models_list.*.response.json"))
    for path in sorted(p for p in RECORDED.rglob("*") if ".response." in p.name or p.name.endswith(".chunks.txt")):
        if path not in lists:
            yield recorded(path)
    for path in lists:
        # One page of many: the rest of the list is not recorded.
        page = {key: value for key, value in json.loads(path.read_bytes()).items() if key != "nextPageToken"}
        yield Exchange(path.name, [(200, ["content-type=application/json"], json.dumps(page).encode())], "models")
    refusals = RECORDED / "reported_refusals.json"
    for name, body in json.loads(refusals.read_text()).items() if refusals.exists() else ():
        if isinstance(body, dict):
            yield Exchange(f"reported refusal {name}", [(200, [], json.dumps(body).encode())])
