import * as z from "zod";
import * as rules from "../rules.ts";
import { fingerprintMistake, knownHostsMistake } from "../ssh-keys.ts";
import { text } from "./text.ts";

/** Settings of what is installed on a host: its account, packages, git access, operating system and Python. */

const pythonBuild = z.strictObject({
  url: text(rules.sourceAddress).meta({
    description: "Source archive: a URL, or the path of a file on the host",
    examples: ["https://www.python.org/ftp/python/3.13.5/Python-3.13.5.tar.xz"],
  }),
  sha256: text(rules.sha256).meta({ description: "Its SHA-256: another file is not even unpacked", examples: ["93e583f2…"] }),
  configure: z
    .array(text(rules.configureFlag))
    .default([])
    .meta({ description: "Arguments of its configure script, besides `--enable-optimizations --with-lto`" }),
  profileTask: text(rules.profileTask)
    .optional()
    .meta({ description: "What Python runs to learn what to optimize for (PROFILE_TASK); without it, what its makers chose" }),
});

export const user = text(rules.accountName).default("benchmark").meta({
  description: "Account that owns the deploy key and the clones; one that exists keeps its home",
});

export const packages = z
  .array(text(rules.packageName))
  .default([])
  .meta({ description: "Packages to install and hold, besides those Evenkeel needs itself" });

export const git = z
  .strictObject({
    name: text(rules.personName).meta({ description: "Author name of published results", examples: ["Benchmark Server"] }),
    email: text(rules.email).meta({ description: "Author email of published results", examples: ["benchmark@example.org"] }),
    knownHosts: z.array(text(knownHostsMistake)).default([]).meta({ description: "known_hosts lines of the git servers reached by ssh" }),
    keyFingerprint: text(fingerprintMistake)
      .optional()
      .meta({ description: "SHA256 fingerprint of an existing deploy key; without it the host makes one" }),
  })
  .meta({ description: "Who publishes, and which git servers are trusted" });

export const os = z
  .strictObject({
    release: text(rules.osRelease)
      .optional()
      .meta({
        description:
          "Release that the hosts must run, as VERSION_ID in their /etc/os-release has it, in quotes; without it: any supported one",
        examples: ['"24.04"'],
      }),
    upgrade: z.boolean().default(false).meta({
      description: "true: `up` upgrades a host to `release`, if that is the next one, and restarts it; false: another release is an error",
    }),
  })
  .prefault({})
  .meta({ description: "The operating system" });

export const python = z
  .strictObject({
    version: text(rules.pythonVersion).meta({ description: "Wanted Python, `X.Y` or `X.Y.Z`, in quotes", examples: ['"3.13"'] }),
    source: z.enum(["auto", "distribution", "build"]).default("auto").meta({
      description: "Where Python comes from; `auto`: the distribution's if its version is the wanted one, else it is built",
    }),
    build: pythonBuild.optional().meta({ description: "How Python is built, where it is" }),
    requirements: z.array(text(rules.requirement)).default([]).meta({ description: "Pinned requirements of the venv, `name==version`" }),
  })
  .meta({ description: "The interpreter that measures, and its venv" });
