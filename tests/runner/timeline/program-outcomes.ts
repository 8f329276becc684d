import type { Measured, ReusedResult } from "../../../runner/model.ts";
import { idOf, measured } from "../report/fixture.ts";

export const ok = (fingerprint?: string, seconds = 1): Measured => ({ ...measured(seconds), ...(fingerprint && { fingerprint }) });
export const same = (fingerprint: string, as = 0): ReusedResult => ({ status: "reused", workload: "w1", fingerprint, as: idOf(as) });
