/* global IS_BUILT -- what src/build.js makes says that it is. */

/** Lets this thread import TypeScript, unless it runs from build/. */
export async function loadTypeScript() {
  if (typeof IS_BUILT !== "undefined") return;
  const { register } = await import("tsx/esm/api");
  register();
}
