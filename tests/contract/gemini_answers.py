#!/usr/bin/env python3
"""Compares what the Gemini adapter makes of answers with an independent reading of them: of all recorded ones, and of
the cassettes of this project."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import gemini_reading as gemini

REPLAY, PLUGIN = sys.argv[1:3]
CASSETTES = pathlib.Path(__file__).resolve().parent / "cassettes" / "gemini"
RECORDED = pathlib.Path(os.environ.get("PATCHBAY_FIXTURES") or "PATCHBAY_FIXTURES-is-not-set") / "gemini"


class Exchange:
    """An answer, how it was asked for, and under which head it came."""

    def __init__(self, name, replies, operation="image", params=()):
        self.name, self.replies, self.operation, self.params = name, replies, operation, list(params)
        self.asked_for_stream = "stream=1" in self.params

    def played(self, folder):
        words = [REPLAY, PLUGIN, "--operation", self.operation]
        for param in self.params:
            words += ["--param", param]
        for number, (status, headers, body) in enumerate(self.replies):
            path = pathlib.Path(folder) / f"reply{number}"
            path.write_bytes(body)
            for header in headers:
                words += ["--header", header]
            words += [str(path), str(status)]
        return json.loads(subprocess.run(words, capture_output=True, check=True, text=True).stdout)

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


def parts_of(transcript):
    out = []
    for part in sorted(transcript["parts"], key=lambda part: part["index"]):
        if part["kind"] == "image":
            out.append(("image", part["disposition"], part["mime"], gemini.image_digest(part["data"])))
        else:
            out.append((part["kind"], part["disposition"], part["data"]))
    return out


def compare_models(exchange, seen, same):
    try:
        docs = [json.loads(body) for status, _, body in exchange.replies]
        wanted = gemini.listed_models(docs)
    except (ValueError, gemini.Unreadable):
        return same("ending", seen["ending"], "failed")
    same("models", [(model["id"], bool(model["flags"] & 1)) for model in seen["models"]], wanted)


def check(exchange, folder):
    seen, docs = exchange.played(folder), exchange.documents()
    problems = []

    def same(what, got, want):
        if got != want:
            problems.append(f"{exchange.name}: {what}: got {str(got)[:300]}, want {str(want)[:300]}")

    same("violations", seen["violations"], 0)
    status = exchange.replies[-1][0]
    if exchange.operation in ("models", "verify") and status == 200:
        if exchange.operation == "models":
            compare_models(exchange, seen, same)
        return problems
    category = seen["failure"]["category"] if seen["ending"] == "failed" else seen["ending"]
    wanted = gemini.category(docs, status, exchange.operation, exchange.asked_for_stream)
    same("category", category, wanted)
    if status == 200 and docs is not None and wanted in ("done", "no_output", "blocked"):
        reading = gemini.Reading(docs)
        # Order among the fields of one object is the document's, which parsers forget.
        same("parts", sorted(parts_of(seen)), sorted(reading.parts))
        texts = [[part[2] for part in parts if part[0] == "text"] for parts in (parts_of(seen), reading.parts)]
        same("text", "".join(texts[0]), "".join(texts[1]))
        same("usage", seen["usage"], reading.usage())
        same("meta", seen["meta"], reading.meta)
    return problems


def main():
    own = [cassette(path) for path in sorted(CASSETTES.glob("*.cassette"))]
    others = list(recordings())
    if not others:
        print(f"NO RECORDED ANSWERS at {RECORDED}: set PATCHBAY_FIXTURES; only our own are compared")
    with tempfile.TemporaryDirectory() as folder:
        problems = [problem for exchange in own + others for problem in check(exchange, folder)]
    print("\n".join(problems) or f"{len(own)} cassettes and {len(others)} recorded answers read alike")
    few = len(own) < 80 or (others and len(others) < 20)
    return 1 if problems or few else 0


sys.exit(main())
