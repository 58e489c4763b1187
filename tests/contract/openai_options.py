#!/usr/bin/env python3
"""The settings and parameters of an adapter for any endpoint: what is sent, what is refused unsent."""

import base64
import json
import pathlib
import subprocess
import sys
import tempfile

REPLAY, PLUGIN = sys.argv[1:3]
PNG = b"\x89PNG\r\n\x1a\nnot the rest of it"
problems = []


def ask(operation="image", model="draw-1", words=(), settings=None, **params):
    options = [word for key, value in params.items() for word in ("--param", f"{key}={value}")]
    options += [word for key, value in (settings or {}).items() for word in ("--setting", f"{key}={value}")]
    run = subprocess.run([REPLAY, PLUGIN, "--operation", operation, "--model", model, *options, *words],
                         capture_output=True, check=True, text=True, errors="surrogateescape")
    return json.loads(run.stdout)


def expect(what, got, want):
    if got != want:
        problems.append(f"{what}: got {got}, want {want}")


def body(seen):
    if not seen["requests"]:
        problems.append(f"nothing was sent: {seen.get('failure')}")
        return {}
    return json.loads(seen["requests"][0]["body"])


def sent(what, seen, want, target=None):
    """All members but the model and the prompt."""
    got = {key: value for key, value in body(seen).items() if key not in ("model", "prompt", "messages")}
    expect(what, got, want)
    if target:
        expect(what + ": target", seen["requests"][0]["target"], target)


def refused(what, seen, words):
    failure = seen.get("failure", {})
    expect(what + ": requests", len(seen["requests"]), 0)
    expect(what, (failure.get("category"), failure.get("billed")), ("bad_request", "no"))
    if words not in failure.get("message", ""):
        problems.append(f"{what}: says {failure.get('message')!r}, not {words!r}")


B64 = {"response_format": "b64_json"}


def check_shapes():
    sent("nothing asked for", ask(), B64, "/images/generations")
    for asked, size in (({"size": "1000x700"}, "1000x700"), ({"aspect_ratio": "16:9"}, "1344x768"),
                        ({"resolution": "2k"}, "2048x2048"), ({"aspect_ratio": "9:16", "resolution": "512"}, "384x704"),
                        ({"aspect_ratio": "1:1", "resolution": "4K"}, "4096x4096")):
        seen = ask(**asked)
        sent(f"{asked}", seen, {"size": size} | B64)
        expect(f"{asked}: mapped", "mapping" in seen["meta"], "size" not in asked)
    for model, asked, size in (
            ("gpt-image-1", {"size": "1024x1024"}, "1024x1024"), ("gpt-image-1.5", {"size": "1920x1080"}, "1536x1024"),
            ("azure/openai/gpt-image-1", {"aspect_ratio": "9:16"}, "1024x1536"), ("gpt-image-1", {"resolution": "4K"}, "1024x1024")):
        seen = ask(model=model, **asked)
        sent(f"{model} {asked}", seen, {"size": size})
        asked_for = " ".join(f"{key} {value}" for key, value in asked.items())
        expect(f"{model} {asked}: mapping", seen["meta"].get("mapping"),
               None if asked.get("size") == size else f"{asked_for} -> size {size}")
    sent("dall-e-2", ask(model="dall-e-2", size="300x300"), {"size": "256x256"} | B64)
    ratio = {"shape": "ratio"}
    sent("by ratio", ask(settings=ratio, size="1920x1080"), {"aspect_ratio": "16:9", "resolution": "2K"} | B64)
    sent("other names", ask(settings=ratio | {"aspect_ratio_field": "ar", "resolution_field": "tier"},
                            aspect_ratio="3:2", resolution="1K"), {"ar": "3:2", "tier": "1K"} | B64)
    sent("as asked", ask(settings={"shape": "as_asked"}, size="100x200", aspect_ratio="1:2"),
         {"size": "100x200", "aspect_ratio": "1:2"} | B64)
    sent("two numbers", ask(settings={"size_field": "width,height"}, size="640x480"),
         {"width": 640, "height": 480} | B64)
    sent("another name", ask(settings={"size_field": "image_size"}, size="640x480"), {"image_size": "640x480"} | B64)
    refused("a contradiction", ask(size="1000x1000", aspect_ratio="16:9"), "contradicts")
    refused("another", ask(size="1000x1000", resolution="4K"), "contradicts")
    for size in ("0x1", "x", "1024", "16385x1", "1x2x3"):
        refused(f"size {size}", ask(size=size), "size")
    refused("a ratio", ask(aspect_ratio="wide"), "aspect ratio")


def check_images():
    sent("a count", ask(count="3"), {"n": 3} | B64)
    sent("its name", ask(count="2", settings={"count_field": "num_images"}), {"num_images": 2} | B64)
    sent("one", ask(count="1"), B64)
    sent("parameters", ask(quality="high", background="transparent", output_format="webp", seed="7"),
         {"quality": "high", "background": "transparent", "output_format": "webp", "seed": 7} | B64)
    sent("no response_format", ask(settings={"response_format": "off"}), {})
    sent("a stream", ask(stream="1"), B64 | {"stream": True})
    sent("more", ask(settings={"extra_body": ' {"steps": 4, "nested": {"a": [1]}} '}),
         B64 | {"steps": 4, "nested": {"a": [1]}})
    sent("nothing more", ask(settings={"extra_body": "{ }"}), B64)
    expect("a path", ask(settings={"images_path": "draw?v=2"})["requests"][0]["target"], "/draw?v=2")
    headers = ask(settings={"extra_headers": '{"X-Team": "art", "x-b": "\\u00e9"}'})["requests"][0]["headers"]
    expect("headers", headers, {"content-type": "application/json", "X-Team": "art", "x-b": "é"})
    for count in ("0", "101", "many", "-1"):
        refused(f"count {count}", ask(count=count), "count")
    refused("dall-e-3 twice", ask(model="dall-e-3", count="2"), "one by one")
    refused("gpt-image-1 eleven times", ask(model="gpt-image-1", count="11"), "at most 10")
    refused("no model", ask(model=""), "model")
    refused("an empty prompt", ask(words=["--user", ""]), "prompt")
    refused("a seed", ask(seed="x"), "seed")


