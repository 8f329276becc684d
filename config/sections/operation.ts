import * as z from "zod";
import { cronMistake } from "../cron.ts";
import * as rules from "../rules.ts";
import { text } from "./text.ts";

/** Settings of when measuring happens, of changes that are accepted on a host, and of who hears about it. */

const move = z.strictObject({
  since: z.iso
    .datetime()
    .meta({ description: "From when on, in UTC: `status` tells when it was first seen", examples: ["2026-11-20T10:00:00Z"] }),
  why: text(rules.line).meta({ description: "What changed, in a line", examples: ["a new fan"] }),
});

export const schedule = z
  .strictObject({
    enabled: z.boolean().default(true).meta({ description: "false pauses measuring" }),
    why: text(rules.line).optional().meta({ description: "Why it is paused, in a line: shown wherever somebody may wonder" }),
    cron: text(cronMistake)
      .default("*/20 * * * *")
      .meta({ description: "When cron looks for new revisions: the five fields of crontab(5), in the host's time zone" }),
  })
  .prefault({})
  .meta({ description: "When measuring happens" });

export const environment = z
  .strictObject({
    acceptedFacts: text(rules.shortHash).optional().meta({
      description:
        "Host facts (kernel, microcode, libc, …) that are taken over where they changed, as `doctor` prints them; without it they hold the schedule",
    }),
    startsNewEnvironment: z.boolean().default(false).meta({
      description: "Changed host facts are another environment, to be linked with the one before; leave it true from then on",
    }),
    machineShifts: z.array(move).default([]).meta({
      description:
        "When the machine itself became another, where no fact tells: each begins another environment, with what was measured since then, to be linked. Only ever add to it",
    }),
  })
  .prefault({})
  .meta({ description: "What may change on a host without notice" });

export const upgrade = z
  .strictObject({
    preUpgradeRun: z.enum(["ask", "skip"]).default("ask").meta({
      description:
        "ask: the operating system is upgraded only once `evenkeel pre-upgrade` has measured the old environment a last time; skip: without, the timeline breaks there",
    }),
    waitMinutes: z
      .number()
      .int()
      .min(0)
      .max(1_440)
      .default(60)
      .meta({ description: "How long `up` waits for a running measurement, which ends after its present revision", unit: "minutes" }),
  })
  .prefault({})
  .meta({ description: "How a host gets from one configuration to the next" });

export const alerts = z
  .strictObject({
    webhook: z.boolean().default(false).meta({
      description: "Whether alerts are posted as JSON, to the secret address that `npm run secret` puts on the host",
    }),
    github: z
      .strictObject({
        repository: text(rules.gitHubRepository).meta({ description: "Where issues are opened", examples: ["OWNER/NAME"] }),
        changes: z.enum(["issue", "comment"]).default("issue").meta({
          description: "issue: a confirmed change opens one; comment: it is a comment on its commit, where that is in the repository",
        }),
        api: text(rules.webAddress).default("https://api.github.com").meta({ description: "Address of GitHub's interface" }),
      })
      .optional()
      .meta({ description: "Alerts on GitHub, by the token that `npm run secret` puts on the host" }),
    ping: z.boolean().default(false).meta({
      description:
        "Whether the secret address that `npm run secret` puts on the host is fetched after each successful run: a service behind it sounds the alarm when nobody does",
    }),
    silentHours: z.number().positive().default(24).meta({
      description: "So long without a successful run is an alert",
      unit: "hours",
    }),
    problemHours: z.number().positive().default(6).meta({
      description: "Alert after failing so long to fetch, to publish, to measure a revision, to tidy clones or to deliver alerts",
      unit: "hours",
    }),
  })
  .prefault({})
  .meta({ description: "Who is told of confirmed changes, failing runs, holds and hosts that are not as declared" });
