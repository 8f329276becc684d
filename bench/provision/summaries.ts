/** Lines of a run that tell of a change; none where nothing was. A run without a summary tells that instead. */
export type Changes = string[];

/** Of `pulumi up` or `preview`: all that its last count calls anything but unchanged. */
export function changesOfPulumi(output: string): Changes {
  const [, counts] = /^Resources:\n((?: +.*\n)+)/m.exec(output) ?? [];
  if (counts === undefined) return ["no count of resources"];
  return linesOf(counts).filter((line) => !/^\d+ unchanged$/.test(line));
}

/** Of pyinfra: the operations that its table of results does not count as without change, for its only host. */
export function changesOfPyinfra(output: string): Changes {
  const [, table] = /Results:\n([\s\S]*)$/.exec(output) ?? [];
  const rows = linesOf(table ?? "").flatMap((line) => {
    const [, operation = "", hosts = "", ...counts] = /^(.*?)\s+(\d+)\s+(\d+|-)\s+(\d+|-)\s+(\d+|-)$/.exec(line) ?? [];
    return hosts === "" ? [] : [{ operation, unchanged: counts.at(-1) === hosts }];
  });
  if (rows.length === 0) return ["no table of results"];
  return rows.filter(({ unchanged }) => !unchanged).map(({ operation }) => operation);
}

/** Of ansible-playbook: the tasks that changed something or failed, and counts in its recap that are not 0. */
export function changesOfAnsible(output: string): Changes {
  const [, recap] = /^PLAY RECAP \**\n(.*)/m.exec(output) ?? [];
  if (recap === undefined) return ["no recap"];
  const counts = [...recap.matchAll(/(changed|unreachable|failed)=([1-9]\d*)/g)].map(([count]) => count);
  if (counts.length === 0) return [];
  let task = "";
  const tasks = new Set<string>();
  for (const line of output.split("\n")) {
    task = /^(?:TASK|RUNNING HANDLER) \[(.*)\]/.exec(line)?.[1] ?? task;
    if (/^(changed|fatal|failed):/.test(line)) tasks.add(task);
  }
  return [...counts, ...tasks];
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}
