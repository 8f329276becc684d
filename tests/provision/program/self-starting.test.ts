import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { codeEnding, digestBytes, renewCode, writeCode } from "../../../runner/resources/compiled-code.ts";
import { selfStarting } from "../../../provision/program/self-starting.ts";

/** Prints whether V8 refused the code it was given, "undefined" where it was given none. */
const program = 'const said = "≤ 1"; console.log(said, globalThis.evenkeelStarted.script.cachedDataRejected);';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "evenkeel-"));
  file = install(program);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  Reflect.deleteProperty(globalThis, "evenkeelStarted");
});

function install(source: string): string {
  const path = join(folder, "program.cjs");
  writeFileSync(path, selfStarting(source, folder));
  return path;
}

function start(path: string): string {
  return execFileSync(process.execPath, [path], { encoding: "utf8" }).trim();
}

/** Starts the program in this process, where it can be asked for its code. */
function startHere(): void {
  createRequire(import.meta.url)(file);
}

/** Returns the hash that comes before code of the program. */
function digestOf(code: Buffer): Buffer {
  const wrapped = /^const program = (.*);$/m.exec(readFileSync(file, "utf8"))?.[1] ?? "";
  return createHash("sha256")
    .update(String(JSON.parse(wrapped)))
    .update(code)
    .digest();
}

test("an installed program starts with and without compiled code in its folder", async () => {
  expect(start(file)).toBe("≤ 1 undefined");
  startHere();
  await writeCode(file);
  expect(start(file)).toBe("≤ 1 false");
});

test("code that is damaged, cut short or of another program of the same length is never loaded", async () => {
  startHere();
  await writeCode(file);
  const whole = readFileSync(`${file}${codeEnding}`);
  const damaged = Buffer.from(whole);
  damaged.fill(0xff, 100, 110);
  for (const bytes of [damaged, whole.subarray(0, -1), Buffer.alloc(0)]) {
    writeFileSync(`${file}${codeEnding}`, bytes);
    expect(start(file)).toBe("≤ 1 undefined");
  }
  writeFileSync(`${file}${codeEnding}`, whole);
  install(program.replace("1", "2"));
  expect(start(file)).toBe("≤ 2 undefined");
});

test("code is loaded only from the folder of installed bundles", async () => {
  startHere();
  await writeCode(file);
  writeFileSync(file, selfStarting(program, join(folder, "bundles")));
  expect(start(file)).toBe("≤ 1 undefined");
});

test("code that this Node rejects is rewritten; code of another program is not", async () => {
  const codeFile = `${file}${codeEnding}`;
  startHere();
  await writeCode(file);
  const code = readFileSync(codeFile).subarray(digestBytes);
  // V8's version comes second.
  code.writeInt32LE(code.readInt32LE(4) ^ 1, 4);
  writeFileSync(codeFile, Buffer.concat([digestOf(code), code]));
  expect(start(file)).toBe("≤ 1 true");
  await renewCode(join(folder, "another"));
  expect(start(file)).toBe("≤ 1 true");
  await renewCode(file);
  expect(start(file)).toBe("≤ 1 false");
});
