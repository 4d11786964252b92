import { GraphQLError } from "graphql";
import { AccessError } from "./access/access-error.ts";
import type { Identity } from "./access/identity.ts";
import type { Budgets } from "./budgets/budgets.ts";
import type { Overload } from "./door.ts";
import { tooManyRequests } from "./request-quota.ts";

type Identify = () => Promise<Identity>;

/** Whether whoever opened a socket may have it; where not, it is closed with 4403, as the protocol has it. */
export async function mayConnect(identify: Identify): Promise<boolean> {
  const error = await identify().then(() => undefined, unlessUnexpected);
  return error === undefined;
}

/** Who begins an operation, or why it may not be begun: a key may have been revoked since its socket was opened. */
export async function admit(
  identify: Identify,
  budgets: Pick<Budgets, "request">,
): Promise<{ readonly identity: Identity } | { readonly refusal: GraphQLError }> {
  const identity = await identify().catch(unlessUnexpected);
  if (identity instanceof AccessError) return { refusal: refusalOf(identity) };
  const overload = await tooManyRequests(budgets, identity);
  return overload === undefined ? { identity } : { refusal: refusalOf(overload) };
}

function unlessUnexpected(error: unknown): AccessError {
  if (error instanceof AccessError) return error;
  throw error;
}

function refusalOf({
  code,
  message,
  retryAfterMs,
}: Overload | Pick<AccessError, "code" | "message" | "retryAfterMs">): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...(retryAfterMs !== undefined && { retryAfterMs }) } });
}
