import { type Theme, themes, useTheme } from "../theme.ts";

const names: Readonly<Record<Theme, string>> = { system: "As the system", light: "Light", dark: "Dark" };

export function ThemeChoice(): React.JSX.Element {
  const [theme, choose] = useTheme();
  return (
    <label className="theme-choice">
      <span className="visually-hidden">Colours</span>
      <select className="button small" value={theme} onChange={({ target }) => choose(target.value as Theme)}>
        {themes.map((each) => (
          <option key={each} value={each}>
            {names[each]}
          </option>
        ))}
      </select>
    </label>
  );
}
