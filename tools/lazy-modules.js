// Loaded by Node before the Pulumi program (NODE_OPTIONS=--import). The modules that serialize functions take more than half of the loading
// time of Pulumi's library, and those that send traces a fifth. This program serializes no functions and is rarely traced, so the modules are
// loaded on first use.
import Module, { createRequire } from "node:module";

const require = createRequire(import.meta.url);

postpone(["typescript"], (load) => new Proxy({}, { get: (_, name) => load()[name] }));
postpone(["@npmcli/arborist"], (load) => ({
  Arborist: function Arborist(...args) {
    return new (load().Arborist)(...args);
  },
}));
postpone(["normalize-package-data"], (load) => new Proxy(function () {}, { apply: (_, self, args) => Reflect.apply(load(), self, args) }));
// Connects a debugger, which slows down everything that is loaded afterwards. If it connects later, errors about functions do not name their files.
postpone(["./runtime/closure/v8Hooks"], (load) => ({
  isInitializedAsync: () => Promise.resolve(),
  getSessionAsync: () => load().getSessionAsync(),
  getScriptUrl: (id) => load().getScriptUrl(id),
}));
// Maps positions in stack traces of Pulumi's library to its TypeScript sources, which are not installed.
postpone(["source-map-support/register"], () => ({}));
const tracing = ["exporter-zipkin", "instrumentation", "instrumentation-grpc", "resources", "sdk-trace-base", "sdk-trace-node"];
postpone(
  tracing.map((name) => `@opentelemetry/${name}`),
  (load) => new Proxy({}, { get: (_, name) => postponedMember(load, name) }),
);

/** Returns a stand-in for a function or class of a module, whose first call loads the module. */
function postponedMember(load, name) {
  return new Proxy(function () {}, {
    apply: (_, self, args) => Reflect.apply(load()[name], self, args),
    construct: (_, args) => Reflect.construct(load()[name], args),
  });
}

/** Replaces modules by stand-ins until the first use of one. They may depend on each other. `load` returns the module itself. */
function postpone(names, standIn) {
  const files = names.map(fileOf).filter((file) => file !== undefined);
  let areReplaced = true;
  const restore = () => {
    if (areReplaced) for (const file of files) delete require.cache[file];
    areReplaced = false;
  };
  for (const file of files) {
    const load = () => {
      restore();
      return require(file);
    };
    const module = new Module(file);
    require.cache[file] = Object.assign(module, { filename: file, loaded: true, exports: standIn(load) });
  }
}

/** Returns the file of a module that Pulumi resolves, or undefined if Pulumi no longer depends on it. */
function fileOf(name) {
  try {
    return createRequire(require.resolve("@pulumi/pulumi")).resolve(name);
  } catch {
    return undefined;
  }
}
