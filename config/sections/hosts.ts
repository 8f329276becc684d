import * as z from "zod";
import { addressMistake } from "../repository-url.ts";
import * as rules from "../rules.ts";
import { hostKeyMistake, publicKeyMistake } from "../ssh-keys.ts";
import { text } from "./text.ts";

/** Settings of the benchmark hosts. */

const host = z.strictObject({
  name: text(rules.hostName).meta({ description: "Name of the host in results and in Pulumi", examples: ["bench1"] }),
  address: text(addressMistake).meta({ description: "Host name or IP address for ssh", examples: ["203.0.113.10"] }),
  port: z.number().int().min(1).max(65535).default(22).meta({ description: "Port of its ssh server" }),
  user: text(rules.loginName).default("root").meta({ description: "Login account: root, or a user with passwordless sudo" }),
  hostKey: text(hostKeyMistake).meta({
    description: "Ed25519 public key of the host, as `ssh-keyscan -t ed25519 HOST` prints it after the host's name",
    examples: ["ssh-ed25519 AAAA…"],
  }),
  identity: text(publicKeyMistake)
    .optional()
    .meta({
      description:
        "Public key for the login, a line of `ssh-add -L`. Set it if the agent has more keys than the server accepts attempts; without it, all keys are offered",
      examples: ["ssh-ed25519 AAAA…"],
    }),
});

export const hosts = z.array(host).min(1).meta({ description: "The benchmark servers. Each one measures in its own environment" });
