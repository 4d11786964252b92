import { useId } from "react";
import type { ModelPartsFragment } from "../graph/generated/graphql.ts";
import { type NumberSetting, numberSettings } from "./number-settings.ts";
import type { ChatSettings } from "./settings.ts";

interface SettingsBarProps {
  readonly settings: ChatSettings;
  readonly onChange: (settings: ChatSettings) => void;
  /** That can chat. */
  readonly models: readonly ModelPartsFragment[];
  /** That is to answer. */
  readonly model: ModelPartsFragment | undefined;
}

/** Who answers, and how: for the questions to come. */
export function SettingsBar({ settings, onChange, models, model }: SettingsBarProps): React.JSX.Element {
  const id = useId();
  return (
    <details className="settings">
      <summary>
        <span className="model-name" data-family={model?.family}>
          {model ? model.name : "No model"}
        </span>
        <span className="soft small">Settings</span>
      </summary>
      <div className="settings-fields">
        <div className="settings-wide">
          <label htmlFor={`${id}-model`}>Model</label>
          <select
            id={`${id}-model`}
            className="field"
            value={model?.id ?? ""}
            onChange={({ target }) => onChange({ ...settings, model: target.value })}
          >
            {models.map(({ id, name, state }) => (
              <option key={id} value={id}>
                {state === "READY" ? name : `${name} (${state.toLowerCase()})`}
              </option>
            ))}
          </select>
        </div>
        <div className="settings-wide">
          <label htmlFor={`${id}-system`}>System prompt</label>
          <textarea
            id={`${id}-system`}
            className="field"
            rows={2}
            placeholder="How the model shall behave"
            value={settings.system}
            onChange={({ target }) => onChange({ ...settings, system: target.value })}
          />
        </div>
        {numberSettings.map((number) => (
          <NumberField key={number.setting} {...number} settings={settings} onChange={onChange} />
        ))}
      </div>
    </details>
  );
}

type NumberFieldProps = NumberSetting & Pick<SettingsBarProps, "settings" | "onChange">;

/** A number, or nothing: then the model decides. */
function NumberField(props: NumberFieldProps): React.JSX.Element {
  const { setting, name, note, settings, onChange, ...range } = props;
  const id = useId();
  const change = ({ target }: React.ChangeEvent<HTMLInputElement>): void => {
    onChange({ ...settings, [setting]: target.value === "" ? undefined : target.valueAsNumber });
  };
  return (
    <div className="settings-number">
      <label htmlFor={id}>{name}</label>
      <input
        id={id}
        className="field"
        type="number"
        placeholder="as the model has it"
        aria-describedby={`${id}-note`}
        value={settings[setting] ?? ""}
        onChange={change}
        {...range}
      />
      <span id={`${id}-note`} className="soft small">
        {note}
      </span>
    </div>
  );
}
