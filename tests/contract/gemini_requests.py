#!/usr/bin/env python3
"""The adapter's request bodies against recorded ones that the provider accepted, by meaning."""

import base64
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

REPLAY, PLUGIN = sys.argv[1:3]

# What an adapter without that feature cannot be asked for.
NOT_EXPRESSIBLE = {
    "blocked_model_armor_prompt": "modelArmorConfig exists on Vertex alone",
    "count_tokens": "counting tokens is no operation", "err_404_count_tokens": "the same",
    "err_400_url_robotted": "tools are not spoken yet", "stream_thoughts": "tools are not spoken yet",
    "vertex_image_output_format": "imageOutputOptions exists on Vertex alone",
}
# Where our body says more or less than the recorded one, on purpose.
DIFFERENCES = {
    "image_and_text_output_2.5": ("generationConfig", "an image is asked for expressly"),
    "text_3.5-flash": ("generationConfig", "text alone is the default, so it is not asked for"),
}


def camel(name):
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)


def meaning(value, key=""):
    """proto3 JSON: camelCase and snake_case are one, and modalities are a set."""
    if isinstance(value, dict):
        return {camel(k): meaning(v, camel(k)) for k, v in value.items()}
    if isinstance(value, list):
        items = [meaning(item) for item in value]
        return sorted(items) if key == "responseModalities" else items
    return value


class Question:
    """A recorded body as arguments of patchbay_replay."""

    def __init__(self, body, operation, model, stream, folder):
        self.words, self.folder = ["--operation", operation, "--model", model], folder
        self.words += ["--stream"] if stream else []
        if "systemInstruction" in body:
            self.message("--system", body["systemInstruction"]["parts"])
        for content in body["contents"]:
            assistant = content.get("role") == "model"
            self.message("--assistant" if assistant else "--user", content["parts"])
        config = body.get("generationConfig", {})
        image = config.get("imageConfig", {})
        self.param("aspect_ratio", image.get("aspectRatio"))
        self.param("resolution", image.get("imageSize"))
        self.param("include_thoughts", config.get("thinkingConfig", {}).get("includeThoughts") and 1)
        for name in ("seed", "temperature"):
            self.param(name, config.get(name))
        for setting in body.get("safetySettings", [])[:1]:
            self.param("safety_threshold", setting["threshold"])

    def param(self, name, value):
        self.words += ["--param", f"{name}={value}"] if value else []

    def file(self, data):
        path = pathlib.Path(self.folder) / f"blob{len(self.words)}"
        path.write_bytes(data)
        return str(path)

    def message(self, role, parts):
        self.words += [role, ""]
        for part in parts:
            if "text" in part:
                self.words += ["--text", part["text"]]
            if "inlineData" in part:
                image = part["inlineData"]
                self.words += ["--image", self.file(base64.b64decode(image["data"])), image["mimeType"]]
            if "thoughtSignature" in part:
                self.words += ["--state", self.file(part["thoughtSignature"].encode())]


def ask(body, uri, folder):
    model, method = re.search(r"models/([^:/]+):(\w+)", uri).groups()
    question = Question(body, "image" if "image" in model else "chat", model,
                        method.startswith("stream"), folder)
    run = subprocess.run([REPLAY, PLUGIN] + question.words, capture_output=True, check=True, text=True)
    request = json.loads(run.stdout)["requests"][0]
    return request, f"/models/{model}:{method}" + ("?alt=sse" if "stream" in method else "")


def check(path, folder):
    name = path.name.split(".request.")[0].rsplit(".", 1)[0]
    if name in NOT_EXPRESSIBLE:
        return []
    recorded = meaning(json.loads(path.read_text()))
    uri = json.loads(pathlib.Path(str(path).replace(".request.", ".meta.")).read_text())["uri"]
    request, target = ask(recorded, uri, folder)
    ours = meaning(json.loads(request["body"]))
    problems = []
    if request["target"] != target:
        problems.append(f"{name}: target {request['target']}, want {target}")
    if name in DIFFERENCES:
        key, reason = DIFFERENCES[name]
        if ours.pop(key, None) == recorded.pop(key, None):
            problems.append(f"{name}: no longer differs in {key} ({reason})")
    if ours != recorded:
        problems.append(f"{name}: {json.dumps(ours)[:600]}\n  recorded {json.dumps(recorded)[:600]}")
    return problems


def our_own(folder):
    """A turn that is echoed with its state, images in several places, and a system message."""
    body = {
        "contents": [
            {"role": "user", "parts": [{"text": "draw \"a\\b\"\n\u0001 é"}]},
            {"role": "model", "parts": [
                {"text": "Here: "},
                {"inlineData": {"mimeType": "image/jpeg", "data": base64.b64encode(b"\xff\xd8x").decode()},
                 "thoughtSignature": "sig\"na\\ture\n"}]},
            {"role": "user", "parts": [
                {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(b"\x89PNG").decode()}},
                {"inlineData": {"mimeType": "image/webp", "data": base64.b64encode(b"RIFF").decode()}},
                {"text": "make it blue"}]}],
        "systemInstruction": {"role": "user", "parts": [{"text": "be brief"}]},
        "generationConfig": {
            "responseModalities": ["TEXT", "IMAGE"],
            "imageConfig": {"aspectRatio": "16:9", "imageSize": "2K"}, "temperature": 0.5, "seed": 7}}
    request, _ = ask(body, "models/gemini-3-pro-image:generateContent", folder)
    ours = meaning(json.loads(request["body"]))
    same = ours == meaning(body)
    return [] if same else [f"our own: {json.dumps(ours)}\n  want {json.dumps(meaning(body))}"]


def main():
    root = pathlib.Path(os.environ.get("PATCHBAY_FIXTURES") or "PATCHBAY_FIXTURES-is-not-set") / "gemini"
    with tempfile.TemporaryDirectory() as folder:
        problems = our_own(folder)
        paths = sorted(root.glob("*.request.json"))
        compared = [p for p in paths if p.name.split(".request.")[0].rsplit(".", 1)[0] not in NOT_EXPRESSIBLE]
        for path in paths:
            problems += check(path, folder)
    if not paths:
        print(f"NO RECORDED REQUESTS at {root}: only our own was compared")
    print("\n".join(problems) or f"{len(compared)} recorded requests say the same")
    return 1 if problems or (paths and len(compared) < 8) else 0


sys.exit(main())
