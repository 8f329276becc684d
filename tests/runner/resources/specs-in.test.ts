import { expect, test } from "vitest";
import { specsBegin, specsIn } from "../../../runner/resources/specs-in.ts";

const specs = '[{"name":"a \\"b\\"","spec":"\u2028\n"}]';

test("specs are found in the text of the program that the probe sends", () => {
  const program = `#!/usr/bin/env node\n${specsBegin}${JSON.stringify(specs)};\nconst program = "…";\nglobalThis.evenkeelSpecs=1;\n`;
  expect(specsIn(program)).toBe(specs);
});

test("any other text is specs itself", () => {
  for (const text of [specs, "", `[]\n[]`]) expect(specsIn(text)).toBe(text);
});
