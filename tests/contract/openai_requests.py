#!/usr/bin/env python3
"""An adapter's request bodies against recorded ones that the provider accepted, by meaning.

openai_requests.py REPLAY PLUGIN FOLDER"""

import base64
import json
import pathlib
import subprocess
import sys
import tempfile

import openai_shapes as shapes

REPLAY, PLUGIN, FOLDER = sys.argv[1:4]

# What is no request of this adapter.
NOT_EXPRESSIBLE = {
    "openai": {
        "err_400_context_length": "the Responses API is not spoken", "err_401_invalid_key": "the same",
        "stream_chat": "the same", "err_embed": "embeddings are no operation",
        "err_400_edit_url_404": "an input is a file, not an address"},
    "openrouter": {
        "stream_prompt": "the Responses API is not spoken", "preset": "presets are not spoken"},
    "requesty": {},
}[FOLDER]
# Fields that our body leaves away or adds on purpose: (name or any, field, reason).
DIFFERENCES = (
    ("", "stream", False, "what is not asked for is not said"),
    ("", "n", 1, "one is what every API gives without being asked"),
    ("", "stream_options", {"include_usage": True}, "at OpenRouter the field does nothing"),
    ("usage", "usage", {"include": True}, "usage is always sent now, the field does nothing"),
)
SETTINGS = {"openai": ["edits_format=json"], "openrouter": ["image_api=chat"], "requesty": []}[FOLDER]


class Question:
    """A recorded body as arguments of patchbay_replay."""

    def __init__(self, body, uri, folder):
        self.body, self.folder = body, folder
        self.is_chat = uri.endswith("/chat/completions")
        draws = not self.is_chat or "modalities" in body or "image" in body["model"]
        self.words = ["--operation", "image" if draws else "chat", "--model", body["model"]]
        self.words += ["--stream"] if body.get("stream") else []
        if self.is_chat:
            for message in body["messages"]:
                self._message(message)
        else:
            self._prompt()
        config = body.get("image_config", {})
        self._param("aspect_ratio", body.get("aspect_ratio") or config.get("aspect_ratio"))
        self._param("resolution", body.get("resolution") or config.get("image_size"))
        self._param("max_output_tokens", body.get("max_completion_tokens"))
        for name in ("size", "seed", "temperature", "quality", "background", "output_format"):
            self._param(name, body.get(name))
        for setting in SETTINGS if self.is_chat or FOLDER == "openai" else []:
            self.words += ["--setting", setting]

    def _param(self, name, value):
        self.words += ["--param", f"{name}={value}"] if value is not None else []

    def _image(self, url):
        head, _, data = url.partition(",")
        path = pathlib.Path(self.folder) / f"blob{len(self.words)}"
        path.write_bytes(base64.b64decode(data))
        self.words += ["--image", str(path), head[5:].split(";")[0]]

    def _message(self, message):
        self.words += ["--" + message["role"], ""]
        content = message["content"]
        for part in [{"type": "text", "text": content}] if isinstance(content, str) else content:
            if part["type"] == "text":
                self.words += ["--text", part["text"]]
            else:
                self._image(part["image_url"]["url"])

    def _prompt(self):
        self.words += ["--user", self.body["prompt"]]
        for image in self.body.get("images", []):
            self._image(image["image_url"])
        for image in self.body.get("input_references", []):
            self._image(image["image_url"]["url"])


def meaning(body):
    """Modalities are a set, and a message of one text is that text."""
    body = dict(body)
    if "modalities" in body:
        body["modalities"] = sorted(body["modalities"])
    return body


def check(path, folder):
    name = path.name.split(".request.")[0].rsplit(".", 1)[0]
    if name in NOT_EXPRESSIBLE:
        return None, []
    recorded = meaning(json.loads(path.read_text()))
    meta_path = pathlib.Path(str(path).replace(".request.", ".meta."))
    uri = json.loads(meta_path.read_text())["uri"] if meta_path.exists() else "/v1/chat/completions"
    run = subprocess.run([REPLAY, PLUGIN] + Question(recorded, uri, folder).words,
                         capture_output=True, check=True, text=True)
    request = json.loads(run.stdout)["requests"][0]
    ours = meaning(json.loads(request["body"]))
    problems = []
    if not uri.endswith(request["target"]):
        problems.append(f"{name}: target {request['target']}, want the end of {uri}")
    for words, field, value, _ in DIFFERENCES:
        if words in name and recorded.get(field) == value and field not in ours:
            del recorded[field]
    if FOLDER == "requesty":
        recorded.pop("requesty", None)  # an extension that a person sets
    if ours != recorded:
        problems.append(f"{name}: {json.dumps(ours)[:600]}\n  recorded {json.dumps(recorded)[:600]}")
    return name, problems


def main():
    root = shapes.fixtures(FOLDER)
    compared, problems = [], []
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(root.glob("*.request.json")):
            name, found = check(path, folder)
            compared += [name] if name else []
            problems += found
    print("\n".join(problems) or f"{len(compared)} recorded requests say the same: {' '.join(compared)}")
    return 1 if problems or not compared else 0


sys.exit(main())
