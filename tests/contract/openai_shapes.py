"""An independent reading of answers in the shape that OpenAI gave to chats and images."""

import base64
import decimal
import hashlib
import json
import os
import pathlib
import sys



def fixtures(provider):
    root = pathlib.Path(os.environ.get("PATCHBAY_FIXTURES") or "../shared/fixtures") / provider
    if not root.is_dir():
        print(f"SKIPPED: no recorded answers at {root}; set PATCHBAY_FIXTURES")
        sys.exit(77)
    return root


def meta_of(path):
    meta = pathlib.Path(str(path).split(".response.")[0] + ".meta.json")
    return json.loads(meta.read_text()) if meta.exists() else {}


def documents(body, stream):
    if not stream:
        return [json.loads(body)]
    found = []
    for line in body.decode().replace("\r\n", "\n").split("\n"):
        if line.startswith("data:") and line[5:].strip() != "[DONE]":
            found.append(json.loads(line[5:]))
    return found


def digest(data):
    return hashlib.sha256(base64.b64decode(data + "=" * (-len(data) % 4))).hexdigest()


def from_url(url):
    head, _, data = url.partition(",")
    return head[5:].split(";")[0], digest(data)


def nano(cost):
    exact = decimal.Decimal(str(cost)) * 10**9
    return int(exact.to_integral_value(decimal.ROUND_HALF_UP))


class Reading:
    """Text, pictures, counts and reasons, by a whole-document parser."""

    def __init__(self, docs):
        self.text, self.pictures, self.usage, self.meta, self.addresses = "", [], {}, {}, []
        self.finish, self.error, self.has_choices, self.has_data = "", None, False, False
        for doc in docs:
            if isinstance(doc, dict):
                self._document(doc)
        for i, picture in enumerate(self.pictures):
            last = i == len(self.pictures) - 1 or not self.has_choices
            self.pictures[i] = ("final" if last else "draft",) + picture
        if self.finish:
            self.meta["finish_reason"] = self.finish

    def _document(self, doc):
        if isinstance(doc.get("error"), dict):
            self.error = doc["error"]
        self.has_choices |= "choices" in doc
        self.has_data |= "data" in doc
        for name, key in (("response_id", "id"), ("model", "model"), ("upstream", "provider")):
            if isinstance(doc.get(key), str) and doc[key]:
                self.meta[name] = doc[key]
        for name, keys in (("input", ("prompt_tokens", "input_tokens")), ("total", ("total_tokens",)),
                           ("output", ("completion_tokens", "output_tokens"))):
            for key in keys:
                if (doc.get("usage") or {}).get(key) is not None:
                    self.usage[name] = doc["usage"][key]
        if (doc.get("usage") or {}).get("cost") is not None:
            self.usage["cost_nano_usd"] = nano(doc["usage"]["cost"])
        for choice in doc.get("choices") or []:
            self.finish = choice.get("finish_reason") or self.finish
            turn = choice.get("message") or choice.get("delta") or {}
            self.text += turn.get("content") or ""
            self.pictures += [from_url(image["image_url"]["url"]) for image in turn.get("images") or []]
        for picture in doc.get("data") or []:
            if isinstance(picture, dict) and picture.get("url", "").startswith("https:"):
                self.addresses.append(picture["url"])
            if isinstance(picture, dict) and "b64_json" in picture:
                self.pictures.append((picture.get("media_type", ""), digest(picture["b64_json"])))
                if picture.get("revised_prompt"):
                    self.meta["revised_prompt"] = picture["revised_prompt"]

    def category(self, operation):
        """Of an answer without an error."""
        if self.finish == "content_filter":
            return "blocked"
        if not self.has_choices and not self.has_data:
            return "protocol"
        if self.pictures or (operation == "chat" and self.text):
            return "done"
        return "no_output"


def seen_text(transcript):
    return "".join(part["data"] for part in transcript["parts"] if part["kind"] == "text")


def seen_pictures(transcript):
    parts = sorted(transcript["parts"], key=lambda part: part["index"])
    return [(part["disposition"], part["mime"], digest(part["data"])) for part in parts if part["kind"] == "image"]
