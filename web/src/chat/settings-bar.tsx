import { useId } from "react";
import type { ModelPartsFragment } from "../graph/generated/graphql.ts";
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
        {numbers.map((number) => (
          <NumberField key={number.setting} {...number} settings={settings} onChange={onChange} />
        ))}
      </div>
    </details>
  );
}

interface NumberSetting {
  readonly setting: "temperature" | "topP" | "maxTokens" | "seed";
  readonly name: string;
  readonly note: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

const numbers: readonly NumberSetting[] = [
  { setting: "temperature", name: "Temperature", note: "0 takes the likeliest token", min: 0, max: 2, step: 0.05 },
  { setting: "topP", name: "Top-p", note: "how much of the likely is sampled", min: 0.05, max: 1, step: 0.05 },
  { setting: "maxTokens", name: "Most tokens", note: "of an answer", min: 1, max: 512, step: 1 },
  { setting: "seed", name: "Seed", note: "the same gives the same sample", min: 0, max: 2 ** 31 - 1, step: 1 },
];

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
