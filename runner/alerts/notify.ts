import { paths } from "../../config/paths.ts";
import type { HostConfig } from "../../config/schema.ts";
import { UserError } from "../../config/user-error.ts";
import { writeAtomically } from "../system/atomic.ts";
import type { RunnerContext } from "../runner-context.ts";
import { channels, type Alert } from "./alert.ts";
import { channelsOf, deliver, ping } from "./channels.ts";
import { advance, afterFailure, outboxSchema, type Outbox, type Pending } from "./outbox.ts";
import { DeliveryError } from "./request.ts";
import type { Situation } from "./situation.ts";
import { readJsonFile } from "../system/json-file.ts";

/** What a run says of itself, apart from when the last one succeeded. */
export type Outcome = Omit<Situation, "lastSuccess" | "silentHours" | "problemHours"> & { isSuccess: boolean };

/**
 * Tell who wants to hear of it, after a run: what begins, what was found, and that all is well. What cannot be delivered waits for a later
 * run; nothing is thrown. Only under the host's lock.
 */
export async function notify(
  outcome: Outcome,
  { alerts }: HostConfig,
  { log: say, problems }: Pick<RunnerContext, "log" | "problems">,
): Promise<void> {
  const to = channelsOf(alerts);
  await problems.keepOnly("alert", [...to, ...(alerts.ping ? ["ping"] : [])]);
  const before = await readOutbox();
  const lastSuccess = outcome.isSuccess ? outcome.now : (before?.lastSuccess ?? outcome.now);
  const outbox = advance(before, { ...outcome, lastSuccess, silentHours: alerts.silentHours, problemHours: alerts.problemHours }, to);
  // Before anything is sent: killed in between, it is sent again rather than never.
  await writeOutbox(outbox);
  const pending: Pending[] = [];
  for (const one of outbox.pending) {
    const left = one.notBefore <= outcome.now ? await tryOnce(one, alerts, { log: say, problems }) : one;
    if (left) pending.push(left);
  }
  if (outbox.pending.length > 0) await writeOutbox({ ...outbox, pending });
  if (alerts.ping && outcome.isSuccess) {
    const failure = await ping().then(() => undefined, wordsOf);
    if (failure !== undefined) say(`the ping did not get through: ${failure}`);
    await problems.note({ kind: "alert", about: "ping" }, failure === undefined ? undefined : { reason: failure });
  }
}

/** What is left of it. */
async function tryOnce(
  one: Pending,
  alerts: HostConfig["alerts"],
  { log: say, problems }: Pick<RunnerContext, "log" | "problems">,
): Promise<Pending | undefined> {
  const attempt = { kind: "alert", about: one.channel } as const;
  try {
    await deliver(one.alert, one.channel, alerts);
    await problems.note(attempt, undefined);
    say(`alert sent (${one.channel}): ${one.alert.title}`);
    return undefined;
  } catch (error) {
    const left = afterFailure(one, new Date().toISOString());
    await problems.note(attempt, { reason: wordsOf(error) });
    say(`alert not sent (${one.channel}), ${left ? "tried again later" : "given up"}: ${wordsOf(error)}`);
    return left;
  }
}

/** What came of sending an alert about nothing to each channel, in their order; `ok` where it went out. */
export async function sendTests({ alerts, host }: HostConfig): Promise<{ channel: string; ok: boolean; said: string }[]> {
  const alert: Alert = {
    about: "test",
    host,
    title: "a test of Evenkeel's alerts",
    text: "Nothing is wrong: somebody tried whether alerts get through.",
    since: new Date().toISOString(),
  };
  const asked = [
    ...channels.map((channel) => ({
      channel,
      isWanted: channelsOf(alerts).includes(channel),
      send: () => deliver(alert, channel, alerts),
    })),
    { channel: "ping", isWanted: alerts.ping, send: ping },
  ];
  const wanted = asked.filter(({ isWanted }) => isWanted);
  if (wanted.length === 0) throw new UserError("no alerts are configured", "write `alerts:` in the configuration, see README.md");
  return Promise.all(
    wanted.map(async ({ channel, send }) => {
      try {
        await send();
        return { channel, ok: true, said: "sent" };
      } catch (error) {
        return { channel, ok: false, said: wordsOf(error) };
      }
    }),
  );
}

function wordsOf(error: unknown): string {
  if (error instanceof UserError) return `${error.message} (${error.hint})`;
  return error instanceof DeliveryError ? error.message : "it failed";
}

/** undefined where nothing was ever told, or what is there is damaged. */
export async function readOutbox(): Promise<Outbox | undefined> {
  return readJsonFile(paths.alerts, outboxSchema);
}

async function writeOutbox(outbox: Outbox): Promise<void> {
  await writeAtomically(paths.alerts, `${JSON.stringify(outbox)}\n`, { mode: 0o600 });
}
