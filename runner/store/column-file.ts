import * as z from "zod";
import { numberColumns, indexColumns } from "../timeline/results.ts";
import type { Columns, Rows } from "../timeline/results.ts";
import { tryParseJson } from "../text/json.ts";
import { tablesSchema } from "../formats/columns.ts";

/**
 * A benchmark's rows as bytes: the length of the header, the header (JSON, filled up to eight bytes), then column by column, first those of
 * numbers, then those of places. Read on the machine that wrote it: numbers are in its byte order.
 */

const headerSchema = z.object({
  /** What the file belongs to: files of different stamps are not of one cache. */
  stamp: z.string(),
  benchmark: z.string(),
  rows: z.number().int().nonnegative(),
  tables: tablesSchema,
});

export function columnBytes({ benchmark, columns, tables }: Rows, stamp: string): Buffer {
  const rows = columns.session.length;
  const header = Buffer.from(JSON.stringify({ stamp, benchmark, rows, tables } satisfies z.infer<typeof headerSchema>));
  const filled = Math.ceil(header.length / 8) * 8;
  const length = Buffer.alloc(8);
  length.writeUInt32LE(filled);
  return Buffer.concat([
    length,
    header,
    Buffer.alloc(filled - header.length, " "),
    ...numberColumns.map((column) => bytesOf(columns[column])),
    ...indexColumns.map((column) => bytesOf(columns[column])),
  ]);
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array | Int32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** The rows again; undefined where the bytes are not those of a file of this stamp. */
export function rowsIn(bytes: Buffer, stamp: string): Rows | undefined {
  if (bytes.length < 8) return undefined;
  const start = 8 + bytes.readUInt32LE();
  const header = headerSchema.safeParse(tryParseJson(bytes.toString("utf8", 8, start))).data;
  if (header?.stamp !== stamp) return undefined;
  const { benchmark, rows, tables } = header;
  if (bytes.length !== start + rows * (8 * numberColumns.length + 4 * indexColumns.length)) return undefined;
  // A copy of its own begins where numbers of eight bytes may.
  const content = new Uint8Array(bytes.subarray(start)).buffer;
  const columns: Partial<Columns> = {};
  for (const [index, column] of numberColumns.entries()) columns[column] = new Float64Array(content, index * 8 * rows, rows);
  const places = numberColumns.length * 8 * rows;
  for (const [index, column] of indexColumns.entries()) columns[column] = new Int32Array(content, places + index * 4 * rows, rows);
  return { benchmark, columns: columns as Columns, tables };
}
