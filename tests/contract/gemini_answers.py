#!/usr/bin/env python3
"""Compares what the Gemini adapter makes of recorded answers with an independent reading of them."""

import base64
import hashlib
import json
import os
import pathlib
import subprocess
import sys

REPLAY, PLUGIN = sys.argv[1:3]
BLOCKS = {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY",
          "IMAGE_RECITATION", "IMAGE_PROHIBITED_CONTENT", "MODEL_ARMOR", "JAILBREAK"}
# What each recorded error is, by reading its words.
ERRORS = {
    "err_400_api_key_invalid.0": "auth_invalid", "fb_gai_unary-failure-api-key": "auth_invalid",
    "err_404": "model", "fb_gai_unary-failure-unknown-model": "model",
    "err_429_quota_retryinfo": "rate", "vercel_429-retry-info": "rate",
    "err_400_url_robotted.1": "bad_request", "err_400_vertex_token_count": "bad_request",
    "fb_gai_streaming-failure-image-rejected": "bad_request",
    "fb_gai_unary-failure-generativelanguage-api-not-enabled": "auth_config",
    "fb_vtx_unary-failure-iam-permission-denied": "auth_config",
    "unsupported-user-location": "auth_config",
    "fb_vtx_streaming-failure-error-mid-stream": "upstream",
}


def fixtures():
    root = pathlib.Path(os.environ.get("PATCHBAY_FIXTURES") or "PATCHBAY_FIXTURES-is-not-set") / "gemini"
    if not root.is_dir():
        print(f"SKIPPED: no recorded answers at {root}; set PATCHBAY_FIXTURES")
        sys.exit(77)
    return sorted(p for p in root.rglob("*.response.*") if p.suffix in (".json", ".sse"))


def documents(path, body):
    """The JSON documents of an answer, and whether all of it could be read."""
    if path.suffix == ".json":
        value = json.loads(body)
        return value if isinstance(value, list) else [value]
    found, stray = [], []
    for line in body.decode().replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line.startswith("data:"):
            found.append(json.loads(line[5:]))
        elif line:
            stray.append(line)
    return found + ([json.loads("\n".join(stray))] if stray else [])


def status_of(path, docs):
    meta = pathlib.Path(str(path).split(".response.")[0] + ".meta.json")
    if meta.exists():
        return json.loads(meta.read_text())["status"]
    stem = len(docs) == 1 and isinstance(docs[0], dict) and docs[0].get("error")
    return stem["code"] if stem else 200


def digest(data):
    return hashlib.sha256(base64.b64decode(data)).hexdigest()


def reading(docs):
    """Parts, tokens, identity and reasons by a whole-document parser."""
    parts, usage, meta, finish, block, error = [], {}, {}, "", "", None
    for doc in docs:
        if not isinstance(doc, dict):
            continue
        error = doc.get("error", error)
        block = (doc.get("promptFeedback") or {}).get("blockReason", block)
        usage.update(doc.get("usageMetadata") or {})
        meta.update({name: doc[key] for name, key in
                     (("response_id", "responseId"), ("model", "modelVersion")) if doc.get(key)})
        for candidate in doc.get("candidates") or []:
            finish = candidate.get("finishReason", finish)
            for part in (candidate.get("content") or {}).get("parts") or []:
                thought = "thought" if part.get("thought") else "final"
                if "text" in part:
                    parts.append(("text", thought, part["text"]))
                if "inlineData" in part:
                    parts.append(("image", thought, part["inlineData"].get("mimeType", ""),
                                  digest(part["inlineData"]["data"])))
                if "thoughtSignature" in part:
                    parts.append(("state", "final", part["thoughtSignature"]))
    images = [i for i, p in enumerate(parts) if p[0] == "image" and p[1] == "final"]
    for i in images[:-1]:
        parts[i] = ("image", "draft") + parts[i][2:]
    if finish:
        meta["finish_reason"] = finish
    return parts, usage, meta, finish, block, error


def expected_category(name, docs, stream):
    parts, _, _, finish, block, error = reading(docs)
    if error:
        return next((c for words, c in ERRORS.items() if words in name), f"unlisted error {name}")
    if block or finish in BLOCKS:
        return "blocked"
    heard = any(isinstance(d, dict) and ("candidates" in d or "promptFeedback" in d) for d in docs)
    if not heard or (stream and not finish):
        return "protocol"
    return "done" if any(p[:2] == ("image", "final") for p in parts) else "no_output"


def seen_parts(transcript):
    out = []
    for part in sorted(transcript["parts"], key=lambda p: p["index"]):
        if part["kind"] == "image":
            out.append(("image", part["disposition"], part["mime"], digest(part["data"])))
        else:
            out.append((part["kind"], part["disposition"], part["data"]))
    return out


def check(path):
    body = path.read_bytes()
    docs = documents(path, body)
    stream = path.suffix == ".sse"
    status = status_of(path, docs)
    words = [REPLAY, PLUGIN, "--operation", "image"] + (["--stream"] if stream else [])
    run = subprocess.run(words + [str(path), str(status)], capture_output=True, check=True, text=True)
    seen = json.loads(run.stdout)
    parts, usage, meta, *_ = reading(docs)
    problems = []

    def same(what, got, want):
        if got != want:
            problems.append(f"{path.name}: {what}: got {str(got)[:300]}, want {str(want)[:300]}")

    category = seen["failure"]["category"] if seen["ending"] == "failed" else seen["ending"]
    same("category", category, expected_category(path.name, docs, stream))
    same("violations", seen["violations"], 0)
    if status == 200:
        if category in ("done", "no_output", "blocked"):
            # Order among the parts of one object is the document's, which the sort forgets.
            same("parts", sorted(seen_parts(seen)), sorted(parts))
        tokens = {"input": usage.get("promptTokenCount"), "total": usage.get("totalTokenCount")}
        if "candidatesTokenCount" in usage or "thoughtsTokenCount" in usage:
            tokens["output"] = usage.get("candidatesTokenCount", 0) + usage.get("thoughtsTokenCount", 0)
        same("usage", seen["usage"], {k: v for k, v in tokens.items() if v is not None})
        same("meta", seen["meta"], meta)
    return problems


def main():
    paths = [p for p in fixtures() if "models_list" not in p.name]
    problems = [problem for path in paths for problem in check(path)]
    print("\n".join(problems) or f"{len(paths)} recorded answers read alike")
    return 1 if problems or len(paths) < 20 else 0


sys.exit(main())
