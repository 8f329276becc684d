/** Why a request failed, in words that never hold its address or headers: both may be secret. */
export class DeliveryError extends Error {}

/** Nobody waits longer for an alert to go out. */
const limitMilliseconds = 10_000;

/** @throws DeliveryError unless it is answered with success. */
export async function send(url: URL, request: { method: string; headers?: Record<string, string>; body?: string }): Promise<void> {
  const answer = await fetch(url, {
    ...request,
    headers: { "user-agent": "evenkeel", ...request.headers },
    // A secret goes where it was meant to go, and nowhere else.
    redirect: "error",
    signal: AbortSignal.timeout(limitMilliseconds),
  }).catch((error: unknown) => {
    throw new DeliveryError(reasonOf(error));
  });
  // Read to its end, so that the connection is free; what it says is nobody's business.
  await answer.arrayBuffer().catch(() => undefined);
  if (!answer.ok) throw new DeliveryError(`it was answered with ${answer.status}`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "it failed";
  if (error.name === "TimeoutError") return `no answer within ${limitMilliseconds / 1000} s`;
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (typeof code === "string") return code;
  return cause instanceof Error && cause.message.includes("redirect") ? "it was redirected, which is not followed" : "it failed";
}
