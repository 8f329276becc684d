/** Exit code of a run that could not fetch or publish. Results stay on the host, and the next run retries. EX_UNAVAILABLE of sysexits.h. */
export const unreachable = 69;

/** Exit code of a run of the queue after which every benchmark fails at several revisions in a row. EX_DATAERR of sysexits.h. */
export const nothingMeasured = 65;
