// Starts `patchbay emulate` for one test; what the tests of every client stand on.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const program = process.env.PATCHBAY_PROGRAM;

// Options are those of `patchbay emulate`. Answers what its JSON form says, by provider:
// {gemini: {base_url, key, bad_key}, …}. Stopped when the test ends, and then it must end well.
export async function startEmulator(test, ...options) {
  const child = spawn(program, ["--json", "emulate", "--port", "0", ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal })));
  test.after(async () => {
    child.kill("SIGTERM");
    assert.deepEqual(await ended, { code: 0, signal: null }, "the emulator ends by itself when told to");
  });
  return Object.fromEntries((await firstDocument(child)).providers.map((entry) => [entry.provider, entry]));
}

async function firstDocument(child) {
  let text = "";
  for await (const line of createInterface(child.stdout)) {
    text += line;
    try {
      const document = JSON.parse(text);
      child.stdout.resume();
      return document;
    } catch {
      // A document of several lines is not whole yet.
    }
  }
  throw new Error("the emulator said nothing: " + text);
}

// The faults of `patchbay emulate --fault NAME`, as words of its command line.
export function faults(...names) {
  return names.flatMap((name) => ["--fault", name]);
}

// Everything that a stream or a pager gives.
export async function listOf(stream) {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}

// pictureOf() a data URL, whose type must say what it is.
export function pictureOfUrl(url) {
  const [, type, base64] = url.match(/^data:([^;]+);base64,(.*)$/s);
  const picture = pictureOf(base64);
  assert.equal(picture.type, type);
  return picture;
}

// {type, width, height} of a whole PNG or JPEG file in base64; fails on anything else.
export function pictureOf(base64) {
  const bytes = Buffer.from(base64, "base64");
  assert.equal(bytes.toString("base64"), base64, "standard base64 with padding");
  if (bytes.subarray(1, 4).toString("latin1") === "PNG") {
    assert.equal(bytes.subarray(-8, -4).toString("latin1"), "IEND", "the PNG is whole");
    return { type: "image/png", width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  }
  assert.deepEqual([...bytes.subarray(0, 3)], [0xff, 0xd8, 0xff], "PNG or JPEG");
  assert.deepEqual([...bytes.subarray(-2)], [0xff, 0xd9], "the JPEG is whole");
  return { type: "image/jpeg", ...jpegSize(bytes) };
}

function jpegSize(bytes) {
  for (let at = 2; at < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1];
    if (marker >= 0xc0 && marker <= 0xc2) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
  }
  throw new Error("a JPEG without a size");
}
