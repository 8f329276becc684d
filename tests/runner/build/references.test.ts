import { describe, expect, test } from "vitest";
import { indexesOf, withoutLogin } from "../../../runner/build/indexes.ts";
import { referencesIn } from "../../../runner/build/references.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
const hash = "0".repeat(64);

function references(line: string, file = "requirements.txt") {
  return referencesIn(new Map([[file, `${line}\n`]]));
}

describe("a requirement refers to files of the checkout", () => {
  test.each([
    ["./lib", ["lib"]],
    ["lib/", ["lib"]],
    ["./lib[fast]; python_version > '3'", ["lib"]],
    ["-e .", ["."]],
    ["--editable=./lib", ["lib"]],
    ["-e './lib'", ["lib"]],
    ["file:./lib", ["lib"]],
    ["file:///target/lib", ["lib"]],
    ["file:///target/my%20lib", ["my lib"]],
    ["lib @ file:///target/lib#subdirectory=x", ["lib"]],
    ["lib[a,b] @ file:///target", ["."]],
    ["wheels/lib-1.0-py3-none-any.whl", ["wheels/lib-1.0-py3-none-any.whl"]],
    ["lib-1.0.tar.gz", ["lib-1.0.tar.gz"]],
    ["./lib \\\n  --config-settings a=b", ["lib"]],
    ["./lib # the very one", ["lib"]],
  ])("in `%s`", (line, paths) => {
    expect(references(line)).toEqual({ paths, addresses: [], isMoving: false });
  });

  test("from the root, where pip looks, or from the file's own folder", () => {
    expect(references("-e ../lib", "more/base.txt")).toEqual({ paths: ["lib"], addresses: [], isMoving: false });
    expect(references("-e lib", "more/base.txt").paths).toEqual(["lib", "more/lib"]);
  });
});

test.each(["attrs==23", "attrs>=23; python_version < '3.8' and platform_machine != 'a/b'", "-r base.txt", "--pre", "# ./lib", "a[b]>=1"])(
  "the requirement `%s` refers to nothing",
  (line) => {
    expect(references(line)).toEqual({ paths: [], addresses: [], isMoving: false });
  },
);

test.each([
  ["git+https://example.org/lib@main", "https://example.org/lib", true],
  ["-e git+https://example.org/lib.git@feature/x#egg=lib", "https://example.org/lib.git", true],
  ["lib @ git+https://user@example.org/lib", "https://user@example.org/lib", true],
  [`lib @ git+https://example.org/lib@${commit}#subdirectory=a`, "https://example.org/lib", false],
  ["https://example.org/main.zip", "https://example.org/main.zip", true],
  [`lib @ https://example.org/lib.zip#sha256=${hash}`, "https://example.org/lib.zip", false],
  [`https://example.org/lib.zip --hash=sha256:${hash}`, "https://example.org/lib.zip", false],
])("`%s` asks a server, and may be another thing tomorrow unless it is pinned", (line, address, isMoving) => {
  expect(references(line)).toEqual({ paths: [], addresses: [address], isMoving });
});

test.each(["git+ssh://git@example.org/lib@main", "file:///opt/lib", "../lib"])("`%s` may be another thing tomorrow", (line) => {
  expect(references(line)).toEqual({ paths: [], addresses: [], isMoving: true });
});

test.each([
  ["--find-links wheels", ["more/wheels", "wheels"], ["--find-links", "/target/more/wheels"]],
  ["-f /target/wheels", ["wheels"], ["-f", "/target/wheels"]],
  ["--find-links=file:///target/wheels", ["wheels"], ["--find-links", "file:///target/wheels"]],
  ["--index-url file:///target/index", ["index"], ["--index-url", "file:///target/index"]],
  ["--extra-index-url https://example.org/simple", [], ["--extra-index-url", "https://example.org/simple"]],
])("the source `%s` is told with its folders of the checkout", (line, folders, options) => {
  const found = indexesOf(new Map([["more/base.txt", `${line}\n`]]));
  expect(found).toMatchObject({ options, isLocal: folders.length > 0 });
  expect([...found.folders].sort()).toEqual(folders);
});

test("an address is shown and asked without the login in it", () => {
  expect(withoutLogin("https://user:p@ss@example.org/simple")).toBe("https://example.org/simple");
  expect(withoutLogin("https://example.org/@scope")).toBe("https://example.org/@scope");
});
