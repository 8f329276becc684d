import { expect, test } from "vitest";
import { codeBlock, htmlText, markdownText, shortened, xmlText } from "../../../runner/text/escape.ts";
import { benchmarkFile } from "../../../runner/text/benchmark-file.ts";
import { commitLink, revisionText } from "../../../runner/report/links.ts";
import { revision } from "../report/fixture.ts";

test("a commit's title cannot end a table cell, a link or the paragraph, nor become markup", () => {
  expect(markdownText("a | b `c` <img src=x> [d](e) *f* _g_ ~~h~~")).toBe(
    "a &#124; b &#96;c&#96; &#60;img src=x&#62; \\[d\\](e) \\*f\\* \\_g\\_ \\~\\~h\\~\\~",
  );
  expect(markdownText("back\\|slash $x$ https://example.org @ann &amp;")).toBe(
    "back&#92;&#124;slash &#36;x&#36; https&#58;//example.org &#64;<!-- -->ann &#38;amp;",
  );
  expect(markdownText("two\nlines\r\n\tof \u001b[31mred\u001b[0m\u0007 \u202etext ")).toBe("two lines of red text");
});

test("GitHub makes no link of an address, a mention or an issue's number, and sends no mail", () => {
  expect(markdownText("www.evil.example WWW.EVIL.example http://a.b ann@evil.example @team/all #12 #x")).toBe(
    "www&#46;evil.example WWW&#46;EVIL.example http&#58;//a.b ann&#64;<!-- -->evil.example &#64;<!-- -->team/all &#35;<!-- -->12 #x",
  );
});

test("in HTML it makes none either", () => {
  expect(htmlText("www.evil.example https://a.b ann@evil.example #12 <b>&")).toBe(
    "www<!-- -->.evil.example https<!-- -->://a.b ann@<!-- -->evil.example #<!-- -->12 &#60;b&#62;&#38;",
  );
});

test("output cannot end its block", () => {
  expect(codeBlock("a\r\nb\n\n")).toBe("```text\na\nb\n```");
  expect(codeBlock("x\n````\n</details>")).toBe("`````text\nx\n````\n</details>\n`````");
  expect(codeBlock("\u001b[1mbold\u001b[0m\u0000")).toBe("```text\nbold\n```");
});

test("text in XML is text", () => {
  expect(xmlText(`<a b="c">'&\u0000\n`)).toBe("&#60;a b=&#34;c&#34;&#62;&#39;&#38;");
});

test("text is cut between characters, not inside one", () => {
  expect(shortened("short", 5)).toBe("short");
  expect(shortened("🦊🦊🦊", 2)).toBe("🦊…");
});

test("a benchmark's name never leads out of its folder", () => {
  expect(benchmarkFile("str_format-2.0")).toBe("str_format-2.0");
  for (const name of ["../../README", "/etc/passwd", "..", ".git", "a/b", "a b", "", "%2e%2e", "ümlaut", "x".repeat(300)]) {
    expect(benchmarkFile(name)).toMatch(/^\w[\w.-]{0,99}$/);
  }
  expect(benchmarkFile("a/b")).not.toBe(benchmarkFile("a b"));
});

test("commits are links where the target has a web address", () => {
  const one = revision(1, 1, "Fix | it");
  expect(revisionText(one, { name: "lang", web: "https://example.org/lang/" })).toBe(
    `[\`${one.id.slice(0, 12)}\`](https://example.org/lang/commit/${one.id}) Fix &#124; it`,
  );
  expect(commitLink(one.id, { name: "lang" })).toBe(`\`${one.id.slice(0, 12)}\``);
});
