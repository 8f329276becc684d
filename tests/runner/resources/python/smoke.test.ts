import { expect, test } from "vitest";
import { blockerOf } from "../../../../runner/resources/python/smoke.ts";

const built = { version: "3.13.5", prefix: "/opt/evenkeel/python/3.13.5-00000000" };
const flags = ["--enable-optimizations", "PROFILE_TASK=-m test --pgo"];
const right = { ...built, flags: "'--prefix=/opt' '--enable-optimizations' 'PROFILE_TASK=-m test --pgo'", missing: [] };

test.each([
  [{}, undefined],
  [{ missing: ["ssl (No module named '_ssl')"] }, "it cannot import ssl (No module named '_ssl')"],
  [{ version: "3.11.2" }, "it is Python 3.11.2, its source 3.13.5"],
  [{ prefix: "/usr" }, "it is installed for /usr, not /opt/evenkeel/python/3.13.5-00000000"],
  [{ flags: "'--enable-optimizations'" }, "sysconfig does not show PROFILE_TASK=-m test --pgo"],
])("a built Python that says %j of itself: %s", (says, blocker) => {
  expect(blockerOf({ ...right, ...says }, built, flags)).toBe(blocker);
});
