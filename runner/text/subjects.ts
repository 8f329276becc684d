import type { Subject } from "../model.ts";

/** Returns `baselines`, `revision 0123456789ab` or `revision 0123456789ab, layout 2`. */
export function describeSubject(subject: Subject): string {
  if (subject.kind === "baseline") return "baselines";
  const revision = `revision ${subject.revision.slice(0, 12)}`;
  return subject.kind === "layout" ? `${revision}, layout ${subject.layout}` : revision;
}
