import { expect, test } from "vitest";
import { isWheelFor } from "../../../runner/build/wheels.ts";

const tags = new Set([
  "cp313-cp313-manylinux_2_17_x86_64",
  "cp313-abi3-manylinux_2_17_x86_64",
  "cp311-abi3-manylinux_2_17_x86_64",
  "py3-none-any",
]);

test.each([
  ["librt==0.11.0", "librt-0.11.0-cp313-cp313-manylinux2014_x86_64.manylinux_2_17_x86_64.whl", true],
  ["librt==0.11.0", "librt-0.11.0-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl", false],
  ["librt==0.11.0", "librt-0.12.0-cp313-cp313-manylinux_2_17_x86_64.whl", false],
  ["cryptography==44.0.0", "cryptography-44.0.0-cp311-abi3-manylinux_2_17_x86_64.whl", true],
  ["six==1.17.0", "six-1.17.0-py2.py3-none-any.whl", true],
  ["typing_extensions==4.1", "typing.Extensions-4.1-1-py3-none-any.whl", true],
  ["tiny @ https://example.org/tiny.tar.gz", "tiny-2.0-py3-none-any.whl", true],
  ["six==1.17.0", "six-1.17.0.tar.gz", false],
])("%s is served by %s: %s", (requirement, file, isServed) => {
  expect(isWheelFor(requirement, file, tags)).toBe(isServed);
});
