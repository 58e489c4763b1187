#!/usr/bin/env python3
"""Compares what the Gemini adapter makes of answers with an independent reading of them: of all recorded ones, and of
the cassettes of this project."""

import json
import pathlib
import subprocess
import sys
import tempfile

import gemini_exchanges as exchanges
import gemini_reading as gemini

REPLAY, PLUGIN = sys.argv[1:3]


def played(exchange, folder):
    words = [REPLAY, PLUGIN, "--operation", exchange.operation]
    for param in exchange.params:
        words += ["--param", param]
    for number, (status, headers, body) in enumerate(exchange.replies):
        path = pathlib.Path(folder) / f"reply{number}"
        path.write_bytes(body)
        for header in headers:
            words += ["--header", header]
        words += [str(path), str(status)]
    return json.loads(subprocess.run(words, capture_output=True, check=True, text=True).stdout)


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
    seen, docs = played(exchange, folder), exchange.documents()
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
    own, others = exchanges.cassettes(), list(exchanges.recordings())
    if not others:
        print(f"NO RECORDED ANSWERS at {exchanges.RECORDED}: set PATCHBAY_FIXTURES; only our own are compared")
    with tempfile.TemporaryDirectory() as folder:
        problems = [problem for exchange in own + others for problem in check(exchange, folder)]
    print("\n".join(problems) or f"{len(own)} cassettes and {len(others)} recorded answers read alike")
    few = len(own) < 80 or (others and len(others) < 20)
    return 1 if problems or few else 0


sys.exit(main())
