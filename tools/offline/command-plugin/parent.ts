/** Ends this process some time after its parent has ended. An engine ends its plugins, unless it is killed. */
export function endWithParent(lookMilliseconds: number): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit();
  }, lookMilliseconds).unref();
}
