"""A second reading of Gemini's answers, written from its documentation and with whole-document parsers: what the
adapter must find in a body, however it arrives."""

import base64
import hashlib
import json
import re

BLOCKS = {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY",
          "IMAGE_RECITATION", "IMAGE_PROHIBITED_CONTENT", "MODEL_ARMOR", "JAILBREAK"}
UPSTREAM = {"CANCELLED", "UNKNOWN", "DEADLINE_EXCEEDED", "ABORTED", "INTERNAL", "UNAVAILABLE"}


class Unreadable(Exception):
    """The body is not what its format asks for."""


def loads(text):
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from None


def event_documents(text):
    """The documents of a stream of events, those that stand bare between them included."""
    found, data, stray = [], None, []

    def end_event():
        nonlocal data
        if data is not None and data.strip() != "[DONE]":
            found.append(loads(data))
        data = None

    for line in re.split("\r\n|\r|\n", text.removeprefix("\ufeff")):
        name, colon, value = line.partition(":")
        if stray and not (colon and name == "data"):
            stray.append(line)
        elif not line:
            end_event()
        elif name == "data":
            data = ("" if data is None else data + "\n") + value.removeprefix(" ")
        elif name not in ("", "event", "id", "retry") and line.lstrip()[:1] in ("{", "["):
            end_event()
            stray.append(line)
    end_event()
    return found + ([loads("\n".join(stray))] if stray else [])


def documents(body, is_stream):
    """Every JSON document of an answer, in order; raises Unreadable."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(str(error)) from None
    values = event_documents(text) if is_stream else [loads(text.removeprefix("\ufeff"))]
    return [inner for value in values for inner in (value if isinstance(value, list) else [value])]


def either(value, camel, default=None):
    """A field by its name in camelCase or snake_case; null is absent."""
    if not isinstance(value, dict):
        return default
    snake = re.sub("[A-Z]", lambda match: "_" + match[0].lower(), camel)
    found = value.get(camel, value.get(snake))
    return default if found is None else found


def image_digest(data):
    """Of either alphabet, with or without padding, white space and a data: prefix."""
    text = re.sub(r"\s", "", re.sub("^data:[^,]*,", "", data)).rstrip("=").replace("-", "+").replace("_", "/")
    return hashlib.sha256(base64.b64decode(text + "=" * (-len(text) % 4), validate=True)).hexdigest()


def whole_number(value):
    """A count; protobuf's JSON writes those of 64 bits as text."""
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2 ** 64 else None


class Reading:
    """Everything that several documents say together."""

    def __init__(self, docs):
        self.parts, self.meta, self.counts = [], {}, {}
        self.finish = self.finish_message = self.block = self.block_message = ""
        self.error, self.has_candidate, self.has_feedback = None, False, False
        for doc in docs:
            if isinstance(doc, dict):
                self._read(doc)
        images = [i for i, part in enumerate(self.parts) if part[:2] == ("image", "final")]
        for i in images[:-1]:
            self.parts[i] = ("image", "draft") + self.parts[i][2:]
        if self.finish:
            self.meta["finish_reason"] = self.finish

    def _read(self, doc):
        if is_status(doc.get("error")):
            self.error = doc["error"]
        self.has_feedback |= "promptFeedback" in doc or "prompt_feedback" in doc
        feedback = either(doc, "promptFeedback", {})
        self.block = either(feedback, "blockReason", self.block)
        self.block_message = either(feedback, "blockReasonMessage", self.block_message)
        for name, key in (("input", "promptTokenCount"), ("candidates", "candidatesTokenCount"),
                          ("thoughts", "thoughtsTokenCount"), ("total", "totalTokenCount")):
            value = either(either(doc, "usageMetadata", {}), key)
            if value is not None:
                self.counts[name] = whole_number(value)
        for detail in either(either(doc, "usageMetadata", {}), "candidatesTokensDetails", []):
            if either(detail, "modality") == "IMAGE":
                self.meta["image_tokens"] = str(either(detail, "tokenCount"))
        for name, key in (("response_id", "responseId"), ("model", "modelVersion")):
            if either(doc, key):
                self.meta[name] = either(doc, key)
        for candidate in either(doc, "candidates", []):
            self.has_candidate = True
            self.finish = either(candidate, "finishReason", self.finish)
            self.finish_message = either(candidate, "finishMessage", self.finish_message)
            for part in either(either(candidate, "content", {}), "parts", []):
                if isinstance(part, dict):
                    self._read_part(part)

    def _read_part(self, part):
        kind = "thought" if part.get("thought") is True else "final"
        if isinstance(part.get("text"), str):
            self.parts.append(("text", kind, part["text"]))
        blob = either(part, "inlineData", {})
        if isinstance(blob.get("data"), str) and blob["data"]:
            self.parts.append(("image", kind, either(blob, "mimeType", ""), image_digest(blob["data"])))
        if either(part, "thoughtSignature"):
            self.parts.append(("state", "final", either(part, "thoughtSignature")))

    def usage(self):
        """Input, output and total; the output is text, images and thoughts."""
        known = {name: count for name, count in self.counts.items() if count is not None}
        usage = {name: known[name] for name in ("input", "total") if name in known}
        if "candidates" in known or "thoughts" in known:
            thoughts, candidates = known.get("thoughts", 0), known.get("candidates", 0)
            # On a refusal the candidates' count repeats the thoughts', and the total has them once.
            if candidates == thoughts and known.get("total") == known.get("input", 0) + thoughts:
                candidates = 0
            usage["output"] = candidates + thoughts
        return usage


