import { expect, test } from "vitest";
import { installedIn } from "../../../runner/resources/installed-packages.ts";

function listing(...rows: string[][]): string {
  return ["amd64", ...rows.map((row) => row.join("\t")), ""].join("\n");
}

const libc = (architecture: string, want: string, version = "2.41-12"): string[] => {
  return ["libc6-dev", `libc6-dev:${architecture}`, architecture, version, want, "installed", "libc-dev (= 2.41)"];
};

test("a package of two architectures counts as held once both are, whichever is listed first", () => {
  for (const [first, second] of [
    ["amd64", "i386"],
    ["i386", "amd64"],
  ] as const) {
    const half = installedIn(listing(libc(first, "hold"), libc(second, "install")), ["libc6-dev"]).get("libc6-dev");
    expect(half).toMatchObject({ held: false, instances: [{ name: `libc6-dev:${first}` }, { name: `libc6-dev:${second}`, held: false }] });
    const both = installedIn(listing(libc(first, "hold"), libc(second, "hold")), ["libc6-dev"]).get("libc6-dev");
    expect(both).toMatchObject({ version: "2.41-12", held: true });
  }
});

test("its version is that of the host's own architecture", () => {
  const rows = [libc("amd64", "hold", "2"), libc("i386", "hold", "1")];
  expect(installedIn(listing(...rows), ["libc6-dev"]).get("libc6-dev")?.version).toBe("2");
  expect(installedIn(listing(...rows.toReversed()), ["libc6-dev"]).get("libc6-dev")?.version).toBe("2");
});

test("a virtual name stands for all instances of who provides it", () => {
  const provided = installedIn(listing(libc("amd64", "hold"), libc("i386", "install")), ["libc-dev"]).get("libc-dev");
  expect(provided).toMatchObject({ held: false, instances: [{ name: "libc6-dev:amd64" }, { name: "libc6-dev:i386" }] });
});

test("what is removed but for its configuration is not installed", () => {
  const removed = ["tcc", "tcc", "amd64", "0.9", "hold", "config-files", ""];
  const pinned = ["hello", "hello", "amd64", "2.10", "hold", "installed", ""];
  expect([...installedIn(listing(removed, pinned), ["tcc", "hello", "jq"]).keys()]).toEqual(["hello"]);
});
