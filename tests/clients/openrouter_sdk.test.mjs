// OpenRouter's own client, @openrouter/sdk, against the emulator. It checks every answer against a
// schema and throws where a field is missing or of another type.
import assert from "node:assert/strict";
import { test } from "node:test";
import { OpenRouter } from "@openrouter/sdk";
import * as errors from "@openrouter/sdk/models/errors";
import { faults, listOf, pictureOf, pictureOfUrl, startEmulator } from "./emulator.mjs";

const firstModel = "google/gemini-2.5-flash-image"; // PNG
const laterModel = "google/gemini-3.1-flash-image"; // JPEG
const textModel = "google/gemini-3.5-flash";
const streamingModel = "openai/gpt-image-1"; // sends previews, and several images at once

const clientWith = (base_url, apiKey) =>
  new OpenRouter({ apiKey, serverURL: base_url, retryConfig: { strategy: "none" } });

async function clientOf(test, options = [], keyName = "key") {
  const { openrouter } = await startEmulator(test, ...options);
  return clientWith(openrouter.base_url, openrouter[keyName]);
}

const chat = (client, model, content, more = {}) =>
  client.chat.send({ chatRequest: { model, messages: [{ role: "user", content }], ...more } });
const draw = (client, model, more = {}) =>
  client.images.generate({ imageGenerationRequest: { model, prompt: "a banana", ...more } });

test("text becomes an image", async (t) => {
  const client = await clientOf(t);
  const answer = await draw(client, laterModel, { aspectRatio: "16:9", resolution: "2K" });
  assert.equal(answer.data.length, 1);
  const picture = pictureOf(answer.data[0].b64Json);
  assert.deepEqual(picture, { type: "image/jpeg", width: 2752, height: 1536 });
  assert.equal(answer.data[0].mediaType, picture.type);
  assert.equal(answer.usage.completionTokensDetails.imageTokens, 1680);
  assert.ok(answer.usage.cost > 0 && answer.usage.cost === answer.usage.costDetails.upstreamInferenceCost);
});

test("an image is edited, and several come at once where the model can", async (t) => {
  const client = await clientOf(t);
  const first = await draw(client, firstModel, { aspectRatio: "3:2" });
  const url = `data:image/png;base64,${first.data[0].b64Json}`;
  const edited = await draw(client, laterModel, { inputReferences: [{ type: "image_url", imageUrl: { url } }] });
  const { width, height } = pictureOf(edited.data[0].b64Json);
  assert.deepEqual([width, height], [1264, 848], "an edit follows the shape of its input");
  const several = await draw(client, streamingModel, { n: 3 });
  assert.equal(new Set(several.data.map((image) => image.b64Json)).size, 3);
  await assert.rejects(draw(client, firstModel, { n: 2 }), errors.BadRequestResponseError);
});

test("an image is streamed with its preview", async (t) => {
  const client = await clientOf(t);
  const events = await listOf(await draw(client, streamingModel, { stream: true }));
  assert.deepEqual(
    events.map((event) => event.type),
    ["image_generation.partial_image", "image_generation.completed"],
  );
  pictureOf(events[0].b64Json);
  assert.equal(pictureOf(events[1].b64Json).type, events[1].mediaType);
  assert.ok(events[1].usage.cost > 0);
});

test("a chat answers with text and images", async (t) => {
  const client = await clientOf(t);
  const answer = await chat(client, firstModel, "a banana", {
    modalities: ["image", "text"],
    imageConfig: { aspect_ratio: "9:16" },
  });
  assert.match(answer.id, /^gen-\d+-[A-Za-z0-9]{20}$/);
  assert.equal(answer.systemFingerprint, null);
  const [choice] = answer.choices;
  assert.equal(choice.finishReason, "stop");
  assert.equal(choice.message.content, "Here you go: ");
  assert.deepEqual(pictureOfUrl(choice.message.images[0].imageUrl.url), { type: "image/png", width: 768, height: 1344 });
  assert.equal(answer.usage.totalTokens, answer.usage.promptTokens + answer.usage.completionTokens);
});

for (const pace of [[], faults("split")]) {
  test(`text is streamed ${pace.length > 0 ? "in odd pieces" : "as it comes"}`, async (t) => {
    const client = await clientOf(t, pace);
    const whole = await chat(client, textModel, "what is a banana?");
    const chunks = await listOf(await chat(client, textModel, "what is a banana?", { stream: true }));
    const text = chunks.map((chunk) => chunk.choices[0].delta.content ?? "").join("");
    assert.equal(text, whole.choices[0].message.content);
    assert.match(text, /🍌 Voilà/u);
    const reasons = chunks.map((chunk) => chunk.choices[0].finishReason).filter(Boolean);
    assert.deepEqual(reasons, ["stop", "stop"], "once by itself, once with the usage");
    assert.deepEqual(chunks.at(-1).usage, whole.usage);
  });
}

test("a stream that breaks off says why", async (t) => {
  const client = await clientOf(t, faults("mid_stream_error"));
  const chunks = await listOf(await chat(client, textModel, "a banana", { stream: true }));
  const failed = chunks.filter((chunk) => chunk.error);
  assert.equal(failed.length, 1);
  assert.deepEqual([failed[0].error.code, failed[0].error.message], [502, "Provider disconnected"]);
  const images = await listOf(await draw(client, streamingModel, { stream: true }));
  assert.deepEqual([images.at(-1).type, images.at(-1).error.code], ["error", "server_error"]);
});

