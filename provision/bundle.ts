import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The host program as one file. */
export interface Bundle {
  content: string;
  sha256: string;
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Bundles `runner/main.ts` for the oldest Node a host may have: same sources, same bytes. About 0.1 s. */
export async function buildBundle(): Promise<Bundle> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: ["runner/main.ts"],
    bundle: true,
    platform: "node",
    target: "node18",
    format: "cjs",
    minifyWhitespace: true,
    legalComments: "none",
    banner: { js: "#!/usr/bin/env node" },
    write: false,
    logLevel: "silent",
  });
  const content = result.outputFiles.map((file) => file.text).join("");
  return { content, sha256: createHash("sha256").update(content).digest("hex") };
}
