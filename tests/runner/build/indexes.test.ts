import { expect, test } from "vitest";
import { indexesOf, withoutLogin } from "../../../runner/build/indexes.ts";

const of = (text: string) => indexesOf(new Map([["test/requirements.txt", text]]));

test("an index of its own takes the place of the default one, a further index does not", () => {
  expect(of("--index-url https://a.org/simple\nx==1")).toMatchObject({
    options: ["--index-url", "https://a.org/simple"],
    addresses: ["https://a.org/simple"],
    withDefault: false,
  });
  expect(of("--extra-index-url=https://b.org/simple")).toMatchObject({ addresses: ["https://b.org/simple"], withDefault: true });
  expect(of("--no-index\n--pre")).toMatchObject({ options: ["--no-index", "--pre"], addresses: [], withDefault: false });
  expect(of("--pretend x\nx --pre")).toMatchObject({ options: [], withDefault: true });
});

test("a folder of the checkout is named as it is mounted, by either reading of its path, and belongs to the revision alone", () => {
  expect(of("--find-links wheels")).toMatchObject({
    options: ["--find-links", "/target/test/wheels"],
    isLocal: true,
    folders: ["wheels", "test/wheels"],
  });
  expect(of("--find-links https://a.org/wheels")).toMatchObject({ options: ["--find-links", "https://a.org/wheels"], isLocal: false });
});

test("an address is shown without the login in it", () => {
  expect(withoutLogin("https://user:secret@a.org/simple")).toBe("https://a.org/simple");
  expect(withoutLogin("https://a.org/x@y")).toBe("https://a.org/x@y");
});
