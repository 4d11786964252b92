import { useEffect } from "react";
import { useQuery } from "urql";
import { ModelsDocument, type ModelPartsFragment } from "../graph/generated/graphql.ts";
import { problemOf, type Problem } from "../graph/problem.ts";

const AGAIN_MS = 2_000;

export interface Models {
  /** Undefined until they are known. */
  readonly models: readonly ModelPartsFragment[] | undefined;
  readonly problem: Problem | undefined;
  readonly retry: () => void;
}

/** The served models; asked for again until the server is there and none of them is still loading. */
export function useModels(): Models {
  const [{ data, error }, ask] = useQuery({ query: ModelsDocument });
  const isSettled = error === undefined && data?.models.every(({ state }) => state !== "LOADING") === true;
  useEffect(() => {
    if (isSettled) return;
    const timer = setInterval(() => ask({ requestPolicy: "network-only" }), AGAIN_MS);
    return () => clearInterval(timer);
  }, [isSettled, ask]);
  return {
    models: data?.models,
    problem: error && problemOf(error),
    retry: () => ask({ requestPolicy: "network-only" }),
  };
}
