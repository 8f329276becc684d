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

/** Outcome of a run: a situation without the time of the last success. */
export type Outcome = Omit<Situation, "lastSuccess" | "silentHours" | "problemHours"> & { isSuccess: boolean };

/**
 * Sends the alerts about a run: states that begin or end, new changes, and the ping after a success. Alerts that cannot be delivered wait for a
 * later run; no error is thrown. Requires the host's lock.
 */
export async function notify(
  outcome: Outcome,
  { alerts }: HostConfig,
  { log, problems }: Pick<RunnerContext, "log" | "problems">,
): Promise<void> {
  const to = channelsOf(alerts);
  await problems.keepOnly("alert", [...to, ...(alerts.ping ? ["ping"] : [])]);
  const before = await readOutbox();
  const lastSuccess = outcome.isSuccess ? outcome.now : (before?.lastSuccess ?? outcome.now);
  const outbox = advance(before, { ...outcome, lastSuccess, silentHours: alerts.silentHours, problemHours: alerts.problemHours }, to);
  // Written before sending: after a kill in between, an alert is sent twice rather than never.
  await writeOutbox(outbox);
  const pending: Pending[] = [];
  for (const one of outbox.pending) {
    const left = one.notBefore <= outcome.now ? await tryOnce(one, alerts, { log, problems }) : one;
    if (left) pending.push(left);
  }
  if (outbox.pending.length > 0) await writeOutbox({ ...outbox, pending });
  if (alerts.ping && outcome.isSuccess) {
    const failure = await ping().then(() => undefined, wordsOf);
    if (failure !== undefined) log(`ping not sent: ${failure}`);
    await problems.note({ kind: "alert", about: "ping" }, failure === undefined ? undefined : { reason: failure });
  }
}

/** Tries to deliver an alert. Returns what remains pending; undefined if it was sent or given up. */
async function tryOnce(
  one: Pending,
  alerts: HostConfig["alerts"],
  { log, problems }: Pick<RunnerContext, "log" | "problems">,
): Promise<Pending | undefined> {
  const attempt = { kind: "alert", about: one.channel } as const;
  try {
    await deliver(one.alert, one.channel, alerts);
    await problems.note(attempt, undefined);
    log(`alert sent (${one.channel}): ${one.alert.title}`);
    return undefined;
  } catch (error) {
    const left = afterFailure(one, new Date().toISOString());
    await problems.note(attempt, { reason: wordsOf(error) });
    log(`alert not sent (${one.channel}); ${left ? "a later run will retry" : "this was the last attempt"}: ${wordsOf(error)}`);
    return left;
  }
}

/** Sends a test alert to each channel, and returns the results in the order of channels; `ok` is true if it was sent. */
export async function sendTests({ alerts, host }: HostConfig): Promise<{ channel: string; ok: boolean; said: string }[]> {
  const alert: Alert = {
    about: "test",
    host,
    title: "test of Evenkeel's alerts",
    text: "Nothing is wrong. `evenkeel notify --test` sent this alert.",
    since: new Date().toISOString(),
  };
  const all = [
    ...channels.map((channel) => ({
      channel,
      isWanted: channelsOf(alerts).includes(channel),
      send: () => deliver(alert, channel, alerts),
    })),
    { channel: "ping", isWanted: alerts.ping, send: ping },
  ];
  const wanted = all.filter(({ isWanted }) => isWanted);
  if (wanted.length === 0) throw new UserError("no alerts are configured", "add `alerts:` to the configuration, see docs/operating.md");
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
  return error instanceof DeliveryError ? error.message : "the request failed";
}

/** Returns the stored outbox; undefined before the first alert, or if the file is damaged. */
export async function readOutbox(): Promise<Outbox | undefined> {
  return readJsonFile(paths.alerts, outboxSchema);
}

async function writeOutbox(outbox: Outbox): Promise<void> {
  await writeAtomically(paths.alerts, `${JSON.stringify(outbox)}\n`, { mode: 0o600 });
}