def check_settings():
    for name, value, words in (
            ("image_api", "both", "images, chat"), ("shape", "round", "as_asked"), ("images_path", "https://x/y", "below"),
            ("extra_body", "[1]", "object"), ("extra_body", "{", "object"), ("extra_body", '"{"', "object"),
            ("extra_headers", '{"a": 1}', "texts"), ("extra_headers", '{"a": {"b": "c"}}', "texts"),
            ("extra_headers", '["a"]', "texts"), ("extra_headers", '"a"', "texts"),
            ("extra_headers", '{"Authorization": "Bearer x"}', "host")):
        refused(f"{name}={value}", ask(settings={name: value}), words)
    for name, operation in (("models_path", "models"), ("models_path", "verify"), ("verify_path", "verify")):
        expect(name, ask(operation, "", settings={name: "/me"})["requests"][0]["target"], "/me")


def check_chat():
    usage = {"stream_options": {"include_usage": True}}
    sent("a chat", ask("chat"), {}, "/chat/completions")
    sent("a stream", ask("chat", stream="1"), {"stream": True} | usage)
    sent("no usage", ask("chat", stream="1", settings={"stream_usage": "0"}), {"stream": True})
    sent("parameters", ask("chat", temperature="0.70", seed="1", max_output_tokens="9"),
         {"temperature": 0.7, "seed": 1, "max_tokens": 9})
    sent("the newer name", ask("chat", max_output_tokens="9", settings={"max_tokens_field": "max_completion_tokens"}),
         {"max_completion_tokens": 9})
    refused("temperature", ask("chat", temperature="hot"), "temperature")
    chat = {"image_api": "chat"}
    sent("a picture", ask(settings=chat), {"modalities": ["image", "text"]}, "/chat/completions")
    sent("its shape", ask(settings=chat | {"modalities": "off"}, size="1024x576"),
         {"image_config": {"aspect_ratio": "16:9", "image_size": "1K"}})
    sent("image alone", ask(settings=chat | {"modalities": "image"}), {"modalities": ["image"]})
    refused("several", ask(settings=chat, count="2"), "one by one")


def conversation(folder):
    file = pathlib.Path(folder) / "cat.png"
    file.write_bytes(PNG)
    image = ["--image", str(file), "image/png"]
    return (["--system", "be brief", "--user", "draw a cat", "--assistant", ""] + image +
            ["--state", str(file), "--user", "add this hat"] + image)


def check_messages(folder):
    url = "data:image/png;base64," + base64.b64encode(PNG).decode()
    picture = {"type": "image_url", "image_url": {"url": url}}
    words = conversation(folder)
    want = [{"role": "system", "content": "be brief"}, {"role": "user", "content": "draw a cat"},
            {"role": "user", "content": [picture, {"type": "text", "text": "add this hat"}, picture]}]
    expect("a conversation", body(ask("chat", words=words))["messages"], want)
    seen = ask(words=words, settings={"edits_format": "json"})
    expect("as one prompt", body(seen)["prompt"], "be brief\n\nadd this hat")
    sent("with both pictures", seen, B64 | {"images": [{"image_url": url}] * 2}, "/images/edits")
    form = ask(words=["--user", "x\r\n--y", *words[-3:]], settings={"response_format": "off", "edits_path": "/edit"},
               size="64x64")["requests"][0]
    boundary = form["headers"]["content-type"].removeprefix("multipart/form-data; boundary=")
    parts = form["body"].split("--" + boundary)
    expect("the form's parts", len(parts), 6)
    expect("its end", (parts[0], parts[-1]), ("", "--\r\n"))
    expect("its prompt", parts[2], '\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nx\r\n--y\r\n')
    expect("its size", parts[3], '\r\nContent-Disposition: form-data; name="size"\r\n\r\n64x64\r\n')
    head, _, data = parts[4].partition("\r\n\r\n")
    expect("its file", head, '\r\nContent-Disposition: form-data; name="image"; filename="image1.png"\r\n'
                             "Content-Type: image/png")
    expect("the file's bytes", data.encode("latin-1", "replace")[-18:], b"not the rest of it\r\n"[-18:])
    two = ask(words=["--user", "x", *words[-3:], *words[-3:]])["requests"][0]["body"]
    expect("several files", two.count('name="image[]"; filename="image'), 2)
    refused("a form with more", ask(words=words, settings={"extra_body": '{"a": 1}'}), "edits_format=json")
    refused("17 inputs", ask(model="gpt-image-1", words=["--user", "x"] + words[-3:] * 17), "at most 16")
    refused("an input of no format", ask(words=["--user", "x", "--image", "/dev/null", ""]), "format")


with tempfile.TemporaryDirectory() as folder_for_inputs:
    check_shapes()
    check_images()
    check_settings()
    check_chat()
    check_messages(folder_for_inputs)
print("\n".join(problems) or "all settings and parameters are in order")
sys.exit(1 if problems else 0)
