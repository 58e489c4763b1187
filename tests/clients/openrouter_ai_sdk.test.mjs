// Vercel's `ai` with @openrouter/ai-sdk-provider against the emulator: images in a chat, whole and
// streamed, and by the image API.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createOpenRouter } from "@openrouter/ai-sdk-provider";
import { APICallError, generateImage, generateText, streamText } from "ai";
import { faults, pictureOf, startEmulator } from "./emulator.mjs";

const imageModel = "google/gemini-2.5-flash-image";
const laterModel = "google/gemini-3.1-flash-image";
const textModel = "google/gemini-3.5-flash";
const withImages = { openrouter: { modalities: ["image", "text"] } };

async function providerOf(test, ...options) {
  const { openrouter } = await startEmulator(test, ...options);
  return createOpenRouter({ baseURL: openrouter.base_url, apiKey: openrouter.key });
}

const ask = (model, prompt, more = {}) => ({ model, prompt, maxRetries: 0, ...more });

test("a chat gives a file", async (t) => {
  const provider = await providerOf(t);
  const answer = await generateText(ask(provider(imageModel), "a banana", { providerOptions: withImages }));
  assert.equal(answer.text, "Here you go: ");
  assert.equal(answer.finishReason, "stop");
  assert.equal(answer.files.length, 1);
  assert.equal(pictureOf(answer.files[0].base64).type, answer.files[0].mediaType);
  assert.equal(answer.usage.totalTokens, answer.usage.inputTokens + answer.usage.outputTokens);
  assert.ok(answer.providerMetadata.openrouter.usage.cost > 0);
});

test("a picture is taken as an input", async (t) => {
  const provider = await providerOf(t);
  const drawn = await generateText(ask(provider(imageModel), "a banana", { providerOptions: withImages }));
  const content = [
    { type: "text", text: "greener" },
    { type: "image", image: drawn.files[0].base64, mediaType: drawn.files[0].mediaType },
  ];
  const edited = await generateText({
    model: provider(laterModel),
    messages: [{ role: "user", content }],
    maxRetries: 0,
    providerOptions: withImages,
  });
  assert.equal(pictureOf(edited.files[0].base64).type, "image/jpeg");
  assert.ok(edited.usage.inputTokens > 1120);
});

for (const pace of [[], faults("split")]) {
  test(`a chat is streamed ${pace.length > 0 ? "in odd pieces" : "as it comes"}`, async (t) => {
    const provider = await providerOf(t, ...pace);
    const stream = streamText(ask(provider(imageModel), "a banana", { providerOptions: withImages }));
    let text = "";
    for await (const piece of stream.textStream) text += piece;
    assert.equal(text, "Here you go: ");
    const [file] = await stream.files;
    assert.equal(pictureOf(file.base64).type, file.mediaType);
    assert.equal(await stream.finishReason, "stop");
    assert.ok((await stream.usage).outputTokens >= 1290);
  });
}

test("the image API gives images", async (t) => {
  const provider = await providerOf(t);
  const { images } = await generateImage(ask(provider.imageModel(laterModel), "a banana", { aspectRatio: "16:9" }));
  const picture = pictureOf(images[0].base64);
  assert.deepEqual([picture.type, picture.width, picture.height], [images[0].mediaType, 1376, 768]);
  const sized = await generateImage(ask(provider.imageModel("openai/gpt-image-1"), "a banana", { size: "1024x1536" }));
  assert.equal(pictureOf(sized.images[0].base64).height, 1536);
});

const refused = { invalid_key: 401, no_credit: 402, prompt_blocked: 403, rate: 429, upstream_error: 502, saturated: 529 };

for (const [fault, status] of Object.entries(refused)) {
  test(`${fault} is thrown as ${status}`, async (t) => {
    const provider = await providerOf(t, ...faults(fault));
    const calls = [
      () => generateText(ask(provider(textModel), "a banana")),
      () => generateImage(ask(provider.imageModel(imageModel), "a banana")),
    ];
    for (const call of calls)
      await assert.rejects(call, (error) => {
        assert.ok(APICallError.isInstance(error), `${error.name}: ${error.message}`);
        assert.equal(error.statusCode, status);
        return true;
      });
  });
}

test("a stream that breaks off is an error in the stream", async (t) => {
  const provider = await providerOf(t, ...faults("mid_stream_error"));
  const seen = [];
  const stream = streamText(ask(provider(textModel), "a banana", { onError: ({ error }) => seen.push(error) }));
  const kinds = [];
  for await (const part of stream.fullStream) kinds.push(part.type);
  assert.ok(kinds.includes("text-delta") && kinds.includes("error"));
  assert.equal(seen.length, 1);
});

test("its own retries end well", async (t) => {
  const provider = await providerOf(t, ...faults("saturated:x1"));
  const answer = await generateText(ask(provider(textModel), "a banana", { maxRetries: 2 }));
  assert.match(answer.text, /banana/);
});
