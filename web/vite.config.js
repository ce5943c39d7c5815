import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// Three files of fixed names, which the program takes in as they are (src/server/page_files.cc).
export default defineConfig({
  plugins: [svelte()],
  build: {
    target: "es2020",
    assetsInlineLimit: 100000,
    cssCodeSplit: false,
    modulePreload: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      output: { inlineDynamicImports: true, entryFileNames: "app.js", assetFileNames: "app[extname]" },
    },
  },
});
