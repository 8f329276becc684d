import type { Subject } from "../model.ts";

const milliseconds = 3_600_000;

/** Schedule of the reports of a long run: after its first session, after its first session of a revision, then hourly. */
export class ReportPace {
  #published = -Infinity;
  #hasRevision = false;

  /** Returns true if reports are due after a session of this subject. @param now milliseconds of a monotonic clock. */
  isTime(subject: Subject, now: number): boolean {
    const isFirstRevision = subject.kind === "revision" && !this.#hasRevision;
    if (!isFirstRevision && now - this.#published <= milliseconds) return false;
    this.#hasRevision ||= isFirstRevision;
    this.#published = now;
    return true;
  }
}
