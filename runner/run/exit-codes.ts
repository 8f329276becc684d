/** Exit code of a run that could not fetch, or not publish: results stay on the host, and the next run tries again. EX_UNAVAILABLE of sysexits.h. */
export const unreachable = 69;

/** Exit code of a run of the queue where every benchmark fails at several revisions in a row: it went well, and nothing is measured. EX_DATAERR. */
export const nothingMeasured = 65;
