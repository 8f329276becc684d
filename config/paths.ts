/** Account that measured code runs as, and that owns what it writes: without a home, a key or a login. */
export const sandboxAccount = "evenkeel-sandbox";

/** Account of the program that takes samples: root in its own namespace, and nobody outside. */
export const samplerAccount = "evenkeel-sampler";

/** Every path Evenkeel uses on a host, in one place. */
export const paths = {
  /** Programs and provisioning records; root only writes. */
  opt: "/opt/evenkeel",
  bundles: "/opt/evenkeel/bundles",
  /** Symlink to the bundle that `up` applies resources with. */
  next: "/opt/evenkeel/next",
  /** What was activated, a folder each: links to a bundle and a venv, and the records of what is measured with them. */
  generations: "/opt/evenkeel/generations",
  /** Symlink to the generation in use: the one thing that activation flips. */
  active: "/opt/evenkeel/active",
  /** Constant symlink to the active generation's bundle, which cron runs. */
  current: "/opt/evenkeel/current",
  /** Constant symlink that puts the current bundle on everybody's PATH. */
  command: "/usr/local/bin/evenkeel",
  /** Random id of this installation, written once. */
  instance: "/opt/evenkeel/instance",
  declaration: "/opt/evenkeel/declaration.json",
  markers: "/opt/evenkeel/markers",
  /** Token of the step that installs Node, which is before there are markers. */
  nodeToken: "/opt/evenkeel/markers/node.token",
  /** Long work of provisioning: a folder each, with its log. */
  jobs: "/opt/evenkeel/jobs",
  /** Pythons that were built here, a folder each. */
  pythons: "/opt/evenkeel/python",
  venvs: "/opt/evenkeel/venv",
  /** There while an upgrade of the operating system is under way. */
  osUpgrade: "/opt/evenkeel/os-upgrade.json",
  /** The active generation's record of the environment. */
  environment: "/opt/evenkeel/active/environment.json",

  configuration: "/etc/evenkeel/config.json",
  /** What alerts are sent with: for root alone. */
  secrets: "/etc/evenkeel/secrets",
  cronFile: "/etc/cron.d/evenkeel",
  tmpfiles: "/etc/tmpfiles.d/evenkeel.conf",

  runtime: "/run/evenkeel",
  lock: "/run/evenkeel/lock",
  /** Who holds the lock: process id, command, since when. */
  holder: "/run/evenkeel/holder.json",
  /** Name of the process that waits for the lock: its id and its start. */
  wanted: "/run/evenkeel/wanted",
  /** There while an `up` is at work that is to interrupt what is measured; its age counts. */
  interrupt: "/run/evenkeel/interrupt",
  /** What the running measurement is doing, for `status`. */
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
  /** Packages as downloaded or built, for every later install. */
  wheels: "/srv/state/wheels",
  /** Pythons that are being built: source and objects. */
  pythonBuilds: "/srv/state/python",
  /** What tuning changed, to be put back. */
  tuning: "/srv/state/tuning.json",
  /** Since when nothing is measured because of the clock. */
  clockTrouble: "/srv/state/clock.json",
  /** When the clones were tidied last. */
  lastTidied: "/srv/state/last-tidied",
  /** Reason that requirements are not resolved as of the day of the commit, if there is one. */
  undated: "/srv/state/undated.json",
  /** What the suite lists now, so that planning need not ask it each time. */
  listing: "/srv/state/listing.json",
  pause: "/srv/state/pause.json",
  /** How long items took on this host, so that it can be said how long the next ones take. */
  durations: "/srv/state/durations.json",
  /** How the last run ended. */
  lastRun: "/srv/state/last-run.json",
  /** What reports read of the results, in columns; made again where it is missing. */
  cache: "/srv/state/cache",
  /** What was told of, and what is still to be delivered. */
  alerts: "/srv/state/alerts.json",
  /** There while a session is stored that the published reports do not show. */
  reportsDue: "/srv/state/reports-due",
  /** Repository and branch that reports were published to last. */
  reportsPublished: "/srv/state/reports-published",
  /** Problems that last, with their beginning and reason. */
  problems: "/srv/state/problems.json",
  /** Results that somebody deleted on their remote. */
  deletedResults: "/srv/state/deleted-results",
} as const;
