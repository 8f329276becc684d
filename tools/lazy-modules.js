// Loaded by Node before the Pulumi program (NODE_OPTIONS=--import). Two modules that serialize functions take half of the loading time of
// Pulumi's library. This program serializes no functions, so the modules are loaded on first use.
import Module, { createRequire } from "node:module";

const require = createRequire(import.meta.url);

postpone("typescript", (load) => new Proxy({}, { get: (_, name) => load()[name] }));
postpone("@npmcli/arborist", (load) => ({
  Arborist: function Arborist(...args) {
    return new (load().Arborist)(...args);
  },
}));

/** Replaces a module by a stand-in until its first use. `load` returns the module itself. */
function postpone(name, standIn) {
  const file = fileOf(name);
  if (file === undefined) return;
  let loaded;
  const load = () => {
    if (loaded === undefined) {
      delete require.cache[file];
      loaded = require(file);
    }
    return loaded;
  };
  const module = new Module(file);
  require.cache[file] = Object.assign(module, { filename: file, loaded: true, exports: standIn(load) });
}

/** Returns the file of a module that Pulumi resolves, or undefined if Pulumi no longer depends on it. */
function fileOf(name) {
  try {
    return createRequire(require.resolve("@pulumi/pulumi")).resolve(name);
  } catch {
    return undefined;
  }
}
