import * as z from "zod";
import { addressMistake } from "../repository-url.ts";
import * as rules from "../rules.ts";
import { hostKeyMistake, publicKeyMistake } from "../ssh-keys.ts";
import { text } from "./text.ts";

/** Settings of the hosts to measure on. */

const host = z.strictObject({
  name: text(rules.hostName).meta({ description: "Name of the host, in results and in Pulumi", examples: ["bench1"] }),
  address: text(addressMistake).meta({ description: "Name or IP address to reach it by ssh", examples: ["203.0.113.10"] }),
  port: z.number().int().min(1).max(65535).default(22).meta({ description: "Port of its ssh server" }),
  user: text(rules.loginName).default("root").meta({ description: "Login: root, or a user with passwordless sudo" }),
  hostKey: text(hostKeyMistake).meta({
    description: "Its ed25519 public key, as `ssh-keyscan -t ed25519 HOST` prints it after the host's name",
    examples: ["ssh-ed25519 AAAA…"],
  }),
  identity: text(publicKeyMistake)
    .optional()
    .meta({
      description:
        "Public key to log in with, a line of `ssh-add -L`: for an agent that holds more keys than the server tries; without it every key of the agent is tried",
      examples: ["ssh-ed25519 AAAA…"],
    }),
});

export const hosts = z.array(host).min(1).meta({ description: "The benchmark servers; each measures in its own environment" });
