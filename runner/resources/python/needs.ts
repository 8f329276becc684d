interface Need {
  package: string;
  /** File that is looked for before a build: a C header or a program. */
  header?: string;
  program?: string;
}

/** Packages that building Python needs on Debian and Ubuntu. The compiler is looked for by the name it was given. */
export const needs: readonly Need[] = [
  { package: "gcc" },
  { package: "libbz2-dev", header: "bzlib.h" },
  { package: "libc6-dev", header: "stdio.h" },
  { package: "libffi-dev", header: "ffi.h" },
  { package: "libgdbm-dev", header: "gdbm.h" },
  { package: "liblzma-dev", header: "lzma.h" },
  { package: "libncurses-dev", header: "curses.h" },
  { package: "libreadline-dev", header: "readline/readline.h" },
  { package: "libsqlite3-dev", header: "sqlite3.h" },
  { package: "libssl-dev", header: "openssl/ssl.h" },
  { package: "libzstd-dev", header: "zstd.h" },
  { package: "make", program: "make" },
  { package: "pkgconf", program: "pkg-config" },
  { package: "uuid-dev", header: "uuid/uuid.h" },
  { package: "xz-utils", program: "xz" },
  { package: "zlib1g-dev", header: "zlib.h" },
];

export const packagesToBuildPython: readonly string[] = needs.map((need) => need.package);
