import { describe, expect, test } from "vitest";
import { changesOfAnsible, changesOfPulumi, changesOfPyinfra } from "../../../bench/provision/summaries.ts";

describe("Pulumi's summary", () => {
  test("of nothing but unchanged resources is that of a no-op", () => {
    expect(changesOfPulumi(upWith("    18 unchanged\n"))).toEqual([]);
  });

  test("counts what was changed, created or replaced", () => {
    expect(changesOfPulumi(upWith("    ~ 2 updated\n    +-1 replaced\n    3 changes. 15 unchanged\n"))).toEqual([
      "~ 2 updated",
      "+-1 replaced",
      "3 changes. 15 unchanged",
    ]);
    expect(changesOfPulumi(upWith("    + 18 created\n"))).toEqual(["+ 18 created"]);
  });

  test("is missing where the run broke off: that is no no-op", () => {
    expect(changesOfPulumi("error: the stack is locked\n")).toEqual(["no count of resources"]);
  });
});

describe("pyinfra's table of results", () => {
  const header = "    Operation                Hosts   Success   Error   No Change   \n";

  test("with every operation under No Change is that of a no-op", () => {
    const rows =
      "    Account                  1       -         -       1           \n    Grand total              1       -         -       1           \n";
    expect(changesOfPyinfra(deployWith(header + rows))).toEqual([]);
  });

  test("names the operations that changed something or failed", () => {
    const rows = [
      "    Account                  1       -         -       1           ",
      "    Directory /srv/target    1       1         -       -           ",
      "    Cron 2                   1       -         1       -           ",
      "    Grand total              3       1         1       1           ",
    ];
    expect(changesOfPyinfra(deployWith(`${header}${rows.join("\n")}\n`))).toEqual(["Directory /srv/target", "Cron 2", "Grand total"]);
  });

  test("is missing where the run broke off", () => {
    expect(changesOfPyinfra("--> pyinfra error: No hosts remaining!\n")).toEqual(["no table of results"]);
  });
});

describe("Ansible's recap", () => {
  test("with nothing changed is that of a no-op", () => {
    expect(changesOfAnsible(playWith("ok=18   changed=0    unreachable=0    failed=0    skipped=0"))).toEqual([]);
  });

  test("comes with the tasks that changed something", () => {
    const items = "ok: [bench] => (item=/a)\nchanged: [bench] => (item=/b)\nchanged: [bench] => (item=/c)";
    expect(changesOfAnsible(playWith("ok=18   changed=1    unreachable=0    failed=0", items))).toEqual(["changed=1", "Files"]);
    expect(changesOfAnsible(playWith("ok=1   changed=0    unreachable=0    failed=1", "fatal: [bench]: FAILED! => {}"))).toEqual([
      "failed=1",
      "Files",
    ]);
  });

  test("is missing where the run broke off", () => {
    expect(changesOfAnsible("ERROR! the playbook could not be found\n")).toEqual(["no recap"]);
  });
});

function upWith(counts: string): string {
  return `Updating (bench):\n\n    pulumi:pulumi:Stack evenkeel-bench \nOutputs:\n    servers: {}\n\nResources:\n${counts}\nDuration: 3s\n`;
}

function deployWith(rows: string): string {
  return `--> Starting operation: Account \n    [bench] No changes\n\n--> Results:\n${rows}\n--> Disconnecting from hosts...\n`;
}

function playWith(counts: string, lines = "ok: [bench]"): string {
  return `PLAY [all] ***\n\nTASK [Account] ******\nok: [bench]\n\nTASK [Files] ******\n${lines}\n\nPLAY RECAP *******\nbench   : ${counts}   \n\n`;
}
