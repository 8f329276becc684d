import * as z from "zod";

/** What an alert is about. All but the last two are states that begin and end; a change is found once. */
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
  /** What there is to know more, in lines. */
  text: z.string(),
  /** When it began, or was found. ISO 8601. */
  since: z.string(),
  /** The revision that it is about, if it is about one. */
  revision: z.string().optional(),
  /** Where to read more. */
  url: z.string().optional(),
});
/** One thing that somebody wants to hear of without looking. */
export type Alert = z.infer<typeof alertSchema>;

export const channels = ["webhook", "github"] as const;
export type Channel = (typeof channels)[number];
