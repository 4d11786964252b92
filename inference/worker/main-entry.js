/** The worker's process: what is large and no TypeScript is loaded before the TypeScript loader, then the real entry. */
import "../text/preload.js";
import { register } from "tsx/esm/api";

register();
await import("./main.ts");
