// Google's own client, @google/genai, against the emulator: what it asks, what it reads, and what
// it throws.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, GoogleGenAI } from "@google/genai";
import { faults, listOf, pictureOf, startEmulator } from "./emulator.mjs";

const firstModel = "gemini-2.5-flash-image"; // PNG, no thoughts
const laterModel = "gemini-3.1-flash-image"; // JPEG, with signatures
const textModel = "gemini-2.5-flash";

async function clientOf(test, options = [], keyName = "key") {
  const { gemini } = await startEmulator(test, ...options);
  // The client adds the version by itself.
  const baseUrl = gemini.base_url.replace(/\/v1beta$/, "");
  assert.notEqual(baseUrl, gemini.base_url);
  return new GoogleGenAI({ apiKey: gemini[keyName], httpOptions: { baseUrl } });
}

const partsOf = (response) => response.candidates[0].content.parts;
const imagesOf = (response) => partsOf(response).filter((part) => part.inlineData);

test("text becomes an image", async (t) => {
  const ai = await clientOf(t);
  const response = await ai.models.generateContent({ model: firstModel, contents: "a banana" });
  const [image] = imagesOf(response);
  assert.equal(image.inlineData.mimeType, "image/png");
  assert.deepEqual(pictureOf(image.inlineData.data), { type: "image/png", width: 1024, height: 1024 });
  assert.match(response.text, /Here you go/);
  assert.equal(response.candidates[0].finishReason, "STOP");
  assert.equal(response.modelVersion, firstModel);
  assert.match(response.responseId, /^[A-Za-z0-9_-]{22}$/);
  const usage = response.usageMetadata;
  assert.equal(usage.totalTokenCount, usage.promptTokenCount + usage.candidatesTokenCount);
  assert.deepEqual(usage.candidatesTokensDetails, [{ modality: "IMAGE", tokenCount: 1290 }]);
});

test("every option of the client for images arrives", async (t) => {
  const ai = await clientOf(t);
  const response = await ai.models.generateContent({
    model: laterModel,
    contents: [{ role: "user", parts: [{ text: "a banana" }] }],
    config: {
      systemInstruction: "Be brief.",
      responseModalities: ["IMAGE"],
      imageConfig: { aspectRatio: "16:9", imageSize: "2K" },
      safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" }],
      thinkingConfig: { thinkingLevel: "HIGH", includeThoughts: true },
      temperature: 0.5,
      topP: 0.9,
      seed: 7,
      candidateCount: 1,
    },
  });
  assert.equal(response.text, undefined, "no text was asked for");
  const [image] = imagesOf(response);
  assert.deepEqual(pictureOf(image.inlineData.data), { type: "image/jpeg", width: 2752, height: 1536 });
  assert.ok(image.thoughtSignature.length > 1_000_000);
  assert.ok(response.usageMetadata.thoughtsTokenCount > 0);
});

test("an image is edited, and the edit is edited again with its signatures", async (t) => {
  const ai = await clientOf(t);
  const drawn = await ai.models.generateContent({
    model: firstModel,
    contents: "a banana",
    config: { imageConfig: { aspectRatio: "3:2" } },
  });
  const { data, mimeType } = imagesOf(drawn)[0].inlineData;
  const chat = ai.chats.create({ model: laterModel });
  const edited = await chat.sendMessage({ message: [{ inlineData: { data, mimeType } }, "make it blue"] });
  const first = pictureOf(imagesOf(edited)[0].inlineData.data);
  assert.deepEqual([first.width, first.height], [1264, 848], "an edit follows the shape of its input");
  assert.equal(edited.usageMetadata.promptTokensDetails[1].modality, "IMAGE");
  const again = await chat.sendMessage({ message: "and now green" });
  assert.equal(chat.getHistory().length, 4);
  assert.ok(again.usageMetadata.promptTokenCount > edited.usageMetadata.promptTokenCount);
  const second = imagesOf(again)[0].inlineData;
  pictureOf(second.data);
  assert.notEqual(second.data, imagesOf(edited)[0].inlineData.data);
});

