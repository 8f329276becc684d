/** Ask again and again until it is so; false when the time is over. */
export async function within(seconds: number, isSo: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + seconds * 1000;
  while (performance.now() < deadline) {
    if (await isSo()) return true;
    await new Promise((wake) => setTimeout(wake, 100));
  }
  return false;
}
