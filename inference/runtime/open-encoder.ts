import type { EncoderNetwork } from "../models/model.ts";
import { CPU, type Target } from "../onnx/target.ts";
import { createSession, type NamedTensors, type Session, type SessionOptions } from "./session.ts";

/** An encoder ready to run: its parts one after the other, which together give its results. */
export async function openEncoder(
  { cached, parts }: EncoderNetwork,
  { target = CPU, ...options }: Omit<SessionOptions, "values"> & { readonly target?: Target },
  create = createSession,
): Promise<Session> {
  // What is handed over at once is large.
  const values = cached ? "planned" : "as needed";
  const sessions: Session[] = [];
  for (const build of parts) sessions.push(await create(build(target), { device: target.device, ...options, values }));
  return sessions.length === 1 ? sessions[0]! : together(sessions);
}

/** All take the same inputs, and each gives results of its own. */
function together(sessions: readonly Session[]): Session {
  const [first] = sessions as [Session];
  return {
    ...first,
    outputNames: sessions.flatMap(({ outputNames }) => outputNames),
    run: async (inputs, fetch) => {
      const results: Record<string, NamedTensors[string]> = {};
      for (const session of sessions) {
        const own = session.outputNames.filter((name) => fetch?.includes(name) ?? true);
        if (own.length > 0) Object.assign(results, await session.run(inputs, own));
      }
      return results;
    },
    release: async () => {
      for (const session of sessions) await session.release();
    },
  };
}