test("models are listed and described", async (t) => {
  const client = await clientOf(t);
  const modelsOf = async (request) => (await listOf(await client.models.list(request))).flatMap((page) => page.result.data);
  const texts = await modelsOf({});
  const images = await modelsOf({ outputModalities: "image" });
  assert.ok(texts.length > 2 && texts.every((model) => !model.architecture.outputModalities.includes("image")));
  assert.ok(images.length > 2 && images.every((model) => model.architecture.outputModalities.includes("image")));
  assert.equal((await modelsOf({ outputModalities: "all" })).length, texts.length + images.length);
  const listed = (await client.images.listModels()).data.map((model) => model.id).sort();
  assert.deepEqual(listed, images.map((model) => model.id).sort());
  const { endpoints } = await client.images.listModelEndpoints({ author: "openai", slug: "gpt-image-1" });
  assert.equal(endpoints[0].supportedParameters.n.max, 10);
});

test("a key, its credits and a generation are told about", async (t) => {
  const { openrouter } = await startEmulator(t);
  const client = clientWith(openrouter.base_url, openrouter.key);
  const { id, usage } = await chat(client, firstModel, "a banana", { modalities: ["image"] });
  const { data: key } = await client.apiKeys.getCurrentKeyMetadata();
  assert.equal(key.usage, usage.cost);
  const { data: generation } = await client.generations.getGeneration({ id });
  assert.deepEqual([generation.model, generation.totalCost], [firstModel, usage.cost]);
  await assert.rejects(client.credits.getCredits(), errors.ForbiddenResponseError);
  const manager = clientWith(openrouter.base_url, openrouter.management_key);
  assert.equal((await manager.credits.getCredits()).data.totalUsage, usage.cost);
});

test("a program logs in and gets a key that works", async (t) => {
  const { openrouter } = await startEmulator(t);
  const anybody = clientWith(openrouter.base_url, "");
  const { codeVerifier, codeChallenge } = await anybody.oAuth.createSHA256CodeChallenge();
  const page = new URL(openrouter.login_url);
  page.search = new URLSearchParams({
    callback_url: "http://localhost:3000/callback",
    code_challenge: codeChallenge,
    code_challenge_method: "S256",
  });
  const { status, headers } = await fetch(page, { redirect: "manual" });
  assert.equal(status, 302);
  const code = new URL(headers.get("location")).searchParams.get("code");
  const exchange = (requestBody) => anybody.oAuth.exchangeAuthCodeForAPIKey({ requestBody });
  const { key } = await exchange({ code, codeVerifier, codeChallengeMethod: "S256" });
  assert.match(key, /^sk-or-v1-[0-9a-f]{64}$/);
  assert.ok((await clientWith(openrouter.base_url, key).apiKeys.getCurrentKeyMetadata()).data.label);
  await assert.rejects(exchange({ code, codeVerifier, codeChallengeMethod: "S256" }), errors.ForbiddenResponseError);
});

const thrown = {
  invalid_key: ["UnauthorizedResponseError", 401],
  no_credit: ["PaymentRequiredResponseError", 402],
  key_limit: ["PaymentRequiredResponseError", 402],
  prompt_blocked: ["ForbiddenResponseError", 403],
  guardrail: ["ForbiddenResponseError", 403],
  region: ["NotFoundResponseError", 404],
  no_model: ["BadRequestResponseError", 400],
  deadline: ["RequestTimeoutResponseError", 408],
  too_large: ["PayloadTooLargeResponseError", 413],
  rate: ["TooManyRequestsResponseError", 429],
  rate_reset: ["TooManyRequestsResponseError", 429],
  upstream_rate: ["TooManyRequestsResponseError", 429],
  internal: ["InternalServerResponseError", 500],
  upstream_error: ["BadGatewayResponseError", 502],
  overloaded: ["ServiceUnavailableResponseError", 503],
  edge_timeout: ["EdgeNetworkTimeoutResponseError", 524],
  saturated: ["ProviderOverloadedResponseError", 529],
};

test("every refusal is thrown as the type that the client has for it", async (t) => {
  const client = await clientOf(t);
  for (const [fault, [name, status]] of Object.entries(thrown)) {
    await assert.rejects(chat(client, textModel, `emulate:${fault}`), (error) => {
      assert.ok(error instanceof errors[name], `${fault}: ${error.name}: ${error.message}`);
      assert.deepEqual([error.statusCode, error.error.code], [status, status], fault);
      return true;
    });
  }
});

test("what a refusal tells beside its message arrives", async (t) => {
  const client = await clientOf(t);
  const metadataOf = async (fault) => {
    const error = await chat(client, textModel, `emulate:${fault}`).then(assert.fail, (refused) => refused);
    return { metadata: error.error.metadata, headers: error.headers };
  };
  const { metadata: failed } = await metadataOf("upstream_error");
  assert.equal(JSON.parse(failed.raw).error.status, "INTERNAL");
  const { metadata: limited, headers } = await metadataOf("rate");
  assert.ok(Number(limited.headers["X-RateLimit-Reset"]) > Date.now() - 60_000, "milliseconds since 1970");
  assert.equal(headers.get("retry-after"), "2");
  assert.deepEqual((await metadataOf("prompt_blocked")).metadata.reasons, ["violence"]);
});

test("errors that have no code, or a word for it, do not pass the client's schema", async (t) => {
  const client = await clientOf(t);
  for (const fault of ["code_text", "no_code", "free_tier", "error_200"])
    await assert.rejects(chat(client, textModel, `emulate:${fault}`), errors.ResponseValidationError, fault);
});