for (const pace of [[], faults("split")]) {
  test(`text is streamed ${pace.length > 0 ? "in odd pieces" : "as it comes"}`, async (t) => {
    const ai = await clientOf(t, pace);
    const contents = "what is a banana?";
    const chunks = await listOf(await ai.models.generateContentStream({ model: textModel, contents }));
    assert.ok(chunks.length > 2);
    const whole = await ai.models.generateContent({ model: textModel, contents });
    assert.equal(chunks.map((chunk) => chunk.text ?? "").join(""), whole.text);
    assert.match(whole.text, /🍌 Voilà/u);
    const reasons = chunks.map((chunk) => chunk.candidates[0].finishReason);
    assert.deepEqual(reasons.filter(Boolean), ["STOP"]);
    assert.equal(reasons.at(-1), "STOP", "the last one alone says why it ended");
    assert.deepEqual(chunks.at(-1).usageMetadata, whole.usageMetadata);
  });
}

test("an image is streamed, whole in one event", async (t) => {
  const ai = await clientOf(t);
  for (const model of [firstModel, laterModel]) {
    const chunks = await listOf(await ai.models.generateContentStream({ model, contents: "a banana" }));
    const images = chunks.flatMap(imagesOf);
    assert.equal(images.length, 1);
    assert.equal(pictureOf(images[0].inlineData.data).type, images[0].inlineData.mimeType);
    assert.match(chunks.map((chunk) => chunk.text ?? "").join(""), /Here you go/);
  }
});

test("drafts, thoughts and what comes after the image are read", async (t) => {
  const drafts = await clientOf(t, faults("drafts"));
  const several = await drafts.models.generateContent({ model: laterModel, contents: "a banana" });
  assert.equal(imagesOf(several).length, 3);
  const thoughts = await clientOf(t, faults("thought_first", "text_after"));
  const thought = await thoughts.models.generateContent({ model: laterModel, contents: "a banana" });
  assert.deepEqual(imagesOf(thought).map((part) => part.thought ?? false), [true, false]);
  assert.match(thought.text, /^I hope it is yellow/, "thoughts are no text");
});

test("tokens are counted", async (t) => {
  const ai = await clientOf(t);
  const { totalTokens } = await ai.models.countTokens({ model: textModel, contents: "what is a banana?" });
  const { usageMetadata } = await ai.models.generateContent({ model: textModel, contents: "what is a banana?" });
  assert.equal(totalTokens, usageMetadata.promptTokenCount);
});

test("models are paged", async (t) => {
  const ai = await clientOf(t);
  for (const pageSize of [7, 50, 1000]) {
    const pager = await ai.models.list({ config: { pageSize } });
    assert.ok(pager.page.length <= pageSize);
    const names = (await listOf(pager)).map((model) => model.name);
    assert.ok(names.length > 50, "more than one page of the default size");
    assert.equal(new Set(names).size, names.length, "each model once");
    assert.ok(names.includes(`models/${firstModel}`) && names.includes(`models/${laterModel}`));
  }
  const model = await ai.models.get({ model: firstModel });
  assert.equal(model.name, `models/${firstModel}`);
  assert.ok(model.inputTokenLimit > 0 && model.supportedActions.includes("generateContent"));
});

// What the client throws: an ApiError with the status, whose message is the body of the answer.
async function refusalOf(call) {
  try {
    await call();
  } catch (error) {
    assert.ok(error instanceof ApiError, `${error.name}: ${error.message}`);
    const body = JSON.parse(error.message.replace(/^got status: \w+\. /, "")); // so in a stream
    return { http: error.status, ...body.error, types: (body.error.details ?? []).map(typeOf) };
  }
  return assert.fail("it was answered");
}
const typeOf = (detail) => detail["@type"].replace("type.googleapis.com/google.rpc.", "");
const infoOf = (error) => error.details.find((detail) => typeOf(detail) === "ErrorInfo");

