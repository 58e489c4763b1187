#!/usr/bin/env python3
"""Shapes, sizes and other options: what is sent, what is refused unsent, and that both agree with
the table in the manifest."""

import json
import subprocess
import sys

import elf_manifest

REPLAY, PLUGIN = sys.argv[1:3]
ALL_RATIOS = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9", "1:4", "4:1",
              "1:8", "8:1"]
problems = []


def ask(model="gemini-3.1-flash-image", operation="image", words=(), **params):
    options = [word for key, value in params.items() for word in ("--param", f"{key}={value}")]
    run = subprocess.run([REPLAY, PLUGIN, "--operation", operation, "--model", model, *options, *words],
                         capture_output=True, check=True, text=True)
    return json.loads(run.stdout)


def config(seen):
    body = json.loads(seen["requests"][0]["body"])
    return body["generationConfig"]


def expect(what, got, want):
    if got != want:
        problems.append(f"{what}: got {got}, want {want}")


def refused(what, seen, words):
    failure = seen.get("failure", {})
    expect(what + ": requests", len(seen["requests"]), 0)
    expect(what, (failure.get("category"), failure.get("billed")), ("bad_request", "no"))
    if words not in failure.get("message", ""):
        problems.append(f"{what}: says {failure.get('message')!r}, not {words!r}")


def check_family(family):
    model = family["prefix"] + "-whatever"
    for ratio in ALL_RATIOS:
        seen = ask(model, aspect_ratio=ratio)
        if ratio in family["aspect_ratios"]:
            expect(f"{model} {ratio}", config(seen).get("imageConfig"), {"aspectRatio": ratio})
        else:
            refused(f"{model} {ratio}", seen, "not " + ratio)
    for resolution in ("512", "1K", "2K", "4K"):
        seen = ask(model, resolution=resolution)
        if resolution in family["resolutions"]:
            expect(f"{model} {resolution}", config(seen).get("imageConfig"), {"imageSize": resolution})
        else:
            refused(f"{model} {resolution}", seen, "not at " + resolution)


def check_sizes():
    for model, size, ratio, resolution in (
            ("gemini-3.1-flash-image", "1024x576", "16:9", "1K"),
            ("gemini-3.1-flash-image", "512x512", "1:1", "512"),
            ("gemini-3.1-flash-image", "1024x1024", "1:1", "1K"),
            ("gemini-3.1-flash-image", "1376x768", "16:9", "1K"),
            ("gemini-3.1-flash-image", "1920x1080", "16:9", "2K"),
            ("gemini-3.1-flash-image", "4096x4096", "1:1", "4K"),
            ("gemini-3.1-flash-image", "16384x16384", "1:1", "4K"),
            ("gemini-3.1-flash-image", "2000x250", "8:1", "1K"),
            ("gemini-3-pro-image", "512x512", "1:1", "1K"),
            ("gemini-3-pro-image", "1400x400", "21:9", "1K"),
            ("gemini-2.5-flash-image", "4000x3000", "4:3", None),
            ("a-model-of-tomorrow", "768x1024", "3:4", "1K")):
        seen = ask(model, size=size)
        want = {"aspectRatio": ratio} | ({"imageSize": resolution} if resolution else {})
        expect(f"{model} {size}", config(seen).get("imageConfig"), want)
        mapping = f"size {size} -> aspect_ratio {ratio}" + (f", resolution {resolution}" if resolution else "")
        expect(f"{model} {size} mapping", seen["meta"].get("mapping"), mapping)
    refused("a shape far from any", ask("gemini-3-pro-image", size="2000x250"), "no aspect ratio of this model is near")
    agreeing = ask(size="1024x576", aspect_ratio="16:9", resolution="1k")
    expect("what agrees", config(agreeing)["imageConfig"], {"aspectRatio": "16:9", "imageSize": "1K"})
    for size in ("0x10", "10x0", "16385x1", "1024", "1024x", "x", "axb", "-1x5", "1024x768x3", "99999999999999999999x1"):
        refused(f"size {size}", ask(size=size), "size")
    refused("a contradiction", ask(size="1024x576", aspect_ratio="1:1"), "contradicts")
    refused("another", ask(size="1024x576", resolution="4K"), "contradicts")


def check_others():
    expect("nothing asked for", config(ask()), {"responseModalities": ["TEXT", "IMAGE"]})
    expect("seed", config(ask(seed="2147483647"))["seed"], 2147483647)
    expect("temperature", config(ask(temperature="0.70"))["temperature"], 0.7)
    expect("tokens", config(ask(operation="chat", max_output_tokens="5")), {"maxOutputTokens": 5})
    expect("level", config(ask(operation="chat", thinking_level="low")),
           {"thinkingConfig": {"thinkingLevel": "LOW"}})
    expect("one is the default", len(ask(count="1")["requests"]), 1)
    expect("an unknown model takes any shape", config(ask("tomorrow", aspect_ratio="7:3", resolution="8K"))
           ["imageConfig"], {"aspectRatio": "7:3", "imageSize": "8K"})
    for name, value in (("seed", "-1"), ("seed", "2147483648"), ("seed", "x"), ("temperature", "hot"),
                        ("temperature", "-1"), ("temperature", "1."), ("max_output_tokens", "many"),
                        ("safety_threshold", "NONE"), ("thinking_level", "extreme"), ("count", "2"),
                        ("aspect_ratio", "wide"), ("aspect_ratio", "0:1")):
        refused(f"{name}={value}", ask("tomorrow", **{name: value}), "")
    refused("no model", ask(""), "model")
    refused("an empty prompt", ask(words=["--user", ""]), "prompt")
    refused("a system message alone", ask(words=["--system", "be brief"]), "prompt")
    refused("an input of no format", ask(words=["--user", "x", "--image", "/dev/null", ""]), "format")
    many = ["--user", "x"] + ["--image", sys.argv[0], "image/png"] * 15
    refused("15 inputs", ask(words=many), "at most 14")
    expect("14 inputs", len(ask(words=many[:-3])["requests"]), 1)


def check_targets():
    for model, path in (("models/gemini-3-pro-image", "/models/gemini-3-pro-image"),
                        ("models/models/x", "/models/x"), ("/models/x", "/models/x"),
                        ("tunedModels/mine", "/tunedModels/mine"), ("a/../b?c#d:e", "/models/a%2F..%2Fb%3Fc%23d%3Ae")):
        expect(model, ask(model, "chat")["requests"][0]["target"], path + ":generateContent")
    headers = ask(words=["--setting", "user_project=p1"])["requests"][0]["headers"]
    expect("the project of an OAuth call", headers.get("x-goog-user-project"), "p1")


families = elf_manifest.adapters(PLUGIN)[0]["image_models"]
for family in families:
    check_family(family)
check_sizes()
check_others()
check_targets()
print("\n".join(problems) or f"{len(families)} families of models and all options are in order")
sys.exit(1 if problems or not families else 0)
