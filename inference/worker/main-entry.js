/** The worker's process: what is large and no TypeScript is loaded before the TypeScript loader, then the real entry. */
import "../text/preload.js";
import { loadTypeScript } from "../typescript.js";

await loadTypeScript();
await import("./main.ts");
