import { runAsRoot } from "./command.ts";
import { hasSystemd } from "./machine.ts";
import { systemd } from "./units.ts";

/** State of this machine's clock, as the kernel and systemd report it. */
export interface ClockState {
  /** State in the kernel; undefined if it cannot be read, as in some containers. */
  isSynchronised: boolean | undefined;
  /** Active unit that sets the clock; undefined without one. */
  daemon: string | undefined;
}

/** Services that set the clock and mark it as synchronised in the kernel. */
const timeDaemons = ["chrony", "chronyd", "ntp", "ntpd", "ntpsec", "systemd-timesyncd"].map((name) => `${name}.service`);

/** Reads `status` of adjtimex(2), at byte 40 of struct timex on every 64-bit Linux; STA_UNSYNC is 0x40. Changes nothing: `modes` is 0. */
const program = `
import ctypes, struct
timex = ctypes.create_string_buffer(256)
libc = ctypes.CDLL(None)
if libc.adjtimex(timex) >= 0:
    print("no" if struct.unpack_from("i", timex.raw, 40)[0] & 0x40 else "yes")
`;

export async function readClock(): Promise<ClockState> {
  const asked = (await runAsRoot(["/usr/bin/python3", "-I", "-S", "-c", program])).stdout.trim();
  const active = hasSystemd() ? await systemd.active(timeDaemons) : [];
  return { isSynchronised: asked === "" ? undefined : asked === "yes", daemon: active[0] };
}
