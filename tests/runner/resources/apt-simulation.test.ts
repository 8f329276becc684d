import { expect, test } from "vitest";
import { changesIn } from "../../../runner/resources/apt-simulation.ts";

test("apt's simulation is read: what comes, what changes its version, what goes", () => {
  const simulation = [
    "Remv old [1.0-1]",
    "Inst libpython3.11 [3.11.2-6] (3.11.2-6+deb12u5 Debian:12.10/oldstable [amd64]) []",
    "Inst jq (1.7.1-6+deb13u4 Debian:13.8/stable, Debian-Security:13/stable-security [amd64])",
    "Conf jq (1.7.1-6+deb13u4 Debian:13.8/stable [amd64])",
    "",
  ];
  expect(changesIn(simulation.join("\n"))).toEqual([
    { name: "old", from: "1.0-1" },
    { name: "libpython3.11", from: "3.11.2-6", to: "3.11.2-6+deb12u5" },
    { name: "jq", to: "1.7.1-6+deb13u4" },
  ]);
});
