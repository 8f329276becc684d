import { describe, expect, test } from "vitest";
import { noticesOf, type Notice } from "../../../provision/program/drift.ts";
import type { Difference } from "../../../runner/resources/difference.ts";
import { hashOf } from "../../../runner/resources/resource-type.ts";
import type { HostState } from "../../../provision/program/probe.ts";
import { resource, type Resource } from "../../../provision/program/resources.ts";
import { bareHost, config, emptyHost } from "./example.ts";

const account = resource("account", { name: "benchmark", shell: "/bin/bash", home: "/home/benchmark" });
const files = resource("files", {
  files: [{ path: "/etc/x", owner: "root", mode: "0644", content: { json: { measure: { samples: 5 } } } }],
});
const shell: Difference = { what: "account benchmark shell", is: "/bin/sh", shouldBe: "/bin/bash" };

function markerOf(resource: Resource) {
  return { specHash: hashOf(resource.spec), token: `token of ${resource.name}` };
}

/** Everything applied, and nothing differs. */
const asDeclared = {
  ...emptyHost,
  declared: { account: "token of account" },
  declarationMarker: { specHash: "0", token: "0" },
  resources: { account: { differences: [], marker: markerOf(account) } },
};

function notices(resources: readonly Resource[], state: HostState, isVerbose = false): Notice[] {
  return noticesOf(resources, state, { config, isVerbose });
}

describe("noticesOf", () => {
  test("is empty for a host as declared", () => {
    expect(notices([account], asDeclared)).toEqual([]);
  });

  test("warns of drift with the old and the new value, and its hint", () => {
    const differences = [shell, { what: "/srv/target edited files", is: "a, b", shouldBe: "none", hint: "commit it" }];
    const state = { ...asDeclared, resources: { account: { differences, marker: markerOf(account) } } };
    expect(notices([account], state)).toEqual([
      {
        severity: "warn",
        text: [
          "drift: account: account benchmark shell: is /bin/sh, declared /bin/bash",
          "drift: account: /srv/target edited files: is a, b, declared none (commit it)",
        ].join("\n"),
      },
    ]);
  });

  test("does not report new declarations or unapplied resources as drift", () => {
    const changed = { ...account, spec: { ...account.spec, shell: "/bin/zsh" } };
    const drifted = { ...asDeclared, resources: { account: { differences: [shell], marker: markerOf(account) } } };
    expect(notices([changed], drifted)).toEqual([{ severity: "info", text: expect.stringMatching(/^will change: account: /) }]);
    const created = { ...asDeclared, declared: {}, resources: { account: { differences: [shell] } } };
    expect(notices([account], created)).toEqual([{ severity: "info", text: expect.stringMatching(/^will create: account: /) }]);
  });

  test("reports a missing marker without differences", () => {
    const state = { ...asDeclared, resources: { account: { differences: [] } } };
    expect(notices([account], state)).toEqual([{ severity: "info", text: expect.stringMatching(/^will apply: account: no difference/) }]);
  });

  test("reports a declaration on the host that differs, is missing, or has undeclared resources", () => {
    const edited = { ...asDeclared, declared: { account: "other", extra: "x" } };
    expect(notices([account], edited)).toEqual([
      {
        severity: "warn",
        text: [
          "will change: declaration: account: is other, declared token of account",
          "will change: declaration: extra: is x, not declared",
        ].join("\n"),
      },
    ]);
    const { declared: _declared, ...gone } = asDeclared;
    expect(notices([account], gone)).toEqual([{ severity: "warn", text: expect.stringMatching(/^drift: declaration: is missing/) }]);
  });

  test("reports that nothing is checked while the host measures or an earlier up runs", () => {
    expect(notices([account], { ...asDeclared, measuring: "evenkeel run --cron" })).toEqual([
      {
        severity: "warn",
        text: "measuring (evenkeel run --cron): applied resources are not checked now; check them with `evenkeel doctor` on the host",
      },
    ]);
    expect(notices([account], { ...asDeclared, measuring: "evenkeel run", work: "measure of x, block 3 of 8" })[1]).toEqual({
      severity: "info",
      text: "`up` waits for measure of x, block 3 of 8; --interrupt stops it at its next block",
    });
    expect(notices([account], { ...asDeclared, measuring: "ensure venv" })).toEqual([
      { severity: "warn", text: expect.stringContaining("an earlier `up` is still running on the host (ensure venv)") },
    ]);
  });

  test("shows the settings of a bare host that differ from their defaults, and counts the rest", () => {
    const lines = notices([account, files], bareHost)[0]?.text.split("\n") ?? [];
    expect(lines.slice(0, 4)).toEqual([
      "bare host (Debian GNU/Linux 13 (trixie)), never applied",
      "will install: clang (version known after apt-get update)",
      "will install: 1 more package that Evenkeel or other packages need",
      "will be: hosts[bench].name = bench",
    ]);
    expect(lines).toContain("will be: python.version = 3.13");
    expect(lines).toContain("will be: target.since = v1.0");
    expect(lines.join("\n")).not.toMatch(/measure\.|hosts\[bench\]\.port|target\.branch|will create/);
    expect(lines.at(-1)).toMatch(/^\d\d settings keep their defaults; --verbose shows them/);
    expect(lines.length).toBeLessThan(25);
  });

  test("shows every value of every resource of a bare host with --verbose, and all package versions", () => {
    const [notice] = notices([account, files], bareHost, true);
    expect(notice?.text.split("\n")).toEqual([
      "bare host (Debian GNU/Linux 13 (trixie)), never applied",
      "will install: nodejs (20.19.2+dfsg-1 Debian:13.1/stable [amd64])",
      "will install: clang (version known after apt-get update)",
      "will create: account: name = benchmark",
      "will create: account: shell = /bin/bash",
      "will create: account: home = /home/benchmark",
      "will create: files: files[0].path = /etc/x",
      "will create: files: files[0].owner = root",
      "will create: files: files[0].mode = 0644",
      "will create: files: files[0].content.json.measure.samples = 5",
    ]);
  });

  test("distinguishes a host that lost its Node from one that never had it", () => {
    const [notice] = notices([account], { ...bareHost, provisioned: true });
    expect(notice).toMatchObject({
      severity: "warn",
      text: expect.stringMatching(/^drift: node: is missing or broken, declared installed/),
    });
    expect(notice?.text).not.toContain("will create");
  });
});
