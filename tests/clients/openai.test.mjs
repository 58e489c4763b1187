// OpenAI's own client against the emulated routers, which speak as OpenAI does: chats with images in
// them, images by themselves, models, and the errors as types.
import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { faults, listOf, pictureOf, pictureOfUrl, startEmulator } from "./emulator.mjs";

const routers = {
  openrouter: { image: "google/gemini-2.5-flash-image", text: "google/gemini-3.5-flash" },
  requesty: { image: "vertex/gemini-2.5-flash-image", text: "openai/gpt-4o-mini" },
};
const imagesModel = "azure/openai/gpt-image-1";

const clientWith = (access, more = {}) =>
  new OpenAI({ baseURL: access.base_url, apiKey: access.key, maxRetries: 0, ...more });

const question = (model, content, more = {}) => ({ model, messages: [{ role: "user", content }], ...more });

for (const [router, models] of Object.entries(routers)) {
  const start = async (t, ...options) => (await startEmulator(t, ...options))[router];
  const withImage = { modalities: ["image", "text"], image_config: { aspect_ratio: "16:9" } };

  test(`${router}: a chat gives an image`, async (t) => {
    const client = clientWith(await start(t));
    const answer = await client.chat.completions.create(question(models.image, "a banana", withImage));
    const [{ message, finish_reason }] = answer.choices;
    assert.deepEqual([message.role, message.content, finish_reason], ["assistant", "Here you go: ", "stop"]);
    const { width, height } = pictureOfUrl(message.images[0].image_url.url);
    assert.deepEqual([width, height], [1344, 768]);
    assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
    const again = await client.chat.completions.create({
      model: models.image,
      modalities: ["image", "text"],
      messages: [{ role: "user", content: "a banana" }, message, { role: "user", content: "greener" }],
    });
    assert.equal(pictureOfUrl(again.choices[0].message.images[0].image_url.url).width, 1344, "as its input");
  });

  for (const pace of [[], faults("split")]) {
    test(`${router}: a chat is streamed ${pace.length > 0 ? "in odd pieces" : "as it comes"}`, async (t) => {
      const client = clientWith(await start(t, ...pace));
      const more = { ...withImage, stream: true, stream_options: { include_usage: true } };
      const chunks = await listOf(await client.chat.completions.create(question(models.image, "a banana", more)));
      const deltas = chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.delta));
      assert.equal(deltas.map((delta) => delta.content ?? "").join(""), "Here you go: ");
      const images = deltas.flatMap((delta) => delta.images ?? []);
      assert.equal(images.length, 1);
      pictureOfUrl(images[0].image_url.url);
      assert.equal(chunks.at(-1).usage.total_tokens > 1290, true);
      const text = await listOf(await client.chat.completions.create(question(models.text, "a banana", { stream: true })));
      assert.match(text.map((chunk) => chunk.choices[0].delta.content ?? "").join(""), /🍌 Voilà/u);
    });
  }

  test(`${router}: a stream that breaks off throws what it was told`, async (t) => {
    const client = clientWith(await start(t, ...faults("mid_stream_error")));
    const stream = await client.chat.completions.create(question(models.text, "a banana", { stream: true }));
    let text = "";
    await assert.rejects(
      async () => {
        for await (const chunk of stream) text += chunk.choices[0].delta.content ?? "";
      },
      (error) => {
        assert.ok(error instanceof OpenAI.APIError, `${error.name}: ${error.message}`);
        assert.match(error.message, /[Pp]rovider/);
        return true;
      },
    );
    assert.ok(text.length > 0, "the beginning arrives");
  });

  test(`${router}: models are listed`, async (t) => {
    const client = clientWith(await start(t));
    const ids = (await listOf(await client.models.list())).map((model) => model.id);
    assert.ok(ids.length > 3 && ids.includes(models.text));
  });

  test(`${router}: its own retries end well`, async (t) => {
    const access = await start(t, ...faults("saturated:x1", "rate:1:x1"));
    const answer = await clientWith(access, { maxRetries: 3 }).chat.completions.create(question(models.text, "a banana"));
    assert.match(answer.choices[0].message.content, /banana/);
  });
}

const types = {
  openrouter: {
    invalid_key: [OpenAI.AuthenticationError, 401],
    no_credit: [OpenAI.APIError, 402],
    prompt_blocked: [OpenAI.PermissionDeniedError, 403],
    free_tier: [OpenAI.NotFoundError, 404],
    no_model: [OpenAI.BadRequestError, 400],
    rate: [OpenAI.RateLimitError, 429],
    upstream_error: [OpenAI.InternalServerError, 502],
  },
  requesty: {
    invalid_key: [OpenAI.PermissionDeniedError, 403],
    no_credit: [OpenAI.APIError, 402],
    no_model: [OpenAI.NotFoundError, 404],
    key_limit: [OpenAI.APIError, 412],
    upstream_nonsense: [OpenAI.APIError, 424],
    rate: [OpenAI.RateLimitError, 429],
    upstream_error: [OpenAI.InternalServerError, 502],
    saturated: [OpenAI.InternalServerError, 529],
  },
};

for (const [router, expected] of Object.entries(types)) {
  test(`${router}: refusals are thrown as types`, async (t) => {
    const client = clientWith((await startEmulator(t))[router]);
    for (const [fault, [type, status]] of Object.entries(expected)) {
      const call = client.chat.completions.create(question(routers[router].text, `emulate:${fault}`));
      await assert.rejects(call, (error) => {
        assert.ok(error instanceof type, `${fault}: ${error.name}: ${error.message}`);
        assert.equal(error.status, status, fault);
        assert.ok(error.error.message.length > 0 && error.message.includes(error.error.message));
        return true;
      });
    }
  });
}

test("requesty: images come by address, or as base64", async (t) => {
  const client = clientWith((await startEmulator(t)).requesty);
  const named = await client.images.generate({ model: imagesModel, prompt: "a banana", n: 2 });
  assert.equal(named.data.length, 2);
  const file = await fetch(named.data[1].url);
  const picture = pictureOf(Buffer.from(await file.arrayBuffer()).toString("base64"));
  assert.deepEqual(picture, { type: file.headers.get("content-type"), width: 1024, height: 1024 });
  const shown = await client.images.generate({
    model: imagesModel,
    prompt: "a banana",
    size: "1536x1024",
    output_format: "jpeg",
    response_format: "b64_json",
  });
  assert.deepEqual(pictureOf(shown.data[0].b64_json), { type: "image/jpeg", width: 1536, height: 1024 });
});
