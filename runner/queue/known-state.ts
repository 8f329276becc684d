import type { HostConfig } from "../../config/schema.ts";
import type { StoredBuild } from "../build/cached-builds.ts";
import type { ScalingFactor, Session } from "../model.ts";
import type { Findings } from "../store/findings.ts";
import type { Stored } from "../store/stored-results.ts";
import type { PresentListing } from "./kept-listing.ts";
import type { BranchHistory } from "./revisions.ts";

/** State that all decisions of this host depend on: an immutable value, read by `readState`. */
export interface KnownState extends BranchHistory, Findings {
  config: HostConfig;
  /** Id of the present environment. */
  environment: string;
  /** Day in UTC, `yyyy-mm-dd`. */
  today: string;
  /** Id of the commit that `target.since` names. */
  since: string;
  /** Revision of the suite. */
  suite: string;
  /** Hash of the configuration, as `Session.setup`. */
  setup: string;
  /** Key of the requirements that the suite is listed with; empty if there are none. */
  listedWith: string;
  /** Listing of the suite at its present revision. */
  listing: PresentListing;
  /** Sessions of all hosts that count, by time. */
  sessions: readonly Session[];
  /** The same sessions in columns. */
  results: Stored["results"];
  /** Scaling factors that count, the newest of each pair of contexts. */
  scalingFactors: readonly ScalingFactor[];
  /** Cached builds, least recently used first. */
  cachedBuilds: readonly StoredBuild[];
}
