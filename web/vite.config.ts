import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = process.env.TRIPTYCH_URL ?? "http://127.0.0.1:4000";

/** The page. `npm run web` serves it with what changes at once, and sends what is the server's to one that runs. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: "../build/web",
    emptyOutDir: true,
    // Its policy lets no script or style stand in the page.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
  },
  server: {
    proxy: {
      // Sockets are for the server's own pages: this is to be one.
      "/graphql": { target: server, ws: true, changeOrigin: true, headers: { origin: server } },
      "/session": { target: server, changeOrigin: true },
      "/images": { target: server, changeOrigin: true },
    },
  },
});
