#!/usr/bin/env python3
"""What the adapters for routers send: which API draws, shapes, routing, attribution, checks of a key.

router_options.py REPLAY OPENROUTER.so REQUESTY.so"""

import base64
import json
import pathlib
import subprocess
import sys
import tempfile

import elf_manifest

REPLAY, OPENROUTER, REQUESTY = sys.argv[1:4]
PNG = b"\x89PNG\r\n\x1a\nnot the rest of it"
URL = "data:image/png;base64," + base64.b64encode(PNG).decode()
PICTURE = {"type": "image_url", "image_url": {"url": URL}}
problems = []


def ask(plugin, model, operation="image", words=(), settings=None, **params):
    options = [word for key, value in params.items() for word in ("--param", f"{key}={value}")]
    options += [word for key, value in (settings or {}).items() for word in ("--setting", f"{key}={value}")]
    run = subprocess.run([REPLAY, plugin, "--operation", operation, "--model", model, *options, *words],
                         capture_output=True, check=True, text=True, errors="surrogateescape")
    return json.loads(run.stdout)


def expect(what, got, want):
    if got != want:
        problems.append(f"{what}: got {got}, want {want}")


def sent(what, seen, target, want):
    """All members but the model and what is said."""
    if not seen["requests"]:
        problems.append(f"{what}: nothing was sent: {seen.get('failure')}")
        return
    request = seen["requests"][0]
    body = json.loads(request["body"])
    got = {key: value for key, value in body.items() if key not in ("model", "prompt", "messages")}
    expect(what, (request["target"], got), (target, want))


def refused(what, seen, words):
    failure = seen.get("failure", {})
    expect(what, (len(seen["requests"]), failure.get("category"), failure.get("billed")), (0, "bad_request", "no"))
    if words not in failure.get("message", ""):
        problems.append(f"{what}: says {failure.get('message')!r}, not {words!r}")


def families(plugin):
    return elf_manifest.adapters(plugin)[0]["image_models"]


def check_tables():
    for family in families(OPENROUTER):
        model = family["prefix"] + "-x"
        want = "/images" if family["api"] == "images" else "/chat/completions"
        expect(f"{model} by its table", ask(OPENROUTER, model)["requests"][0]["target"], want)
        if "aspect_ratios" in family:
            for ratio in ("1:1", "16:9", "8:1"):
                seen = ask(OPENROUTER, model, aspect_ratio=ratio)
                if ratio in family["aspect_ratios"]:
                    sent(f"{model} {ratio}", seen, want, {"aspect_ratio": ratio})
                else:
                    refused(f"{model} {ratio}", seen, "not " + ratio)
    for family in families(REQUESTY):
        want = "/images/generations" if family["api"] == "images" else "/chat/completions"
        for vendor in ("vertex/", "google/", "azure/openai/"):
            model = vendor + family["prefix"]
            expect(f"{model} by its table", ask(REQUESTY, model)["requests"][0]["target"], want)


def check_openrouter():
    gemini, gpt, other = "google/gemini-3.1-flash-image", "openai/gpt-image-1", "seed/paint-4"
    for api, target in (("images", "/images"), ("chat", "/chat/completions")):
        expect(api, ask(OPENROUTER, other, settings={"image_api": api})["requests"][0]["target"], target)
    expect("unlisted", ask(OPENROUTER, other)["requests"][0]["target"], "/images")
    seen = ask(OPENROUTER, gemini, size="1920x1080")
    sent("a size", seen, "/images", {"aspect_ratio": "16:9", "resolution": "2K"})
    expect("its mapping", seen["meta"]["mapping"], "size 1920x1080 -> aspect_ratio 16:9, resolution 2K")
    sent("one by chat", ask(OPENROUTER, gemini, settings={"image_api": "chat"}, size="1920x1080"), "/chat/completions",
         {"modalities": ["image", "text"], "image_config": {"aspect_ratio": "16:9", "image_size": "2K"}})
    sent("a fixed size", ask(OPENROUTER, gpt, aspect_ratio="16:9", count="3"), "/images", {"n": 3, "size": "1536x1024"})
    sent("as asked", ask(OPENROUTER, other, size="640x480", resolution="1k", aspect_ratio="4:3"), "/images",
         {"aspect_ratio": "4:3", "resolution": "1K", "size": "640x480"})
    sent("parameters", ask(OPENROUTER, gpt, quality="low", background="opaque", output_format="webp", seed="7", stream="1"),
         "/images", {"quality": "low", "background": "opaque", "output_format": "webp", "seed": 7, "stream": True})
    routing = {"provider_order": "google-vertex, google-ai-studio", "provider_only": "google-vertex",
               "provider_ignore": "x", "provider_sort": "price", "allow_fallbacks": "0", "zdr": "1",
               "data_collection": "deny"}
    want = {"order": ["google-vertex", "google-ai-studio"], "only": ["google-vertex"], "ignore": ["x"],
            "sort": "price", "allow_fallbacks": False, "zdr": True, "data_collection": "deny"}
    sent("routing", ask(OPENROUTER, gemini, settings=routing), "/images", {"provider": want})
    sent("in a chat too", ask(OPENROUTER, "v/t", "chat", settings={"provider_sort": "latency", "fallback_models": "a/b,c/d"}),
         "/chat/completions", {"models": ["a/b", "c/d"], "provider": {"sort": "latency"}})
    sent("more", ask(OPENROUTER, "v/t", "chat", settings={"extra_body": '{"top_k": 3}'}, stream="1"), "/chat/completions",
         {"stream": True, "top_k": 3})
    headers = ask(OPENROUTER, gemini, settings={"referer": "https://app.example", "title": "An app", "categories": "art"})
    expect("attribution", headers["requests"][0]["headers"],
           {"HTTP-Referer": "https://app.example", "X-OpenRouter-Title": "An app", "X-OpenRouter-Categories": "art",
            "content-type": "application/json"})
    refused("two of one", ask(OPENROUTER, gemini, count="2"), "one by one")
    refused("two by chat", ask(OPENROUTER, gpt, count="2", settings={"image_api": "chat"}), "one by one")
    refused("a routing", ask(OPENROUTER, gemini, settings={"data_collection": "maybe"}), "allow, deny")
    refused("another way", ask(OPENROUTER, gemini, settings={"image_api": "predict"}), "images, chat")
    expect("verify", ask(OPENROUTER, "", "verify")["requests"][0]["target"], "/key")


