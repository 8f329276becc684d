import type { HostConfig } from "../../config/schema.ts";
import { inOneLine, withoutControls } from "../text/plain-text.ts";
import { codeBlock, markdownText } from "../text/escape.ts";
import type { Alert, Channel } from "./alert.ts";
import { send } from "./request.ts";
import { parseAddress, readSecret } from "./secrets.ts";

type Alerts = HostConfig["alerts"];

/** Returns the configured channels. */
export function channelsOf({ webhook, github }: Alerts): Channel[] {
  return [...(webhook ? ["webhook" as const] : []), ...(github ? ["github" as const] : [])];
}

/** Sends an alert by a channel. @throws DeliveryError if that fails, UserError if its secret is missing. */
export async function deliver(alert: Alert, channel: Channel, { github }: Alerts): Promise<void> {
  if (channel === "webhook") return post(alert);
  if (github) await postToGitHub(alert, github);
}

/** Fetches the URL of the dead man's switch, which raises the alarm when it is not fetched for long. */
export async function ping(): Promise<void> {
  await send(parseAddress(await readSecret("ping")), { method: "GET" });
}

async function post(alert: Alert): Promise<void> {
  await send(parseAddress(await readSecret("webhook")), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...alert, title: inOneLine(alert.title), text: withoutControls(alert.text) }),
  });
}

/**
 * Opens an issue, or comments on the commit of a change. API:
 * https://docs.github.com/en/rest/issues/issues#create-an-issue and rest/commits/comments#create-a-commit-comment
 */
async function postToGitHub(alert: Alert, { repository, api, changes }: NonNullable<Alerts["github"]>): Promise<void> {
  const { revision } = alert;
  const isComment = changes === "comment" && revision !== undefined;
  const body = [`**${markdownText(alert.title)}**`, codeBlock(alert.text), ...(alert.url === undefined ? [] : [alert.url])].join("\n\n");
  await send(parseAddress(`${api}/repos/${repository}/${isComment ? `commits/${revision}/comments` : "issues"}`), {
    method: "POST",
    headers: {
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
      authorization: `Bearer ${await readSecret("github")}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(isComment ? { body } : { title: `${alert.host}: ${inOneLine(alert.title)}`, body }),
  });
}
