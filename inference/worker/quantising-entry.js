/** A thread does not inherit its process's TypeScript loader on Node 20, so it registers its own before the real entry. */
import { loadTypeScript } from "../typescript.js";

await loadTypeScript();
await import("./quantising.ts");
