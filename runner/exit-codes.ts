/** Exit code of a run that could not fetch, or not publish: results stay on the host, and the next run tries again. EX_UNAVAILABLE of sysexits.h. */
export const unreachable = 69;
