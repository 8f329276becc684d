import { expect, test } from "vitest";
import { isWheelOf, readWheels } from "../../../runner/build/wheels.ts";

const wheel = (name: string, version: string, file = "any-1-py3-none-any.whl") => ({ file, name, version });

test.each([
  ["six==1.17.0", wheel("six", "1.17.0"), true],
  ["typing_extensions==4.1", wheel("typing-extensions", "4.1"), true],
  ["librt==0.11.0", wheel("librt", "0.12.0"), false],
  ["six==1.17.0", wheel("sixth", "1.17.0", "six-1.17.0-py3-none-any.whl"), false],
  ["tiny @ https://example.org/tiny.tar.gz", wheel("tiny", "2.0"), true],
  ["tiny @ https://example.org/tiny.tar.gz", wheel("huge", "2.0", "tiny-2.0-py3-none-any.whl"), false],
])("%s is served by what calls itself %o: %s", (requirement, one, isServed) => {
  expect(isWheelOf(requirement, one)).toBe(isServed);
});

const listed = (file: string): string => JSON.stringify([{ file, name: "six", version: "1.17.0" }]);

test("a wheel whose file name leads elsewhere is none", () => {
  expect(readWheels(listed("six-1.17.0-py2.py3-none-any.whl"))).toHaveLength(1);
  for (const file of ["../six-1.17.0-py3-none-any.whl", "/etc/six.whl", "six\n.whl", "six.tar.gz"])
    expect(readWheels(listed(file))).toEqual([]);
  expect(readWheels("no JSON")).toEqual([]);
});
