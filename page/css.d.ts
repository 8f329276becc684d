/** Styles are bundled; what they are is no matter of types. */
declare module "*.css";
