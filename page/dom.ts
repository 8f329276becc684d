type Attributes = Record<string, string | number | boolean | undefined>;
type Child = Node | string | undefined | false;

/** Creates an HTML element. Strings become text, never HTML, because names and titles are untrusted. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  return filled(document.createElement(tag), attributes, children);
}

/** Creates an SVG element. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[Tag] {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** Creates a link to another site; plain text if the address is not a web address. */
export function outwards(address: string | undefined, text: string): Node {
  if (address === undefined || !/^https?:\/\//.test(address)) return document.createTextNode(text);
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, text);
}

/** Creates a row of radio buttons. */
export function choice<Value extends string>(
  label: string,
  options: readonly (readonly [Value, string])[],
  chosen: Value,
  choose: (value: Value) => void,
): HTMLElement {
  const name = `choice-${label.replaceAll(" ", "-")}`;
  return el(
    "fieldset",
    { class: "choice" },
    el("legend", { class: "hidden" }, label),
    ...options.map(([value, text]) => {
      const input = el("input", { type: "radio", name, value });
      input.checked = value === chosen;
      input.addEventListener("change", () => choose(value));
      return el("label", {}, input, el("span", {}, text));
    }),
  );
}

function filled<Made extends Element>(made: Made, attributes: Attributes, children: readonly Child[]): Made {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}
