/** Packages that provide the command `cc`. */
const ccPackages = new Set(["build-essential", "clang", "g++", "gcc", "pcc", "tcc"]);

interface Compiler {
  /** The command. */
  name: string;
  /** Packages that `up` will install. */
  coming: readonly string[];
  /** True if `coming` includes dependencies of those packages. */
  isComplete: boolean;
  /** True if the archive has a package of the compiler's own name. */
  isPackage: boolean;
}

/** Prediction for a compiler. `missing` has the reason and the fix; `unknown` means that only the installation will show it. */
type Coming = { state: "comes" } | { state: "unknown"; note: string } | { state: "missing"; obstacle: string };

/** Predicts from package names if the packages to install provide a compiler that the host lacks. */
export function comingCompiler({ name, coming, isComplete, isPackage }: Compiler): Coming {
  if (coming.includes(name) || (name === "cc" && coming.some((one) => ccPackages.has(one)))) return { state: "comes" };
  const known = name === "cc" ? "gcc" : isPackage ? name : undefined;
  const isOpen = !isComplete || (known === undefined && coming.length > 0);
  if (isOpen)
    return { state: "unknown", note: `compiler ${name}: not checked, because the packages that may provide it are not installed yet` };
  const fix = known === undefined ? "add its package to `packages:`" : `add ${known} to \`packages:\``;
  const obstacle = `measure.compiler: ${name} is not on the host, and no package of the configuration provides it: ${fix}, or write another command`;
  return { state: "missing", obstacle };
}