const shapes = {
  invalid_key: [400, "INVALID_ARGUMENT", /^API key not valid/, ["ErrorInfo", "LocalizedMessage"]],
  expired_key: [400, "INVALID_ARGUMENT", /^API key expired/, ["ErrorInfo", "LocalizedMessage"]],
  leaked_key: [403, "PERMISSION_DENIED", /reported as leaked/, []],
  service_disabled: [403, "PERMISSION_DENIED", /has not been used in project/, ["Help", "ErrorInfo"]],
  region: [400, "FAILED_PRECONDITION", /^User location is not supported/, null],
  rate: [429, "RESOURCE_EXHAUSTED", /Please retry in/, ["Help", "QuotaFailure", "RetryInfo"]],
  quota_day: [429, "RESOURCE_EXHAUSTED", /Quota exceeded for metric/, ["Help", "QuotaFailure", "RetryInfo"]],
  free_tier: [429, "RESOURCE_EXHAUSTED", /limit: 0/, ["Help", "QuotaFailure", "RetryInfo"]],
  bare_429: [429, "RESOURCE_EXHAUSTED", /Resource has been exhausted/, []],
  internal: [500, "INTERNAL", /An internal error has occurred/, []],
  overloaded: [503, "UNAVAILABLE", /high demand|overloaded/, []],
  deadline: [504, "DEADLINE_EXCEEDED", /Deadline expired/, []],
};

for (const [fault, [http, status, words, types]] of Object.entries(shapes)) {
  test(`${fault} is thrown as ${http} ${status}`, async (t) => {
    const ai = await clientOf(t, faults(fault));
    const calls = [
      () => ai.models.generateContent({ model: firstModel, contents: "a banana" }),
      () => ai.models.generateContentStream({ model: firstModel, contents: "a banana" }),
      () => ai.models.countTokens({ model: firstModel, contents: "a banana" }),
      () => ai.models.list(),
    ];
    for (const call of calls) {
      const error = await refusalOf(call);
      assert.deepEqual([error.http, error.code, error.status], [http, http, status]);
      assert.match(error.message, words);
      if (types) assert.deepEqual(error.types, types);
      if (types?.includes("RetryInfo")) {
        const { retryDelay } = error.details.find((detail) => typeOf(detail) === "RetryInfo");
        assert.match(retryDelay, /^\d+(\.\d+)?s$/);
      }
    }
  });
}

test("a wrong key is refused with the reason that clients look for", async (t) => {
  const ai = await clientOf(t, [], "bad_key");
  const error = await refusalOf(() => ai.models.list());
  assert.equal(error.http, 400);
  const { reason, domain, metadata } = infoOf(error);
  assert.deepEqual([reason, domain], ["API_KEY_INVALID", "googleapis.com"]);
  assert.equal(metadata.service, "generativelanguage.googleapis.com");
});

test("what the request itself has wrong is said", async (t) => {
  const ai = await clientOf(t);
  const ask = (model, config, contents = "a banana") =>
    refusalOf(() => ai.models.generateContent({ model, contents, config }));
  const unknown = await ask("gemini-0-none", {});
  assert.deepEqual([unknown.http, unknown.status], [404, "NOT_FOUND"]);
  assert.match(unknown.message, /^models\/gemini-0-none is not found for API version v1beta/);
  const counted = await refusalOf(() => ai.models.countTokens({ model: "gemini-0-none", contents: "x" }));
  assert.match(counted.message, /not supported for countTokens/);
  const violation = await ask(firstModel, { httpOptions: { extraBody: { generationConfig: { imageConfig: { outputMimeType: "image/png" } } } } });
  assert.match(violation.message, /Unknown name "outputMimeType" at 'generation_config.image_config': Cannot find field/);
  assert.deepEqual(violation.types, ["BadRequest"]);
  assert.equal((await ask(firstModel, { imageConfig: { aspectRatio: "5:1" } })).types[0], "BadRequest");
  assert.equal((await ask(firstModel, { imageConfig: { imageSize: "4K" } })).status, "INVALID_ARGUMENT");
  assert.match((await ask(textModel, { responseModalities: ["IMAGE"] })).message, /only supports text output/);
  const damaged = [{ inlineData: { mimeType: "image/png", data: "bm90IGFuIGltYWdl" } }, "edit"];
  assert.match((await ask(firstModel, {}, damaged)).message, /Provided image is not valid/);
  const long = await ask(firstModel, {}, "banana ".repeat(25_000));
  assert.match(long.message, /^The input token count \(\d+\) exceeds the maximum number of tokens allowed \(32768\)/);
});

