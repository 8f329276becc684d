/** Packages whose compilers become `cc`. */
const bringCc = new Set(["build-essential", "clang", "g++", "gcc", "pcc", "tcc"]);

interface Compiler {
  /** The command. */
  name: string;
  /** Packages that are to be installed. */
  coming: readonly string[];
  /** True if `coming` includes dependencies of those packages. */
  isComplete: boolean;
  /** True if the archive has a package of the compiler's own name. */
  isPackage: boolean;
}

/** Decides if a compiler will be installed; if not, gives the reason with the fix. `unknown` where only the installation tells. */
type Coming = { state: "comes" } | { state: "unknown"; note: string } | { state: "missing"; obstacle: string };

/** Decides by names whether packages to be installed bring a compiler that is not on a host. */
export function comingCompiler({ name, coming, isComplete, isPackage }: Compiler): Coming {
  if (coming.includes(name) || (name === "cc" && coming.some((one) => bringCc.has(one)))) return { state: "comes" };
  const known = name === "cc" ? "gcc" : isPackage ? name : undefined;
  const isOpen = !isComplete || (known === undefined && coming.length > 0);
  if (isOpen)
    return { state: "unknown", note: `the compiler ${name}: whether a package brings it is known once the packages are installed` };
  const fix = known === undefined ? "add its package to `packages:`" : `add ${known} to \`packages:\``;
  const obstacle = `measure.compiler: ${name} is not on the host, and no package of the configuration brings it: ${fix}, or write another command`;
  return { state: "missing", obstacle };
}
