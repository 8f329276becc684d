import { describe, expect, test } from "vitest";
import { codenameOf, decide, nextRelease, type System } from "../../../../runner/resources/os/decision.ts";

const debian12: System = { id: "debian", versionId: "12" };
const debian13: System = { id: "debian", versionId: "13" };
const noble: System = { id: "ubuntu", versionId: "24.04" };
const boot = "this boot";

describe("without an upgrade under way", () => {
  test("nothing is done where the release is the declared one, or none is declared, also where upgrade: true has stayed in the file", () => {
    expect(decide({ release: "12", upgrade: false }, debian12, undefined, boot)).toEqual({ step: "nothing" });
    expect(decide({ release: "13", upgrade: true }, debian13, undefined, boot)).toEqual({ step: "nothing" });
    expect(decide({ upgrade: false }, debian12, undefined, boot)).toEqual({ step: "nothing" });
  });

  test("the next release is upgraded to where that is allowed", () => {
    expect(decide({ release: "13", upgrade: true }, debian12, undefined, boot)).toEqual({
      step: "upgrade",
      from: "12",
      to: "13",
      begun: false,
    });
    expect(decide({ release: "26.04", upgrade: true }, noble, undefined, boot)).toMatchObject({ from: "24.04", to: "26.04" });
  });

  test.each<[string, System, string, boolean, RegExp]>([
    ["not allowed", debian12, "13", false, /^write release: "12" under os:, or upgrade: true to let `up` upgrade and restart the host/],
    ["two releases ahead", debian12, "14", true, /upgrade one release at a time, first to 13:/],
    ["two long-term releases ahead", noble, "28.04", true, /first to 26\.04/],
    ["an interim release from a long-term one", noble, "24.10", true, /first to 26\.04/],
    ["back", debian13, "12", true, /reinstall the host with 12: a downgrade is not possible/],
    ["unknown", { id: "debian", versionId: "15" }, "16", true, /this program does not support the upgrade/],
  ])("%s: refused, with what to write", (_case, is, release, upgrade, hint) => {
    expect(decide({ release, upgrade }, is, undefined, boot)).toEqual({
      step: "refuse",
      message: expect.stringMatching(new RegExp(`^this host runs (Debian|Ubuntu) ${is.versionId}, os.release is ${release}$`)),
      hint: expect.stringMatching(hint),
    });
  });
});

describe("with one under way", () => {
  const record = { from: "12", to: "13" };

  // /etc/os-release is new early, or still old: neither says how far it is.
  test.each([debian12, debian13])("it is gone on with, whatever %j the host claims to be", (is) => {
    expect(decide({ release: "13", upgrade: true }, is, record, boot)).toEqual({ step: "upgrade", from: "12", to: "13", begun: true });
  });

  test.each([{ release: "12", upgrade: false }, { release: "13", upgrade: false }, { upgrade: false }])(
    "it cannot be undone by %j",
    (wanted) => {
      expect(decide(wanted, debian12, record, boot)).toMatchObject({ step: "refuse", message: expect.stringContaining("not undone") });
    },
  );

  test("once all is new, the host restarts, once", () => {
    const wanted = { release: "13", upgrade: true };
    expect(decide(wanted, debian13, { ...record, upgradedIn: boot }, boot)).toEqual({ step: "restart" });
    expect(decide(wanted, debian13, { ...record, upgradedIn: "an earlier boot" }, boot)).toEqual({ step: "nothing" });
  });
});

test("releases follow each other; those with long support among themselves", () => {
  expect(["12", "13", "14"].map((version) => after("debian", version))).toEqual(["13", "14", "15"]);
  expect(["24.04", "24.10", "25.04", "25.10", "26.04"].map((version) => after("ubuntu", version))).toEqual([
    "26.04",
    "25.04",
    "25.10",
    "26.04",
    "28.04",
  ]);
  expect([after("fedora", "43"), after("debian", ""), after("ubuntu", "x")]).toEqual([undefined, undefined, undefined]);
  expect(codenameOf("13")).toBe("trixie");
  expect(() => codenameOf("11")).toThrow("Debian 11");
});

function after(id: string, versionId: string): string | undefined {
  return nextRelease({ id, versionId });
}
