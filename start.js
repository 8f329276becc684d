const [major] = process.versions.node.split(".").map(Number);
if (major < 22) {
  console.error(`Evenkeel's program needs Node 22 or later, this is ${process.versions.node}: run \`npm run up\`, which brings its own`);
  process.exit(1);
}
// Pulumi sets up source maps for every stack trace it keeps: positions are right without, as types are only blanked out.
Error.prepareStackTrace = undefined;
export const { servers } = await import("./index.ts");
