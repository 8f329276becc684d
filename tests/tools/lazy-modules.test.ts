import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../config/root.ts";

/** Runs a script beside the Pulumi program's modules, with Pulumi's library loaded. Returns what it prints. */
function run(script: string, environment: Record<string, string> = {}): string {
  const whole = `const pulumi = require("@pulumi/pulumi"); const files = () => Object.keys(require.cache).join(" "); ${script}`;
  const args = ["--no-warnings", `--import=${join(root, "tools/lazy-modules.js")}`, "-e", whole];
  return execFileSync(process.execPath, args, { cwd: root, encoding: "utf8", env: { ...process.env, ...environment } }).trim();
}

test("Pulumi's library loads without the modules that serialize functions", () => {
  const loaded = run(
    'console.log(require("node:util").types.isProxy(require("typescript")), /arborist.lib.arborist/.test(files()), /spdx/.test(files()), /grpc/.test(files()))',
  );
  expect(loaded).toBe("true false false true");
});

test("no debugger is connected before a function is serialized", () => {
  const connections =
    'const sessions = []; const { Session } = require("node:inspector"); const connect = Session.prototype.connect; Session.prototype.connect = function () { sessions.push(this); connect.call(this); };';
  const whole = `${connections} require("@pulumi/pulumi/runtime/closure/v8Hooks").isInitializedAsync().then(async () => { const before = sessions.length; await pulumi.runtime.serializeFunction((one) => one + 41); console.log(before, sessions.length); })`;
  expect(run(whole)).toBe("0 1");
});

test("functions are serialized and packages are read on demand", () => {
  const serialized = run("pulumi.runtime.serializeFunction((one) => one + 41).then(({ text }) => console.log(/one \\+ 41/.test(text)))");
  expect(serialized).toBe("true");
  const read = run(
    'const { createRequire } = require("node:module"); const { Arborist } = createRequire(require.resolve("@pulumi/pulumi"))("@npmcli/arborist"); console.log(typeof new Arborist({ path: "." }).loadActual, /arborist.lib.arborist/.test(files()))',
  );
  expect(read).toBe("function true");
});

test("modules that send traces are loaded once a trace is requested", () => {
  const start = 'tracing.start("http://127.0.0.1:1/spans"); tracing.newSpan("one").end(); tracing.stop();';
  const traced = run(
    `const tracing = require("@pulumi/pulumi/cmd/run/tracing"); const before = /NodeTracerProvider.js/.test(files()); ${start} console.log(before, /NodeTracerProvider.js/.test(files())); process.exit()`,
  );
  expect(traced).toBe("false true");
  const child = run('require("@pulumi/pulumi/cmd/run/instrumentation").withRootContext(() => console.log("runs")); process.exit()', {
    TRACEPARENT: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    PULUMI_OTEL_EXPORTER_OTLP_ENDPOINT: "127.0.0.1:1",
  });
  expect(child).toBe("runs");
});
