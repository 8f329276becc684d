import { measured, revision, session, type MadeInput, type Outcomes } from "./fixture.ts";

export const sort = (seconds: number): Outcomes => ({ sort: { compiled: measured(seconds) } });
export const two = (seconds: number): Outcomes => ({ ...sort(seconds), app: { compiled: measured(seconds) } });
export const on = (host: string, number: number, outcomes: Outcomes, serial: number, place = "e1") =>
  session(number, outcomes, { host, serial, environment: place });

/** Both measured the same revisions; slow's last session is the newer one. */
export const both: Partial<MadeInput> = {
  sessions: [
    ...[0, 1, 2].map((number) => on("fast", number, sort(0.01), number)),
    ...[0, 1, 2].map((number) => on("slow", number, sort(0.02), 10 + number)),
  ],
  now: revision(3).committed,
};

export function page(files: ReadonlyMap<string, string>, path: string): string {
  const content = files.get(path);
  if (content === undefined) throw new Error(`no ${path} among ${[...files.keys()].join(", ")}`);
  return content;
}

/** Parts of a page below headings of hosts, the first one before all. */
export const byHost = (text: string): string[] => text.split(/^## \w+$/m);
