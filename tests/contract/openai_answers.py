#!/usr/bin/env python3
"""Compares what an adapter makes of recorded answers in OpenAI's shape with an independent reading.

openai_answers.py REPLAY PLUGIN FOLDER: the folder of recordings also chooses the list of errors."""

import json
import pathlib
import subprocess
import sys
import tempfile

import openai_shapes as shapes

REPLAY, PLUGIN, FOLDER = sys.argv[1:4]
# What each recorded or documented error is, by reading its words: (category, understood).
ERRORS = {
    "openai": {
        "err_400_context_length": ("bad_request", 1), "err_400_edit_bad_content_type": ("bad_request", 1),
        "err_400_edit_url_404": ("bad_request", 1), "err_401_invalid_key": ("auth_invalid", 1),
        "err_404_model": ("model", 1), "err_embed": ("model", 1),
        "gpt-image-response-format-error": ("bad_request", 1),
        "legacy-parameter-error": ("bad_request", 1)},
    "openrouter": {
        "err_400_context_previous_errors": ("bad_request", 1), "err_401": ("auth_invalid", 1),
        "err_429_provider_returned_error": ("rate", 1), "stream_error_midstream": ("bad_request", 1)},
    "requesty": {},
}[FOLDER]


# What the documented errors are: the first words that fit, else the first status.
DOCUMENTED = {
    "openrouter": [
        ("patterns detected", "blocked"), ("flagged", "blocked"), ("management keys", "auth_config"), (401, "auth_invalid"),
        (402, "quota"), (404, "model"), (429, "rate"), (408, "upstream"), (400, "bad_request"), (413, "bad_request"),
        (422, "bad_request"), (500, "upstream"), (502, "upstream"), (503, "upstream"), (524, "upstream"), (529, "upstream")],
    "requesty": [
        ("authorization token", "auth_invalid"), ("Unauthorized", "auth_invalid"), ("by policy", "auth_config"),
        ("balance", "quota"), ("spend limit", "quota"), ("not supported", "model"), ("Too many", "rate"),
        ("provider response", "upstream"), ("is down", "upstream"), ("stream", "upstream"), ("timed out", "upstream")],
}.get(FOLDER, [])
OPERATIONS = {"POST /images": "image", "POST /chat/completions": "chat", "GET /models": "models", "GET /key": "verify"}


class Case:
    def __init__(self, name, body, operation, stream=False, status=200):
        self.name, self.body, self.operation, self.stream, self.status = name, body, operation, stream, status


def operation_of(path, meta):
    if "models_list" in path.name or meta.get("uri", "").endswith("/models"):
        return "models"
    if "manage" in path.name:
        return None  # an administrator's API
    chats = "/chat/completions" in meta.get("uri", "/chat/completions") and "image" not in path.name
    return "chat" if chats else "image"


def cases(root):
    for path in sorted(root.rglob("*.response.json")) + sorted(root.rglob("*.response.sse")):
        meta = shapes.meta_of(path)
        operation = operation_of(path, meta)
        if operation:
            body = path.read_bytes()
            status = meta.get("status") or (400 if b'"error"' in body[:20] else 200)
            yield Case(path.name, body, operation, path.suffix == ".sse", status)
    for path in sorted(root.rglob("*.response.chunks.txt")):
        lines = path.read_bytes().splitlines()
        yield Case(path.name, b"".join(b"data: " + line + b"\n\n" for line in lines) + b"data: [DONE]\n\n",
                   "chat", True)


def documented(root):
    """Errors as documents show them: (case, the error object)."""
    for path in root.glob("documented_errors.json"):
        for entry in json.loads(path.read_text()):
            yield Case(path.name, json.dumps(entry["body"]).encode(), "image", False, entry["status"]), entry["body"]
    for path in root.glob("doc_examples.json"):
        examples = json.loads(path.read_text())
        for name, operation in OPERATIONS.items():
            for status, response in examples[name]["responses"].items():
                shown = (response.get("examples") or {}).get("application/json") or {}
                for body in [shown] if "error" in shown else shown.values():
                    if isinstance(body, dict) and "error" in body:
                        yield Case(f"{name} {status}", json.dumps(body).encode(), operation, False, int(status)), body


def check_documented(case, body, folder):
    failure = play(case, folder).get("failure", {})
    message = body["error"]["message"]
    want = next(category for sign, category in DOCUMENTED if sign == case.status or str(sign) in message)
    if want == "model" and case.operation not in ("image", "chat"):
        want = "bad_request"
    got = (failure.get("category"), failure.get("understood"), message in failure.get("message", ""))
    return [] if got == (want, 1, True) else [f"{case.name}: {message!r} is {failure}, want {want}"]


def play(case, folder):
    file = pathlib.Path(folder) / "body"
    file.write_bytes(case.body)
    words = [REPLAY, PLUGIN, "--operation", case.operation, "--model", "some/model"]
    words += ["--stream"] if case.stream else []
    run = subprocess.run(words + [str(file), str(case.status)], capture_output=True, check=True, text=True)
    return json.loads(run.stdout)


def check(case, folder):
    seen = play(case, folder)
    problems = []

    def same(what, got, want):
        if got != want:
            problems.append(f"{case.name}: {what}: got {str(got)[:300]}, want {str(want)[:300]}")

    same("violations", seen["violations"], 0)
    ending = seen["failure"]["category"] if seen["ending"] == "failed" else seen["ending"]
    if case.operation == "models":
        same("models", [model["id"] for model in seen["models"]],
             [model["id"] for model in json.loads(case.body)["data"]])
        return problems
    reading = shapes.Reading(shapes.documents(case.body, case.stream))
    listed = next((error for words, error in ERRORS.items() if words in case.name), None)
    if reading.error:
        same("the error is listed", listed is not None, True)
        failure = seen.get("failure", {})
        same("error", (ending, failure.get("understood")), listed)
        if reading.error["message"] not in failure.get("message", ""):
            problems.append(f"{case.name}: says {failure.get('message')!r}, not the provider's words")
        return problems
    if reading.addresses and not reading.pictures:
        same("the address is asked", [request["target"] for request in seen["requests"][1:]], reading.addresses[:1])
        return problems
    same("category", ending, reading.category(case.operation))
    if ending == "protocol":
        return problems
    same("text", shapes.seen_text(seen), reading.text)
    same("pictures", shapes.seen_pictures(seen), reading.pictures)
    same("usage", seen["usage"], reading.usage)
    same("meta", seen["meta"], reading.meta)
    return problems


def main():
    problems, count = [], 0
    with tempfile.TemporaryDirectory() as folder:
        for case in cases(shapes.fixtures(FOLDER)):
            count += 1
            problems += check(case, folder)
        for case, body in documented(shapes.fixtures(FOLDER)):
            count += 1
            problems += check_documented(case, body, folder)
    print("\n".join(problems) or f"{count} recorded answers read alike")
    return 1 if problems or not count else 0


sys.exit(main())
