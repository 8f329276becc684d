/** Account that runs measured code and owns the files that it writes. It has no home, key or login. */
export const sandboxAccount = "evenkeel-sandbox";

/** Account of the program that takes samples: root in its own user namespace, without privileges outside. */
export const samplerAccount = "evenkeel-sampler";

/** All paths that Evenkeel uses on a host. */
export const paths = {
  /** Programs and provisioning records, writable by root only. */
  opt: "/opt/evenkeel",
  bundles: "/opt/evenkeel/bundles",
  /** Symlink to the bundle that `up` applies resources with. */
  next: "/opt/evenkeel/next",
  /** Generations, a folder each: links to a bundle and a venv, and their environment record. */
  generations: "/opt/evenkeel/generations",
  /** Symlink to the generation in use, the only link that activation changes. */
  active: "/opt/evenkeel/active",
  /** Constant symlink to the active generation's bundle, which cron runs. */
  current: "/opt/evenkeel/current",
  /** Constant symlink that puts the current bundle on the PATH of all accounts. */
  command: "/usr/local/bin/evenkeel",
  /** Random id of this installation, written once. */
  instance: "/opt/evenkeel/instance",
  declaration: "/opt/evenkeel/declaration.json",
  markers: "/opt/evenkeel/markers",
  /** Token of the step that installs Node, which precedes the markers. */
  nodeToken: "/opt/evenkeel/markers/node.token",
  /** Long jobs of provisioning, a folder each, with their logs. */
  jobs: "/opt/evenkeel/jobs",
  /** Pythons that were built on the host, a folder each. */
  pythons: "/opt/evenkeel/python",
  venvs: "/opt/evenkeel/venv",
  /** Exists during an upgrade of the operating system. */
  osUpgrade: "/opt/evenkeel/os-upgrade.json",
  /** Environment record of the active generation. */
  environment: "/opt/evenkeel/active/environment.json",

  configuration: "/etc/evenkeel/config.json",
  /** Addresses and tokens that alerts are sent with, readable by root only. */
  secrets: "/etc/evenkeel/secrets",
  cronFile: "/etc/cron.d/evenkeel",
  tmpfiles: "/etc/tmpfiles.d/evenkeel.conf",

  runtime: "/run/evenkeel",
  lock: "/run/evenkeel/lock",
  /** Holder of the lock: process id, command and start time. */
  holder: "/run/evenkeel/holder.json",
  /** Process that waits for the lock: its id and start time. */
  wanted: "/run/evenkeel/wanted",
  /** Exists during an `up` that interrupts the measurement. Its age counts. */
  interrupt: "/run/evenkeel/interrupt",
  /** Activity of the running measurement, for `status`. */
  progress: "/run/evenkeel/progress.json",

  srv: "/srv",
  target: "/srv/target",
  suite: "/srv/suite",
  results: "/srv/results",
  /** Mirrors of the submodules that need the deploy key. */
  submodules: "/srv/submodules",
  /** Constant symlink to the active generation's venv. */
  venv: "/srv/venv",
  log: "/srv/log",
  logFile: "/srv/log/evenkeel.log",
  state: "/srv/state",
  journal: "/srv/state/journal",
  work: "/srv/state/work",
  builds: "/srv/state/builds",
  dependencies: "/srv/state/dependencies",
  /** Downloaded and built packages, for later installations. */
  wheels: "/srv/state/wheels",
  /** Source and objects of Pythons while they are built. */
  pythonBuilds: "/srv/state/python",
  /** Values that tuning changed, to be restored. */
  tuning: "/srv/state/tuning.json",
  /** Time since which an unsynchronised clock prevents measuring. */
  clockTrouble: "/srv/state/clock.json",
  /** Time at which the clones were last tidied. */
  lastTidied: "/srv/state/last-tidied",
  /** Reason that requirements are not resolved as of the commit's day, if any. */
  undated: "/srv/state/undated.json",
  /** Cached list of the suite's benchmarks, for planning. */
  listing: "/srv/state/listing.json",
  pause: "/srv/state/pause.json",
  /** Durations of earlier items on this host, for predictions. */
  durations: "/srv/state/durations.json",
  /** Outcome of the last run. */
  lastRun: "/srv/state/last-run.json",
  /** Columns of the results that reports read. Rebuilt if missing. */
  cache: "/srv/state/cache",
  /** Delivered and pending alerts. */
  alerts: "/srv/state/alerts.json",
  /** Exists while the published reports lack a stored session. */
  reportsDue: "/srv/state/reports-due",
  /** Repository and branch of the last published reports. */
  reportsPublished: "/srv/state/reports-published",
  /** Lasting problems with their start and reason. */
  problems: "/srv/state/problems.json",
  /** Results that were deleted on their remote. */
  deletedResults: "/srv/state/deleted-results",
} as const;
