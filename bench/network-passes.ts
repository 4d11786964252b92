import { query, type Graph } from "./graphql.ts";

/** What a network ran. */
export interface NetworkPasses {
  readonly passes: number;
  readonly items: number;
}

/** By the network's name. */
export type PassesByNetwork = Readonly<Record<string, NetworkPasses>>;

interface SchedulerAnswer {
  readonly scheduler: {
    readonly devices: readonly {
      readonly models: readonly {
        readonly networks: readonly { readonly name: string; readonly passes: number; readonly meanBatch: number }[];
      }[];
    }[];
  };
}

const DOCUMENT = `query Passes {
  scheduler { devices { models { networks { name passes meanBatch } } } }
}`;

/** What every network ran since its process started; the server serves one model. */
export async function readPasses(graph: Graph): Promise<PassesByNetwork> {
  const { scheduler } = await query<SchedulerAnswer>(graph, DOCUMENT);
  const networks = scheduler.devices.flatMap((device) => device.models.flatMap((model) => model.networks));
  return Object.fromEntries(
    networks.map(({ name, passes, meanBatch }) => [name, { passes, items: Math.round(passes * meanBatch) }]),
  );
}

/** What they ran between two readings. */
export function passesBetween(before: PassesByNetwork, after: PassesByNetwork): PassesByNetwork {
  const entries = Object.entries(after).map(([name, { passes, items }]) => {
    const earlier = before[name] ?? { passes: 0, items: 0 };
    return [name, { passes: passes - earlier.passes, items: items - earlier.items }] as const;
  });
  return Object.fromEntries(entries);
}
