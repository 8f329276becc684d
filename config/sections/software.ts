import * as z from "zod";
import * as rules from "../rules.ts";
import { fingerprintMistake, knownHostsMistake } from "../ssh-keys.ts";
import { text } from "./text.ts";

/** Settings of a host's software: account, packages, git access, operating system and Python. */

const pythonBuild = z.strictObject({
  url: text(rules.sourceAddress).meta({
    description: "Source archive: a URL, or the path of a file on the host",
    examples: ["https://www.python.org/ftp/python/3.13.5/Python-3.13.5.tar.xz"],
  }),
  sha256: text(rules.sha256).meta({
    description: "SHA-256 hash of the archive. A file with another hash is not unpacked",
    examples: ["93e583f2…"],
  }),
  configure: z
    .array(text(rules.configureFlag))
    .default([])
    .meta({ description: "Arguments of its configure script, added to `--enable-optimizations --with-lto`" }),
  profileTask: text(rules.profileTask)
    .optional()
    .meta({ description: "Workload for profile-guided optimization (PROFILE_TASK); without it, CPython's default" }),
});

export const user = text(rules.accountName).default("benchmark").meta({
  description: "Account that owns the deploy key and the clones. An existing account keeps its home",
});

export const packages = z
  .array(text(rules.packageName))
  .default([])
  .meta({ description: "Packages to install and hold, besides those that Evenkeel needs" });

export const git = z
  .strictObject({
    name: text(rules.personName).meta({ description: "Author name of published results", examples: ["Benchmark Server"] }),
    email: text(rules.email).meta({ description: "Author email of published results", examples: ["benchmark@example.org"] }),
    knownHosts: z
      .array(text(knownHostsMistake))
      .default([])
      .meta({ description: "known_hosts lines of the git servers that are accessed by ssh" }),
    keyFingerprint: text(fingerprintMistake)
      .optional()
      .meta({ description: "SHA256 fingerprint of an existing deploy key; without it, the host creates a key" }),
  })
  .meta({ description: "Author of published results, and trusted git servers" });

export const os = z
  .strictObject({
    release: text(rules.osRelease)
      .optional()
      .meta({
        description: "Release that the hosts must run: VERSION_ID in their /etc/os-release, in quotes; without it, any supported release",
        examples: ['"24.04"'],
      }),
    upgrade: z.boolean().default(false).meta({
      description:
        "true: `up` upgrades a host to `release`, if that is its next release, and restarts it; false: another release is an error",
    }),
  })
  .prefault({})
  .meta({ description: "The operating system" });

export const python = z
  .strictObject({
    version: text(rules.pythonVersion).meta({ description: "Version of Python, `X.Y` or `X.Y.Z`, in quotes", examples: ['"3.13"'] }),
    source: z.enum(["auto", "distribution", "build"]).default("auto").meta({
      description: "Source of Python. `auto`: the distribution's Python if it has the version, else a build",
    }),
    build: pythonBuild.optional().meta({ description: "Build of Python, if it is built" }),
    requirements: z.array(text(rules.requirement)).default([]).meta({ description: "Pinned requirements of the venv, `name==version`" }),
  })
  .meta({ description: "The Python that runs the benchmarks, and its venv" });
