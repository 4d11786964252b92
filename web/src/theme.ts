import { useSyncExternalStore } from "react";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const KEY = "triptych.theme";
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const watchers = new Set<() => void>();

/** What the person chose, and how to choose. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  return [useSyncExternalStore(watch, chosenTheme), choose];
}

/** Paints the page as chosen; to be called once, before it is first drawn. */
export function startTheme(): void {
  prefersDark.addEventListener("change", paint);
  paint();
}

function chosenTheme(): Theme {
  return themes.find((theme) => theme === localStorage.getItem(KEY)) ?? "system";
}

function choose(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  paint();
  for (const changed of watchers) changed();
}

function paint(): void {
  const theme = chosenTheme();
  const isDark = theme === "dark" || (theme === "system" && prefersDark.matches);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
}

function watch(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}
