import { constructFromEvents, EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException, type Event } from "js-yaml";
import type { Mistake } from "./mistake.ts";

/** Position in a file. Both numbers count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** Mistake with its position. */
export interface Problem extends Position, Mistake {}

/** Value of a YAML file with the offsets of its text. An absent value (`key:`) has the offset of its key and no text. */
export type Node =
  | { kind: "scalar"; start: number; end: number; source: string }
  | { kind: "list"; start: number; items: Node[] }
  | { kind: "group"; start: number; entries: Entry[] };

interface Entry {
  key: string;
  start: number;
  value: Node;
}

export type Path = readonly PropertyKey[];

/** YAML file: its plain value, and the position of each key and value. */
export class Document {
  readonly value: unknown;
  readonly root: Node;
  readonly source: string;

  constructor(value: unknown, root: Node, source: string) {
    this.value = value;
    this.root = root;
    this.source = source;
  }

  positionAt(offset: number): Position {
    return positionIn(this.source, offset);
  }

  /** Returns the node at a path, or undefined. */
  find(path: Path): Node | undefined {
    return this.#walk(path)?.node;
  }

  /** Returns the start of the value at a path. For a missing path, the start of its nearest parent. */
  valueAt(path: Path): Position {
    return this.positionAt((this.find(path) ?? this.#nearest(path).node).start);
  }

  /** Returns the start of the key of a path, or of the item of a list. For a missing path, the start of its nearest parent. */
  keyAt(path: Path): Position {
    return this.positionAt((this.#walk(path) ?? this.#nearest(path)).start);
  }

  #nearest(path: Path): { node: Node; start: number } {
    for (let length = path.length - 1; length >= 0; length--) {
      const found = this.#walk(path.slice(0, length));
      if (found) return found;
    }
    return { node: this.root, start: this.root.start };
  }

  #walk(path: Path): { node: Node; start: number } | undefined {
    let node = this.root;
    let start = node.start;
    for (const step of path) {
      const entry = node.kind === "group" ? node.entries.findLast((candidate) => candidate.key === step) : undefined;
      const next = node.kind === "list" && typeof step === "number" ? node.items[step] : entry?.value;
      if (next === undefined) return undefined;
      node = next;
      start = entry?.start ?? next.start;
    }
    return { node, start };
  }
}

/** Parses YAML 1.2. Reports repeated keys as problems and uses the last of them; other mistakes leave `document` undefined. */
export function readDocument(source: string): { document?: Document; problems: Problem[] } {
  try {
    const events = parseEvents(source, { maxDepth: 20 });
    const values = constructFromEvents(events, { source, json: true, maxAliases: 100 });
    const roots = buildNodes(events, source);
    const [root, second] = roots;
    if (!root)
      return {
        problems: [
          {
            line: 1,
            column: 1,
            message: "the file is empty",
            hint: "write a configuration: begin with a copy of config/mypyc.yaml or config/jq.yaml",
          },
        ],
      };
    if (second)
      return {
        problems: [
          {
            ...positionIn(source, second.start),
            message: "a second document begins here",
            hint: "write one configuration in one file, without ---",
          },
        ],
      };
    const document = new Document(values[0], root, source);
    return { document, problems: repeatedKeys(document) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { problems: [syntaxProblem(error, source)] };
  }
}

function buildNodes(events: Event[], source: string): Node[] {
  const anchors = new Map<string, Node>();
  const roots: Node[] = [];
  let next = 0;

  /** Reads one node. `fallback` is the offset for a value without text. */
  function read(fallback: number): Node {
    const event = events[next++];
    const node = event ? nodeOf(event, fallback) : { kind: "scalar" as const, start: fallback, end: fallback, source: "" };
    if (event && "tagStart" in event && event.anchorStart >= 0) anchors.set(source.slice(event.anchorStart, event.anchorEnd), node);
    return node;
  }

  function nodeOf(event: Event, fallback: number): Node {
    switch (event.type) {
      case EVENT_ID.SEQUENCE: {
        const items: Node[] = [];
        while (!closes()) items.push(read(event.start));
        return { kind: "list", start: event.start, items };
      }
      case EVENT_ID.MAPPING: {
        const entries: Entry[] = [];
        while (!closes()) {
          const keyEvent = events[next];
          const { start } = read(event.start);
          const key = keyEvent?.type === EVENT_ID.SCALAR ? getScalarValue(source, keyEvent) : "";
          entries.push({ key, start, value: read(start) });
        }
        return { kind: "group", start: event.start, entries };
      }
      case EVENT_ID.SCALAR: {
        if (event.valueStart < 0) return { kind: "scalar", start: fallback, end: fallback, source: "" };
        const quotes = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED ? 1 : 0;
        const [start, end] = [event.valueStart - quotes, event.valueEnd + quotes];
        return { kind: "scalar", start, end, source: source.slice(start, end) };
      }
      case EVENT_ID.ALIAS: {
        const target = anchors.get(source.slice(event.anchorStart, event.anchorEnd));
        return target ?? { kind: "scalar", start: event.anchorStart, end: event.anchorEnd, source: "" };
      }
      default:
        return { kind: "scalar", start: fallback, end: fallback, source: "" };
    }
  }

  function closes(): boolean {
    const event = events[next];
    if (event && event.type !== EVENT_ID.POP) return false;
    next++;
    return true;
  }

  while (next < events.length) {
    next++; // the event that opens the document
    if (closes()) continue;
    roots.push(read(0));
    next++; // the event that closes it
  }
  return roots;
}

function repeatedKeys(document: Document): Problem[] {
  const problems: Problem[] = [];
  const visited = new Set<Node>();
  const visit = (node: Node): void => {
    if (visited.has(node)) return;
    visited.add(node);
    if (node.kind === "list") node.items.forEach(visit);
    if (node.kind !== "group") return;
    for (const [index, entry] of node.entries.entries()) {
      const first = node.entries.slice(0, index).find((earlier) => earlier.key === entry.key);
      if (first) {
        const { line, column } = document.positionAt(first.start);
        problems.push({
          ...document.positionAt(entry.start),
          message: `duplicate key ${entry.key}, first at ${line}:${column}`,
          hint: `write ${entry.key} once`,
        });
      }
      visit(entry.value);
    }
  };
  visit(document.root);
  return problems;
}

function syntaxProblem(error: YAMLException, source: string): Problem {
  const position = positionIn(source, Math.min(error.mark?.position ?? 0, source.length));
  const line = source.split(/\r?\n/)[position.line - 1] ?? "";
  const message = `invalid YAML: ${error.reason}`;
  if (/^ *\t/.test(line)) return { ...position, message, hint: "write spaces: YAML does not accept tabs as indentation" };

  // An unquoted value that begins with a YAML indicator or contains ": ". The parser fails after its start.
  const unquoted = /^(?<before>\s*(?:- +)?(?<key>\w+): +)(?<value>[*&!%@`].*?|[^"'[{|>].*?: .*?)\s*$/.exec(line)?.groups;
  if (unquoted) {
    const { before = "", key, value } = unquoted;
    return { line: position.line, column: before.length + 1, message, hint: `write ${key}: ${JSON.stringify(value)}, in quotes` };
  }
  return { ...position, message, hint: "indent each level alike, close every [ { and quote, and put text with : or # in quotes" };
}

function positionIn(source: string, offset: number): Position {
  const before = source.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - lineStart + 1 };
}
