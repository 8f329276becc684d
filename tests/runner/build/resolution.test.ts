import { expect, test } from "vitest";
import { listOf } from "../../../runner/build/resolution.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";

/** Part of pip's report about one package. */
function report(download_info: object, is_direct: boolean): string {
  return JSON.stringify({ install: [{ metadata: { name: "lib", version: "1.0" }, download_info, is_direct }] });
}

test.each([
  ["a package of an index", { url: "https://files.example.org/lib.whl", archive_info: { hash: "sha256=ab" } }, false, "lib==1.0"],
  ["a folder", { url: "file:///target/lib", dir_info: { editable: true } }, true, "lib @ file:///target/lib"],
  [
    "a branch",
    { url: "https://example.org/lib", vcs_info: { vcs: "git", requested_revision: "main", commit_id: commit }, subdirectory: "a" },
    true,
    `lib @ git+https://example.org/lib@${commit}#subdirectory=a`,
  ],
  [
    "an archive",
    { url: "https://example.org/main.zip", archive_info: { hash: "sha256=ab", hashes: { sha256: "ab" } } },
    true,
    "lib @ https://example.org/main.zip#sha256=ab",
  ],
  [
    "an archive that says its hash",
    { url: "https://example.org/a.zip#sha256=ab", archive_info: { hash: "sha256=ab" } },
    true,
    "lib @ https://example.org/a.zip#sha256=ab",
  ],
])("%s is recorded so that it leads to the same files tomorrow", (_, info, isDirect, line) => {
  expect(listOf(report(info, isDirect))).toEqual([line]);
});

test("what is no report lists nothing", () => {
  expect(listOf("no JSON")).toBeUndefined();
});
