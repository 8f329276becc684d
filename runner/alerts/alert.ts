import * as z from "zod";

/** Subjects of alerts. All but the last two are states that begin and end; a change is found once. */
const subjects = [
  "paused",
  "undeclared",
  "failing",
  "clock",
  "silent",
  "moved",
  "unlisted",
  "undated",
  "benchmarks",
  "problem",
  "change",
  "test",
] as const;

export const alertSchema = z.object({
  about: z.enum(subjects),
  host: z.string(),
  /** One line. */
  title: z.string(),
  /** Details, in lines. */
  text: z.string(),
  /** Time at which it began or was found. ISO 8601. */
  since: z.string(),
  /** Revision that it is about, if any. */
  revision: z.string().optional(),
  /** Address of further details. */
  url: z.string().optional(),
});
/** Notification of the operators about one state or change. */
export type Alert = z.infer<typeof alertSchema>;

export const channels = ["webhook", "github"] as const;
export type Channel = (typeof channels)[number];
