// Loaded by Node before the Pulumi program (NODE_OPTIONS=--import). Half of the time in which Pulumi's library loads goes to two modules that
// serialize functions, and this program has none to serialize: they are loaded when something of them is used.
import Module, { createRequire } from "node:module";

const require = createRequire(import.meta.url);

postpone("typescript", (load) => new Proxy({}, { get: (_, name) => load()[name] }));
postpone("@npmcli/arborist", (load) => ({
  Arborist: function Arborist(...args) {
    return new (load().Arborist)(...args);
  },
}));

/** Lets others find a stand-in for a module; `load` returns the module itself. */
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

/** Returns the file of a module as Pulumi finds it; undefined where it does not need that module any longer. */
function fileOf(name) {
  try {
    return createRequire(require.resolve("@pulumi/pulumi")).resolve(name);
  } catch {
    return undefined;
  }
}
