import * as z from "zod";
import { numberColumns, indexColumns } from "../timeline/results.ts";
import type { Columns, Rows } from "../timeline/results.ts";
import { tryParseJson } from "../text/json.ts";
import { tablesSchema } from "../formats/columns.ts";

/**
 * Binary format of a benchmark's rows: length of the header, header (JSON, padded to a multiple of eight bytes), columns of numbers, columns of
 * indexes. Numbers are in the machine's byte order, because only the machine that wrote the file reads it.
 */

const headerSchema = z.object({
  /** Stamp of the cache that the file belongs to. */
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

/** Parses rows; undefined if the bytes are not a file with this stamp. */
export function rowsIn(bytes: Buffer, stamp: string): Rows | undefined {
  if (bytes.length < 8) return undefined;
  const start = 8 + bytes.readUInt32LE();
  const header = headerSchema.safeParse(tryParseJson(bytes.toString("utf8", 8, start))).data;
  if (header?.stamp !== stamp) return undefined;
  const { benchmark, rows, tables } = header;
  if (bytes.length !== start + rows * (8 * numberColumns.length + 4 * indexColumns.length)) return undefined;
  // The copy is aligned for numbers of eight bytes.
  const content = new Uint8Array(bytes.subarray(start)).buffer;
  const columns: Partial<Columns> = {};
  for (const [index, column] of numberColumns.entries()) columns[column] = new Float64Array(content, index * 8 * rows, rows);
  const indexesAt = numberColumns.length * 8 * rows;
  for (const [index, column] of indexColumns.entries()) columns[column] = new Int32Array(content, indexesAt + index * 4 * rows, rows);
  return { benchmark, columns: columns as Columns, tables };
}
