import type { Subject } from "../model.ts";

const milliseconds = 3_600_000;

/** Times at which a long run publishes reports: after its first session, after its first session of a revision, then hourly. */
export class ReportPace {
  #published = -Infinity;
  #hasRevision = false;

  /** Returns true where reports are published after a session of this subject. @param now milliseconds of a clock that only goes forward. */
  isTime(subject: Subject, now: number): boolean {
    const isFirstRevision = subject.kind === "revision" && !this.#hasRevision;
    if (!isFirstRevision && now - this.#published <= milliseconds) return false;
    this.#hasRevision ||= isFirstRevision;
    this.#published = now;
    return true;
  }
}
