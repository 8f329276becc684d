import * as z from "zod";
import type { Rule } from "../mistake.ts";

/** Text that keeps a rule. What to write instead travels with the issue, as `params.hint`. */
export function text(rule: Rule) {
  return z.string().superRefine((value, context) => {
    const mistake = rule(value);
    if (mistake) context.addIssue({ code: "custom", message: mistake.message, params: { hint: mistake.hint } });
  });
}
