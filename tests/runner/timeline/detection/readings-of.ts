import type { Reading } from "../../../../runner/timeline/detection/level.ts";

export const readings = (values: readonly number[], linkError = 0): Reading[] => values.map((value) => ({ value, linkError, sessions: 1 }));