test("a stream that breaks off throws what it was told", async (t) => {
  const ai = await clientOf(t);
  const breakOff = async (fault) => {
    const contents = `what is a banana? emulate:${fault}`;
    const stream = await ai.models.generateContentStream({ model: textModel, contents });
    const first = await stream.next();
    assert.ok(first.value.text.length > 0, "the beginning arrives");
    return listOf(stream);
  };
  // The client knows an error only where it is alone in what one read gives, so it must come late
  // enough for a busy machine; else it throws that the last event is not whole.
  for (const pause of [200, 2_000, 20_000]) {
    try {
      const error = await refusalOf(() => breakOff(`mid_stream_error:${pause}`));
      assert.deepEqual([error.http, error.code, error.status], [503, 503, "UNAVAILABLE"]);
      return;
    } catch (error) {
      assert.match(error.message, /Incomplete JSON segment/);
    }
  }
  assert.fail("it never saw the error alone");
});

const refusals = {
  no_image: "NO_IMAGE",
  safety: "SAFETY",
  image_safety: "IMAGE_SAFETY",
  image_other: "IMAGE_OTHER",
  prohibited: "IMAGE_PROHIBITED_CONTENT",
  recitation: "RECITATION",
  unknown_finish: "IMAGE_TOO_YELLOW",
};

for (const [fault, reason] of Object.entries(refusals)) {
  test(`${fault} is an answer without an image, whole and streamed`, async (t) => {
    const ai = await clientOf(t, faults(fault));
    const question = { model: laterModel, contents: "a banana" };
    const whole = await ai.models.generateContent(question);
    const [streamed] = await listOf(await ai.models.generateContentStream(question));
    for (const response of [whole, streamed]) {
      assert.equal(response.candidates[0].finishReason, reason);
      assert.equal(response.text, undefined);
      assert.equal(response.usageMetadata.candidatesTokenCount, undefined);
    }
  });
}

test("a refused prompt has no candidates", async (t) => {
  const ai = await clientOf(t, faults("prompt_blocked"));
  const response = await ai.models.generateContent({ model: laterModel, contents: "a banana" });
  assert.equal(response.promptFeedback.blockReason, "PROHIBITED_CONTENT");
  assert.equal(response.candidates, undefined);
});

test("pages of proxies are errors too", async (t) => {
  const ai = await clientOf(t, faults("html_502"));
  const error = await refusalOf(() => ai.models.generateContent({ model: firstModel, contents: "x" }));
  assert.equal(error.http, 502);
  assert.match(error.message, /<html/i);
});

test("the client's own retries end well", async (t) => {
  const { gemini } = await startEmulator(t, ...faults("overloaded:x2"));
  const baseUrl = gemini.base_url.replace(/\/v1beta$/, "");
  const retryOptions = { attempts: 4, initialDelay: 0.01, maxDelay: 0.05 };
  const ai = new GoogleGenAI({ apiKey: gemini.key, httpOptions: { baseUrl, retryOptions } });
  const response = await ai.models.generateContent({ model: firstModel, contents: "a banana" });
  assert.equal(imagesOf(response).length, 1);
});
