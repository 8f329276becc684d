const [major] = process.versions.node.split(".").map(Number);
if (major < 22) {
  console.error(`Evenkeel's program needs Node 22 or later, this is ${process.versions.node}: run \`npm run up\`, which brings its own`);
  process.exit(1);
}
export const { servers } = await import("./index.ts");
