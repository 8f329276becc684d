/** Read at once: an engine may be killed while its plugin starts. */
const parent = process.ppid;

/** Ends this process some time after its parent has ended. An engine ends its plugins, unless it is killed. */
export function endWithParent(lookMilliseconds: number): void {
  setInterval(() => {
    if (process.ppid !== parent) process.exit();
  }, lookMilliseconds).unref();
}
