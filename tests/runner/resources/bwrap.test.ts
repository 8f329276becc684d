import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bwrapProfile, checkBwrap, type AppArmor } from "../../../runner/resources/bwrap.ts";

let folder: string;
let apparmor: AppArmor;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "evenkeel-apparmor-"));
  apparmor = { restriction: join(folder, "restriction"), profile: join(folder, "evenkeel-bwrap") };
});
afterEach(() => rmSync(folder, { recursive: true }));

test("the profile lets bwrap, and nothing else, make user namespaces, in the language of AppArmor 4", () => {
  expect(bwrapProfile).toMatch(/^abi <abi\/4\.0>,\ninclude <tunables\/global>$/m);
  expect(bwrapProfile).toMatch(/^profile evenkeel-bwrap \/usr\/bin\/bwrap flags=\(unconfined\) \{\n {2}userns,\n/m);
  expect(bwrapProfile.match(/^profile /gm)).toHaveLength(1);
});

test("where AppArmor keeps users from making namespaces, a missing or edited profile is a difference", async () => {
  writeFileSync(apparmor.restriction, "1\n");
  expect(await checkBwrap(apparmor)).toEqual([{ what: apparmor.profile, is: "missing", shouldBe: "as written by `up`" }]);
  writeFileSync(apparmor.profile, bwrapProfile.replace("userns,", ""));
  expect(await checkBwrap(apparmor)).toMatchObject([{ is: "another" }]);
});

test("where it does not, no profile is asked for", async () => {
  writeFileSync(apparmor.restriction, "0\n");
  expect((await checkBwrap(apparmor)).map(({ what }) => what)).not.toContain(apparmor.profile);
});