def is_status(error):
    """google.rpc.Status, and not some other thing that is called an error."""
    if not isinstance(error, dict):
        return False
    return isinstance(error.get("status"), str) or bool(status_code(error) and error.get("message"))


def status_code(error):
    code = error.get("code")
    return code if isinstance(code, int) else 0


def details(error, key, kind):
    """The values of a key in whichever details have it, in the kind that it is declared in."""
    found = [detail.get(key) for detail in error.get("details") or [] if isinstance(detail, dict)]
    return [value for value in found if isinstance(value, kind)]


def error_category(error):
    """What a google.rpc.Status means, by its own words."""
    code, status, words = status_code(error), error.get("status", ""), error.get("message", "").lower()
    reason = next(iter(details(error, "reason", str)), "")
    if reason == "API_KEY_INVALID" or re.search("api key (not valid|expired)", words):
        return "auth_invalid"
    if status == "UNAUTHENTICATED" or code == 401:
        return "auth_invalid"
    if status == "PERMISSION_DENIED" or code == 403:
        lost = reason == "CONSUMER_SUSPENDED" or re.search("reported as leaked|suspended", words)
        return "auth_invalid" if lost else "auth_config"
    if status == "RESOURCE_EXHAUSTED" or code == 429:
        quotas = [v.get("quotaId", "") for found in details(error, "violations", list) for v in found]
        if any("PerDay" in quota for quota in quotas) or re.search(r"limit: 0(?![\d.])", words):
            return "quota"
        return "quota" if not details(error, "retryDelay", str) and re.search("quota|billing", words) else "rate"
    if status == "FAILED_PRECONDITION":
        return "auth_config" if re.search("location|region|country|billing", words) else "bad_request"
    if status == "NOT_FOUND" or code == 404:
        return "model"
    return "upstream" if status in UPSTREAM or code in (408, 499) or code >= 500 else "bad_request"


def foreign_category(status):
    """An answer that is not in Gemini's error format says nothing about key, place or model."""
    if status == 429:
        return "rate"
    if status >= 500 or status == 408:
        return "upstream"
    return "bad_request" if status >= 400 and status not in (401, 402, 403, 404) else "protocol"


def category(docs, http_status, operation, asked_for_stream):
    """done, or the category of the failure. `docs` is None where the body could not be read."""
    reading = Reading(docs or [])
    if http_status != 200:
        found = error_category(reading.error) if reading.error else foreign_category(http_status)
        return "bad_request" if found == "model" and operation not in ("image", "chat") else found
    if docs is None:
        return "protocol"
    if reading.error:
        return error_category(reading.error)
    if reading.block or reading.finish in BLOCKS:
        return "blocked"
    if not reading.has_candidate and not reading.has_feedback:
        return "protocol"
    if asked_for_stream and not reading.finish:
        return "protocol"
    wanted = [part for part in reading.parts if part[:2] == ("image", "final")]
    if operation == "chat":
        wanted += [part for part in reading.parts if part[:2] == ("text", "final") and part[2]]
    return "done" if wanted else "no_output"


def listed_models(docs):
    """(id, draws) of each model in pages of a list; raises Unreadable where it is none."""
    found = []
    for number, doc in enumerate(docs):
        if not isinstance(doc, dict) or ("models" not in doc and number == 0):
            raise Unreadable("no list of models")
        for model in doc.get("models") or []:
            name = model["name"].removeprefix("models/")
            writes = "generateContent" in model.get("supportedGenerationMethods", [])
            found.append((name, writes and bool(re.search("-image|nano-banana", name))))
    return found
