/** The function of Node that the schemas of stored files clean texts with. The page has their types only: its bundle contains neither. */
declare module "node:util" {
  export function stripVTControlCharacters(text: string): string;
}
