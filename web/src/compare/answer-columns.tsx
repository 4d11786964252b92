import type { ModelFamily, ModelPartsFragment } from "../graph/generated/graphql.ts";
import { families } from "../models/families.ts";
import { AnswerColumn, type ColumnState } from "./answer-column.tsx";
import type { Asked } from "./asked.ts";
import { chosenModel, type Choice } from "./choice.ts";

interface AnswerColumnsProps {
  readonly asked: Asked | undefined;
  /** That can do what is to be asked. */
  readonly models: readonly ModelPartsFragment[];
  readonly choice: Choice;
  readonly onChoose: (choice: Choice) => void;
  readonly onRetry: () => void;
}

/** A column for each family. */
export function AnswerColumns({ asked, models, choice, onChoose, onRetry }: AnswerColumnsProps): React.JSX.Element {
  return (
    <div className="columns">
      {families.map((family) => (
        <AnswerColumn
          key={family}
          family={family}
          state={stateOf(family, asked)}
          models={models.filter((model) => model.family === family)}
          chosen={chosenModel(family, models, choice)}
          onChoose={(id) => onChoose({ ...choice, [family]: id })}
          onRetry={onRetry}
        />
      ))}
    </div>
  );
}

function stateOf(family: ModelFamily, asked: Asked | undefined): ColumnState {
  const model = asked?.models.find((each) => each.family === family);
  if (asked === undefined || model === undefined) return { kind: "idle" };
  const said = asked.said[model.id];
  if (said !== undefined) return { kind: "said", said };
  return asked.isOver ? { kind: "idle" } : { kind: "waiting", model, since: asked.at };
}
