#!/usr/bin/env python3
"""The adapter's request bodies against recorded ones that the provider accepted, by meaning. Where ours says more or
less, it is listed with its reason."""

import base64
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

REPLAY, PLUGIN = sys.argv[1:3]

# Fields of a body that a request of this ABI has no words for: what is recorded in them cannot be asked for.
NOT_SPOKEN = {
    "tools": "tools are not spoken", "toolConfig": "tools are not spoken",
    "modelArmorConfig": "exists on Vertex alone", "cachedContent": "caches are not spoken",
    "labels": "exists on Vertex alone", "store": "nothing is stored", "serviceTier": "not spoken",
    "generationConfig.imageConfig.imageOutputOptions": "exists on Vertex alone",
    "generationConfig.imageConfig.personGeneration": "exists on Vertex alone",
    "generationConfig.responseSchema": "not spoken", "generationConfig.responseJsonSchema": "not spoken",
    "generationConfig.responseMimeType": "not spoken", "generationConfig.speechConfig": "not spoken",
    "generationConfig.candidateCount": "one answer for one request", "generationConfig.topP": "not spoken",
    "generationConfig.topK": "not spoken", "generationConfig.stopSequences": "not spoken",
    "generationConfig.presencePenalty": "not spoken", "generationConfig.frequencyPenalty": "not spoken",
    "generationConfig.responseLogprobs": "not spoken", "generationConfig.logprobs": "not spoken",
    "generationConfig.mediaResolution": "not spoken", "generationConfig.enableAffectiveDialog": "not spoken",
    "generationConfig.thinkingConfig.thinkingBudget": "thinking_level takes its place",
}
# Parts that are neither text nor a picture nor its state: a message with one cannot be made.
PARTS = {"text", "inlineData", "thoughtSignature"}


def camel(name):
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)


def meaning(value, key=""):
    """proto3 JSON: camelCase and snake_case are one, modalities and settings are sets."""
    if isinstance(value, dict):
        return {camel(k): meaning(v, camel(k)) for k, v in value.items()}
    if isinstance(value, list):
        items = [meaning(item) for item in value]
        return sorted(items, key=json.dumps) if key in ("responseModalities", "safetySettings") else items
    return value


def without(body, path):
    """Takes a field out; whether it was there. What becomes empty by that goes too."""
    *above, last = path.split(".")
    holders = [body]
    for name in above:
        if not isinstance(holders[-1].get(name), dict):
            return False
        holders.append(holders[-1][name])
    if last not in holders[-1]:
        return False
    del holders[-1][last]
    for holder, name in zip(reversed(holders[:-1]), reversed(above)):
        if not holder[name]:
            del holder[name]
    return True


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
        thinking = config.get("thinkingConfig", {})
        self.param("aspect_ratio", image.get("aspectRatio"))
        self.param("resolution", image.get("imageSize"))
        self.param("include_thoughts", thinking.get("includeThoughts") and 1)
        self.param("thinking_level", thinking.get("thinkingLevel", "").lower())
        self.param("max_output_tokens", config.get("maxOutputTokens"))
        for name in ("seed", "temperature"):
            self.param(name, config.get(name))
        for setting in body.get("safetySettings", [])[:1]:
            self.param("safety_threshold", setting["threshold"])

    def param(self, name, value):
        self.words += ["--param", f"{name}={value}"] if value not in (None, "", False) else []

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
                data = image["data"].replace("-", "+").replace("_", "/")
                self.words += ["--image", self.file(base64.b64decode(data)), image["mimeType"]]
            if "thoughtSignature" in part:
                self.words += ["--state", self.file(part["thoughtSignature"].encode())]


def ask(body, uri, folder):
    model, method = re.search(r"models/([^:/]+):(\w+)", uri).groups()
    question = Question(body, "image" if "image" in model else "chat", model,
                        method.startswith("stream"), folder)
    run = subprocess.run([REPLAY, PLUGIN] + question.words, capture_output=True, check=True, text=True)
    request = json.loads(run.stdout)["requests"][0]
    return request, f"/models/{model}:{method}" + ("?alt=sse" if "stream" in method else "")


def parts_of(body):
    contents = body["contents"] if isinstance(body["contents"], list) else [body["contents"]]
    return [part for content in contents for part in content["parts"]]


def level(ours, recorded):
    """Makes the two comparable where we differ on purpose; the reasons why."""
    reasons = [f"{path}: {why}" for path, why in NOT_SPOKEN.items() if without(recorded, path)]
    for content in ours["contents"] + recorded["contents"]:
        content.setdefault("role", "user")  # where none is said
    for body in (ours, recorded):
        if body.get("generationConfig") == {}:
            del body["generationConfig"]
        if "systemInstruction" in body:
            body["systemInstruction"].pop("role", None)  # which has no meaning there
    wanted = recorded.get("generationConfig", {}).get("responseModalities")
    sent = ours.get("generationConfig", {}).get("responseModalities")
    if wanted is None and sent is not None and without(ours, "generationConfig.responseModalities"):
        reasons.append("responseModalities: an image is asked for expressly")
    if wanted == ["TEXT"] and sent is None and without(recorded, "generationConfig.responseModalities"):
        reasons.append("responseModalities: text alone is the default, so it is not asked for")
    return reasons


def check(path, folder, differences):
    """The problems of one recording; whether it could be compared at all."""
    name = path.name.split(".request.")[0]
    recorded = meaning(json.loads(path.read_text()))
    uri = json.loads(pathlib.Path(str(path).replace(".request.", ".meta.")).read_text())["uri"]
    if not re.search(r":(streamG|g)enerateContent", uri):
        differences.append(f"{name}: {uri.rsplit(':', 1)[-1]} is no operation")
        return [], False
    strange = sorted({key for part in parts_of(recorded) for key in part} - PARTS)
    if strange:
        differences.append(f"{name}: parts with {', '.join(strange)} cannot be written")
        return [], False
    request, target = ask(recorded, uri, folder)
    if "stream" in target and "alt=sse" not in uri:
        differences.append(f"{name}: a stream is asked for as events, not as an array")
    ours = meaning(json.loads(request["body"]))
    differences += [f"{name}: {reason}" for reason in level(ours, recorded)]
    problems = []
    if request["target"] != target:
        problems.append(f"{name}: target {request['target']}, want {target}")
    if ours != recorded:
        problems.append(f"{name}: {json.dumps(ours)[:600]}\n  recorded {json.dumps(recorded)[:600]}")
    return problems, True


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
    paths, compared, differences = sorted(root.glob("*.request.json")), 0, []
    with tempfile.TemporaryDirectory() as folder:
        problems = our_own(folder)
        for path in paths:
            found, is_comparable = check(path, folder, differences)
            problems += found
            compared += is_comparable
    if not paths:
        print(f"NO RECORDED REQUESTS at {root}: only our own was compared")
    print("\n".join(["Differences on purpose:", *differences]))
    print("\n".join(problems) or f"{compared} recorded requests say the same")
    return 1 if problems or (paths and compared < 8) else 0


sys.exit(main())
