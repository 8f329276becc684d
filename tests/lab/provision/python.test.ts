import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { placePythons } from "../../../lab/built-python.ts";
import { pythonSource, serveFile, type PythonSource } from "../../../lab/python-source.ts";
import { within } from "../../../lab/within.ts";
import { inLab } from "../in-lab.ts";
import { builtPython, killEnsure, wantsBuilt } from "./built-python.ts";
import { expectLines, ProvisionedHost, type Changes } from "./fixture.ts";

const evenkeel = "/opt/evenkeel/next/evenkeel";
const clean = "this host matches its declaration\n";
const built = "/opt/evenkeel/python";
/** Some minutes on two idle cores, where it is not built yet. */
const buildMilliseconds = 3_600_000;
/** Going back or forth between environments that are there; by itself it is five seconds. */
const rollBackSeconds = 40;

/** A `configure` and a Makefile that end at once, unless they are to wait, and a Python that is not what its source says. */
const impostor = `
mkdir -p /root/impostor/Python/Include && cd /root/impostor/Python
printf '#define PY_VERSION "3.13.99"\\n' >Include/patchlevel.h
cat >configure <<'END'
#!/bin/sh
echo is at it; while test -e /srv/wait; do sleep 0.1; done
for option; do case $option in --prefix=*) echo "prefix=\${option#--prefix=}" >config.mk ;; esac; done
END
printf 'include config.mk\\nall:\\ninstall:\\n\\tinstall -D python3 $(prefix)/bin/python3\\n' >Makefile
printf '#!/bin/sh\\nexec /usr/bin/python3 "$@"\\n' >python3
chmod +x configure python3
cd .. && tar -czf /root/impostor.tar.gz Python && sha256sum /root/impostor.tar.gz | cut -c1-64
`;

