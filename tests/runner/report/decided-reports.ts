import type { Decision } from "../../../runner/model.ts";
import { renderReports } from "../../../runner/report/markdown.ts";
import { history, input, measured, session } from "./fixture.ts";

const at = (number: number, seconds: number) => session(number, { sort: { compiled: measured(seconds) } }, { serial: number });

/** Six revisions, the fourth of which is slower. */
export const reportsWith = (decisions: readonly Decision[], changes: Parameters<typeof input>[0] = {}) =>
  renderReports(
    input({
      history: history(6),
      sessions: [1, 1.001, 1, 1.05, 1.051, 1.05].map((seconds, number) => at(number, seconds)),
      decisions,
      now: "2026-01-10T00:00:00.000Z",
      ...changes,
    }),
  );
