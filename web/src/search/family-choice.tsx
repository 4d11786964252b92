import { familyNames } from "../models/families.ts";
import type { SearchFamily } from "./query.ts";

interface FamilyChoiceProps {
  /** Those that are served. */
  readonly families: readonly SearchFamily[];
  readonly chosen: SearchFamily;
  readonly onChoose: (family: SearchFamily) => void;
}

/** Whose model searches. */
export function FamilyChoice({ families, chosen, onChoose }: FamilyChoiceProps): React.JSX.Element {
  return (
    <fieldset className="family-choice">
      <legend className="visually-hidden">Who searches</legend>
      {families.map((family) => (
        <label key={family} data-family={family}>
          <input
            type="radio"
            name="family"
            value={family}
            checked={family === chosen}
            onChange={() => onChoose(family)}
          />
          {familyNames[family]}
        </label>
      ))}
    </fieldset>
  );
}