// Debian 12 with its Python 3.11, which goes over to a Python 3.13 that it builds, and back: the chapters of one server's life.
describe.skipIf(!inLab)("a server's Python", () => {
  let server: ProvisionedHost;
  let source: PythonSource;
  let served: { url: string; close: () => void };

  beforeAll(async () => {
    source = await pythonSource();
    served = await serveFile(source.content, `Python-${source.version}.tar.xz`);
    server = await ProvisionedHost.make({ name: "py-build", release: "bookworm", user: "root", python: "3.11", isEquipped: true });
    await server.bringKey();
  });

  afterAll(async () => {
    served.close();
    await server.remove();
  });

  const wanted = (build: Record<string, unknown> = {}): Changes => wantsBuilt({ url: served.url, sha256: source.sha256 }, build);

  test("is the distribution's where that is the wanted version: nothing is built", async () => {
    await server.succeeds("up");
    expect(await server.onHost("readlink -f /srv/venv/bin/python")).toBe("/usr/bin/python3.11\n");
    expect((await server.tryOnHost(`find ${built} /opt/evenkeel/jobs -mindepth 1`)).stdout).toBe("");
    expect(await server.onHost(`${evenkeel} run`)).toMatch(/published \d+ files?/);
  });

  test("is another, and python.build is not there: up says what to write, and what measures stays", async () => {
    const before = await environment();
    await server.configure({ python: { version: "3.13" } });
    expectLines(await server.pulumi("up"), [
      /host py-build: python.version is 3.13, this distribution has 3\.11\.\d+: write python.build: with url and sha256 of .*; or write version: "3.11"$/,
    ]);
    expect(await environment()).toEqual(before);
  });

  test("is not built from another file than the declared one: that is not even unpacked", async () => {
    await server.configure(wanted({ sha256: "0".repeat(64) }));
    expectLines(await server.pulumi("up"), [
      new RegExp(`error: python: .* is not the declared source: its SHA-256 is ${source.sha256}, declared 0{64}; it was not unpacked`),
      /hint: compare both with what the publisher says/,
    ]);
    expect(await server.onHost("find /srv/state/python -type f")).toBe("");
  });

  test("is not built where the source is of another version", async () => {
    const { python } = wanted();
    await server.configure({ python: { ...python, version: "3.12" } });
    const up = await server.pulumi("up");
    expect(up.exitCode).not.toBe(0);
    expectLines(up, [
      /error: python: .* is the source of Python 3\.13\.\d+, and python.version is 3.12/,
      /hint: write version: "3\.13\.\d+", or the source of Python 3.12/,
    ]);
  });

  test("cannot be configured: the error shows the last lines and names the log on the host", async () => {
    await server.configure(wanted({ configure: ["--with-readline=nothing"] }));
    const up = await server.pulumi("up");
    expectLines(up, [
      /building Python 3\.13\.\d+: started; log on the host: \/opt\/evenkeel\/jobs\/python-build-[0-9a-f]{8}\/log$/,
      /error: python: building Python 3\.13\.\d+ failed with exit code 1 after [^;]* s; log on the host: \/opt\/.*\/log$/,
      /configure: error: proper usage is --with/,
      /hint: see \/opt\/.*\/log on the host/,
    ]);
    const log = /building .*; log on the host: (\S+)/.exec(up.output)?.[1] ?? "";
    expect(await server.onHost(`cat ${log}`)).toContain("configure: error");
  });

  test("fails its smoke test: the old environment stays, and measures again once the file says so", async () => {
    const before = await environment();
    const sha256 = (await server.onHost(impostor)).trim();
    await server.configure(wanted({ url: "/root/impostor.tar.gz", sha256 }));
    expectLines(await server.pulumi("up"), [
      /error: python: the built Python is not the declared one: it is Python 3\.11\.\d+, its source 3\.13\.99; log of the build: /,
    ]);
    expect(await environment()).toEqual(before);
    expect(await server.onHost(`find ${built} -name evenkeel.complete`)).toBe("");

    await server.configure();
    await server.succeeds("up");
    expect(await doctor()).toBe(clean);
    expect(await environment()).toEqual(before);
  });

  test("is not built on while an older declaration measures: a build that is no longer wanted is ended", async () => {
    await server.onHost("touch /srv/wait");
    await server.configure(wanted({ url: "/root/impostor.tar.gz", sha256: (await server.onHost(impostor)).trim() }));
    const up = await server.startPulumi("up");
    expect(await within(120, async () => /building Python 3\.13\.99: [\d hmins]+, \d+ %: configuring/.test(up.output()))).toBe(true);
    await server.onHost(killEnsure);
    expect((await up.done).exitCode).not.toBe(0);
    await server.configure();
    expectLines(await server.succeeds("preview"), [/drift: python: job python-build-[0-9a-f]{8}: is at work, declared ended$/]);
    expectLines(await server.succeeds("up"), [/ending job python-build-[0-9a-f]{8}: it is no longer wanted$/]);
    await server.onHost("rm /srv/wait");
    expect(await server.onHost("systemctl list-units --plain --no-legend 'evenkeel-*.service'; ls -A /srv/state/python")).toBe("");
    expect(await doctor()).toBe(clean);
  });

  test(
    "is built with a lost connection in between: the next up attaches, tells milestones, and it is what measures then",
    { timeout: buildMilliseconds },
    async () => {
      const { lost, meanwhile, attached, left, notOfRoot } = await builtPython();
      expect(lost.exitCode).not.toBe(0);
      expect(meanwhile).toEqual({ unit: "active\n", run: 1 });
      expectLines({ output: attached }, [
        /building Python 3\.13\.\d+: attached to the one at work; log on the host: /,
        /building Python 3\.13\.\d+: [\d hmins]+, \d+ %: compiling with the profile$/,
        /building Python 3\.13\.\d+: [\d hmins]+, 9\d %: installing$/,
        /Python 3\.13\.\d+ takes \d\.\d\d of the time of the distribution's 3\.11\.\d+$/,
      ]);
      expect(attached).not.toContain(": started;");
      expect([left, notOfRoot]).toEqual(["", ""]);

      await placePythons(server.host);
      await server.configure(wanted());
      await server.succeeds("up");
      expect(await environment()).toMatchObject({
        record: expect.stringMatching(/--enable-optimizations.*--with-lto.*PROFILE_TASK/),
        venv: expect.any(String),
      });
      expect(await doctor()).toBe(clean);
      const again = await server.succeeds("preview", "--expect-no-changes");
      expect(again.output).not.toMatch(/drift:|will (create|change|apply|install):/);
    },
  );

  test("measures in the sandbox: a benchmark sees the built one, with its modules", async () => {
    const ask = `python3 -c "import ssl, sys; assert sys.base_prefix.startswith('${built}/3.13.'), sys.base_prefix; print(0.00005)"`;
    await server.configure({ ...wanted(), benchmark: { run: ask, baseline: ask } });
    await server.succeeds("up");
    expect(await server.onHost(`${evenkeel} run`)).toMatch(/published \d+ files?/);
    const files = "git -c safe.directory=* ls-files 'runs/*' | grep -v samples | xargs ls -t | head -2";
    const sessions = await server.onHost(`cd /srv/results && cat $(${files})`);
    expect(sessions.match(/"status": ?"ok"/g)?.length).toBeGreaterThanOrEqual(2);
    expect(sessions).not.toContain('"failed"');
    expect(sessions).toContain("Python 3.13.");
  });

  test("goes back to the distribution's and forth again in seconds: what was built stays", async () => {
    await server.configure();
    const back = await server.succeeds("up");
    expect(await server.onHost("readlink -f /srv/venv/bin/python")).toBe("/usr/bin/python3.11\n");
    expect(await doctor()).toBe(clean);
    await server.configure(wanted());
    const forth = await server.succeeds("up");
    expect(await server.onHost("readlink -f /srv/venv/bin/python")).toMatch(
      /^\/opt\/evenkeel\/python\/3\.13\.\d+-[0-9a-f]{8}\/bin\/python3\.13\n$/,
    );
    for (const run of [back, forth]) {
      expect(run.output).not.toContain("building Python");
      expect(run.seconds).toBeLessThan(rollBackSeconds);
    }
    expect(await doctor()).toBe(clean);
  });

  /** What the schedule measures with. */
  async function environment(): Promise<{ venv: string; record: string }> {
    const venv = await server.onHost("readlink -f /srv/venv");
    const record = await server.onHost("cat /opt/evenkeel/active/environment.json");
    return { venv, record };
  }

  async function doctor(): Promise<string> {
    const { stdout, stderr } = await server.tryOnHost(`${evenkeel} doctor`);
    return stdout + stderr;
  }
});