def check_inputs(folder):
    file = pathlib.Path(folder) / "cat.png"
    file.write_bytes(PNG)
    image = ["--image", str(file), "image/png"]
    edit = ["--user", "with a hat", *image, *image]
    turns = ["--user", "a cat", "--assistant", "", *image, "--user", "with a hat"]
    gemini = "google/gemini-3-pro-image"
    sent("an edit", ask(OPENROUTER, gemini, words=edit), "/images", {"input_references": [PICTURE, PICTURE]})
    seen = ask(OPENROUTER, gemini, words=turns)
    sent("a conversation goes on by chat", seen, "/chat/completions", {"modalities": ["image", "text"]})
    expect("with what was drawn", json.loads(seen["requests"][0]["body"])["messages"],
           [{"role": "user", "content": "a cat"}, {"role": "user", "content": [PICTURE, {"type": "text", "text": "with a hat"}]}])
    sent("unless the setting says otherwise", ask(OPENROUTER, gemini, words=turns, settings={"image_api": "images"}),
         "/images", {"input_references": [PICTURE]})
    refused("15 inputs", ask(OPENROUTER, gemini, words=["--user", "x"] + image * 15), "at most 14")
    seen = ask(REQUESTY, "vertex/gemini-3-pro-image", words=edit)
    expect("an edit at the other", json.loads(seen["requests"][0]["body"])["messages"],
           [{"role": "user", "content": [{"type": "text", "text": "with a hat"}, PICTURE, PICTURE]}])
    seen = ask(REQUESTY, "azure/openai/gpt-image-1", words=edit)["requests"][0]
    expect("as a form", (seen["target"], seen["body"].count('name="image[]"')), ("/images/edits", 2))


def check_requesty():
    gemini, gpt = "vertex/gemini-3.1-flash-image", "azure/openai/gpt-image-1"
    sent("nothing asked for", ask(REQUESTY, gemini), "/chat/completions", {})
    sent("unlisted", ask(REQUESTY, "policy/mine"), "/chat/completions", {})
    sent("a shape", ask(REQUESTY, gemini, size="1024x576"), "/chat/completions",
         {"image_config": {"aspect_ratio": "16:9", "image_size": "1K"}})
    sent("modalities", ask(REQUESTY, gemini, settings={"modalities": "image,text"}), "/chat/completions",
         {"modalities": ["image", "text"]})
    sent("the image API", ask(REQUESTY, gpt, count="2", size="1000x500", quality="high"), "/images/generations",
         {"n": 2, "size": "1536x1024", "quality": "high", "response_format": "b64_json"})
    sent("by setting", ask(REQUESTY, "x/draw", settings={"image_api": "images"}), "/images/generations",
         {"response_format": "b64_json"})
    sent("its extension", ask(REQUESTY, "openai/gpt-4o-mini", "chat", settings={"auto_cache": "1", "tags": "a, b", "user_id": "u"}),
         "/chat/completions", {"requesty": {"auto_cache": True, "tags": ["a", "b"], "user_id": "u"}})
    sent("a stream", ask(REQUESTY, "openai/gpt-4o-mini", "chat", stream="1"), "/chat/completions",
         {"stream": True, "stream_options": {"include_usage": True}})
    headers = ask(REQUESTY, gemini, settings={"referer": "https://app.example", "title": "An app"})["requests"][0]["headers"]
    expect("attribution", (headers.get("HTTP-Referer"), headers.get("X-Title")), ("https://app.example", "An app"))
    check = ask(REQUESTY, "", "verify")["requests"][0]
    expect("verify", (check["origin"], check["target"]), (1, "/v1/manage/apikey/self"))
    check = ask(REQUESTY, "", "verify", settings={"verify_path": "/me"})["requests"][0]
    expect("verify by setting", (check["origin"], check["target"]), (0, "/me"))
    refused("two by chat", ask(REQUESTY, gemini, count="2"), "one by one")
    refused("no model", ask(REQUESTY, ""), "model")


check_tables()
check_openrouter()
check_requesty()
with tempfile.TemporaryDirectory() as folder_for_inputs:
    check_inputs(folder_for_inputs)
print("\n".join(problems) or "both routers are asked as they should be")
sys.exit(1 if problems else 0)
