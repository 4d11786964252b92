import { createHash } from "node:crypto";
import { modelOf, picturesOf, type Task } from "../../inference/index.ts";
import { isStarting, type Member, silentOf } from "../member.ts";

/** No worker is given more for what it knows already than so many times what workers have on average. */
const MAX_LOAD = 1.25;

/**
 * The worker that has most likely seen it: its first picture, of which the features are kept, or a conversation's first
 * words, of which keys and values are. Undefined where none has room, or may: then whoever has room first takes it.
 *
 * Rendezvous hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam, "Consistent hashing with bounded loads",
 * 2018): each key prefers workers in an order of its own, and goes to the first that is not loaded beyond the bound.
 */
export function placeFor(task: Task, members: readonly Member[]): Member | undefined {
  const able = ableTo(members, modelOf(task));
  const mean = able.reduce((sum, { jobs }) => sum + jobs, 0) / able.length;
  const bound = Math.ceil(MAX_LOAD * (mean + 1));
  const key = affinityOf(task);
  const byPreference = able.map((member) => ({ member, rank: rankOf(key, member.id) })).sort((a, b) => b.rank - a.rank);
  return byPreference.find(({ member: { jobs, slots } }) => jobs < Math.min(slots, bound))?.member;
}

/** Who serves the model: those that have it or load it for whoever asks; if there are none, those that start or are silent. */
function ableTo(members: readonly Member[], model: string | undefined): readonly Member[] {
  const serving = members.filter(({ state }) => state === "serving");
  if (model === undefined) return serving;
  const knowing = serving.flatMap((member) => {
    const info = member.models.find(({ name }) => name === model);
    return info === undefined || info.state === "FAILED" ? [] : [{ member, info }];
  });
  const answering = knowing.filter(({ member, info }) => !isStarting(info) && !silentOf(member.devices).has(info.name));
  return (answering.length > 0 ? answering : knowing).map(({ member }) => member);
}

/** Equal for what goes well together. */
function affinityOf(task: Task): string {
  const [picture] = picturesOf(task);
  if (picture !== undefined) return "sha256" in picture ? picture.sha256 : hashOf(picture.bytes);
  if (task.kind === "chat") return hashOf(task.messages.find(({ role }) => role === "USER")?.text ?? "");
  return "space" in task ? task.space : hashOf(JSON.stringify(task));
}

function rankOf(key: string, worker: string): number {
  return createHash("sha256").update(`${key} ${worker}`).digest().readUIntBE(0, 6);
}

function hashOf(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}
