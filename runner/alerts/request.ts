/** Failure of a request. Its message never contains the address or headers, as both may be secret. */
export class DeliveryError extends Error {}

/** Time limit of a request. */
const limitMilliseconds = 10_000;

/** Sends a request. @throws DeliveryError unless the response has a 2xx status. */
export async function send(url: URL, request: { method: string; headers?: Record<string, string>; body?: string }): Promise<void> {
  const answer = await fetch(url, {
    ...request,
    headers: { "user-agent": "evenkeel", ...request.headers },
    // A redirect could leak a secret.
    redirect: "error",
    signal: AbortSignal.timeout(limitMilliseconds),
  }).catch((error: unknown) => {
    throw new DeliveryError(reasonOf(error));
  });
  // The body is read to free the connection, and ignored.
  await answer.arrayBuffer().catch(() => undefined);
  if (!answer.ok) throw new DeliveryError(`HTTP status ${answer.status}`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "the request failed";
  if (error.name === "TimeoutError") return `no answer within ${limitMilliseconds / 1000} s`;
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (typeof code === "string") return code;
  return cause instanceof Error && cause.message.includes("redirect")
    ? "the server redirected the request; redirects are not followed"
    : "the request failed";
}
