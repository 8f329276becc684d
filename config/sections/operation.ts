import * as z from "zod";
import { cronMistake } from "../cron.ts";
import * as rules from "../rules.ts";
import { text } from "./text.ts";

/** Settings of the schedule, of accepted changes on a host, of upgrades and of alerts. */

const move = z.strictObject({
  since: z.iso
    .datetime()
    .meta({ description: "Time of the shift in UTC. `status` shows when it was first seen", examples: ["2026-11-20T10:00:00Z"] }),
  why: text(rules.line).meta({ description: "Cause of the shift, in one line", examples: ["a new fan"] }),
});

export const schedule = z
  .strictObject({
    enabled: z.boolean().default(true).meta({ description: "Measure on schedule; false pauses it" }),
    why: text(rules.line).optional().meta({ description: "Reason for the pause, in one line. Shown together with the pause" }),
    cron: text(cronMistake)
      .default("*/20 * * * *")
      .meta({ description: "Times at which cron looks for new revisions: the five fields of crontab(5), in the host's time zone" }),
  })
  .prefault({})
  .meta({ description: "The schedule of measuring" });

export const environment = z
  .strictObject({
    acceptedFacts: text(rules.shortHash).optional().meta({
      description:
        "Hash of changed host facts (kernel, microcode, libc, …) to accept, as `doctor` prints it. Without it, changed facts pause the schedule",
    }),
    startsNewEnvironment: z.boolean().default(false).meta({
      description: "Start a new environment for changed host facts, and link it with the previous one. Leave it true afterwards",
    }),
    machineShifts: z.array(move).default([]).meta({
      description:
        "Machine shifts: changes of the machine that no host fact shows. Each begins a new environment, which includes results since then and is linked. Only add entries",
    }),
  })
  .prefault({})
  .meta({ description: "Accepted changes of a host" });

export const upgrade = z
  .strictObject({
    preUpgradeRun: z.enum(["ask", "skip"]).default("ask").meta({
      description:
        "ask: `up` upgrades the operating system only after a pre-upgrade run (`evenkeel pre-upgrade`) of the old environment; skip: upgrade without it, which breaks the timeline",
    }),
    waitMinutes: z
      .number()
      .int()
      .min(0)
      .max(1_440)
      .default(60)
      .meta({ description: "Time that `up` waits for a running measurement, which stops after its current revision", unit: "minutes" }),
  })
  .prefault({})
  .meta({ description: "The transition of a host from one configuration to the next" });

export const alerts = z
  .strictObject({
    webhook: z.boolean().default(false).meta({
      description: "Post alerts as JSON to the secret URL that `npm run secret` stores on the host",
    }),
    github: z
      .strictObject({
        repository: text(rules.gitHubRepository).meta({ description: "Repository for the issues", examples: ["OWNER/NAME"] }),
        changes: z.enum(["issue", "comment"]).default("issue").meta({
          description: "issue: open an issue for each confirmed change; comment: comment on its commit, if the repository contains it",
        }),
        api: text(rules.webAddress).default("https://api.github.com").meta({ description: "URL of GitHub's API" }),
      })
      .optional()
      .meta({ description: "Alerts on GitHub, with the token that `npm run secret` stores on the host" }),
    ping: z.boolean().default(false).meta({
      description: "Ping the secret URL that `npm run secret` stores on the host after each successful run (a dead man's switch)",
    }),
    silentHours: z.number().positive().default(24).meta({
      description: "Alert after this many hours without a successful run",
      unit: "hours",
    }),
    problemHours: z.number().positive().default(6).meta({
      description: "Alert after this many hours of failing to fetch, publish, measure a revision, tidy clones or deliver alerts",
      unit: "hours",
    }),
  })
  .prefault({})
  .meta({ description: "Alerts about confirmed changes, failing runs, pauses and hosts that differ from their declaration" });
