import { parseLayout } from "../../../runner/import/layout.ts";
import { header } from "../../../runner/import/row.ts";

export const line =
  "2021-05-09 10:11:12.345678,0.123456,0.512345,5de1ea5ff1ba5de1ea5ff1ba5de1ea5ff1ba5de1,0123456789abcdef0123456789abcdef01234567,3.8.5,Intel Core i5-1145G7 (64-bit),Ubuntu 20.04.1 LTS,clang 10.0.0-4ubuntu1";
export const parsed = (...lines: string[]) => parseLayout(new Map([["richards.csv", [header, ...lines, ""].join("\n")]]));
